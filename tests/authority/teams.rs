//! Nobody gets or gives by a team what could not be got or given by hand.

use axum::http::StatusCode;
use engine::base::{Text, UserName};
use engine::identity::Team;
use engine::plan::Mode;
use engine::run::{Actor, Door};
use relight::accounts::By;
use serde_json::Value;

use crate::stage::{BANK, Person, Stage, Verdict, grant};

impl Stage {
    /// A team of the bank, kept by the command line.
    pub(crate) async fn team(&self, id: &str, members: &[&str], roles: &[&str]) {
        let team = Team {
            id: id.parse().unwrap(),
            title: Text::plain(id),
            org: BANK.parse().ok(),
            members: members.iter().map(|name| name.parse().unwrap()).collect(),
            roles: roles.iter().map(|role| (role.parse().unwrap(), Mode::ALL.into())).collect(),
            note: String::new(),
        };
        let by = By::host(Actor { name: "root".parse().unwrap(), roles: vec![], via: Door::CommandLine });
        let found = self.console.app.sign_ins.team(&team.id).await.unwrap();
        self.console.app.sign_ins.keep_team(&by, &team, found.map_or(0, |found| found.version)).await.unwrap();
    }

    async fn held(&self, name: &str) -> Vec<String> {
        let user = self.console.app.sign_ins.person(&name.parse::<UserName>().unwrap()).await.unwrap().unwrap();
        user.held()
            .map(|(grant, team)| {
                let org = grant.org.as_ref().map_or("everything", |org| org.as_str());
                format!("{} {org} {}", grant.role, team.map_or("–", |team| team.as_str()))
            })
            .collect()
    }

    /// What the audit log says of teams, by act.
    async fn team_deeds(&self) -> Vec<String> {
        let query = engine::store::DeedQuery { act: Some("team.".into()), ..Default::default() };
        let deeds = self.console.store.deeds(query).await.unwrap();
        let deeds = deeds.iter().map(|deed| serde_json::from_str::<Value>(&deed.entry).unwrap());
        deeds
            .map(|deed| format!("{} {} {}", deed["by"]["name"], deed["act"], deed["object"]).replace('"', ""))
            .collect()
    }
}

/// The form of the team `crew`, as it was looked at.
async fn form<'f>(stage: &Stage, further: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let found = stage.console.app.sign_ins.team(&"crew".parse().unwrap()).await.unwrap().unwrap();
    let mut fields =
        vec![("verb", "keep".to_owned()), ("version", found.version.to_string()), ("title_ko", "x".into())];
    fields.extend(further.iter().map(|(name, value)| (*name, (*value).to_owned())));
    fields
}

async fn keep(stage: &Stage, person: &Person, further: &[(&str, &str)]) -> Verdict {
    let fields = form(stage, further).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    stage.ask("POST /teams/crew", person, &fields).await
}

#[tokio::test]
async fn who_joins_a_team_may_at_the_next_click_and_who_leaves_it_may_no_more() {
    let stage = Stage::set().await;
    stage.team("crew", &[], &["operator"]).await;
    let clerk = stage.person("clerk", vec![]).await;
    assert_eq!(stage.ask("GET /runbooks/bank-db", &clerk, &[]).await, Verdict::Nothing);
    let boss = stage.person("boss", vec![grant("admin", BANK, &[])]).await;
    let (place, role) = (("org", BANK), ("role-0", "operator"));
    let in_drills = [place, role, ("modes-0", "drill"), ("joining", "clerk")];
    assert_eq!(keep(&stage, &boss, &in_drills).await, Verdict::Yes);
    assert_eq!(stage.held("clerk").await, ["operator bank/it crew"]);
    assert_eq!(stage.ask("GET /runbooks/bank-db/declare", &clerk, &[]).await, Verdict::Yes, "in the same session");
    assert_eq!(keep(&stage, &boss, &[place, role, ("modes-0", "drill")]).await, Verdict::Yes);
    assert_eq!(stage.ask("GET /runbooks/bank-db", &clerk, &[]).await, Verdict::Nothing);
    assert_eq!(keep(&stage, &boss, &in_drills).await, Verdict::Yes);
    assert_eq!(stage.ask("POST /teams/crew", &boss, &[("verb", "remove")]).await, Verdict::Yes);
    assert_eq!(stage.ask("GET /runbooks/bank-db", &clerk, &[]).await, Verdict::Nothing, "the team is gone");
    assert!(stage.held("clerk").await.is_empty());
}

