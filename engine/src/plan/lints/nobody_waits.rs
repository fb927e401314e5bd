//! L09: something that goes on after its step has ended, and that nothing waits for. A command that only gives an order
//! succeeds long before the order is carried out.

use super::super::compile::Part;
use super::super::{Action, Command, CommandLine, Http, LinkWait, Step};
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

/// Commands that come back at once, by the words that stand in them.
const ORDERS: [&str; 21] = [
    "aws ec2 start-instances",
    "aws ec2 stop-instances",
    "aws ec2 reboot-instances",
    "aws ec2 run-instances",
    "aws rds promote-read-replica",
    "aws rds start-db-instance",
    "aws rds reboot-db-instance",
    "aws rds restore-db-instance",
    "aws rds failover-db-cluster",
    "aws autoscaling set-desired-capacity",
    "aws autoscaling update-auto-scaling-group",
    "aws elasticache create-",
    "kubectl apply",
    "kubectl scale",
    "kubectl rollout restart",
    "openstack server start",
    "openstack server stop",
    "openstack server reboot",
    "--no-block",
    "--no-wait",
    "--async",
];
/// Words of commands that wait for what they ordered.
const WAITS: [&str; 5] = [" wait ", "--wait", "rollout status", "--watch", "until "];

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (ix, unit, _) in subject.units() {
        for (at, _) in unit.steps.iter().enumerate().filter(|(_, step)| is_order(step)) {
            let next = unit.steps[at + 1..].iter().find(|step| !is_order(step));
            if next.is_some_and(waits) {
                continue;
            }
            warnings.report(Part::Step(ix, at), Code::NobodyWaits, subject.places.step_of(ix, at), || {
                let finding = match next {
                    Some(_) => Finding::new(
                        "this only gives an order, and the next step does not wait until it is carried out",
                        "지시만 하고 끝나는 작업인데, 다음 작업이 완료를 기다리지 않습니다",
                    ),
                    None => Finding::new(
                        "this only gives an order, and nothing waits until it is carried out",
                        "지시만 하고 끝나는 작업인데, 완료를 기다리는 것이 없습니다",
                    ),
                };
                finding.help(
                    "add a check behind it that passes only when it is done, such as `aws ec2 wait …`, or \
                     `{http: …, every: 5s, attempts: 60}`",
                    "완료되어야 통과하는 점검을 뒤에 두십시오. 예: `aws ec2 wait …`, `{http: …, every: 5s, attempts: 60}`",
                )
            });
        }
    }
}

fn is_order(step: &Step) -> bool {
    match &step.action {
        Action::Command(command) => gives_order(command),
        Action::Http(http) => is_accepted_only(http),
        Action::Tcp(_)
        | Action::Look(_)
        | Action::Change(_)
        | Action::Check(_)
        | Action::Wait(_)
        | Action::Until(_) => false,
        // A call that waits for nothing says so itself.
        Action::Mark(_) | Action::Manual(_) | Action::Gate(_) | Action::Decision(_) | Action::Link(_) => false,
    }
}

fn gives_order(command: &Command) -> bool {
    let line = match &command.line {
        CommandLine::Shell(line) => line.clone(),
        CommandLine::Argv(words) => words.join(" "),
    };
    let is_left_behind = matches!(command.line, CommandLine::Shell(_))
        && (line.trim_end().ends_with('&') || line.split_whitespace().any(|word| word == "nohup"));
    let is_order = is_left_behind || ORDERS.iter().any(|order| line.contains(order));
    is_order && !WAITS.iter().any(|wait| line.contains(wait))
}

/// 202: the request was taken, and nothing is done yet.
fn is_accepted_only(http: &Http) -> bool {
    !http.is_read_only() && http.status == [202]
}

/// Whether a step waits, or lets somebody look.
fn waits(step: &Step) -> bool {
    match &step.action {
        Action::Check(_) | Action::Wait(_) | Action::Until(_) | Action::Tcp(_) | Action::Look(_) => true,
        Action::Manual(_) | Action::Gate(_) => true,
        Action::Http(http) => http.is_read_only(),
        Action::Command(command) => {
            let words = match &command.line {
                CommandLine::Shell(line) => line.clone(),
                CommandLine::Argv(words) => words.join(" "),
            };
            WAITS.iter().any(|wait| words.contains(wait))
        }
        Action::Link(link) => link.wait != LinkWait::None,
        Action::Change(_) | Action::Mark(_) | Action::Decision(_) => false,
    }
}
