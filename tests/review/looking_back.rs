//! Comparison, coverage, trends and the calendar over what is kept.

use engine::base::{Day, Millis, OrgId};
use engine::plan::{Mode, compile};
use engine::report::RunReport;
use engine::review::{
    Adoption, Asker, Base, CalendarError, Catalogue, Change, Coverage, NoteError, Rehearsed, adopt, adoptions,
    annotate, attend, baseline, compare, ended_runs, facts_of, held, hold, keep, name_baseline, notes, open_before,
    plan, planned, regulations, standings, units_in_order,
};
use engine::run::Verdict;
use engine::runbook::Source;
use engine::store::{DeedQuery, Query, Stored, find, list};
use engine::telling::Raised;
use std::sync::Arc;
use uuid::Uuid;

use crate::backend::{Backend, on_every_backend};
use crate::play::{Play, RUNBOOK, START, course, hours, operator, person};

on_every_backend! {
    two_runs_are_compared_unit_by_unit_with_what_was_changed,
    the_map_shows_what_was_gone_through_in_which_mode_and_what_was_changed_since,
    a_baseline_is_a_run_of_the_runbook_or_what_somebody_knows,
    a_duty_is_due_overdue_told_once_and_fulfilled_by_a_run,
    the_next_report_opens_with_what_was_open_and_cites_the_profile,
}

/// The runbook later: `ap` takes another way, `web` is new, `db` is as it was.
fn changed() -> String {
    let web = "  web:\n    needs: [ap]\n    target: 5m\n    run: [{command: \"start web\", timeout: 5m}]\n";
    format!("{}{web}", RUNBOOK.replace("start ap", "start ap --fast"))
}

fn commander() -> engine::run::Actor {
    person("lee", &["commander"])
}

async fn two_runs_are_compared_unit_by_unit_with_what_was_changed(on: Backend) {
    let store = &*on.database.store;
    let then = course(Mode::Drill, START, 12, 4);
    let mut now = Play::of(&changed(), Mode::Drill, hours(5), None);
    now.after(9).done("db").after(5).done("ap").after(1).done("web");
    let mut sides = Vec::new();
    for play in [&then, &now] {
        let run = play.store(store).await;
        let facts = keep(store, run, play.now()).await.unwrap().unwrap();
        sides.push((facts, units_in_order(store, run).await.unwrap()));
    }
    let asker = |by| Asker { by, origin: "10.0.0.1".to_owned(), at: hours(6) };
    let unit = "db".parse().unwrap();
    let which = (then.run(), now.run(), &unit);
    annotate(store, which, "디스크 교체", &asker(operator())).await.unwrap();
    let refused = annotate(store, which, "x", &asker(person("park", &["auditor"]))).await.unwrap_err();
    assert!(matches!(refused, NoteError::Refused(denial) if denial.code == "needs_operator"));
    let said = notes(store, then.run(), now.run()).await.unwrap();
    let found = compare((&sides[0].0, &sides[0].1), (&sides[1].0, &sides[1].1), said);
    assert!(!found.same_plan && !found.simulated);
    assert_eq!(found.rta_delta_ms, Some(-60_000));
    let lines: Vec<_> = found.units.iter().map(|line| (line.unit.as_str(), line.change, line.delta_ms)).collect();
    assert_eq!(
        lines,
        [("db", Change::Same, Some(-180_000)), ("ap", Change::Changed, Some(60_000)), ("web", Change::Added, None),]
    );
    let verdicts = |line: usize| {
        let line = &found.units[line];
        (line.then.and_then(|took| took.verdict), line.now.and_then(|took| took.verdict))
    };
    assert_eq!(verdicts(0), (Some(Verdict::Exceeded), Some(Verdict::Met)));
    assert_eq!(found.units[0].note.as_ref().map(|note| note.text.as_str()), Some("디스크 교체"));
    let back = compare((&sides[1].0, &sides[1].1), (&sides[0].0, &sides[0].1), Vec::new());
    assert_eq!(back.units.last().map(|line| line.change), Some(Change::Removed));
    let same = compare((&sides[0].0, &sides[0].1), (&sides[0].0, &sides[0].1), Vec::new());
    assert!(same.same_plan && same.units.iter().all(|line| line.change == Change::Same && line.delta_ms == Some(0)));
    annotate(store, which, "", &asker(operator())).await.unwrap();
    assert!(notes(store, then.run(), now.run()).await.unwrap().is_empty(), "an empty note takes it away");
    let deeds = store.deeds(DeedQuery { act: Some("compare.note".to_owned()), ..DeedQuery::default() }).await.unwrap();
    assert_eq!(deeds.len(), 2);
}

