//! Whose outputs each unit may use.

use super::{Body, Graph, Node, UnitIx};

/// Values that steps of one runbook may say, at most. Commands get all those of the units before them as environment, and
/// so many of the longest fit what a system takes.
pub(super) const OUTPUTS: usize = 256;
/// Words of 64 bits for one bit a speaking unit.
const WORDS: usize = OUTPUTS / 64;

/// Which units say something, and for whom. Made of a body, never frozen.
#[derive(Debug, Clone, Default)]
pub struct Speech {
    speakers: Vec<UnitIx>,
    /// For each unit, the speakers before it, a bit each. Empty where nobody says anything.
    heard: Vec<[u64; WORDS]>,
}

impl Speech {
    pub(super) fn of(body: &Body, graph: &Graph) -> Self {
        let units = body.units.iter().zip((0..).map(UnitIx));
        let speakers: Vec<UnitIx> =
            units.filter(|(unit, _)| unit.outputs().next().is_some()).map(|(_, ix)| ix).take(OUTPUTS).collect();
        if speakers.is_empty() {
            return Self::default();
        }
        let mut heard = vec![[0; WORDS]; graph.len()];
        for &at in graph.order() {
            let mut here = [0; WORDS];
            for &before in graph.predecessors(at) {
                let spoken = match graph.node(before) {
                    Node::Unit(unit) => speakers.binary_search(&unit).ok(),
                    Node::Barrier(_) => None,
                };
                for (word, known) in here.iter_mut().zip(heard[before.at()]) {
                    *word |= known;
                }
                if let Some(place) = spoken {
                    here[place / 64] |= 1 << (place % 64);
                }
            }
            heard[at.at()] = here;
        }
        heard.truncate(body.units.len());
        Self { speakers, heard }
    }

    /// The units before `unit` whose steps say something, in order of place.
    pub fn before(&self, unit: UnitIx) -> impl Iterator<Item = UnitIx> + '_ {
        let heard = self.heard.get(unit.at()).copied().unwrap_or_default();
        let is_heard = move |place: usize| heard[place / 64] & (1 << (place % 64)) != 0;
        self.speakers.iter().enumerate().filter(move |(place, _)| is_heard(*place)).map(|(_, unit)| *unit)
    }
}
