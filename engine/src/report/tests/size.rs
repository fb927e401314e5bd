//! Runs with more rows than anybody reads on paper.

use super::scene::{Play, at, command, done, step, three_tiers, unit};
use crate::base::Lang;
use crate::base::Millis;
use crate::plan::{MarkKind, Mode, Phase, Retry};
use crate::report::{Aside, Block, Document, Extent, RunReport, json};

/// Units of 20 steps each, a quarter of whose attempts fail once.
fn long_run(many: u32) -> Play {
    let mut body = three_tiers();
    body.limits.run = 500;
    body.services[0].needs = (0..many).map(crate::plan::UnitIx).collect();
    body.services[1].needs = vec![crate::plan::UnitIx(0)];
    body.stages.truncate(1);
    body.stages[0].units = 0..many;
    body.units = (0..many)
        .map(|at| {
            let mut steps = vec![step(Phase::Run, command("true")); 20];
            for step in &mut steps {
                step.retry = Retry { attempts: 2, every: Millis::ZERO };
            }
            unit(&format!("u{at}"), 0, 5, steps)
        })
        .collect();
    let mut play = Play::declare(body, Mode::Drill, "큰 훈련", at("10:00:00"), &[(MarkKind::Event, at("10:00:00"))]);
    play.adopt(at("10:00:00"), "engine-a", 1);
    let mut now = at("10:00:00");
    loop {
        let flights: Vec<_> =
            play.state.flights().map(|(unit, flight)| (unit, flight.attempt, flight.number)).collect();
        if flights.is_empty() {
            break;
        }
        for (unit, attempt, number) in flights {
            now = now.plus(Millis(1));
            let outcome = if attempt.0 % 4 == 0 && number == 1 { super::scene::failed("no") } else { done("exit 0") };
            play.input(now, crate::run::Input::Outcome { unit, attempt, outcome });
        }
    }
    play
}

#[test]
fn a_long_run_is_reported_whole_in_json_and_in_measure_on_paper() {
    let play = long_run(60);
    assert!(play.rows.len() > 4_000, "{}", play.rows.len());
    let frozen = play.plan.freeze().unwrap();
    let report = RunReport::of(super::scene::RUN, &frozen, super::scene::SOURCE, &play.rows, at("12:00:00")).unwrap();
    super::naive::agrees(&report, &play.rows);
    assert_eq!(report.timeline.len(), play.rows.len());
    let document = Document::of(&report, &Aside::default(), Lang::En);
    let timeline = document.sections.iter().find(|section| section.id == "timeline").unwrap();
    let [Block::Paragraph(words), Block::Table(table)] = timeline.blocks.as_slice() else { panic!("{timeline:?}") };
    assert!(words.contains("the JSON report has all of them"), "{words}");
    let ready = table.rows.iter().filter(|row| row[2].text.ends_with(": ready")).count();
    assert_eq!(ready, 60);
    assert!(table.rows.len() < report.timeline.len() / 2, "{}", table.rows.len());
    let (run, source, now) = (super::scene::RUN, super::scene::SOURCE, at("12:00:00"));
    let read = RunReport::to_extent(run, &frozen, source, &play.rows, now, Extent::Reading).unwrap();
    assert_eq!(Document::of(&read, &Aside::default(), Lang::En), document);
    assert_eq!(read.timeline.len(), table.rows.len(), "what is not told is not kept");
    assert!(json(&report).unwrap().matches("\"seq\"").count() > play.rows.len());
}
