//! Plans that nobody declares: a unit of one step for each standby, and one for each heartbeat.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::heartbeat;
use crate::base::{LinkName, Millis, Mode, TargetName};
use crate::inventory::{Inventory, Link};
use crate::plan::{Context, Plan, UnitIx};
use crate::runbook::Source;

/// What is done over and over.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// Of which link.
    pub(super) link: Arc<Link>,
    /// At which standby it is measured; `None`: the heartbeat is written.
    pub(super) standby: Option<TargetName>,
    /// How often.
    pub(super) every: Millis,
    pub(super) mode: Mode,
    pub(super) plan: Arc<Plan>,
    pub(super) unit: UnitIx,
}

/// What names a task: its link, and its standby where it measures one.
pub(super) type TaskName = (LinkName, Option<TargetName>);

impl Task {
    pub(super) fn name(&self) -> TaskName {
        (self.link.id.clone(), self.standby.clone())
    }
}

/// All tasks of an inventory. A link for which no plan can be made is left out: its steps would be refused in runs as well, and
/// `relight check` says why.
pub(super) fn tasks(inventory: &Inventory) -> BTreeMap<TaskName, Task> {
    let mut tasks = BTreeMap::new();
    for link in inventory.links().values() {
        let link = Arc::new(link.clone());
        let mut steps: Vec<(Option<TargetName>, Millis, String)> = Vec::new();
        for standby in &link.standbys {
            let step = format!("{{replication: {}, standby: {standby}}}", link.id);
            steps.push((Some(standby.clone()), link.every, step));
        }
        if let (Some(every), Some(step)) = (link.beats_every(), heartbeat::step(&link)) {
            steps.push((None, every, step));
        }
        let Some(plan) = plan(inventory, link.mode, &steps) else { continue };
        for (ix, (standby, every, _)) in (0..).zip(steps) {
            let task = Task {
                link: Arc::clone(&link),
                standby,
                every,
                mode: link.mode,
                plan: Arc::clone(&plan),
                unit: UnitIx(ix),
            };
            tasks.insert(task.name(), task);
        }
    }
    tasks
}

/// Names are read as such by the inventory, so nothing of them can become another part of the text.
fn plan(inventory: &Inventory, mode: Mode, steps: &[(Option<TargetName>, Millis, String)]) -> Option<Arc<Plan>> {
    let mut text = format!("runbook: replication\nmodes: [{}]\nunits:\n", mode.keyword());
    for (at, (_, _, step)) in steps.iter().enumerate() {
        // Writing to a String can not fail.
        writeln!(text, "  t{at}: {{timeout: 15s, run: [{step}]}}").unwrap_or_default();
    }
    let source = Source::new("replication", text);
    Context { inventory: Some(inventory) }.compile(&source).plan.map(Arc::new)
}
