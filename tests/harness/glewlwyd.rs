//! Providers of identity of the tests' own: Glewlwyd on a free loopback port, with one person and two clients.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::janitor::Janitor;
use crate::ports::free_port;

/// How a database of it begins.
const SCHEMA: &str = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";

const CONFIG: &str = r#"
port=PORT
bind_address="127.0.0.1"
external_url="http://localhost:PORT"
login_url="login.html"
api_prefix="api"
static_files_path="FOLDER"
log_mode="console"
log_level="WARNING"
cookie_domain="localhost"
cookie_secure=0
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
user_middleware_module_path="FOLDER/none"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = { type = "sqlite3"; path = "FOLDER/db"; };
"#;

/// Its key, the 379 of its curve: the first coordinate begins with a zero, which this server leaves out where it tells the
/// key. One key of 128 is like that.
const KEY: &str = "-----BEGIN EC PRIVATE KEY-----
MDECAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAF7oAoGCCqGSM49AwEH
-----END EC PRIVATE KEY-----
";

/// OpenID Connect as it is spoken there: codes only, with PKCE, signed by ES256.
const PROTOCOL: &str = r#"{
  "jwt-type": "ecdsa", "jwt-key-size": "256", "jwks-show": true, "subject-type": "public", "allow-non-oidc": false,
  "access-token-duration": 3600, "refresh-token-duration": 1209600, "code-duration": 600, "refresh-token-rolling": true,
  "auth-type-code-enabled": true, "auth-type-code-revoke-replayed": true, "auth-type-token-enabled": false,
  "auth-type-id-token-enabled": true, "auth-type-none-enabled": false, "auth-type-password-enabled": false,
  "auth-type-client-enabled": false, "auth-type-device-enabled": false, "auth-type-refresh-enabled": false,
  "pkce-allowed": true, "pkce-method-plain-allowed": false, "pkce-required": true,
  "allowed-scope": ["openid"], "scope": [], "restrict-scope-client-property": "",
  "name-claim": "mandatory", "email-claim": "mandatory", "scope-claim": "no", "address-claim": {"type": "no"},
  "claims": [
    {"name": "preferred_username", "user-property": "username", "type": "string", "mandatory": true, "scope": []},
    {"name": "groups", "user-property": "groups", "type": "string", "mandatory": true, "scope": []}
  ],
  "session-management-allowed": true, "session-cookie-name": "SID", "session-cookie-expiration": 2419200,
  "front-channel-logout-allowed": false, "introspection-revocation-allowed": false, "register-client-allowed": false
}"#;

/// A provider.
#[derive(Debug)]
pub struct Glewlwyd {
    server: Option<Janitor>,
    folder: TempDir,
    port: u16,
}

impl Glewlwyd {
    /// The person's name and password.
    pub const PERSON: (&str, &str) = ("Choi", "choi's words");
    /// A client.
    pub const CLIENT: &str = "relight";
    /// Another one, with the same secret.
    pub const OTHER: &str = "other";
    /// Their secret.
    pub const SECRET: &str = "client-words";

    /// That sends browsers back to this address. When Glewlwyd is not installed or does not start, the test that needs it
    /// has failed.
    pub async fn start(back: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-glewlwyd-").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("none")).unwrap();
        let schema = File::open(SCHEMA).expect("there is no Glewlwyd: run scripts/setup test");
        let made = Command::new("sqlite3").arg(folder.path().join("db")).stdin(schema).output();
        let made = made.expect("sqlite3 can not be started: run scripts/setup test");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut provider = Self { server: None, folder, port: free_port() };
        let at = provider.folder.path().display().to_string();
        let config = CONFIG.replace("PORT", &provider.port.to_string()).replace("FOLDER", &at);
        std::fs::write(provider.folder.path().join("conf"), config).unwrap();
        provider.resume().await;
        provider.furnish(back).await;
        provider
    }

    /// As it names itself.
    pub fn issuer(&self) -> String {
        self.address("oidc")
    }

    /// Ends it as a lost machine would.
    pub fn end(&mut self) {
        self.server = None;
    }

