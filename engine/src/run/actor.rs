//! Who acts, and through which door.

use serde::{Deserialize, Serialize};

use super::roles::{ADMIN, GLASS};
use crate::base::{RoleName, UserName};

/// A person or program that asks for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The name under which votes are counted.
    pub name: UserName,
    /// Roles held at the moment of acting, at the place and in the mode of the act.
    pub roles: Vec<RoleName>,
    /// The door.
    pub via: Door,
}

/// Through which door an actor came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// A signed-in session of the console.
    Console,
    /// A program with a token that a person gave it.
    Api,
    /// The command line on the host that holds the state: whoever may open the state folder holds every role there.
    CommandLine,
    /// Played by the simulation of a mock run.
    Simulation,
}

impl Actor {
    /// Whether the actor acts by a broken glass.
    pub fn breaks_glass(&self) -> bool {
        self.roles.iter().any(|role| role.as_str() == GLASS)
    }

    /// Whether the actor's vote or work counts as that of a role. The command line and the simulation hold all of them; that
    /// of an admin counts for nobody, whatever a runbook names: who gives out roles must not use them. Who broke the glass
    /// stands in for every other role.
    pub fn holds(&self, role: &RoleName) -> bool {
        match self.via {
            Door::CommandLine | Door::Simulation => true,
            Door::Console | Door::Api => role.as_str() != ADMIN && (self.roles.contains(role) || self.breaks_glass()),
        }
    }
}
