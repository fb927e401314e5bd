//! A provider of identity that is Glewlwyd.

use std::sync::Arc;
use std::time::Duration;

use engine::base::{Clock, Digest, Millis, Secret, SystemClock, Timestamp};
use engine::inventory::SecretSource;
use harness::glewlwyd::Glewlwyd;
use harness::ports::free_port;
use relight::accounts::oidc::{Attempt, BadToken, Claims, Client, Known, Provider, Settings, Trouble};
use relight::accounts::{Token, Trust};

const CONSOLE: &str = "http://localhost:9";
const BACK: &str = "http://localhost:9/sign-in/oidc/return";

/// A clock that is wrong by so many milliseconds.
#[derive(Debug)]
struct Wrong(i64);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.0)
    }
}

fn settings(issuer: &str) -> Settings {
    Settings {
        issuer: issuer.to_owned(),
        trust: Trust::System,
        client: Client { id: Glewlwyd::CLIENT.to_owned(), secret: Some(SecretSource::Env("OIDC_SECRET".to_owned())) },
        console: CONSOLE.to_owned(),
        scopes: Vec::new(),
        claims: Claims {
            name: "preferred_username".to_owned(),
            display: "name".to_owned(),
            mail: "email".to_owned(),
            groups: "groups".to_owned(),
        },
        patience: Duration::from_secs(10),
    }
}

fn provider(settings: Settings, clock: Arc<dyn Clock>) -> Provider {
    Provider::new(settings, Arc::new(|_| Ok(Secret::new(Glewlwyd::SECRET))), clock)
}

fn attempt() -> Attempt {
    Attempt::of(Token::fresh().unwrap())
}

/// What the address that a browser is sent back to carries.
fn carried(address: &str, name: &str) -> String {
    let url = reqwest::Url::parse(address).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.unwrap_or_else(|| panic!("no {name} in {address}"))
}

