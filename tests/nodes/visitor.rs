//! A person at a console, over the network.

use harness::page::{Page, encode};
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::node::{Node, until};

const PASSWORD: &str = "battery staple";

/// The administrator of a first start, signed in. The session is good at every node of the database.
pub(crate) struct Visitor {
    client: Client,
    cookie: String,
}

impl Visitor {
    /// Signs in with the printed password and chooses another one.
    pub(crate) async fn first(node: &Node) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let printed = node.first_password();
        let mut first = Self { client, cookie: String::new() };
        let page = first.post(node, "/sign-in", &[("name", "admin"), ("password", &printed)]).await;
        first.enter(&page);
        let form = first.get(node, "/password").await;
        let fields = [("present", printed.as_str()), ("chosen", PASSWORD), ("repeated", PASSWORD)];
        let page = first.submit(node, &form, "main form", &fields).await;
        page.location();
        first.enter(&page);
        let page = first.get(node, "/runs").await;
        first.submit(node, &page, "form[action='/language']", &[("lang", "en")]).await.location();
        first
    }

    fn enter(&mut self, page: &Page) {
        let set = page.header(SET_COOKIE);
        if let Some(cookie) = set.split(';').next().filter(|cookie| !cookie.is_empty()) {
            cookie.clone_into(&mut self.cookie);
        }
    }

    async fn send(&self, request: RequestBuilder) -> Response {
        request.header(COOKIE, &self.cookie).send().await.unwrap()
    }

    pub(crate) async fn get(&self, node: &Node, path: &str) -> Page {
        Page::fetched(self.send(self.client.get(format!("{}{path}", node.url))).await).await
    }

    async fn post(&self, node: &Node, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.post(format!("{}{path}", node.url));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(encode(fields));
        Page::fetched(self.send(request).await).await
    }

    /// Sends a form of a page with its hidden fields and these.
    pub(crate) async fn submit(&self, node: &Node, page: &Page, form: &str, fields: &[(&str, &str)]) -> Page {
        let (action, hidden) = page.form(form);
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend_from_slice(fields);
        self.post(node, &action, &all).await
    }

    /// Declares a drill of a runbook and gives the path of its page.
    pub(crate) async fn declare(&self, node: &Node, runbook: &str) -> String {
        let page = self.get(node, &format!("/runbooks/{runbook}/declare")).await;
        let fields = [("mode", "drill"), ("reason", "exercise"), ("confirm", runbook)];
        self.submit(node, &page, "form.declare", &fields).await.location().to_owned()
    }

    /// Waits for a page that is as wanted.
    pub(crate) async fn until(&self, node: &Node, path: &str, wanted: impl Fn(&Page) -> bool) -> Page {
        until(async || wanted(&self.get(node, path).await)).await;
        self.get(node, path).await
    }

    /// Opens the stream of a run's page, from the message that was seen last.
    pub(crate) async fn stream(&self, node: &Node, run: &str, seen: Option<&str>) -> Stream {
        let mut request = self.client.get(format!("{}{run}/live", node.url));
        if let Some(seen) = seen {
            request = request.header("last-event-id", seen);
        }
        let response = self.send(request).await;
        assert_eq!(response.status(), 200);
        Stream { response, bytes: Vec::new() }
    }
}

/// An event stream.
pub(crate) struct Stream {
    response: Response,
    bytes: Vec<u8>,
}

impl Stream {
    /// The next message, without the blank line at its end; `None` where the stream ends.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|pair| pair == b"\n\n") {
                let rest = self.bytes.split_off(end + 2);
                let message = std::mem::replace(&mut self.bytes, rest);
                return Some(String::from_utf8(message).unwrap().trim_end().to_owned());
            }
            self.bytes.extend_from_slice(&self.response.chunk().await.unwrap()?);
        }
    }

    /// The next message that carries this text, and its id.
    pub(crate) async fn until(&mut self, text: &str) -> (String, String) {
        let found = async {
            loop {
                let message = self.next().await.unwrap_or_else(|| panic!("it ended without {text:?}"));
                if message.contains(text) {
                    return message;
                }
            }
        };
        let message = tokio::time::timeout(std::time::Duration::from_mins(2), found).await.expect("waited in vain");
        let id = message.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or_default().to_owned();
        (message, id)
    }
}
