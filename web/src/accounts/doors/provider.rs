//! The door of those whom a provider of identity knows.

use std::sync::Arc;

use engine::base::{Clock, Lang, Text};
use serde_json::json;
use tokio::sync::Semaphore;

use super::outsiders::Arrival;
use super::{AT_ONCE, Denied, Outsiders, Rules, Secrets, Source};
use crate::accounts::oidc::{Attempt, Known, Provider, Settings, Trouble};
use crate::accounts::{Came, SignIns, Started};
use crate::config::Door;

/// Characters of a code, at most.
const LONGEST_CODE: usize = 4_096;

/// A provider and what its groups mean here.
#[derive(Debug)]
pub struct ProviderDoor {
    /// What the sign-in page calls it.
    pub title: Text,
    pub(super) provider: Provider,
    rules: Rules,
    issuer: String,
    places: Semaphore,
}

/// What the browser brought back.
#[derive(Debug)]
pub struct Brought<'a> {
    /// The attempt of its cookie.
    pub attempt: &'a Attempt,
    /// The code.
    pub code: &'a str,
    /// From where.
    pub came: &'a Came,
    /// The language of the page that it left from.
    pub lang: Lang,
}

impl ProviderDoor {
    pub(super) fn new(door: Door<Settings>, secrets: Secrets, clock: Arc<dyn Clock>) -> Self {
        let Door { title, settings, rules } = door;
        let issuer = settings.issuer.clone();
        let provider = Provider::new(settings, secrets, clock);
        Self { title, provider, rules: Rules::of_words(rules), issuer, places: Semaphore::new(AT_ONCE) }
    }

    /// As the provider names itself.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the browser goes.
    pub async fn leave(&self, attempt: &Attempt) -> Result<String, Denied> {
        let _place = self.places.try_acquire().map_err(|_| Denied::Busy)?;
        self.provider.begin(attempt).await.map_err(|why| told(&why))
    }

    /// Opens a session for who came back.
    pub async fn enter(
        &self,
        sign_ins: &SignIns,
        outsiders: &Outsiders,
        brought: Brought<'_>,
    ) -> Result<Started, Denied> {
        let Brought { attempt, code, came, lang } = brought;
        if code.is_empty() || code.len() > LONGEST_CODE {
            return Err(Denied::Lost);
        }
        let known = {
            let _place = self.places.try_acquire().map_err(|_| Denied::Busy)?;
            self.provider.finish(attempt, code).await.map_err(|why| told(&why))?
        };
        let Known { profile, methods, assurance } = known;
        let grants = self.rules.grants(&profile.groups);
        let source = Source::Oidc { issuer: self.issuer.clone() };
        let shown = json!({ "amr": methods, "acr": assurance });
        let user = outsiders.admit(&Arrival { source, profile, grants, shown, peer: came.peer, lang }).await?;
        Ok(sign_ins.let_in(user, came).await?)
    }

    /// Where a person ends the session at the provider too.
    pub async fn farewell(&self) -> Result<Option<String>, Denied> {
        let _place = self.places.try_acquire().map_err(|_| Denied::Busy)?;
        self.provider.farewell().await.map_err(|why| told(&why))
    }
}

fn told(trouble: &Trouble) -> Denied {
    if trouble.is_of_attempt() {
        tracing::warn!(%trouble, "an answer of the provider is not believed");
        Denied::Lost
    } else {
        tracing::error!(%trouble, "the provider says nothing about a person");
        Denied::Away
    }
}