async fn the_map_shows_what_was_gone_through_in_which_mode_and_what_was_changed_since(on: Backend) {
    let store = &*on.database.store;
    let late = course(Mode::Drill, START, 12, 4);
    let mock = course(Mode::Mock, hours(3), 9, 4);
    // Newest first: the order in which journals are folded changes nothing.
    for play in [&mock, &late] {
        keep(store, play.store(store).await, hours(9)).await.unwrap();
    }
    let known = find::<Rehearsed>(store, "two-tier").await.unwrap().unwrap().value;
    let plan = compile(&Source::new("x.yaml", changed())).plan.unwrap();
    let map = Coverage::of(&plan, Some(&known));
    let units: Vec<_> = map
        .units
        .iter()
        .map(|one| {
            let run = |last: &Option<engine::review::Last>| last.as_ref().map(|last| last.run);
            let track = &one.track;
            (one.what.as_str(), run(&track.done), run(&track.passed), run(&track.played), one.changed)
        })
        .collect();
    let (drill, played) = (Some(late.run()), Some(mock.run()));
    assert_eq!(
        units,
        [
            ("db", drill, None, played, Some(false)),
            ("ap", drill, drill, played, Some(true)),
            ("web", None, None, None, None),
        ]
    );
    assert_eq!(map.units[0].track.done.as_ref().unwrap().by, ["kim".parse().unwrap()]);
}

async fn a_baseline_is_a_run_of_the_runbook_or_what_somebody_knows(on: Backend) {
    let store = &*on.database.store;
    let (drill, mock) = (course(Mode::Drill, START, 9, 4), course(Mode::Mock, hours(2), 9, 4));
    for play in [&drill, &mock] {
        keep(store, play.store(store).await, play.now()).await.unwrap();
    }
    let runbook = "two-tier".parse().unwrap();
    let asker = |by| Asker { by, origin: "host".to_owned(), at: hours(4) };
    let stated = Base::Stated { rta: Millis::minutes(210), people: 25, source: "2023 센터 이전".to_owned() };
    name_baseline(store, &runbook, stated.clone(), &asker(commander())).await.unwrap();
    assert!(name_baseline(store, &runbook, stated, &asker(operator())).await.is_err());
    assert!(name_baseline(store, &runbook, Base::Run { run: mock.run() }, &asker(commander())).await.is_err());
    name_baseline(store, &runbook, Base::Run { run: drill.run() }, &asker(commander())).await.unwrap();
    assert_eq!(baseline(store, &runbook).await.unwrap().unwrap().base, Base::Run { run: drill.run() });
}

