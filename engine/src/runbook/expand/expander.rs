//! The expander: what it works on, and the limits it keeps.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::diagnostic::Findings;
use super::super::tree::{Kind, NODE_LIMIT, NodeId, Tree, too_many_nodes};
use super::super::{Choice, Code, Span, Surroundings};
use super::component::{Loaded, UsedComponent};
use super::units::Names;
use crate::base::ComponentId;

/// What the expander found beside what it put into the tree.
#[derive(Debug, Default)]
pub(crate) struct Expansion {
    /// The components used, those used by components included, in the order first met.
    pub(crate) components: Vec<UsedComponent>,
}

pub(super) struct Expander<'e, 't> {
    pub(super) tree: &'e mut Tree<'t>,
    pub(super) findings: &'e mut Findings<'t>,
    pub(super) around: &'e Surroundings,
    /// The components looked for; `None` where one can not be used, which has been reported.
    pub(super) known: HashMap<ComponentId, Option<Rc<Loaded>>>,
    /// The components that are being put in, one inside the other, and where each is used.
    pub(super) open: Vec<(ComponentId, Span)>,
    /// The targets that a unit may be repeated for; `None` without an inventory.
    pub(super) choices: Option<&'e [Choice]>,
    /// What groups and repeated units are called, and their units.
    pub(super) names: Names,
    pub(super) found: Expansion,
    /// Whether a limit was reached: nothing more is put in.
    pub(super) full: bool,
}

/// Puts everything that a runbook refers to into its tree.
pub(in super::super) fn expand<'t>(
    tree: &mut Tree<'t>,
    around: &Surroundings,
    choices: Option<&[Choice]>,
    findings: &mut Findings<'t>,
) -> Expansion {
    let mut expander = Expander::new(tree, around, findings);
    expander.choices = choices;
    expander.runbook();
    expander.found
}

impl<'e, 't> Expander<'e, 't> {
    pub(super) fn new(tree: &'e mut Tree<'t>, around: &'e Surroundings, findings: &'e mut Findings<'t>) -> Self {
        Self {
            tree,
            findings,
            around,
            known: HashMap::new(),
            open: Vec::new(),
            choices: None,
            names: Names::new(),
            found: Expansion::default(),
            full: false,
        }
    }

    /// A node about which something was reported: whoever reads it says nothing more.
    pub(super) fn broken(&mut self, span: Span) -> NodeId {
        self.tree.add(span, Kind::Broken)
    }

    /// Whether there is room for more; says once when there is not.
    pub(super) fn has_room(&mut self, span: Span) -> bool {
        if !self.full && self.tree.len() as u64 > NODE_LIMIT {
            self.no_room(span);
        }
        !self.full
    }

    /// Says once that a limit was reached.
    pub(super) fn no_room(&mut self, span: Span) {
        if !self.full {
            self.full = true;
            self.findings.report(Code::Limit, span, || too_many_nodes(NODE_LIMIT));
        }
    }
}
