//! The sign-in page with doors, from the form to the session.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::base::{Clock as _, SystemClock};
use harness::certificates::Authority;
use harness::glewlwyd::Glewlwyd;
use harness::slapd::Slapd;
use relight::accounts::doors::watch;
use relight::accounts::{Came, Enrolment};

use crate::house::{House, OWN_PASSWORD, cookies};

const BACK: &str = "http://localhost:9/sign-in/oidc/return";

fn ldap(slapd: &Slapd, authority: &Authority, further: &str) -> String {
    format!(
        r#"
ldap:
  title: {{ko: 은행 계정, en: a bank account}}
  servers: ["ldaps://localhost:{}"]
  ca: {}
  bind: {{dn: "{}", password: {{env: LDAP}}}}
  people: {{base: "ou=people,dc=bank,dc=test", filter: "(&(objectClass=inetOrgPerson)(uid={{name}}))"}}
  grants:
    - {{group: "CN=Commanders, OU=groups, DC=bank, DC=test", role: commander, org: bank/it, modes: [drill, real]}}
    - {{group: "cn=everybody,ou=groups,dc=bank,dc=test", role: observer}}
{further}
"#,
        slapd.tls_port(),
        authority.certificate().display(),
        Slapd::READER,
    )
}

fn oidc(provider: &Glewlwyd, group: &str) -> String {
    format!(
        r"
oidc:
  issuer: {}
  client: {{id: {}, secret: {{env: OIDC}}}}
  console: http://localhost:9/
  grants: [{{group: {group}, role: operator}}]
",
        provider.issuer(),
        Glewlwyd::CLIENT,
    )
}

fn directory() -> (Authority, Slapd) {
    let authority = Authority::new();
    let slapd = Slapd::start(&authority.sign("localhost"));
    (authority, slapd)
}