async fn a_duty_is_due_overdue_told_once_and_fulfilled_by_a_run(on: Backend) {
    let store = &*on.database.store;
    let known = Catalogue::read(None).unwrap();
    let asker = |by, at| Asker { by, origin: "10.0.0.1".to_owned(), at };
    let org: Option<OrgId> = Some("bank".parse().unwrap());
    let finance = known.profiles["kr-finance"].clone();
    let refused = adopt(store, finance.clone(), org.clone(), &asker(operator(), START)).await.unwrap_err();
    assert!(matches!(refused, CalendarError::Refused(denial) if denial.code == "needs_commander"));
    adopt(store, finance, org.clone(), &asker(commander(), START)).await.unwrap();
    let due = async |today: &str| {
        let runs = ended_runs(store, None, None, 0).await.unwrap();
        let (all, told) = (adoptions(store).await.unwrap(), held(store).await.unwrap());
        let found = standings(&all, &runs, &told, today.parse().unwrap());
        found.into_iter().map(|one| (one.duty.duty, one.due.to_string(), one.overdue)).collect::<Vec<_>>()
    };
    let line = |duty: &str, due: &str, overdue| (duty.to_owned(), due.to_owned(), overdue);
    let both = [line("dr-switch", "2027-11-21", false), line("emergency-exercise", "2027-11-21", false)];
    assert_eq!(due("2027-11-21").await, both);
    // A mock run and one that was aborted fulfil nothing; a run in the test bubble is an exercise and no switch.
    let isolated = course(Mode::Isolated, hours(24), 9, 4);
    for play in [&course(Mode::Mock, hours(48), 9, 4), &isolated] {
        keep(store, play.store(store).await, play.now()).await.unwrap();
    }
    let found = due("2027-11-22").await;
    assert_eq!(found, [line("dr-switch", "2027-11-21", true), line("emergency-exercise", "2027-11-22", false)]);
    let over: Day = "2027-11-22".parse().unwrap();
    for _ in 0..2 {
        attend(Arc::clone(&on.again().await.store), over.begins_at()).await.unwrap();
    }
    let told = async || {
        let all = list::<Raised>(store, Query::default()).await.unwrap();
        all.iter().filter(|raised| raised.value.occasion.path == "/calendar").count()
    };
    assert_eq!(told().await, 1);
    let (id, key) = (Uuid::now_v7(), Adoption::key(org.as_ref(), "kr-finance"));
    let at = over.begins_at();
    for _ in 0..2 {
        let which = (id, key.as_str(), "dr-switch");
        hold(store, which, "2027-11-20".parse().unwrap(), "감독원 합동훈련 공문", &asker(commander(), at))
            .await
            .unwrap();
    }
    assert_eq!(held(store).await.unwrap().len(), 1, "sent twice it is one");
    assert_eq!(due("2027-11-22").await[1], line("dr-switch", "2028-11-20", false));
    let wanted = (Uuid::now_v7(), "two-tier".parse().unwrap(), org);
    let (planner, past) = (asker(commander(), at), ("2020-01-01".parse().unwrap(), Mode::Drill));
    assert!(plan(store, wanted.clone(), past, "", &planner).await.is_err());
    let day: Day = "2028-10-02".parse().unwrap();
    plan(store, wanted, (day, Mode::Drill), "추석 연휴", &asker(commander(), at)).await.unwrap();
    assert_eq!(planned(store, day).await.unwrap().len(), 1, "from the day itself on");
    assert_eq!(planned(store, day.next()).await.unwrap().len(), 0);
    assert_eq!(known.holidays.next_working(day).to_string(), "2028-10-06");
}

async fn the_next_report_opens_with_what_was_open_and_cites_the_profile(on: Backend) {
    let store = &*on.database.store;
    let first = course(Mode::Drill, START, 12, 4);
    let second = course(Mode::Drill, hours(3), 9, 4);
    for play in [&first, &second] {
        keep(store, play.store(store).await, play.now()).await.unwrap();
    }
    let of = async |play: &Play| {
        let Stored { frozen, rows } = store.load(play.run()).await.unwrap();
        RunReport::of(play.run(), &frozen.plan, &frozen.source, rows, play.now()).unwrap().cover
    };
    assert!(open_before(store, &of(&first).await).await.unwrap().is_empty());
    // The second run has closed it; at its declaration it was open.
    let open = open_before(store, &of(&second).await).await.unwrap();
    assert_eq!(open.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(), ["db"]);
    let third = course(Mode::Drill, hours(9), 9, 4);
    third.store(store).await;
    assert!(open_before(store, &of(&third).await).await.unwrap().is_empty());
    let profile = Catalogue::read(None).unwrap().profiles["kr-finance"].clone();
    let asker = Asker { by: commander(), origin: "host".to_owned(), at: START };
    adopt(store, profile.clone(), Some("bank/it".parse().unwrap()), &asker).await.unwrap();
    adopt(store, profile, Some("shop".parse().unwrap()), &asker).await.unwrap();
    let cited = regulations(store, second.run()).await.unwrap();
    assert_eq!(cited.len(), 1, "that of another organisation does not hold here");
    assert_eq!(cited[0].rto, Some(Millis::minutes(180)));
    let facts = facts_of(store, second.run()).await.unwrap().unwrap();
    assert_eq!(facts.verdict, Some(Verdict::Met));
}
