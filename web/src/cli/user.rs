//! `relight user`: accounts from the host that holds the state, for the first ones and for the day on which nobody gets in.

use clap::{Args, Subcommand};
use engine::base::{Lang, OrgId, RoleName, UserName};
use engine::identity::{Grant, User};
use engine::plan::Mode;
use engine::store::Kept as _;
use serde_json::{Map, Value, json};

use super::exit::Exit;
use super::failure::Failure;
use super::options::{ActorArgs, Format, StateArgs};
use super::place::Place;
use super::say;
use crate::accounts::{By, NewUser, Refusal, SignIns, new_user, printed};

/// Groups of four letters of a password that is printed once: 120 bits.
const GROUPS: usize = 6;

/// Adds and changes accounts of the console.
///
/// Whoever may open the state may manage all accounts. Every change stands in the audit log, with the host as its origin.
#[derive(Debug, Args)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    state: StateArgs,
    #[command(flatten)]
    actor: ActorArgs,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Adds an account and prints a password, once, that is good for choosing another one
    Add {
        /// The name to sign in with
        name: UserName,
    },
    /// Gives a role, or takes it back
    Grant {
        /// Whose
        name: UserName,
        /// The role
        role: RoleName,
        /// The organisation, as a path such as bank/it [default: everything]
        #[arg(long, value_name = "PATH")]
        org: Option<OrgId>,
        /// The modes in which it counts; `real` only where it is named
        #[arg(long, value_name = "MODES", value_delimiter = ',', value_parser = mode, default_value = "mock,isolated,drill")]
        modes: Vec<Mode>,
        /// Take the role back
        #[arg(long)]
        revoke: bool,
    },
    /// Lists accounts and their roles
    List {
        /// Form of the list
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Prints a new password, once, and turns the second factor off; sessions and tokens end
    Reset {
        /// Whose
        name: UserName,
    },
    /// Forgets wrong passwords, so that nobody has to wait
    Unlock {
        /// Whose
        name: UserName,
    },
    /// Refuses an account from now on
    Disable {
        /// Whose
        name: UserName,
    },
    /// Lets an account in again
    Enable {
        /// Whose
        name: UserName,
    },
}

fn mode(word: &str) -> Result<Mode, String> {
    Mode::from_keyword(word).ok_or_else(|| "one of mock, isolated, drill, real".to_owned())
}

/// Does what is asked.
pub(super) async fn user(args: UserArgs) -> Result<Exit, Failure> {
    let place = Place::of(&args.state)?;
    let database = place.open().await?;
    let clock = std::sync::Arc::new(engine::base::SystemClock);
    let sign_ins = SignIns::new(database.store, clock, Some(place.sealed));
    let by = By::host(args.actor.actor()?);
    let about = |name: &UserName| {
        let name = name.clone();
        move |why| failed(&name, &why)
    };
    match args.what {
        What::Add { name } => add(&sign_ins, &by, name).await?,
        What::Grant { name, role, org, modes, revoke } => {
            let grant = Grant { role, org, modes: modes.into_iter().collect() };
            if revoke {
                let user = sign_ins.person(&name).await?.ok_or(Refusal::Nothing).map_err(about(&name))?;
                let held = user.given.iter().find(|held| (&held.role, &held.org) == (&grant.role, &grant.org));
                let held = held.ok_or_else(|| not_given(&user, &grant))?;
                sign_ins.ungrant(&by, &name, held).await.map_err(about(&name))?;
            } else {
                sign_ins.grant(&by, &name, &grant).await.map_err(about(&name))?;
            }
            say::note(&format!("{name}: {} is {}", grant.role, if revoke { "taken back" } else { "given" }));
        }
        What::List { format } => list(&sign_ins, format).await?,
        What::Reset { name } => {
            let password = sign_ins.reset(&by, &name).await.map_err(about(&name))?;
            say::line(password.expose())?;
            say::note(&format!("{name} signs in with this password, printed this once, and must choose another one"));
        }
        What::Unlock { name } => {
            sign_ins.unlock(&by, &name).await.map_err(about(&name))?;
            say::note(&format!("{name} has to wait no longer"));
        }
        What::Disable { name } => {
            sign_ins.disable(&by, &name, true).await.map_err(about(&name))?;
            say::note(&format!("{name} is disabled; sessions and tokens are ended"));
        }
        What::Enable { name } => {
            sign_ins.disable(&by, &name, false).await.map_err(about(&name))?;
            say::note(&format!("{name} may sign in again"));
        }
    }
    Ok(Exit::Done)
}

