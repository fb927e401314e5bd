//! Tokens that people give to programs.

use engine::base::{Digest, Millis, Secret};
use engine::identity::{ApiToken, Scope, User};
use engine::store::{self, Changed, Query};

use super::guard::ATTEMPTS;
use super::second::done;
use super::{By, Refusal, SignIns, Token};

/// What a token begins with: whoever finds one knows what it is, and so do programs that look for leaked ones.
const PREFIX: &str = "rlt_";
/// A token that is used says so at most so often.
const USED_EVERY: Millis = Millis::minutes(5);
/// Tokens of one person.
const MOST: usize = 50;

impl SignIns {
    /// The longest life of a token, in days.
    pub const TOKEN_DAYS: u64 = 366;

    /// Makes a token; it is given back once and kept nowhere.
    pub async fn new_token(
        &self,
        user: &User,
        (label, scope, days): (String, Scope, u64),
        by: &By,
    ) -> Result<(ApiToken, Secret), Refusal> {
        let now = self.clock.now();
        if self.programs(user).await?.len() >= MOST {
            return Err(Refusal::Full(MOST));
        }
        let token = Token::fresh()?;
        let made = ApiToken {
            token: token.digest(),
            user: user.name.clone(),
            label,
            scope,
            created_at: now,
            expires_at: now.plus(Millis(days.clamp(1, Self::TOKEN_DAYS) * 24 * 3_600_000)),
            epoch: user.epoch,
            used_at: None,
        };
        let mut deed = by.deed(now, "token.add", format!("user/{}", user.name));
        deed.after = Some(serde_json::json!({
            "label": made.label, "scope": made.scope, "expires_at": made.expires_at,
        }));
        done(&self.store.change(now, vec![store::add(&made)?], vec![deed]).await?)?;
        Ok((made, Secret::new(format!("{PREFIX}{}", token.reveal()))))
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
    pub async fn revoke_token(&self, user: &User, token: Digest, by: &By) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let found = store::find::<ApiToken>(&*self.store, &token.to_string()).await?;
            let found = found.filter(|found| found.value.user == user.name).ok_or(Refusal::Nothing)?;
            let mut deed = by.deed(now, "token.revoke", format!("user/{}", user.name));
            deed.before = Some(serde_json::json!({ "label": found.value.label, "scope": found.value.scope }));
            if self.store.change(now, vec![found.remove()], vec![deed]).await? == Changed::Done {
                return Ok(());
            }
        }
        Err(Refusal::Busy)
    }

    /// The token that `Authorization: Bearer` carries, while it is good, and for whom it acts. Who broke the glass did so at the
    /// console: programs get nothing of it.
    pub async fn program(&self, token: &str) -> Result<Option<(ApiToken, User)>, store::Error> {
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
        Ok(Some((found.value, User { glass_until: None, ..user })))
    }
}