#[tokio::test]
async fn the_page_offers_the_doors_that_there_are_in_both_languages() {
    let house = House::open("{}").await;
    let page = house.get("/sign-in", "").await;
    assert_eq!(page.all(".sign-in button"), ["로그인"]);
    for path in ["/sign-in/oidc", "/sign-in/oidc/return", "/sign-in/oidc/leave"] {
        assert_eq!(house.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = house.form("directory", "lee", OWN_PASSWORD).await;
    assert_eq!(page.location(), "/runs", "a form from before the doors were taken away");

    let (authority, slapd) = directory();
    let provider = Glewlwyd::start(BACK).await;
    let both = ldap(&slapd, &authority, "") + &oidc(&provider, "everybody");
    let house = House::open(&both).await;
    let page = house.get("/sign-in?next=%2Fruns", "").await;
    assert_eq!(page.all(".sign-in button"), ["은행 계정 로그인", "로컬 계정으로 로그인"]);
    assert_eq!(page.one(".sign-in a.button"), "SSO 로그인");
    assert_eq!(page.attribute(".sign-in a.button", "href"), "/sign-in/oidc?next=%2Fruns");
    let page = house.get("/sign-in", "relight_lang=en").await;
    assert_eq!(page.all(".sign-in button"), ["Sign in with a bank account", "Sign in with a local account"]);
    assert_eq!(page.one(".sign-in a.button"), "Sign in with single sign-on");
}

#[tokio::test]
async fn a_person_of_the_directory_has_an_account_with_what_the_groups_mean_at_each_sign_in() {
    let (authority, slapd) = directory();
    let house = House::open(&ldap(&slapd, &authority, "")).await;
    let page = house.form("directory", "Kim", "kim's words").await;
    assert_eq!(page.location(), "/runs");
    assert_eq!(house.get("/runs", &cookies(&page)).await.status, StatusCode::OK);
    assert_eq!(house.roles("kim").await, ["commander", "observer"]);
    let kim = house.user("kim").await.unwrap();
    assert_eq!(kim.given[0].org.as_ref().map(ToString::to_string).as_deref(), Some("bank/it"));
    assert_eq!(
        house.form("own", "kim", "kim's words").await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "no password here"
    );

    slapd.change("dn: cn=commanders,ou=groups,dc=bank,dc=test\nchangetype: delete\n");
    assert_eq!(house.form("directory", "kim", "kim's words").await.location(), "/runs");
    assert_eq!(house.roles("kim").await, ["observer"]);
    let deeds = house.deeds("sign_in.ldap").await;
    assert_eq!(deeds.len(), 2);
    assert_eq!((&deeds[0]["object"], &deeds[0]["by"]["name"]), (&"user/kim".into(), &"kim".into()));
    assert!(!deeds[0].to_string().contains("kim's words"), "{}", deeds[0]);

    slapd.change("dn: cn=everybody,ou=groups,dc=bank,dc=test\nchangetype: delete\n");
    let session = cookies(&house.form("own", "lee", OWN_PASSWORD).await);
    let before = cookies(&page);
    let page = house.form("directory", "kim", "kim's words").await;
    assert!(page.one(".notice.bad").contains("no role in this console"), "{}", page.text);
    assert!(house.get("/runs", &before).await.location().starts_with("/sign-in"), "and what was open is closed");
    assert!(house.roles("kim").await.is_empty());
    assert_eq!(house.get("/runs", &session).await.status, StatusCode::OK, "others stay");
}

#[tokio::test]
async fn what_a_team_gives_outlives_every_sign_in_and_rests_while_the_directory_lets_nobody_in() {
    let (authority, slapd) = directory();
    let house = House::open(&ldap(&slapd, &authority, "")).await;
    house.form("directory", "kim", "kim's words").await;
    house.team(&["kim"]).await;
    assert_eq!(house.roles("kim").await, ["commander", "observer", "operator"]);
    // At the next sign-in the groups say less, and the team what it said.
    slapd.change("dn: cn=commanders,ou=groups,dc=bank,dc=test\nchangetype: delete\n");
    let page = house.form("directory", "kim", "kim's words").await;
    assert_eq!(house.roles("kim").await, ["observer", "operator"]);
    assert_eq!(house.user("kim").await.unwrap().given.len(), 1);
    // A team alone lets nobody in: that is the directory's to say.
    slapd.change("dn: cn=everybody,ou=groups,dc=bank,dc=test\nchangetype: delete\n");
    let denied = house.form("directory", "kim", "kim's words").await;
    assert!(denied.one(".notice.bad").contains("no role in this console"), "{}", denied.text);
    assert!(house.get("/runs", &cookies(&page)).await.location().starts_with("/sign-in"));
    assert!(house.roles("kim").await.is_empty(), "nor is anything held meanwhile");
    let admin = cookies(&house.form("own", "lee", OWN_PASSWORD).await);
    let shown = house.get("/people/kim", &format!("{admin}; relight_lang=en")).await;
    assert!(shown.one(".notice.warn").contains("what the teams give rests"), "{}", shown.text);
    // What changes about the team meanwhile counts when the person is back.
    house.team(&["kim", "lee"]).await;
    assert!(house.roles("kim").await.is_empty());
    slapd.change(
        "dn: cn=everybody,ou=groups,dc=bank,dc=test\nchangetype: add\nobjectClass: groupOfNames\ncn: everybody\n\
         member: uid=kim,ou=people,dc=bank,dc=test\n",
    );
    assert_eq!(house.form("directory", "kim", "kim's words").await.location(), "/runs");
    assert_eq!(house.roles("kim").await, ["observer", "operator"]);
}

#[tokio::test]
async fn a_person_of_the_directory_confirms_with_its_password_and_shows_a_second_factor_of_here() {
    let (authority, slapd) = directory();
    let house = House::open(&ldap(&slapd, &authority, "")).await;
    let session = cookies(&house.form("directory", "kim", "kim's words").await);
    let page = house.get("/confirm?next=%2Freports", &session).await;
    assert!(page.text.contains("a bank account"), "{}", page.text);
    let (_, hidden) = page.form("form[action='/confirm']");
    let confirm = async |password: &str| {
        let mut fields: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("password", password));
        house.post("/confirm", &session, &fields).await
    };
    assert_eq!(confirm("wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(confirm("lee's words").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(confirm("kim's words").await.location(), "/reports");
    let deeds = house.deeds("session.confirm").await;
    let outcomes: Vec<&serde_json::Value> = deeds.iter().map(|deed| &deed["outcome"]["outcome"]).collect();
    assert_eq!(outcomes, ["refused", "done"], "{deeds:?}");

    let kim = house.user("kim").await.unwrap();
    let came = Came::new(std::net::Ipv4Addr::LOCALHOST.into(), "tests");
    house.app.sign_ins.enrol(&kim).await.unwrap();
    let Enrolment::Begun(authenticator) = house.app.sign_ins.enrolment(&kim).await.unwrap() else { panic!() };
    let code = authenticator.code(SystemClock.now());
    let codes = house.app.sign_ins.enrolled(&kim, &code, &came).await.unwrap();
    let page = house.form("directory", "kim", "kim's words").await;
    assert_eq!(page.location(), "/sign-in/second?next=%2Fruns");
    let half = cookies(&page);
    assert!(house.get("/runs", &half).await.location().starts_with("/sign-in/second"));
    let (_, hidden) = house.get("/sign-in/second?next=%2Fruns", &half).await.form("main form");
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("code", codes[0].expose()));
    assert_eq!(house.post("/sign-in/second", &half, &fields).await.location(), "/runs");
}

#[tokio::test]
async fn an_account_of_our_own_is_never_taken_over() {
    let (authority, slapd) = directory();
    let house = House::open(&ldap(&slapd, &authority, "")).await;
    let lee = house.user("lee").await;
    let page = house.form("directory", "lee", "lee's words").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.one(".notice.bad").contains("Another account of this name"), "{}", page.text);
    assert_eq!(house.user("lee").await, lee);
    assert_eq!(house.form("own", "lee", "lee's words").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.form("own", "lee", OWN_PASSWORD).await.location(), "/runs");
    let deeds = house.deeds("sign_in.ldap").await;
    assert_eq!(deeds[0]["outcome"]["code"], "taken", "{}", deeds[0]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_alike_and_slow_down() {
    let (authority, slapd) = directory();
    let house = House::open(&ldap(&slapd, &authority, "")).await;
    let wrong = house.form("directory", "kim", "wrong").await;
    let unknown = house.form("directory", "*)(uid=*", "wrong").await;
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let barred = house.form("directory", "park", "park's words").await;
    assert!(barred.one(".notice.bad").contains("switched off"), "{}", barred.text);
    for _ in 0..5 {
        house.form("directory", "kim", "wrong").await;
    }
    let page = house.form("directory", "kim", "kim's words").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(house.user("kim").await.is_none(), "nobody has come in");
}

#[tokio::test]
async fn our_own_accounts_come_in_while_the_directory_hangs_or_is_gone() {
    let (authority, mut slapd) = directory();
    let house = std::sync::Arc::new(House::open(&ldap(&slapd, &authority, "  timeout: 20s")).await);
    slapd.hang();
    let asking = tokio::spawn({
        let house = std::sync::Arc::clone(&house);
        async move { house.form("directory", "kim", "kim's words").await.status }
    });
    assert_eq!(house.form("own", "lee", OWN_PASSWORD).await.location(), "/runs");
    assert!(!asking.is_finished(), "the directory is still silent");
    slapd.end();
    assert_eq!(asking.await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
    let page = house.form("directory", "kim", "kim's words").await;
    assert!(page.one(".notice.bad").contains("Local accounts can sign in as ever"), "{}", page.text);
    assert_eq!(house.form("own", "lee", OWN_PASSWORD).await.location(), "/runs");
}

#[tokio::test]
async fn who_is_removed_from_the_directory_is_out_here_too() {
    let (authority, slapd) = directory();
    let house = House::open(&ldap(&slapd, &authority, "  recheck: 1s")).await;
    let session = cookies(&house.form("directory", "kim", "kim's words").await);
    let app = house.app.clone();
    let watching = tokio::spawn(async move {
        watch(app.doors.directory.as_ref().unwrap(), &app.outsiders, &app.stopping).await;
    });
    slapd.change("dn: uid=Kim,ou=people,dc=bank,dc=test\nchangetype: delete\n");
    while house.get("/runs", &session).await.status == StatusCode::OK {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    while house.deeds("sign_out.ldap").await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(house.roles("kim").await.is_empty());
    assert_eq!(house.form("directory", "kim", "kim's words").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    house.app.stopping.cancel();
    watching.await.unwrap();
}

/// The path and query of an address of the console.
fn path(address: &str) -> &str {
    address.strip_prefix("http://localhost:9").unwrap_or_else(|| panic!("another site: {address}"))
}

#[tokio::test]
async fn a_person_of_the_provider_goes_there_and_comes_back_to_the_page_asked_for() {
    let provider = Glewlwyd::start(BACK).await;
    let house = House::open(&oidc(&provider, "dr-commanders")).await;
    let left = house.get("/sign-in/oidc?next=%2Freports", "relight_lang=en").await;
    let back = provider.visit(left.location()).await;
    let page = house.get(path(&back), &cookies(&left)).await;
    assert_eq!(page.location(), "/reports");
    let session = cookies(&page);
    assert!(!session.contains("relight_attempt"), "the attempt is over: {session}");
    assert_eq!(house.roles("choi").await, ["operator"]);
    let deeds = house.deeds("sign_in.oidc").await;
    assert_eq!(deeds[0]["after"]["shown"]["amr"], serde_json::json!(["session"]), "{}", deeds[0]);

    let confirm = house.get("/confirm", &session).await;
    assert!(!confirm.has("#password") && confirm.has("main form[action='/sign-out']"), "{}", confirm.text);
    assert!(confirm.one(".notice").contains("비밀번호가 없습니다"), "{}", confirm.text);

    let again = house.get(path(&back), &cookies(&left)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the same answer once more");
    let runs = house.get("/runs", &session).await;
    let (action, hidden) = runs.form("form[action='/sign-out']");
    let hidden: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let out = house.post(&action, &session, &hidden).await;
    assert_eq!(out.location(), "/sign-in?left=oidc");
    let page = house.get(out.location(), "relight_lang=en").await;
    assert!(page.one(".notice").contains("still signed in at"), "{}", page.text);
    let end = house.get(&page.attribute(".notice a", "href"), "").await;
    assert!(end.location().starts_with(&provider.issuer()), "{}", end.location());
    assert!(house.get("/runs", &session).await.location().starts_with("/sign-in"), "the session here has ended");
}

#[tokio::test]
async fn an_answer_is_taken_only_from_the_browser_that_asked() {
    let provider = Glewlwyd::start(BACK).await;
    let house = House::open(&oidc(&provider, "dr-commanders")).await;
    let mine = house.get("/sign-in/oidc", "").await;
    let yours = house.get("/sign-in/oidc", "").await;
    let back = provider.visit(mine.location()).await;
    for (cookies, what) in [
        (String::new(), "no attempt"),
        (cookies(&yours), "another browser's attempt"),
        ("relight_attempt=x.y".to_owned(), "no token"),
    ] {
        let page = house.get(path(&back), &format!("relight_lang=en; {cookies}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(page.one(".notice.bad").contains("no sign-in that this browser began"), "{what}: {}", page.text);
    }
    let (before, _) = path(&back).split_once("code=").unwrap();
    let page =
        house.get(&format!("{before}error=access_denied"), &format!("relight_lang=en; {}", cookies(&mine))).await;
    assert!(page.one(".notice.bad").contains("not completed at the provider"), "{}", page.text);
    assert!(house.user("choi").await.is_none(), "nobody has come in");

    let attempt = cookies(&mine);
    let (token, _) = attempt.split_once('.').unwrap();
    for foreign in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let left =
            house.get(&format!("/sign-in/oidc?next={}", foreign.replace('/', "%2F").replace('\\', "%5C")), "").await;
        assert!(cookies(&left).ends_with(&format!(".{}", URL_SAFE_NO_PAD.encode("/"))), "{}", cookies(&left));
    }
    let forged = format!("{token}.{}", URL_SAFE_NO_PAD.encode("//evil.example"));
    assert_eq!(house.get(path(&back), &forged).await.location(), "/", "a forged cookie leads to no other site");
}

#[tokio::test]
async fn our_own_accounts_come_in_while_the_provider_is_gone_and_nobody_without_a_role_does() {
    let mut provider = Glewlwyd::start(BACK).await;
    let house = House::open(&oidc(&provider, "another-group")).await;
    let left = house.get("/sign-in/oidc", "relight_lang=en").await;
    let back = provider.visit(left.location()).await;
    let page = house.get(path(&back), &format!("relight_lang=en; {}", cookies(&left))).await;
    assert!(page.one(".notice.bad").contains("no role in this console"), "{}", page.text);
    assert!(house.user("choi").await.is_none());
    provider.end();
    let page = house.get("/sign-in/oidc", "relight_lang=en").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.one(".notice.bad").contains("Local accounts can sign in as ever"), "{}", page.text);
    assert_eq!(house.form("own", "lee", OWN_PASSWORD).await.location(), "/runs");
}
