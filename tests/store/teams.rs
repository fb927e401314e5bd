//! A team and its members change in one commit, whoever else changes either at the same moment.

use std::sync::Arc;

use engine::base::{Lang, SystemClock, TeamId, Text, Timestamp, UserName};
use engine::identity::{Grant, Team, TeamFault, User};
use engine::plan::Mode;
use engine::run::{Actor, Door};
use engine::store::{Deed, DeedQuery, add};
use futures::future::join_all;
use relight::accounts::{By, NotKept, SignIns};

use crate::backend::{Backend, on_every_backend};

on_every_backend! {
    who_joins_and_leaves_holds_and_loses_with_the_same_commit,
    of_two_admins_at_once_one_is_told_to_look_again,
    neither_a_change_of_a_team_nor_one_of_a_member_is_lost,
    nobody_is_half_in_a_team,
}

const PEOPLE: [&str; 4] = ["han", "kim", "lee", "park"];

/// Two processes over one store, with people in it who hold nothing.
async fn two(on: &Backend) -> [SignIns; 2] {
    for name in PEOPLE {
        let user = User::new(name.parse().unwrap(), String::new(), Lang::Ko, Timestamp(0));
        let done = on.database.store.change(Timestamp(0), vec![add(&user).unwrap()], Vec::new()).await.unwrap();
        assert_eq!(done, engine::store::Changed::Done);
    }
    let sign_ins = |database: engine::store::Database| SignIns::new(database.store, Arc::new(SystemClock), None);
    [sign_ins(on.database.clone()), sign_ins(on.again().await)]
}

fn by() -> By {
    By::host(Actor { name: "root".parse().unwrap(), roles: vec![], via: Door::CommandLine })
}

fn team(members: &[&str], roles: &[&str]) -> Team {
    Team {
        id: "crew".parse().unwrap(),
        title: Text::new("기술대응", "Technical response"),
        org: "bank/it".parse().ok(),
        members: members.iter().map(|name| name.parse().unwrap()).collect(),
        roles: roles.iter().map(|role| (role.parse().unwrap(), [Mode::Drill].into())).collect(),
        note: String::new(),
    }
}

fn crew() -> TeamId {
    "crew".parse().unwrap()
}

async fn person(sign_ins: &SignIns, name: &str) -> User {
    sign_ins.person(&name.parse::<UserName>().unwrap()).await.unwrap().unwrap()
}

/// What everybody holds, as `name: role role`; of nobody who holds nothing.
async fn held(sign_ins: &SignIns) -> Vec<String> {
    let people = sign_ins.people().await.unwrap();
    let line = |user: &User| {
        let roles: Vec<&str> = user.grants().map(|grant| grant.role.as_str()).collect();
        (!roles.is_empty()).then(|| format!("{}: {}", user.name, roles.join(" ")))
    };
    people.iter().filter_map(line).collect()
}

async fn deeds(on: &Backend, act: &str) -> Vec<Deed> {
    let query = DeedQuery { act: Some(act.to_owned()), ..DeedQuery::default() };
    let found = on.database.store.deeds(query).await.unwrap();
    found.iter().map(|deed| serde_json::from_str(&deed.entry).unwrap()).collect()
}

async fn who_joins_and_leaves_holds_and_loses_with_the_same_commit(on: Backend) {
    let [sign_ins, other] = two(&on).await;
    sign_ins.keep_team(&by(), &team(&["kim", "lee"], &["operator"]), 0).await.unwrap();
    assert_eq!(held(&other).await, ["kim: operator", "lee: operator"]);
    other.keep_team(&by(), &team(&["lee", "park"], &["operator", "tier-lead"]), 1).await.unwrap();
    assert_eq!(held(&sign_ins).await, ["lee: operator tier-lead", "park: operator tier-lead"]);
    // A new title is no affair of the members.
    let titled = Team { title: Text::plain("crew"), ..team(&["lee", "park"], &["operator", "tier-lead"]) };
    other.keep_team(&by(), &titled, 2).await.unwrap();
    sign_ins.remove_team(&by(), &crew()).await.unwrap();
    assert!(held(&other).await.is_empty() && other.teams().await.unwrap().is_empty());
    let told: Vec<String> = deeds(&on, "team.").await.iter().map(|deed| deed.act.clone()).collect();
    assert_eq!(told, ["team.add", "team.change", "team.change", "team.remove"]);
    let told = deeds(&on, "user.team").await;
    let whose: Vec<&str> = told.iter().map(|deed| deed.object.as_str()).collect();
    assert_eq!(whose, ["kim", "lee", "kim", "lee", "park", "lee", "park"].map(|name| format!("user/{name}")));
    let (before, after) = (told[2].before.as_ref().unwrap(), told[2].after.as_ref().unwrap());
    assert_eq!((&before["teams"]["crew"][0]["role"], after.get("teams")), (&"operator".into(), None));
}

