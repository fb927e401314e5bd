//! A program that calls the API and believes nothing that the document does not say.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;

/// A program with a person's session.
pub(crate) struct Program<'a> {
    console: &'a Console,
    document: Value,
    cookie: String,
    csrf: String,
}

impl<'a> Program<'a> {
    pub(crate) async fn of(console: &'a Console, name: &str) -> Self {
        let cookie = console.sign_in(name).await.cookie;
        let document = serde_json::from_str(&console.get("/api/v1/openapi.json").await.text).unwrap();
        let mut program = Self { console, document, cookie, csrf: String::new() };
        program.csrf = program.get("/api/v1/session").await["csrf"].as_str().unwrap().to_owned();
        program
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// What an address says, with status 200.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let page = self.call(&Method::GET, path, None).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        serde_json::from_str(&page.text).unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Page {
        self.call(&Method::POST, path, Some(body)).await
    }

    /// Calls, and holds the answer against the document.
    pub(crate) async fn call(&self, method: &Method, path: &str, body: Option<&Value>) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, &self.cookie);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json").header("x-csrf-token", &self.csrf);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.raw(request.body(body).unwrap()).await
    }

    /// Sends a request as it is, and holds the answer against the document.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Page {
        let (method, path) = (request.method().as_str().to_ascii_lowercase(), request.uri().path().to_owned());
        let page = self.console.send(request).await;
        if let Some(operation) = self.operation(&path, &method) {
            self.check(operation, &page, &path);
        } else {
            self.check_problem(&page, &path);
        }
        page
    }

    /// What the document says of an address and a method.
    fn operation(&self, path: &str, method: &str) -> Option<&Value> {
        let fits = |template: &str| {
            let (wanted, found): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
            wanted.len() == found.len()
                && wanted.iter().zip(&found).all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
        };
        self.document["paths"].as_object().unwrap().iter().find(|(known, _)| fits(known))?.1.get(method)
    }

    fn check(&self, operation: &Value, page: &Page, path: &str) {
        let status = page.status.as_str();
        let said = operation["responses"].get(status);
        let Some(said) = said else { return self.check_problem(page, path) };
        let Some(content) = said.get("content") else {
            assert!(page.text.is_empty(), "{path} {status}: a body that the document does not know: {}", page.text);
            return;
        };
        let kind = page.header(header::CONTENT_TYPE);
        let schema =
            &content.get(kind).unwrap_or_else(|| panic!("{path} {status}: {kind} is not in {content}"))["schema"];
        self.fits(schema, &page.text, path);
    }

    /// Whatever goes wrong is a problem, in the words of the document.
    fn check_problem(&self, page: &Page, path: &str) {
        assert!(page.status.is_client_error() || page.status.is_server_error(), "{path}: {} is not told", page.status);
        assert_ne!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}: {}", page.text);
        assert_eq!(page.header(header::CONTENT_TYPE), "application/problem+json", "{path}: {}", page.text);
        self.fits(&json!({ "$ref": "#/components/schemas/Problem" }), &page.text, path);
        let problem: Value = serde_json::from_str(&page.text).unwrap();
        assert_eq!(problem["status"], page.status.as_u16(), "{path}");
        for part in ["title", "detail", "next_step", "code"] {
            assert!(!problem[part].as_str().unwrap().is_empty(), "{path}: {part} of {problem}");
        }
    }

    fn fits(&self, schema: &Value, text: &str, path: &str) {
        let body: Value = serde_json::from_str(text).unwrap_or_else(|why| panic!("{path}: {why}: {text}"));
        let mut whole = schema.clone();
        whole["components"] = self.document["components"].clone();
        whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&body).map(|fault| format!("{} at {}", fault, fault.instance_path())).collect();
        assert!(faults.is_empty(), "{path}: {faults:#?} in {body:#}");
    }
}