async fn judged(provider: &Provider, token: &str, attempt: &Attempt) -> BadToken {
    match provider.judge(token, attempt).await {
        Err(Trouble::Token(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_person_of_the_provider_comes_back_with_a_code_that_is_good_once() {
    let server = Glewlwyd::start(BACK).await;
    let ours = provider(settings(&server.issuer()), Arc::new(SystemClock));
    let attempt = attempt();
    let address = ours.begin(&attempt).await.unwrap();
    assert_eq!(carried(&address, "code_challenge_method"), "S256");
    assert_eq!(carried(&address, "redirect_uri"), BACK);
    let back = server.visit(&address).await;
    assert!(back.starts_with(BACK) && attempt.is_answered_by(&carried(&back, "state")), "{back}");
    let code = carried(&back, "code");
    let Known { profile, methods, assurance } = ours.finish(&attempt, &code).await.unwrap();
    assert_eq!((profile.name.as_str(), profile.display.as_deref()), ("choi", Some("최서연")));
    assert_eq!(profile.mail.as_deref(), Some("seoyeon@bank.test"));
    assert_eq!(profile.groups, ["dr-commanders", "everybody"]);
    assert_eq!((methods, assurance), (vec!["session".to_owned()], None));
    let why = ours.finish(&attempt, &code).await.unwrap_err();
    assert!(matches!(why, Trouble::Code(_)), "replayed: {why}");
}

#[tokio::test]
async fn a_code_is_of_no_use_to_another_attempt_or_another_client() {
    let server = Glewlwyd::start(BACK).await;
    let ours = provider(settings(&server.issuer()), Arc::new(SystemClock));
    let victim = attempt();
    let back = server.visit(&ours.begin(&victim).await.unwrap()).await;
    let why = ours.finish(&attempt(), &carried(&back, "code")).await.unwrap_err();
    assert!(matches!(why, Trouble::Code(_)), "without the verifier: {why}");
    let back = server.visit(&ours.begin(&victim).await.unwrap()).await;
    let client = Client { id: Glewlwyd::OTHER.to_owned(), ..settings("").client };
    let other = provider(Settings { client, ..settings(&server.issuer()) }, Arc::new(SystemClock));
    let why = other.finish(&victim, &carried(&back, "code")).await.unwrap_err();
    assert!(matches!(why, Trouble::Code(_)), "{why}");
}

#[tokio::test]
async fn a_token_is_believed_only_by_its_client_for_its_attempt_in_its_time() {
    let server = Glewlwyd::start(BACK).await;
    let here = settings(&server.issuer());
    let ours = provider(here.clone(), Arc::new(SystemClock));
    // A client of the test's own, whose verifier it knows: the provider's token, as it came.
    let attempt = attempt();
    let verifier = "a-verifier-of-the-test-that-is-long-enough-for-rfc7636";
    let asked = ours.begin(&attempt).await.unwrap();
    let challenge = base64_url(&Digest::of(verifier.as_bytes()).0);
    let asked = asked.replace(&carried(&asked, "code_challenge"), &challenge);
    let code = carried(&server.visit(&asked).await, "code");
    let token = server.exchange(Glewlwyd::CLIENT, BACK, &code, verifier).await;
    assert_eq!(ours.judge(&token, &attempt).await.unwrap().profile.name.as_str(), "choi");

    assert_eq!(judged(&ours, &token, &self::attempt()).await, BadToken::Nonce);
    let late = provider(here.clone(), Arc::new(Wrong(Millis::minutes(61).0.cast_signed())));
    assert!(matches!(judged(&late, &token, &attempt).await, BadToken::Time(_)), "expired");
    let stale = provider(here.clone(), Arc::new(Wrong(Millis::minutes(30).0.cast_signed())));
    let why = judged(&stale, &token, &attempt).await;
    assert!(matches!(&why, BadToken::Time(text) if text.starts_with("made at")), "made too long ago: {why}");
    let client = Client { id: Glewlwyd::OTHER.to_owned(), ..here.client.clone() };
    let other = provider(Settings { client, ..here.clone() }, Arc::new(SystemClock));
    assert!(matches!(judged(&other, &token, &attempt).await, BadToken::Audience(_)));

    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, _) = signed.split_once('.').unwrap();
    let forged = base64_url(br#"{"iss":"x","sub":"1","aud":"relight","exp":9999999999,"iat":1}"#);
    for (token, what) in [
        (format!("{head}.{forged}.{signature}"), "another text under a signature"),
        (format!("{signed}."), "without a signature"),
        (format!("{}.{}.", base64_url(br#"{"alg":"none"}"#), signed.split_once('.').unwrap().1), "that wants none"),
    ] {
        let why = judged(&ours, &token, &attempt).await;
        assert!(!matches!(why, BadToken::Nonce | BadToken::Time(_)), "{what}: {why}");
    }
    let elsewhere = Glewlwyd::start(BACK).await;
    let elsewhere = provider(settings(&elsewhere.issuer()), Arc::new(SystemClock));
    let why = judged(&elsewhere, &token, &attempt).await;
    assert!(matches!(why, BadToken::Issuer(_) | BadToken::Signature(_)), "{why}");
}

#[tokio::test]
async fn a_provider_that_can_not_be_asked_is_told_in_words() {
    let gone = format!("http://localhost:{}/api/oidc", free_port());
    let why = provider(settings(&gone), Arc::new(SystemClock)).begin(&attempt()).await.unwrap_err();
    assert!(matches!(why, Trouble::Unreachable { .. }) && why.to_string().contains(&gone), "{why}");

    let mut server = Glewlwyd::start(BACK).await;
    let ours = provider(settings(&server.issuer()), Arc::new(SystemClock));
    assert!(ours.examine().await.is_ok());
    let end = ours.farewell().await.unwrap().unwrap();
    assert_eq!(carried(&end, "post_logout_redirect_uri"), format!("{CONSOLE}/sign-in"));
    let other_name = settings(&server.issuer().replace("localhost", "127.0.0.1"));
    let why = provider(other_name, Arc::new(SystemClock)).examine().await.unwrap_err();
    assert!(matches!(why, Trouble::Unusable { .. }), "calls itself something else: {why}");
    let attempt = attempt();
    let back = server.visit(&ours.begin(&attempt).await.unwrap()).await;
    server.end();
    let why = ours.finish(&attempt, &carried(&back, "code")).await.unwrap_err();
    assert!(matches!(why, Trouble::Unreachable { .. }), "{why}");
    server.resume().await;
    let known = ours.finish(&attempt, &carried(&back, "code")).await.unwrap();
    assert_eq!(known.profile.name.as_str(), "choi", "the attempt goes on where the provider is back");
}

fn base64_url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
