//! How members speak with each other.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;

use super::health::{Health, IDENTITY};
use super::{Error, Member, Place};

/// Neighbours on one machine that have not answered by then will not.
const PATIENCE: Duration = Duration::from_secs(2);

/// The other members.
#[derive(Debug, Clone)]
pub(super) struct Peers {
    http: Client,
    place: Place,
}

impl Peers {
    pub(super) fn new(place: Place) -> Result<Self, Error> {
        let built = Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE).build();
        let http = built.map_err(|error| Error::Spawn { member: Member::Db, source: std::io::Error::other(error) })?;
        Ok(Self { http, place })
    }

    /// Asks a member how it is. No answer, or that of a stranger, is "down".
    pub(super) async fn health(&self, member: Member) -> Health {
        match self.place.holder(member) {
            Ok(Some(_)) => {}
            Ok(None) => return Health::down("no process"),
            Err(error) => return Health::down(error.to_string()),
        }
        let answer =
            async { read::<Health>(member, self.send(member, |http, url| http.get(url), "/health").await?).await };
        answer.await.unwrap_or_else(|error| Health::down(error.to_string()))
    }

    /// Reads something.
    pub(super) async fn get<T: DeserializeOwned>(&self, member: Member, path: &str) -> Result<T, Error> {
        read(member, accepted(member, self.send(member, |http, url| http.get(url), path).await?).await?).await
    }

    /// Reads a page as it is.
    pub(super) async fn page(&self, member: Member, path: &str) -> Result<String, Error> {
        let answer = accepted(member, self.send(member, |http, url| http.get(url), path).await?).await?;
        answer.text().await.map_err(silent(member))
    }

    /// Writes something, in the words that the receiver expects.
    pub(super) async fn post<T: DeserializeOwned>(&self, member: Member, path: &str, body: String) -> Result<T, Error> {
        let ask = |http: &Client, url: String| http.post(url).header(CONTENT_TYPE, "application/json").body(body);
        read(member, accepted(member, self.send(member, ask, path).await?).await?).await
    }

    /// Sends a form and tells where the receiver redirects to.
    pub(super) async fn submit(&self, member: Member, path: &str, form: String) -> Result<String, Error> {
        let kind = "application/x-www-form-urlencoded";
        let ask = |http: &Client, url: String| http.post(url).header(CONTENT_TYPE, kind).body(form);
        let answer = accepted(member, self.send(member, ask, path).await?).await?;
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        location.map(str::to_owned).ok_or_else(|| Error::Silent { member, why: "its answer names no place".into() })
    }

    async fn send(
        &self,
        member: Member,
        ask: impl FnOnce(&Client, String) -> RequestBuilder,
        path: &str,
    ) -> Result<Response, Error> {
        let port = self.place.port(member).ok_or_else(|| Error::Silent { member, why: "never started".into() })?;
        let answer = ask(&self.http, format!("http://127.0.0.1:{port}{path}")).send().await.map_err(silent(member))?;
        if answer.headers().get(IDENTITY).is_some_and(|name| name.as_bytes() == member.name().as_bytes()) {
            return Ok(answer);
        }
        Err(Error::Silent { member, why: format!("another program has its port {port}") })
    }
}

/// Refusals become errors; redirects are answers here.
async fn accepted(member: Member, answer: Response) -> Result<Response, Error> {
    let status = answer.status();
    if status.is_success() || status.is_redirection() {
        return Ok(answer);
    }
    let why = answer.text().await.unwrap_or_default();
    Err(Error::Refused { member, status: status.as_u16(), why })
}

async fn read<T: DeserializeOwned>(member: Member, answer: Response) -> Result<T, Error> {
    let bytes = answer.bytes().await.map_err(silent(member))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Silent { member, why: error.to_string() })
}

fn silent(member: Member) -> impl FnOnce(reqwest::Error) -> Error {
    move |error| {
        let why = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
        Error::Silent { member, why: why.map_or_else(|| error.to_string(), ToString::to_string) }
    }
}