async fn add(sign_ins: &SignIns, by: &By, name: UserName) -> Result<(), Failure> {
    let password = printed(GROUPS).map_err(|why| Failure::unable(why.to_string()))?;
    let new = NewUser {
        name: name.clone(),
        password: password.clone(),
        password_due: true,
        grants: Vec::new(),
        lang: Lang::default(),
    };
    if !new_user(sign_ins, by, new).await.map_err(|why| failed(&name, &why))? {
        return Err(failed(&name, &Refusal::Taken));
    }
    say::line(password.expose())?;
    say::note(&format!(
        "{name} signs in with this password, printed this once, and must choose another one; \
         `relight user grant {name} ROLE` gives roles"
    ));
    Ok(())
}

async fn list(sign_ins: &SignIns, format: Format) -> Result<(), Failure> {
    let people = sign_ins.people().await.map_err(|why| Failure::unable(why.to_string()))?;
    match format {
        Format::Json => say::json(&people.iter().map(listed).collect::<Vec<_>>())?,
        Format::Human if people.is_empty() => say::note("there is no account yet; `relight user add NAME` makes one"),
        Format::Human => {
            for user in &people {
                let state = if user.disabled { "disabled" } else { "" };
                say::line(format!("{:<24}  {state}", user.name).trim_end())?;
                for (grant, team) in user.held() {
                    let modes: Vec<&str> = grant.modes.iter().map(|mode| mode.keyword()).collect();
                    let org = grant.org.as_ref().map_or("everything", OrgId::as_str);
                    let team = team.map_or_else(String::new, |team| format!("  team {team}"));
                    say::line(&format!("  {:<22}  {org}  {}{team}", grant.role, modes.join(",")))?;
                }
            }
        }
    }
    Ok(())
}

/// A role that can not be taken back, since the person was not given it alone.
fn not_given(user: &User, grant: &Grant) -> Failure {
    let same = |held: &Grant| (&held.role, &held.org) == (&grant.role, &grant.org);
    let why = format!("{} does not hold {} there", user.name, grant.role);
    match user.held().find_map(|(held, team)| team.filter(|_| same(held))) {
        Some(team) => Failure::usage(format!("{why} alone, but as a member of the team {team}"))
            .hint("take the person out of the team, at /teams of the console or over the API"),
        None => Failure::usage(why),
    }
}

fn listed(user: &User) -> Value {
    let mut listed = Map::from_iter([("name".to_owned(), json!(user.id()))]);
    if let Value::Object(told) = user.told() {
        listed.extend(told);
    }
    Value::Object(listed)
}

fn failed(name: &UserName, why: &Refusal) -> Failure {
    match why {
        Refusal::Nothing => Failure::usage(format!("there is no account {name}"))
            .hint("`relight user list` shows all; `relight user add NAME` makes one"),
        Refusal::Taken => Failure::usage(format!("there is an account {name} already")).hint("choose another name"),
        Refusal::Wrong
        | Refusal::Wait(_)
        | Refusal::Own
        | Refusal::Busy
        | Refusal::Full(_)
        | Refusal::Store(_)
        | Refusal::Password(_)
        | Refusal::Sealing(_)
        | Refusal::Unreadable(_)
        | Refusal::Random(_) => Failure::unable(format!("{name}: {why}")),
    }
}
