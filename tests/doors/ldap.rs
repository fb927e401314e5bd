//! A directory that is OpenLDAP.

use std::sync::Arc;
use std::time::Duration;

use engine::base::{Secret, UserName};
use engine::inventory::SecretSource;
use harness::certificates::Authority;
use harness::ports::free_port;
use harness::slapd::Slapd;
use relight::accounts::ldap::{
    Answer, Attributes, Barred, Bind, Directory, Filter, Groups, People, Server, Settings, Trouble,
};
use relight::accounts::{Profile, Trust};

struct Bank {
    authority: Authority,
    slapd: Slapd,
}

impl Bank {
    fn open() -> Self {
        let authority = Authority::new();
        let slapd = Slapd::start(&authority.sign("localhost"));
        Self { authority, slapd }
    }

    fn tls(&self) -> Server {
        Server::parse(&format!("ldaps://localhost:{}", self.slapd.tls_port()), false).unwrap()
    }

    fn settings(&self) -> Settings {
        Settings {
            servers: vec![self.tls()],
            trust: Trust::File(self.authority.certificate()),
            bind: Some(Bind { dn: Slapd::READER.to_owned(), password: SecretSource::Env("LDAP_PASSWORD".to_owned()) }),
            people: People {
                base: "ou=people,dc=bank,dc=test".to_owned(),
                filter: Filter::by_name("(&(objectClass=inetOrgPerson)(uid={name}))").unwrap(),
            },
            groups: None,
            attributes: Attributes {
                name: "uid".to_owned(),
                display: "displayName".to_owned(),
                mail: "mail".to_owned(),
                groups: "memberOf".to_owned(),
            },
            patience: Duration::from_secs(10),
        }
    }

    fn directory(&self) -> Directory {
        directory(self.settings())
    }
}

fn directory(settings: Settings) -> Directory {
    Directory::new(settings, Arc::new(|_| Ok(Secret::new(Slapd::READER_PASSWORD))))
}

async fn ask(directory: &Directory, name: &str, password: &str) -> Result<Answer, Trouble> {
    directory.sign_in(name, &Secret::new(password)).await
}

async fn trouble(settings: Settings) -> Trouble {
    ask(&directory(settings), "kim", "kim's words").await.unwrap_err()
}

fn kim(groups: &[&str]) -> Profile {
    Profile {
        name: "kim".parse().unwrap(),
        subject: "uid=Kim,ou=people,dc=bank,dc=test".to_owned(),
        display: Some("김민준".to_owned()),
        mail: Some("minjun@bank.test".to_owned()),
        groups: groups.iter().map(|group| format!("cn={group},ou=groups,dc=bank,dc=test")).collect(),
    }
}

#[tokio::test]
async fn a_person_of_the_directory_is_known_by_name_and_password_with_their_groups() {
    let bank = Bank::open();
    let known = Answer::Known(kim(&["commanders", "everybody"]));
    assert_eq!(ask(&bank.directory(), "kim", "kim's words").await.unwrap(), known);
    assert_eq!(ask(&bank.directory(), " KIM ", "kim's words").await.unwrap(), known, "capitals are the same person");
    assert_eq!(ask(&bank.directory(), "kim", "lee's words").await.unwrap(), Answer::Wrong);
    assert_eq!(ask(&bank.directory(), "choi", "kim's words").await.unwrap(), Answer::Nobody);
}

#[tokio::test]
async fn starttls_is_as_good_as_tls_from_the_first_byte() {
    let bank = Bank::open();
    let starttls = Server::parse(&format!("ldap://localhost:{}", bank.slapd.port()), true).unwrap();
    let directory = directory(Settings { servers: vec![starttls.clone()], ..bank.settings() });
    assert!(matches!(ask(&directory, "kim", "kim's words").await.unwrap(), Answer::Known(_)));
    let stranger = Authority::new();
    let settings = Settings { servers: vec![starttls], trust: Trust::File(stranger.certificate()), ..bank.settings() };
    let why = trouble(settings).await;
    assert!(matches!(why, Trouble::Untrusted { .. }), "{why}");
}