    /// Starts it again on what it had.
    pub async fn resume(&mut self) {
        let config = self.folder.path().join("conf");
        let words = ["glewlwyd", "-c", config.to_str().unwrap()];
        let said = self.folder.path().join("stderr");
        self.server = Some(Janitor::start(&words, &said, None));
        for _ in 0..1_500 {
            if browser().get(self.address("config")).send().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!(
            "glewlwyd does not start: run scripts/setup test; {}",
            std::fs::read_to_string(said).unwrap_or_default()
        );
    }

    /// What a person's browser does at the provider: signs in there, agrees, and is sent back. The address that it is sent
    /// to.
    pub async fn visit(&self, address: &str) -> String {
        let (name, password) = Self::PERSON;
        let session = self.sign_in(name, password).await;
        let answer = browser().get(format!("{address}&g_continue")).header(COOKIE, session).send().await.unwrap();
        let back = answer.headers().get(LOCATION).expect("the provider sends the browser on");
        back.to_str().unwrap().to_owned()
    }

    /// Exchanges a code as a client of its own would: the id token.
    pub async fn exchange(&self, client: &str, back: &str, code: &str, verifier: &str) -> String {
        let fields =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back), ("code_verifier", verifier)];
        let asked = browser()
            .post(self.address("oidc/token"))
            .basic_auth(client, Some(Self::SECRET))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(crate::page::encode(&fields));
        let answer = asked.send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        answer["id_token"].as_str().unwrap_or_else(|| panic!("no id token: {answer}")).to_owned()
    }

    fn address(&self, path: &str) -> String {
        format!("http://localhost:{}/api/{path}", self.port)
    }

    async fn sign_in(&self, name: &str, password: &str) -> String {
        let credentials = json!({ "username": name, "password": password });
        let asked = browser().post(self.address("auth/")).header(CONTENT_TYPE, "application/json");
        let answer = asked.body(credentials.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{name} is not let in");
        let cookie = answer.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// The person with groups, the clients, and the part of the program that speaks OpenID Connect.
    async fn furnish(&self, back: &str) {
        let admin = self.sign_in("admin", "password").await;
        let database: Value = serde_json::from_str(&self.get("mod/user/database", &admin).await).unwrap();
        let mut database = database;
        database["parameters"]["data-format"]["groups"] =
            json!({ "multiple": true, "read": true, "write": true, "profile-read": true, "profile-write": false });
        self.put("mod/user/database", &admin, &database).await;
        self.put("mod/user/database/reset", &admin, &json!({})).await;
        let (name, password) = Self::PERSON;
        let person = json!({
            "username": name, "password": password, "name": "최서연", "email": "seoyeon@bank.test", "enabled": true,
            "scope": ["openid", "g_profile"], "groups": ["dr-commanders", "everybody"],
        });
        self.post("user/", &admin, &person).await;
        for client in [Self::CLIENT, Self::OTHER] {
            let client = json!({
                "client_id": client, "name": client, "enabled": true, "confidential": true,
                "client_secret": Self::SECRET, "redirect_uri": [back], "authorization_type": ["code"],
                "scope": ["openid"], "token_endpoint_auth_method": ["client_secret_basic"],
            });
            self.post("client/", &admin, &client).await;
        }
        let (key, public) = self.keys();
        let mut parameters: Value = serde_json::from_str(PROTOCOL).unwrap();
        for (name, value) in [("iss", self.issuer()), ("key", key), ("cert", public)] {
            parameters[name] = value.into();
        }
        let plugin = json!({ "module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": parameters });
        self.post("mod/plugin/", &admin, &plugin).await;
        let person = self.sign_in(name, password).await;
        for client in [Self::CLIENT, Self::OTHER] {
            self.put(&format!("auth/grant/{client}"), &person, &json!({ "scope": "openid" })).await;
        }
    }

    fn keys(&self) -> (String, String) {
        let (key, public) = (self.folder.path().join("key"), self.folder.path().join("public"));
        let openssl = |words: &[&str]| {
            let made = Command::new("openssl").args(words).stdin(Stdio::null()).output();
            let made = made.expect("openssl can not be started: run scripts/setup test");
            assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
        };
        let (at, beside) = (key.to_str().unwrap(), public.to_str().unwrap());
        std::fs::write(&key, KEY).unwrap();
        openssl(&["ec", "-in", at, "-out", at]);
        openssl(&["ec", "-in", at, "-pubout", "-out", beside]);
        (std::fs::read_to_string(&key).unwrap(), std::fs::read_to_string(&public).unwrap())
    }

    async fn get(&self, path: &str, session: &str) -> String {
        let answer = browser().get(self.address(path)).header(COOKIE, session).send().await.unwrap();
        answer.text().await.unwrap()
    }

    async fn post(&self, path: &str, session: &str, body: &Value) {
        self.told(browser().post(self.address(path)), session, body).await;
    }

    async fn put(&self, path: &str, session: &str, body: &Value) {
        self.told(browser().put(self.address(path)), session, body).await;
    }

    async fn told(&self, request: reqwest::RequestBuilder, session: &str, body: &Value) {
        let request = request.header(COOKIE, session).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let answer = request.send().await.unwrap();
        let (status, url) = (answer.status(), answer.url().clone());
        assert!(status.is_success(), "glewlwyd says {status} to {url}: {}", answer.text().await.unwrap());
    }
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap()
}