#[tokio::test]
async fn a_team_is_no_way_to_more_than_its_admin_could_give_by_hand() {
    let stage = Stage::set().await;
    let boss = stage.person("boss", vec![grant("admin", BANK, &[])]).await;
    let other = stage.person("other", vec![grant("admin", "bank/hr", &[])]).await;
    stage.person("clerk", vec![grant("observer", BANK, &[])]).await;
    stage.person("chief", vec![grant("commander", "bank", &Mode::ALL), grant("operator", BANK, &Mode::ALL)]).await;
    stage.person("seller", vec![grant("operator", "shop", &Mode::ALL)]).await;
    stage.team("crew", &["clerk"], &["operator"]).await;
    let before = (stage.held("clerk").await, stage.team_deeds().await);

    // Not a place above or beside the own one, new or moved there.
    for org in ["", "bank", "shop", "bank/hr"] {
        let new = [("id", "coup"), ("title_ko", "x"), ("org", org)];
        assert_eq!(stage.status("POST /teams", &boss, &new).await, StatusCode::UNPROCESSABLE_ENTITY, "{org}");
        let moved = [("org", org), ("role-0", "commander"), ("modes-0", "real"), ("member", "clerk")];
        assert_eq!(keep(&stage, &boss, &moved).await, Verdict::Yes);
    }
    // Not oneself, whatever the team gives: nobody changes what the own account may do.
    for role in ["commander", "admin", "observer"] {
        let own = [("org", BANK), ("role-0", role), ("modes-0", "drill"), ("member", "clerk"), ("joining", "boss")];
        assert_eq!(keep(&stage, &boss, &own).await, Verdict::Yes);
    }
    // Nobody who holds something elsewhere, and nobody who is not there.
    for name in ["chief", "seller", "nobody"] {
        let own = [("org", BANK), ("role-0", "operator"), ("modes-0", "drill"), ("member", "clerk"), ("joining", name)];
        assert_eq!(keep(&stage, &boss, &own).await, Verdict::Yes);
    }
    assert_eq!(before, (stage.held("clerk").await, stage.team_deeds().await), "all of that was refused");
    assert_eq!(stage.held("boss").await, ["admin bank/it –"]);
    assert_eq!(stage.held("chief").await, ["commander bank –", "operator bank/it –"]);

    // For an admin of another place there is no such team.
    for (route, fields) in
        [("GET /teams/crew", vec![]), ("POST /teams/crew", vec![("verb", "remove")]), ("POST /people/clerk", vec![])]
    {
        assert_eq!(stage.ask(route, &other, &fields).await, Verdict::Nothing, "{route}");
    }
    let page = stage.page("/teams", &other).await;
    assert!(!page.contains("crew") && !page.contains("clerk"), "{page}");
}

#[tokio::test]
async fn who_is_in_a_team_changes_its_name_but_not_what_it_gives_nor_ends_it() {
    let stage = Stage::set().await;
    let boss = stage.person("boss", vec![grant("admin", BANK, &[])]).await;
    stage.team("crew", &["boss"], &["operator"]).await;
    let all = |further: &[(&'static str, &'static str)]| {
        let mut all = vec![("org", BANK), ("member", "boss"), ("role-0", "operator")];
        all.extend(Mode::ALL.map(|mode| ("modes-0", mode.keyword())));
        all.extend_from_slice(further);
        all
    };
    let own = vec!["admin bank/it –".to_owned(), "operator bank/it crew".to_owned()];
    for wider in [&[("role-1", "commander"), ("modes-1", "real")][..], &[("role-1", "admin"), ("modes-1", "mock")]] {
        assert_eq!(keep(&stage, &boss, &all(wider)).await, Verdict::Yes);
    }
    stage.ask("POST /teams/crew", &boss, &[("verb", "remove")]).await;
    assert_eq!(stage.held("boss").await, own);
    assert_eq!(stage.team_deeds().await, ["root team.add team/crew"]);
    assert_eq!(keep(&stage, &boss, &all(&[("note", "night shift")])).await, Verdict::Yes);
    assert_eq!(stage.team_deeds().await.last().unwrap(), "boss team.change team/crew");
}

#[tokio::test]
async fn what_a_team_gives_is_neither_taken_nor_forged_by_the_form_of_a_person() {
    let stage = Stage::set().await;
    let boss = stage.person("boss", vec![grant("admin", BANK, &[])]).await;
    stage.person("clerk", vec![]).await;
    stage.team("crew", &["clerk"], &["operator"]).await;
    let of_the_team = r#"{"role":"operator","org":"bank/it","modes":["mock","isolated","drill","real"]}"#;
    for forged in [of_the_team, &of_the_team.replace('}', r#","team":"crew"}"#)] {
        stage.ask("POST /people/clerk", &boss, &[("verb", "ungrant"), ("grant", forged)]).await;
        assert_eq!(stage.held("clerk").await, ["operator bank/it crew"]);
    }
    let by_hand = [("verb", "grant"), ("role", "operator"), ("org", BANK), ("mode", "mock"), ("team", "crew")];
    assert_eq!(stage.ask("POST /people/clerk", &boss, &by_hand).await, Verdict::Yes);
    assert_eq!(stage.held("clerk").await, ["operator bank/it –", "operator bank/it crew"], "beside the team's");
}
