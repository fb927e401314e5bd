//! A message posted to an address, as JSON.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, RequestBuilder, redirect};
use serde_json::{Value, json};

use super::super::destination::Destination;
use super::super::guard::Kept;
use super::letter::Letter;
use super::{Errand, Sent, unreachable};
use crate::base::{Secret, Text};
use crate::inventory::{Header, Webhook, host_and_port};
use crate::plan::Notify;
use crate::run::{Cause, CauseKind};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for a whole answer.
const ANSWER: Duration = Duration::from_secs(30);

pub(super) async fn send(errand: &Errand<'_>, webhook: &Webhook) -> Result<Sent, Cause> {
    let url = address(errand, webhook)?;
    // Secrets stand behind the host, never in it: what is judged is what the inventory says.
    let place = host_and_port(&webhook.url).filter(|place| host_and_port(&url).as_ref() == Some(place));
    let (host, port) = place.ok_or_else(|| impossible("no host and port can be read from the address"))?;
    let to = Destination { host: host.clone(), port, named: Some(errand.channel.clone()) };
    let addresses = match errand.guard.admit_among(errand.claims, errand.mode, &to).await {
        Ok(addresses) => addresses,
        Err(Kept::Forbidden(cause)) => return Err(cause),
        Err(Kept::Unresolved(why)) => return Ok(unreachable(why)),
    };
    let client = Client::builder()
        // A redirect is an answer: the message is for the address in the inventory alone.
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .no_proxy()
        .resolve_to_addrs(&host, &addresses);
    let client = match &errand.keys.ca {
        Some(ca) => {
            client.tls_certs_merge(Certificate::from_pem_bundle(ca).map_err(|error| impossible(&deepest(&error)))?)
        }
        None => client,
    };
    let client = client.build().map_err(|error| impossible(&deepest(&error)))?;
    let content = filled(webhook, &errand.letter)?;
    let request =
        client.post(url).header(CONTENT_TYPE, "application/json").header("idempotency-key", &errand.letter.id);
    let request = with_headers(errand, webhook, request)?.body(content);
    errand.hand_over();
    Ok(match request.send().await {
        Ok(answer) => {
            let code = answer.status().as_u16();
            if answer.status().is_success() {
                Sent::Accepted(Text::new(format!("상태 코드 {code}"), format!("status {code}")))
            } else {
                let what = Text::new(format!("상태 코드 {code}, 받지 않음"), format!("status {code}: not taken"));
                // What the receiver can not take it will not take a minute later; what it can not do now, it may.
                let again = answer.status().is_server_error() || matches!(code, 408 | 425 | 429);
                Sent::Failed { kind: CauseKind::Unexpected, what, again }
            }
        }
        Err(error) if error.is_connect() || error.is_builder() => {
            let why = deepest(&error.without_url());
            unreachable(Text::new(format!("접속하지 못함: {why}"), format!("no connection: {why}")))
        }
        Err(error) => Sent::Lost(Text::plain(deepest(&error.without_url()))),
    })
}

fn address(errand: &Errand<'_>, webhook: &Webhook) -> Result<String, Cause> {
    let Some(name) = &webhook.path else { return Ok(webhook.url.clone()) };
    let path = errand.secret(Some(name)).map_or("", Secret::expose).trim();
    if path.contains(char::is_whitespace) || path.contains(char::is_control) {
        return Err(impossible(&format!("the secret {name} holds what can not be part of an address")));
    }
    Ok(format!("{}/{}", webhook.url.trim_end_matches('/'), path.trim_start_matches('/')))
}

fn with_headers(errand: &Errand<'_>, webhook: &Webhook, mut request: RequestBuilder) -> Result<RequestBuilder, Cause> {
    for (name, value) in &webhook.headers {
        let (text, hidden) = match value {
            Header::Text(text) => (text.as_str(), false),
            Header::Secret(secret) => (errand.secret(Some(secret)).map_or("", Secret::expose).trim(), true),
        };
        let refused = |_| impossible(&format!("the header {name} can not be sent"));
        let header: HeaderName = name.parse().map_err(|_| impossible(&format!("{name:?} is no header")))?;
        let mut value = HeaderValue::from_str(text).map_err(refused)?;
        value.set_sensitive(hidden);
        request = request.header(header, value);
    }
    Ok(request)
}

/// The JSON that is posted. Names are replaced in its texts alone, so no value can become a part of its structure.
fn filled(webhook: &Webhook, letter: &Letter) -> Result<String, Cause> {
    if let Some(ready) = &letter.json {
        return Ok(ready.clone());
    }
    let template = match &webhook.json {
        Some(text) => serde_json::from_str(text).map_err(|error| impossible(&error.to_string()))?,
        None => json!({
            "id": "{id}", "mode": "{mode}", "run": "{run}", "runbook": "{runbook}", "unit": "{unit}",
            "subject": "{subject}", "body": "{body}",
        }),
    };
    Ok(fill(template, letter).to_string())
}

fn fill(value: Value, letter: &Letter) -> Value {
    match value {
        Value::String(text) => Value::String(Notify::fill(&text, |name| letter.value(name))),
        Value::Array(items) => items.into_iter().map(|item| fill(item, letter)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, fill(value, letter))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

fn impossible(why: &str) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!("이 채널로 보낼 수 없습니다: {why}. 인벤토리의 `webhook`을 확인하십시오"),
        format!("nothing can be sent over this channel: {why}; see `webhook` in the inventory"),
    )
}

fn deepest(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    if error.source().is_none() { error.to_string() } else { deepest.to_string() }
}
