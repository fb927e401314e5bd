//! Tokens that people give to programs.

use engine::base::{Millis, OrgId, Text};
use engine::identity::{self, ApiToken, Scope, User};
use engine::plan::{Mode, Plan};
use engine::run::{Act, Actor, Denial, Door, permit};
use engine::store::{self, Changed, Query};

use super::guard::ATTEMPTS;
use super::second::done;
use super::{By, Came, Refusal, SignIns, Token};

/// What a token begins with: whoever finds one knows what it is, and so do programs that look for leaked ones.
const PREFIX: &str = "rlt_";
/// A token that is used says so at most so often.
const USED_EVERY: Millis = Millis::minutes(5);
/// The longest life of a token, in days.
const MOST_DAYS: u64 = 366;
/// Tokens of one person.
const MOST: usize = 50;

/// A program that acts for a person.
#[derive(Debug, Clone)]
pub struct Program {
    /// By which token.
    pub token: ApiToken,
    /// For whom.
    pub user: User,
    /// Where it called from.
    pub origin: String,
}

impl Program {
    fn with_roles(&self, org: Option<&OrgId>, mode: Option<Mode>) -> Actor {
        Actor { name: self.user.name.clone(), roles: identity::roles(&self.user, org, mode), via: Door::Api }
    }

    /// Whether the program may see what is at a place. Every scope may look.
    pub fn may_view(&self, org: Option<&OrgId>) -> bool {
        permit(&self.with_roles(org, None), Act::View, false).is_ok()
    }

    /// As who acts at a place and in a mode: what its scope allows of what the person may do. Looking needs no such actor.
    pub fn actor_at(&self, org: Option<&OrgId>, mode: Option<Mode>) -> Result<Actor, Denial> {
        match self.token.scope {
            Scope::Act => {
                let mut actor = self.with_roles(org, mode);
                actor.roles.retain(|role| role.as_str() != engine::run::ADMIN);
                Ok(actor)
            }
            Scope::View | Scope::Admin => Err(scope("act")),
        }
    }

    /// Goes on only where the scope and the person's roles permit an act at a place.
    pub fn must(&self, act: Act<'_>, org: Option<&OrgId>) -> Result<Actor, Denial> {
        let actor = match act {
            Act::View | Act::Audit => self.with_roles(org, None),
            Act::Administer if self.token.scope == Scope::Admin => self.with_roles(org, None),
            Act::Administer => return Err(scope("admin")),
            Act::Declare(mode) => self.actor_at(org, Some(mode))?,
            Act::Case(_, mode) => self.actor_at(org, Some(mode))?,
            Act::Ask(_) | Act::Tell => self.actor_at(org, None)?,
        };
        permit(&actor, act, false).map(|()| actor)
    }

    /// The person as the requester of a run of a plan in a mode, as [`crate::extract::SignedIn::requester`] for the console.
    pub fn requester(&self, plan: &Plan, mode: Mode) -> Result<Actor, Denial> {
        for (callee, mode) in plan.led_to(mode) {
            self.must(Act::Declare(mode), plan.organisation_of(callee))?;
        }
        self.must(Act::Declare(mode), plan.body().organisation.as_ref())
    }
}

fn scope(needed: &str) -> Denial {
    Denial {
        code: "token_scope",
        message: Text::new(
            format!("이 토큰의 범위로는 할 수 없습니다. 범위가 {needed}인 토큰이 필요합니다"),
            format!("the scope of this token does not reach that: it needs a token with the scope {needed}"),
        ),
    }
}

impl SignIns {
    /// Makes a token; it is given back once and kept nowhere.
    pub async fn new_token(
        &self,
        user: &User,
        (label, scope, days): (String, Scope, u64),
        came: &Came,
    ) -> Result<String, Refusal> {
        let now = self.clock.now();
        if self.programs(user).await?.len() >= MOST {
            return Err(Refusal::Busy);
        }
        let token = Token::fresh()?;
        let made = ApiToken {
            token: token.digest(),
            user: user.name.clone(),
            label,
            scope,
            created_at: now,
            expires_at: now.plus(Millis(days.clamp(1, MOST_DAYS) * 24 * 3_600_000)),
            epoch: user.epoch,
            used_at: None,
        };
        let mut deed = By::oneself(user, came.peer).deed(now, "token.add", format!("user/{}", user.name));
        deed.after = Some(serde_json::json!({
            "label": made.label, "scope": made.scope, "expires_at": made.expires_at,
        }));
        done(self.store.change(now, vec![store::add(&made)?], vec![deed]).await?)?;
        Ok(format!("{PREFIX}{}", token.reveal()))
    }

