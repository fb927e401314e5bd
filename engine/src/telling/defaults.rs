//! What holds before anybody has written anything else.

use std::collections::{BTreeMap, BTreeSet};

use super::{Class, OccasionKind, Rule, Settings, Template, Urgency, Way, Whom};
use crate::base::{ClassName, Millis, Mode, RuleName, Text};

/// How long occasions of low urgency are gathered.
const GATHERED: Millis = Millis::minutes(10);

/// The classes of the seeds: at once, within thirty minutes, vendors.
pub fn classes() -> Vec<Class> {
    let class = |name: &str, ko: &str, en: &str, order, deadline, patience| {
        let name: ClassName = name.parse().ok()?;
        let (deadline, patience) = (Millis::minutes(deadline), Millis::minutes(patience));
        Some(Class { name, title: Text::new(ko, en), order, deadline, patience })
    };
    let all = [
        class("immediate", "즉시", "immediate", 1, 5, 1),
        class("within-30m", "30분 이내", "within 30 minutes", 2, 30, 5),
        class("vendors", "협력사", "vendors", 3, 60, 10),
    ];
    all.into_iter().flatten().collect()
}

/// Who is told what: those who are asked at once, the first class of all that needs a decision, the second of what has
/// changed, vendors of a real disaster alone.
pub fn rules() -> Vec<Rule> {
    use OccasionKind as On;
    let every: &[Mode] = &Mode::ALL;
    let live = &[Mode::Isolated, Mode::Drill, Mode::Real][..];
    let told = &[Mode::Drill, Mode::Real][..];
    let rule = |name: &str, on: &[On], modes: &[Mode], whom: Option<Whom>, urgency| {
        let name: RuleName = name.parse().ok()?;
        let (on, modes) = (on.iter().copied().collect(), modes.iter().copied().collect());
        Some(Rule { name, enabled: true, org: None, on, phases: BTreeSet::new(), modes, whom: whom?, urgency })
    };
    let class = |name: &str| Some(Whom::Class { class: name.parse().ok()?, roles: BTreeSet::new() });
    let asking = [
        On::SecondPerson,
        On::GateOpened,
        On::GateHalfTime,
        On::GateOverdue,
        On::GateEscalated,
        On::ManualOpened,
        On::CaseOpened,
        On::HandOver,
        On::AccountReset,
        On::FindingRaised,
        On::DutyOverdue,
    ];
    let grave = [
        On::SecondPerson,
        On::UnitFailed,
        On::UnitUnknown,
        On::RtoExceeded,
        On::RunStalled,
        On::GateOverdue,
        On::BreakGlass,
        On::AccountReset,
        On::FindingRaised,
        On::DutyOverdue,
        On::ReplicationStopped,
        On::RpoExceeded,
    ];
    let case = [On::CaseOpened, On::CaseDeclared, On::CaseEscalated, On::CaseClosed];
    let wide = [On::CaseDeclared, On::CaseEscalated, On::CaseClosed, On::RunOver];
    let slow = [
        On::ReplicationUnknown,
        On::RpoNear,
        On::RunDeclared,
        On::TargetExceeded,
        On::RunPaused,
        On::CaseChanged,
        On::SituationReport,
        On::RunOver,
    ];
    let all = [
        rule("asked", &asking, every, Some(Whom::Asked), Urgency::Now),
        rule("immediate-grave", &grave, live, class("immediate"), Urgency::Now),
        rule("immediate-case", &case, told, class("immediate"), Urgency::Now),
        rule("immediate-news", &slow, told, class("immediate"), Urgency::Digest(GATHERED)),
        rule("second-case", &wide, told, class("within-30m"), Urgency::Now),
        rule("vendors-disaster", &[On::CaseDeclared, On::CaseClosed], &[Mode::Real], class("vendors"), Urgency::Now),
    ];
    all.into_iter().flatten().collect()
}

/// Mock runs stay on the console; no carrier is named, so nothing leaves before somebody has said over what.
pub fn settings() -> Settings {
    Settings { address: String::new(), quiet: [Mode::Mock].into(), carriers: BTreeMap::new() }
}

/// The words of every kind of channel.
pub fn templates() -> Vec<Template> {
    let subject = || Text::new("{event}: {headline}", "{event}: {headline}");
    let long = || {
        Text::new(
            "{headline}\n\n{detail}\n\n{stead}시각: {at}\n모드: {mode}\n런북: {runbook}\n단위: {unit}\n화면: {link}\n확인: \
             {acknowledge}",
            "{headline}\n\n{detail}\n\n{stead}Time: {at}\nMode: {mode}\nRunbook: {runbook}\nUnit: {unit}\nPage: \
             {link}\nAcknowledge: {acknowledge}",
        )
    };
    let short = || Text::plain("{event}: {headline}. {stead}{act}");
    let posted = |json: &str| Some(json.to_owned());
    Way::ALL
        .map(|way| match way {
            Way::InApp => Template { way, subject: subject(), body: Text::plain("{stead}{detail}"), json: None },
            Way::Mail => Template { way, subject: subject(), body: long(), json: None },
            Way::Sms | Way::Voice => {
                let json = posted(r#"{"id": "{id}", "to": "{to}", "text": "{body}"}"#);
                Template { way, subject: subject(), body: short(), json }
            }
            Way::Messenger => {
                let json = posted(r#"{"id": "{id}", "to": "{to}", "title": "{subject}", "text": "{body}"}"#);
                Template { way, subject: subject(), body: long(), json }
            }
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_defaults_are_there_and_every_rule_names_a_class_that_is() {
        assert!(classes().iter().all(Class::is_sound));
        let names: BTreeSet<ClassName> = classes().into_iter().map(|class| class.name).collect();
        assert_eq!((names.len(), rules().len()), (3, 6));
        for rule in rules() {
            assert!(
                matches!(&rule.whom, Whom::Asked)
                    || matches!(&rule.whom, Whom::Class { class, .. } if names.contains(class))
            );
        }
        let told: BTreeSet<OccasionKind> = rules().into_iter().flat_map(|rule| rule.on).collect();
        let silent: Vec<_> = OccasionKind::ALL.into_iter().filter(|kind| !told.contains(kind)).collect();
        let themselves = [OccasionKind::TestCall, OccasionKind::Digest];
        assert_eq!(silent, themselves, "a test call names its class, and a digest its recipient");
    }
}
