//! `service`: the state of a unit of systemd.

use super::super::check::{Answer, Reply};
use super::super::transcript::Transcript;
use super::Host;
use super::script::{Measured, could_not_look};
use crate::base::Text;
use crate::plan::look::{Service, ServiceState};

const SCRIPT: &str = include_str!("service.sh");

pub(in super::super) async fn ask(host: &Host<'_>, service: &Service, transcript: &Transcript) -> Answer {
    match host.measure(SCRIPT, &[&service.name], transcript).await {
        Ok(measured) => weigh(service, &measured),
        Err(unknown) => unknown,
    }
}

fn weigh(service: &Service, measured: &Measured) -> Answer {
    if let Some(obstacle) = measured.obstacle() {
        return obstacle;
    }
    let Some(state) = measured.text("ActiveState") else {
        return could_not_look("systemd가 상태를 알려 주지 않음", "systemd told no state");
    };
    let (wanted, detail, name) = (service.state.word(), measured.text("SubState").unwrap_or_default(), &service.name);
    let stranger = Text::new(format!("systemd에 {name} 서비스가 없음"), format!("systemd knows no service {name}"));
    match (measured.text("LoadState"), service.state) {
        // A misspelt name is no service that is safely stopped.
        (Some("not-found"), ServiceState::Inactive) => Answer::new(Reply::Unknown, stranger),
        (Some("not-found"), ServiceState::Active | ServiceState::Failed) => Answer::new(Reply::Down, stranger),
        _ if state == wanted => Answer::new(Reply::Up, Text::plain(format!("{state} ({detail})"))),
        _ => Answer::down(format!("{state} ({detail}), 기대 {wanted}"), format!("{state} ({detail}), wanted {wanted}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(state: ServiceState, load: &str, active: &str, sub: &str) -> Answer {
        let service = Service { on: None, name: "nginx".to_owned(), state };
        weigh(&service, &Measured::read(&format!("LoadState={load}\nActiveState={active}\nSubState={sub}\n")))
    }

    #[test]
    fn a_service_is_weighed_by_the_state_that_systemd_tells() {
        use ServiceState::{Active, Failed, Inactive};
        assert_eq!(told(Active, "loaded", "active", "running").reply(), Reply::Up);
        let restarting = told(Active, "loaded", "activating", "auto-restart");
        let (ko, en) = ("activating (auto-restart), 기대 active", "activating (auto-restart), wanted active");
        assert_eq!(restarting, Answer::down(ko, en));
        assert_eq!(told(Inactive, "loaded", "inactive", "dead").reply(), Reply::Up);
        assert_eq!(told(Failed, "loaded", "failed", "failed").reply(), Reply::Up);
    }

    #[test]
    fn a_service_that_systemd_does_not_know_is_not_taken_for_a_stopped_one() {
        assert_eq!(told(ServiceState::Inactive, "not-found", "inactive", "dead").reply(), Reply::Unknown);
        assert_eq!(told(ServiceState::Active, "not-found", "inactive", "dead").reply(), Reply::Down);
    }
}