    /// The tokens of a person that are good.
    pub async fn programs(&self, user: &User) -> Result<Vec<ApiToken>, Refusal> {
        let now = self.clock.now();
        let found = store::list::<ApiToken>(&*self.store, Query::group(user.name.as_str())).await?;
        let good = |token: &ApiToken| token.epoch == user.epoch && now <= token.expires_at;
        let mut tokens: Vec<ApiToken> = found.into_iter().map(|found| found.value).filter(good).collect();
        tokens.sort_by_key(|token| token.created_at);
        Ok(tokens)
    }

    /// Takes a token back.
    pub async fn revoke_token(&self, user: &User, token: &str, came: &Came) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let found = store::find::<ApiToken>(&*self.store, token).await?;
            let found = found.filter(|found| found.value.user == user.name).ok_or(Refusal::Nothing)?;
            let mut deed = By::oneself(user, came.peer).deed(now, "token.revoke", format!("user/{}", user.name));
            deed.before = Some(serde_json::json!({ "label": found.value.label, "scope": found.value.scope }));
            if self.store.change(now, vec![found.remove()], vec![deed]).await? == Changed::Done {
                return Ok(());
            }
        }
        Err(Refusal::Busy)
    }

    /// The program of a token, as `Authorization: Bearer` carries it, while it is good. Who broke the glass did so at the console:
    /// programs get nothing of it.
    pub async fn program(&self, token: &str, came: &Came) -> Result<Option<Program>, store::Error> {
        let now = self.clock.now();
        let Some(token) = token.strip_prefix(PREFIX).and_then(Token::parse) else { return Ok(None) };
        let Some(found) = store::find::<ApiToken>(&*self.store, &token.digest().to_string()).await? else {
            return Ok(None);
        };
        let user = store::find::<User>(&*self.store, found.value.user.as_str()).await?.map(|found| found.value);
        let good = |user: &User| !user.disabled && !user.password_due && user.epoch == found.value.epoch;
        let Some(user) = user.filter(|user| good(user) && now <= found.value.expires_at) else { return Ok(None) };
        if found.value.used_at.is_none_or(|at| at.plus(USED_EVERY) < now) {
            let used = ApiToken { used_at: Some(now), ..found.value.clone() };
            // Another request of the same program says it too, or the store only reads at the moment: it is served anyhow.
            let _ = self.store.change(now, vec![found.put(&used)?], Vec::new()).await;
        }
        let user = User { glass_until: None, ..user };
        Ok(Some(Program { token: found.value, user, origin: came.peer.to_string() }))
    }
}

#[cfg(test)]
mod tests {
    use engine::base::{Bilingual as _, Digest, Lang, Timestamp};
    use engine::identity::Grant;

    use super::*;

    fn program(scope: Scope) -> Program {
        let grants = ["commander", "admin"].map(|role| Grant::in_all_modes(role.parse().unwrap(), None)).to_vec();
        let kim = User::new("kim".parse().unwrap(), String::new(), Lang::Ko, Timestamp(0));
        let token = ApiToken {
            token: Digest::ZERO,
            user: kim.name.clone(),
            label: "watcher".to_owned(),
            scope,
            created_at: Timestamp(0),
            expires_at: Timestamp(1),
            epoch: 0,
            used_at: None,
        };
        Program { token, user: User { grants, ..kim }, origin: "::1".to_owned() }
    }

    #[test]
    fn a_scope_reaches_no_further_than_its_word() {
        for (scope, view, act, admin) in
            [(Scope::View, true, false, false), (Scope::Act, true, true, false), (Scope::Admin, true, false, true)]
        {
            let program = program(scope);
            assert_eq!(program.must(Act::View, None).is_ok(), view, "{scope:?}");
            assert_eq!(program.must(Act::Declare(Mode::Drill), None).is_ok(), act, "{scope:?}");
            assert_eq!(program.must(Act::Tell, None).is_ok(), act, "{scope:?}");
            assert_eq!(program.actor_at(None, Some(Mode::Real)).is_ok(), act, "{scope:?}");
            assert_eq!(program.must(Act::Administer, None).is_ok(), admin, "{scope:?}");
        }
        let denied = program(Scope::View).must(Act::Tell, None).unwrap_err();
        assert_eq!(denied.code, "token_scope");
        assert!(denied.ko().contains("act"));
    }
}
