//! What can come of an expression when only some of its values are known.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::truth;
use super::node::{Expression, Node, Part, collect};
use super::{Name, Value};

/// Combinations of values looked at, at most. Of expressions over more, less is known and so less is said.
const WORLDS: usize = 1_024;

/// Some values by their names.
pub(in super::super) type World = BTreeMap<Name, Value>;

/// Every combination of the values that the names in some expressions can have; names without a few known values are left out.
pub(in super::super) fn worlds<'e>(
    expressions: impl IntoIterator<Item = &'e Expression>,
    domain: impl Fn(&Name) -> Option<Vec<Value>>,
) -> Vec<World> {
    let mut worlds = vec![World::new()];
    let names: BTreeSet<Name> = expressions.into_iter().flat_map(|it| it.names().into_keys()).collect();
    for name in names {
        let Some(values) = domain(&name).filter(|values| worlds.len() * values.len() <= WORLDS) else { continue };
        worlds = worlds
            .iter()
            .flat_map(|world| {
                values.iter().map(|value| {
                    let mut world = world.clone();
                    world.insert(name.clone(), value.clone());
                    world
                })
            })
            .collect();
    }
    worlds
}

impl Expression {
    /// Whether it holds in a world of which only some values are known; `None` where that depends on the others.
    pub(in super::super) fn foresee(&self, world: &World) -> Option<bool> {
        foresee(&self.root, world)
    }
}

fn foresee(node: &Node, world: &World) -> Option<bool> {
    match &node.it {
        Part::Not(it) => foresee(it, world).map(|holds| !holds),
        Part::And(parts) => unless_one(parts, false, world),
        Part::Or(parts) => unless_one(parts, true, world),
        Part::Literal(_)
        | Part::Name(_)
        | Part::List(_)
        | Part::Compare(..)
        | Part::In(..)
        | Part::Defined(_)
        | Part::Reckon(..)
        | Part::Filter(..)
        | Part::Default(..) => {
            let mut names = BTreeMap::new();
            collect(node, &mut names);
            let known = names.keys().all(|name| world.contains_key(name));
            truth(node, &|name| world.get(name).cloned()).ok().filter(|_| known)
        }
    }
}

/// One part that comes to `decisive` decides; without such a part, all must be known.
fn unless_one(parts: &[Node], decisive: bool, world: &World) -> Option<bool> {
    let seen: Vec<Option<bool>> = parts.iter().map(|part| foresee(part, world)).collect();
    match seen.as_slice() {
        all if all.contains(&Some(decisive)) => Some(decisive),
        all if all.contains(&None) => None,
        _ => Some(!decisive),
    }
}
