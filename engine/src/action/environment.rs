//! What a command gets to see: the order for the keeper, made of a step and the run's inputs.

use std::path::Path;

use super::keeper::Order;
use super::{Environment, Launch};
use crate::base::InputName;
use crate::plan::{Command, CommandLine, EnvValue, InputKind};
use crate::run::{Cause, CauseKind};

/// Makes the order for a command, or says why it can not be carried out here.
pub(super) fn order(launch: &Launch, command: &Command, work: &Path) -> Result<Order, Cause> {
    let unit = launch.plan.unit(launch.unit);
    let target = command.on.as_ref().or(unit.on.as_ref());
    let here =
        |name: &str| name == "local" || launch.environment.local.as_ref().is_some_and(|local| local.as_str() == name);
    if let Some(target) = target.filter(|target| !here(target.as_str())) {
        return Err(refused(format!(
            "the command is to run on {target}, and commands are run on the engine's own host only: put the step's \
             `on` to local and have the command itself reach {target}"
        )));
    }
    let argv = match &command.line {
        CommandLine::Shell(script) => vec!["sh".to_owned(), "-c".to_owned(), script.clone()],
        CommandLine::Argv(words) => words.clone(),
    };
    let work = work.join(command.dir.as_deref().unwrap_or_default());
    let dir = work.to_str().ok_or_else(|| refused(format!("the path {} is not valid UTF-8", work.display())))?;
    Ok(Order { argv, env: variables(launch, command)?, dir: dir.to_owned(), look_for: command.stdout.clone() })
}

fn variables(launch: &Launch, command: &Command) -> Result<Vec<(String, String)>, Cause> {
    let environment = &*launch.environment;
    let mut env = environment.base.clone();
    for (name, value) in &environment.inputs {
        env.insert(variable_name(name), value.clone());
    }
    env.insert("RELIGHT_RUN".to_owned(), launch.run.to_string());
    env.insert("RELIGHT_UNIT".to_owned(), launch.plan.unit(launch.unit).id.to_string());
    env.insert("RELIGHT_ATTEMPT".to_owned(), launch.attempt.0.to_string());
    for (name, value) in &command.env {
        let value = match value {
            EnvValue::Literal(text) => text.clone(),
            EnvValue::Input(input) => named_input(launch, environment, input)?,
        };
        env.insert(name.clone(), value);
    }
    if let Some((name, _)) = env.iter().find(|(name, value)| unfit(name) || value.contains('\0')) {
        return Err(refused(format!("{name:?} can not be an environment variable: names have no '=', values no NUL")));
    }
    Ok(env.into_iter().collect())
}

fn unfit(name: &str) -> bool {
    name.is_empty() || name.contains(['=', '\0'])
}

fn named_input(launch: &Launch, environment: &Environment, input: &InputName) -> Result<String, Cause> {
    if let Some(value) = environment.inputs.get(input) {
        return Ok(value.clone());
    }
    if let Some(secret) = environment.secrets.get(input) {
        return Ok(secret.expose().to_owned());
    }
    let declared = launch.plan.body().inputs.iter().find(|declared| declared.name == *input);
    match declared {
        Some(declared) if declared.required && matches!(declared.kind, InputKind::Secret) => Err(refused(format!(
            "the secret {input} is not known any more, since both the engine and the keeper of processes were \
             restarted: give it again and retry"
        ))),
        Some(_) | None => Ok(String::new()),
    }
}

/// `db-host` becomes `RELIGHT_INPUT_DB_HOST`.
fn variable_name(input: &InputName) -> String {
    let name = input.as_str().to_uppercase().replace(|c: char| !c.is_alphanumeric(), "_");
    format!("RELIGHT_INPUT_{name}")
}

fn refused(message: String) -> Cause {
    Cause { kind: CauseKind::Refused, message }
}
