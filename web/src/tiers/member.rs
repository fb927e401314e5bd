//! Who takes part.

use std::fmt;

/// A process of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Member {
    /// The database; holds the tickets.
    Db,
    /// The first application.
    Ap1,
    /// The second application; takes long to warm its cache.
    Ap2,
    /// The first web server.
    Web1,
    /// The second web server.
    Web2,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Database.
    Db,
    /// Application.
    Ap,
    /// Web.
    Web,
}

impl Member {
    /// All of them, in the order in which they can be started.
    pub const ALL: [Self; 5] = [Self::Db, Self::Ap1, Self::Ap2, Self::Web1, Self::Web2];

    /// The applications.
    pub const APS: [Self; 2] = [Self::Ap1, Self::Ap2];

    /// The word on the command line, in file names and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Db => "db",
            Self::Ap1 => "ap1",
            Self::Ap2 => "ap2",
            Self::Web1 => "web1",
            Self::Web2 => "web2",
        }
    }

    /// Its tier.
    pub const fn tier(self) -> Tier {
        match self {
            Self::Db => Tier::Db,
            Self::Ap1 | Self::Ap2 => Tier::Ap,
            Self::Web1 | Self::Web2 => Tier::Web,
        }
    }

    /// Tickets read in a tenth of a second while it comes up. The system is small, so it reads at a pace that a person
    /// can follow; `ap2` is the slow one on purpose, so that a drill has something to report.
    pub const fn pace(self) -> usize {
        match self {
            Self::Db | Self::Ap1 | Self::Web1 | Self::Web2 => 20,
            Self::Ap2 => 5,
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