async fn of_two_admins_at_once_one_is_told_to_look_again(on: Backend) {
    let [one, other] = two(&on).await;
    one.keep_team(&by(), &team(&[], &["operator"]), 0).await.unwrap();
    let admin = by();
    for version in 1..8 {
        let [first, second] = if version % 2 == 0 { [["kim"], ["lee"]] } else { [["park"], ["han"]] };
        let (first, second) = (team(&first, &["operator"]), team(&second, &["operator"]));
        let (left, right) =
            tokio::join!(one.keep_team(&admin, &first, version), other.keep_team(&admin, &second, version));
        let stale = |kept: &Result<(), NotKept>| matches!(kept, Err(NotKept::Fault(TeamFault::Stale)));
        assert!(left.is_ok() && stale(&right) || right.is_ok() && stale(&left), "{left:?} {right:?}");
        let kept = one.team(&crew()).await.unwrap().unwrap();
        let members: Vec<String> = kept.value.members.iter().map(|name| format!("{name}: operator")).collect();
        assert_eq!(held(&one).await, members, "who is in it holds it, and nobody else");
    }
    // Added twice at once, it is there once.
    one.remove_team(&admin, &crew()).await.unwrap();
    let (wanted, also) = (team(&["kim"], &["operator"]), team(&["lee"], &["operator"]));
    let (left, right) = tokio::join!(one.keep_team(&admin, &wanted, 0), other.keep_team(&admin, &also, 0));
    assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
    assert_eq!(held(&one).await.len(), 1);
}

async fn neither_a_change_of_a_team_nor_one_of_a_member_is_lost(on: Backend) {
    let [one, other] = two(&on).await;
    let (admin, kim): (By, UserName) = (by(), "kim".parse().unwrap());
    one.keep_team(&admin, &team(&[], &["operator"]), 0).await.unwrap();
    for version in 1..12 {
        let members: &[&str] = if version % 2 == 1 { &["kim"] } else { &[] };
        let (wanted, role) = (team(members, &["operator"]), format!("role-{version}"));
        let grant = Grant::usual(role.parse().unwrap(), None);
        let (kept, given) = tokio::join!(one.keep_team(&admin, &wanted, version), other.grant(&admin, &kim, &grant));
        kept.unwrap();
        given.unwrap();
        let user = person(&one, "kim").await;
        assert_eq!(user.given.len(), usize::try_from(version).unwrap(), "every role given by hand is there");
        assert_eq!(user.teams.contains_key(&crew()), !members.is_empty(), "and the team's as the team says");
    }
    // Nobody takes by hand what a team gives, nor keeps it by giving the same by hand.
    let through = person(&one, "kim").await.teams[&crew()][0].clone();
    one.ungrant(&admin, &kim, &through).await.unwrap();
    assert!(person(&one, "kim").await.teams.contains_key(&crew()));
    one.grant(&admin, &kim, &through).await.unwrap();
    one.remove_team(&admin, &crew()).await.unwrap();
    let user = person(&one, "kim").await;
    assert!(user.teams.is_empty() && user.given.contains(&through), "given twice, it is taken once");
}

async fn nobody_is_half_in_a_team(on: Backend) {
    let [one, other] = two(&on).await;
    let admin = by();
    // Somebody of the list is nobody: then nobody of it is in.
    let refused = one.keep_team(&admin, &team(&["kim", "nobody"], &["operator"]), 0).await;
    assert!(matches!(refused, Err(NotKept::Fault(TeamFault::Person(name))) if name.as_str() == "nobody"));
    assert!(held(&one).await.is_empty() && one.teams().await.unwrap().is_empty() && deeds(&on, "").await.is_empty());
    one.keep_team(&admin, &team(&PEOPLE, &["operator"]), 0).await.unwrap();
    // All at once: the team goes, and everybody is changed again and again.
    let busy = join_all(PEOPLE.iter().map(async |name| {
        let name: UserName = name.parse().unwrap();
        for disabled in [true, false, true, false] {
            let _ = other.disable(&admin, &name, disabled).await;
        }
    }));
    let crew = crew();
    let (removed, _) = tokio::join!(one.remove_team(&admin, &crew), busy);
    let there = one.team(&crew).await.unwrap().is_some();
    // Whoever finds the others quicker every time is refused whole.
    assert_eq!(there, removed.is_err());
    assert_eq!(held(&one).await.len(), if there { PEOPLE.len() } else { 0 });
}
