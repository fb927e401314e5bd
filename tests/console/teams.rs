//! The pages of teams, as an admin uses them.

use axum::http::{StatusCode, header};
use engine::base::{Lang, Text};
use engine::identity::{Grant, Team};
use engine::run::{Actor, Door};
use relight::accounts::By;

use crate::app::Console;

async fn bank() -> Console {
    let console = Console::open().await;
    let at = |role: &str, org: &str| vec![Grant::in_all_modes(role.parse().unwrap(), org.parse().ok())];
    console.add_with("boss", at("admin", "bank/it"), Lang::En, false).await;
    console.add_with("han", at("observer", "bank/it"), Lang::Ko, false).await;
    console.add_with("yoon", vec![], Lang::En, false).await;
    console
}

#[tokio::test]
async fn a_team_is_made_filled_and_removed_by_forms_and_said_where_roles_are_shown() {
    let console = bank().await;
    let boss = console.sign_in("boss").await;
    let page = boss.get("/people").await;
    assert!(page.has("a.button[href='/teams']"));
    let list = boss.get("/teams").await;
    assert_eq!(list.attribute("#org", "value"), "bank/it", "the own place is there already");
    let wrong = boss
        .submit(&list, "form[action='/teams']", &[("id", "응급 팀"), ("title_ko", "응급팀"), ("org", "bank/it")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        (wrong.attribute("#id", "value"), wrong.attribute("#title_ko", "value")),
        ("응급 팀".into(), "응급팀".into())
    );
    let named =
        [("id", "response"), ("title_ko", "기술대응"), ("title_en", "Technical <b>response</b>"), ("org", "bank/it")];
    let made = boss.submit(&list, "form[action='/teams']", &named).await;
    assert_eq!((made.status, made.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/teams/response"));

    let page = boss.get("/teams/response").await;
    assert_eq!(page.one("h1"), "Technical <b>response</b> response");
    let others: Vec<_> = ["han", "yoon", "boss", "kim"]
        .into_iter()
        .filter(|name| page.has(&format!("#others option[value='{name}']")))
        .collect();
    assert_eq!(others, ["han", "yoon"], "not oneself, and nobody whom others manage");
    let fill = [
        ("title_ko", "기술대응"),
        ("title_en", "Technical response"),
        ("org", "bank/it"),
        ("joining", "han, yoon"),
        ("role-0", "operator"),
        ("modes-0", "drill"),
        ("verb", "keep"),
    ];
    let kept = boss.submit(&page, "form.team", &fill).await;
    assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, "/teams/response"), "{}", kept.text);
    // The same page sent once more is of before.
    let stale = boss.submit(&page, "form.team", &fill).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.one(".notice.bad").contains("somebody else has changed the team"), "{}", stale.text);
    assert!(stale.has("input[name='member'][value='han'][checked]"), "and the team is shown as it is");

    let person = boss.get("/people/han").await;
    assert!(person.has("li a[href='/teams/response']"));
    assert_eq!(person.all("button[value='ungrant']").len(), 1, "what the team gives is not taken back here");
    assert!(boss.get("/people").await.text.contains("(Technical response)"));
    assert!(boss.get("/organisations").await.text.contains("response"));
    let me = console.sign_in("han").await.get("/me").await;
    assert!(me.one("#me-roles ~ table tbody").contains("팀: 기술대응"), "{}", me.one("#me-roles ~ table tbody"));

    let page = boss.get("/teams/response").await;
    let without = [
        ("title_ko", "기술대응"),
        ("org", "bank/it"),
        ("member", "yoon"),
        ("role-0", "operator"),
        ("modes-0", "drill"),
        ("modes-0", "real"),
        ("verb", "keep"),
    ];
    assert_eq!(boss.submit(&page, "form.team", &without).await.status, StatusCode::SEE_OTHER);
    assert!(!boss.get("/people/han").await.has("a[href='/teams/response']"));
    let list = boss.get("/teams").await;
    assert_eq!(list.all("#teams ~ table td[data-label='Members']"), ["yoon"]);
    let page = boss.get("/teams/response").await;
    let idle = [
        ("title_ko", "기술대응"),
        ("org", "bank/it"),
        ("joining", "han"),
        ("role-0", "operator"),
        ("role-1", "tier-lead"),
        ("verb", "keep"),
    ];
    let refused = boss.submit(&page, "form.team", &idle).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.one(".notice.bad").contains("counts in no mode"), "{}", refused.text);
    assert_eq!(refused.attribute("#joining", "value"), "han", "what was written stands there still");
    assert!(!refused.has("input[name='member'][checked]") && refused.has("#role-1[value='tier-lead']"));
    let gone = boss.submit(&page, "#remove ~ form", &[("verb", "remove")]).await;
    assert_eq!(gone.location(), "/teams");
    assert_eq!(boss.get("/teams/response").await.status, StatusCode::NOT_FOUND);
    assert!(!boss.get("/people/yoon").await.has("a[href='/teams/response']"));
}

/// Whose each unit is: a team of the place, a team of another place, somebody who is no team.
const OWNED: &str = "
runbook: bank-db
organisation: bank/it
units:
  db: {target: 1m, owner: response, manual: stand by}
  ap: {target: 1m, owner: sellers, manual: stand by}
  web: {target: 1m, owner: \"Kim <3rd floor>\", manual: stand by}
";

#[tokio::test]
async fn a_unit_says_which_team_it_is_of_and_who_that_is() {
    let console = bank().await;
    std::fs::write(console.folder.path().join("bank.yaml"), OWNED).unwrap();
    let by = By::host(Actor { name: "root".parse().unwrap(), roles: vec![], via: Door::CommandLine });
    for (id, title, org) in [("response", "Technical response", "bank"), ("sellers", "The shop", "shop")] {
        let team = Team {
            id: id.parse().unwrap(),
            title: Text::new("팀", title),
            org: org.parse().ok(),
            members: ["han".parse().unwrap(), "yoon".parse().unwrap()].into(),
            roles: std::collections::BTreeMap::new(),
            note: String::new(),
        };
        console.app.sign_ins.keep_team(&by, &team, 0).await.unwrap();
    }
    let kim = console.sign_in("kim").await;
    let form = kim.get("/runbooks/bank-db/declare").await;
    let declared = [("mode", "drill"), ("reason", "test"), ("confirm", "bank-db")];
    let run = kim.submit(&form, "form[action$='declare']", &declared).await.header(header::LOCATION).to_owned();
    for (unit, owner) in [("db", "Technical response han, yoon"), ("ap", "sellers"), ("web", "Kim <3rd floor>")] {
        let page = kim.get(&format!("{run}/units/{unit}")).await;
        let facts: Vec<String> = page.all("dl.facts dd").iter().map(|fact| words(fact)).collect();
        assert!(facts.contains(&owner.to_owned()), "{facts:?}");
    }
    let task = loop {
        let page = kim.get(&format!("{run}/tasks/db")).await;
        if page.status == StatusCode::OK {
            break page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert!(words(&task.one("main")).contains("Owner Technical response han, yoon"), "{}", task.one("main"));
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