#[tokio::test]
async fn a_name_is_a_value_and_never_a_part_of_the_filter() {
    let bank = Bank::open();
    for name in
        ["*", "*)(uid=*", "kim)(|(uid=*", "ki*", r"\2a", "kim\0", "(", ")", "", " ", "{name}", &"x".repeat(5_000)]
    {
        for password in ["kim's words", "lee's words"] {
            assert_eq!(ask(&bank.directory(), name, password).await.unwrap(), Answer::Nobody, "{name:?}");
        }
    }
    let people = People { filter: Filter::by_name("(|(uid={name})(cn={name}))").unwrap(), ..bank.settings().people };
    let directory = directory(Settings { people, ..bank.settings() });
    let lee = ask(&directory, r"Lee (night) * \", "lee's words").await.unwrap();
    assert!(matches!(lee, Answer::Known(profile) if profile.name.as_str() == "lee"), "such a name can be looked up");
}

#[tokio::test]
async fn a_bind_without_a_password_is_nobodys_sign_in() {
    let bank = Bank::open();
    assert_eq!(ask(&bank.directory(), "kim", "").await.unwrap(), Answer::Wrong);
    assert_eq!(ask(&bank.directory(), "kim", &"x".repeat(2_000)).await.unwrap(), Answer::Wrong);
}

#[tokio::test]
async fn an_account_that_the_directory_has_switched_off_is_kept_out() {
    let bank = Bank::open();
    let barred = Answer::Barred { name: "park".parse().unwrap(), why: Barred::Disabled };
    assert_eq!(ask(&bank.directory(), "park", "park's words").await.unwrap(), barred);
    assert_eq!(
        ask(&bank.directory(), "park", "wrong").await.unwrap(),
        Answer::Wrong,
        "told only to who knows the password"
    );
}

#[tokio::test]
async fn groups_are_looked_up_where_entries_do_not_say_them() {
    let bank = Bank::open();
    let groups = Groups {
        base: "ou=groups,dc=bank,dc=test".to_owned(),
        filter: Filter::by_entry("(&(objectClass=groupOfNames)(member={dn}))").unwrap(),
    };
    let directory = directory(Settings { groups: Some(groups.clone()), ..bank.settings() });
    let known = Answer::Known(kim(&["commanders", "everybody"]));
    assert_eq!(ask(&directory, "kim", "kim's words").await.unwrap(), known);
    bank.slapd.change(
        "dn: cn=commanders,ou=groups,dc=bank,dc=test\nchangetype: modify\nreplace: member\nmember: uid=lee,ou=people,dc=bank,dc=test\n",
    );
    let known = Answer::Known(kim(&["everybody"]));
    assert_eq!(ask(&directory, "kim", "kim's words").await.unwrap(), known, "as they are now");
    for extra in ["a", "b", "c"] {
        bank.slapd.change(&format!(
            "dn: cn={extra},ou=groups,dc=bank,dc=test\nchangetype: add\nobjectClass: groupOfNames\nmember: uid=Kim,ou=people,dc=bank,dc=test\n"
        ));
    }
    let why = ask(&directory, "kim", "kim's words").await.unwrap_err();
    assert!(matches!(why, Trouble::TooMany { .. }), "the directory gives three: {why}");
    assert!(why.to_string().contains("ou=groups,dc=bank,dc=test"), "{why}");
}

#[tokio::test]
async fn accounts_are_looked_at_again_without_their_password() {
    let bank = Bank::open();
    let names: Vec<UserName> = ["kim", "lee", "park", "choi"].map(|name| name.parse().unwrap()).into();
    let there = |all: Vec<(UserName, Option<Profile>)>| {
        all.into_iter().map(|(name, profile)| (name.to_string(), profile.is_some())).collect::<Vec<_>>()
    };
    let all = there(bank.directory().look(&names).await.unwrap());
    assert_eq!(all, [("kim", true), ("lee", true), ("park", false), ("choi", false)].map(|(n, t)| (n.to_owned(), t)));
    bank.slapd.change("dn: uid=lee,ou=people,dc=bank,dc=test\nchangetype: delete\n");
    let all = there(bank.directory().look(&names).await.unwrap());
    assert!(!all[1].1, "removed since");
}

#[tokio::test]
async fn a_name_for_two_people_is_nobodys() {
    let bank = Bank::open();
    let people = People { filter: Filter::by_name("(mail={name})").unwrap(), ..bank.settings().people };
    let by_mail = directory(Settings { people, ..bank.settings() });
    let why = ask(&by_mail, "minjun@bank.test", "kim's words").await.unwrap_err();
    assert!(matches!(why, Trouble::Ambiguous { .. }), "{why}");
    bank.slapd.change("dn: uid=park,ou=people,dc=bank,dc=test\nchangetype: delete\n");
    let why = ask(&by_mail, "minjun@bank.test", "kim's words").await.unwrap_err();
    assert!(matches!(why, Trouble::Unfindable { .. }), "could never be looked at again: {why}");
}

#[tokio::test]
async fn what_keeps_the_directory_from_answering_is_told_in_words() {
    let bank = Bank::open();
    let base = bank.settings();
    let stranger = Authority::new();
    let why = trouble(Settings { trust: Trust::File(stranger.certificate()), ..base.clone() }).await;
    assert!(matches!(why, Trouble::Untrusted { .. }), "{why}");
    let by_address = Server::parse(&format!("ldaps://127.0.0.1:{}", bank.slapd.tls_port()), false).unwrap();
    let why = trouble(Settings { servers: vec![by_address], ..base.clone() }).await;
    assert!(matches!(why, Trouble::Untrusted { .. }), "not the certificate of that name: {why}");
    let why = trouble(Settings { trust: Trust::File("/nowhere/ca.pem".into()), ..base.clone() }).await;
    assert!(why.to_string().contains("/nowhere/ca.pem"), "{why}");

    let wrong = Directory::new(base.clone(), Arc::new(|_| Ok(Secret::new("wrong"))));
    let why = ask(&wrong, "kim", "kim's words").await.unwrap_err();
    assert!(matches!(why, Trouble::Bind { .. }), "{why}");
    assert!(!why.to_string().contains("wrong words") && why.to_string().contains(Slapd::READER), "{why}");
    let unnamed = trouble(Settings { bind: None, ..base.clone() }).await;
    assert!(matches!(unnamed, Trouble::NoBase { .. }), "nobody may look: {unnamed}");
    let people = People { base: "ou=nowhere,dc=bank,dc=test".to_owned(), ..base.people.clone() };
    let why = trouble(Settings { people, ..base.clone() }).await;
    assert!(matches!(why, Trouble::NoBase { .. }) && why.to_string().contains("ou=nowhere"), "{why}");
    let attributes = Attributes { name: "mail".to_owned(), ..base.attributes.clone() };
    let why = trouble(Settings { attributes, ..base }).await;
    assert!(matches!(why, Trouble::BadName { .. }) && why.to_string().contains("`mail`"), "{why}");
}

#[tokio::test]
async fn the_next_server_is_asked_where_one_is_gone_or_hangs() {
    let mut bank = Bank::open();
    let gone = Server::parse(&format!("ldaps://localhost:{}", free_port()), false).unwrap();
    let servers = vec![gone.clone(), bank.tls()];
    let both = directory(Settings { servers, ..bank.settings() });
    assert!(matches!(ask(&both, "kim", "kim's words").await.unwrap(), Answer::Known(_)));
    let findings = both.examine().await;
    assert!(matches!(&findings[0], (server, Err(Trouble::Unreachable { .. })) if *server == gone.to_string()));
    assert!(findings[1].1.is_ok(), "{findings:?}");

    let other = Slapd::start(&bank.authority.sign("localhost"));
    let second = Server::parse(&format!("ldaps://localhost:{}", other.tls_port()), false).unwrap();
    let settings = Settings { patience: Duration::from_secs(1), ..bank.settings() };
    bank.slapd.hang();
    let why = trouble(settings.clone()).await;
    assert!(matches!(why, Trouble::Late { .. }), "{why}");
    let both = directory(Settings { servers: vec![bank.tls(), second], patience: Duration::from_secs(3), ..settings });
    assert!(matches!(ask(&both, "kim", "kim's words").await.unwrap(), Answer::Known(_)));
    bank.slapd.end();
    let why = trouble(bank.settings()).await;
    assert!(matches!(why, Trouble::Unreachable { .. }), "{why}");
    bank.slapd.resume();
    assert!(matches!(ask(&bank.directory(), "kim", "kim's words").await.unwrap(), Answer::Known(_)));
}
