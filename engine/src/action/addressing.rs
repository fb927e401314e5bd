//! From a target's name to a host with everything that a connection needs.

use std::fmt;
use std::sync::Arc;

use super::Launch;
use super::destination::Destination;
use super::environment::Secrets;
use super::guard::{Admission, Guard};
use super::ssh::Host;
use crate::base::{Secret, SecretName, TargetName, Text};
use crate::inventory::SecretSource;
use crate::plan::EnvValue;
use crate::run::{Cause, CauseKind};

/// Gives the values of an inventory's secrets, on the engine's host and only when a step needs them.
pub trait SecretValues: Send + Sync + fmt::Debug {
    /// The value, or why there is none. May read files.
    fn value(&self, name: &SecretName, source: &SecretSource) -> Result<Secret, Text>;
}

/// For engines that were given no way to find secrets.
#[derive(Debug)]
pub(super) struct NoSecrets;

impl SecretValues for NoSecrets {
    fn value(&self, name: &SecretName, _source: &SecretSource) -> Result<Secret, Text> {
        Err(Text::new(
            format!("이 엔진은 비밀 {name} 의 값을 찾을 길이 없습니다"),
            format!("this engine has no way to find the value of the secret {name}"),
        ))
    }
}

/// Looks up how a host is reached in the mode of the run, the hosts before it included.
pub(super) async fn host(
    launch: &Launch,
    target: &TargetName,
    values: &Arc<dyn SecretValues>,
    guard: &Guard,
) -> Result<Arc<Host>, Cause> {
    let (launch, target, values, guard) = (launch.clone(), target.clone(), Arc::clone(values), guard.clone());
    blocking(move || reach(&launch, &target, values.as_ref(), &guard, JUMPS)).await
}

/// The values of the secrets that these values name.
pub(super) async fn secrets(
    launch: &Launch,
    named: impl Iterator<Item = &EnvValue>,
    values: &Arc<dyn SecretValues>,
) -> Result<Secrets, Cause> {
    let named = named.filter_map(|value| match value {
        EnvValue::Secret(name) => Some(name.clone()),
        EnvValue::Literal(_) | EnvValue::Input(_) | EnvValue::Output(..) => None,
    });
    let named: Vec<SecretName> = named.collect();
    if named.is_empty() {
        return Ok(Secrets::new());
    }
    let (launch, values) = (launch.clone(), Arc::clone(values));
    let fetch = move |name: SecretName| Ok((name.clone(), secret_of(&launch, &name, values.as_ref())?));
    blocking(move || named.into_iter().map(fetch).collect()).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Cause> + Send + 'static) -> Result<T, Cause> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(refused(Text::plain(error.to_string()))))
}

/// The value of a secret that the plan has frozen. May read files.
pub(super) fn secret_of(launch: &Launch, name: &SecretName, values: &dyn SecretValues) -> Result<Secret, Cause> {
    let source = launch.plan.body().bound.secrets.get(name).ok_or_else(|| {
        refused(Text::new(
            format!("비밀 {name} 이(가) 계획에 없습니다. 인벤토리의 `secrets` 를 확인하십시오"),
            format!("the secret {name} is not in the plan: see `secrets` in the inventory"),
        ))
    })?;
    values.value(name, source).map_err(refused)
}

/// Hosts on the way to one, at most. The inventory has no circles, so this only bounds what a frozen plan may ask for.
const JUMPS: usize = 8;

fn reach(
    launch: &Launch,
    target: &TargetName,
    values: &dyn SecretValues,
    guard: &Guard,
    jumps: usize,
) -> Result<Arc<Host>, Cause> {
    let mode = launch.mode.keyword();
    let binding = launch.binding(target).ok_or_else(|| {
        refused(Text::new(
            format!("대상 {target} 은(는) {mode} 모드에서 쓸 수 없습니다. 인벤토리의 `modes` 를 확인하십시오"),
            format!("target {target} may not be addressed in mode {mode}: see its `modes` in the inventory"),
        ))
    })?;
    let ssh = binding.ssh.as_ref().ok_or_else(|| {
        refused(Text::new(
            format!("대상 {target} 에는 SSH 접속 정보가 없습니다. 인벤토리의 대상에 `ssh` 를 적으십시오"),
            format!("target {target} has no `ssh` in the inventory, so no command can be run there"),
        ))
    })?;
    let secret = |name: &Option<SecretName>| name.as_ref().map(|name| secret_of(launch, name, values)).transpose();
    let jump = match &ssh.jump {
        None => None,
        Some(jump) if jumps > 0 => Some(reach(launch, jump, values, guard, jumps - 1)?),
        Some(jump) => {
            return Err(refused(Text::new(
                format!("{target} 까지 경유 호스트가 {JUMPS} 개를 넘습니다 ({jump})"),
                format!("there are more than {JUMPS} jump hosts on the way to {target} ({jump})"),
            )));
        }
    };
    let to = Destination { host: ssh.host.clone(), port: ssh.port, named: Some(target.clone()) };
    Ok(Arc::new(Host {
        name: target.to_string(),
        address: ssh.host.clone(),
        port: ssh.port,
        user: ssh.user.clone(),
        host_keys: ssh.host_keys.clone(),
        key: secret(&ssh.key)?,
        password: secret(&ssh.password)?,
        agent: ssh.agent,
        jump,
        run_as: ssh.run_as.clone().filter(|run_as| *run_as != ssh.user),
        admission: Admission { guard: guard.clone(), launch: launch.clone(), to },
    }))
}

fn refused(message: Text) -> Cause {
    Cause { kind: CauseKind::Refused, message }
}
