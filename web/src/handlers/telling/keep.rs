//! Keeps classes, rules, words and channels: what the forms of the console and the API end in.

use engine::base::{Bilingual as _, ClassName, RuleName};
use engine::store::{Change, Kept, Query, add, find, list};
use engine::telling::{Class, Contact, Rule, Settings, Template, Urgency, Way, Whom};

use super::may::{Act, Wish, make, malformed, refused, shown};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::i18n::Words;

/// Longest address of the console, in bytes.
const ADDRESS: usize = 200;

/// Somebody who may change how people are told. Each change names the version that was looked at; 0 adds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Desk<'a> {
    app: &'a App,
    w: Words,
    comer: &'a Comer,
}

impl<'a> Desk<'a> {
    /// For who may; a refusal stands in the audit log.
    pub(crate) async fn of(app: &'a App, w: Words, comer: &'a Comer) -> Result<Self, Error> {
        Wish::Rule.demand(app, comer, None, w).await?;
        Ok(Self { app, w, comer })
    }

    /// Keeps what holds for all messages.
    pub(crate) async fn keep_settings(self, settings: Settings, version: u64) -> Result<(), Error> {
        let address = settings.address.trim().trim_end_matches('/').to_owned();
        if !is_sound(&address) {
            return Err(malformed("address"));
        }
        // What stays in the console needs nothing that carries it out.
        if settings.carriers.contains_key(&Way::InApp) {
            return Err(malformed("carriers"));
        }
        self.keep("telling.settings", Settings { address, ..settings }, version).await
    }

    /// Keeps a class.
    pub(crate) async fn keep_class(self, class: Class, version: u64) -> Result<(), Error> {
        if !class.is_sound() {
            return Err(refused("class", self.w.t("class-unsound")));
        }
        self.keep("contact-class.change", class, version).await
    }

    /// Keeps a rule. The class that it tells must be there.
    pub(crate) async fn keep_rule(self, rule: Rule, version: u64) -> Result<(), Error> {
        if rule.urgency.wait().is_some_and(|wait| wait > Urgency::LONGEST) {
            return Err(malformed("wait"));
        }
        if let Whom::Class { class, .. } = &rule.whom {
            let known = find::<Class>(&**self.app.engine.store(), class.as_str()).await?;
            known.ok_or_else(|| malformed("whom"))?;
        }
        self.keep("telling-rule.change", rule, version).await
    }

    /// Keeps the words of a kind of channel.
    pub(crate) async fn keep_template(self, template: Template, version: u64) -> Result<(), Error> {
        if let Some(fault) = template.fault() {
            return Err(refused("template", self.w.text(&fault.text()).to_owned()));
        }
        self.keep("telling-template.change", template, version).await
    }

    /// Takes a class away. One that somebody belongs to stays: its members would be told nothing any more.
    pub(crate) async fn remove_class(self, name: &ClassName) -> Result<(), Error> {
        let query = Query { limit: 1, ..Query::group(name.as_str()) };
        if !list::<Contact>(&**self.app.engine.store(), query).await?.is_empty() {
            return Err(refused("class-in-use", self.w.t("class-in-use")));
        }
        self.remove::<Class>("contact-class.remove", name.as_str()).await
    }

    /// Takes a rule away.
    pub(crate) async fn remove_rule(self, name: &RuleName) -> Result<(), Error> {
        self.remove::<Rule>("telling-rule.remove", name.as_str()).await
    }

    async fn keep<T: Kept>(self, act: &'static str, value: T, version: u64) -> Result<(), Error> {
        let found = find::<T>(&**self.app.engine.store(), &value.id()).await?;
        let (change, before) = match &found {
            None if version == 0 => (add(&value)?, None),
            Some(found) if found.version == version => (found.put(&value)?, shown(&found.value)),
            Some(_) | None => return Err(refused("changed-meanwhile", self.w.t("telling-stale"))),
        };
        self.make(act, &format!("{}/{}", T::KIND, value.id()), change, before, shown(&value)).await
    }

    async fn remove<T: Kept>(self, act: &'static str, id: &str) -> Result<(), Error> {
        let found = find::<T>(&**self.app.engine.store(), id).await?.ok_or(Error::NotFound)?;
        let object = format!("{}/{}", T::KIND, found.value.id());
        self.make(act, &object, found.remove(), shown(&found.value), None).await
    }

    async fn make(
        self,
        act: &'static str,
        object: &str,
        change: Change,
        before: Option<serde_json::Value>,
        after: Option<serde_json::Value>,
    ) -> Result<(), Error> {
        let act =
            Act { comer: self.comer, org: None, act, object: object.to_owned(), before, after, reason: String::new() };
        make(self.app, self.w, vec![change], act).await
    }
}

/// Whether links in messages may begin so: with nothing that leads elsewhere or breaks out of one.
fn is_sound(address: &str) -> bool {
    address.is_empty()
        || (address.len() <= ADDRESS
            && (address.starts_with("https://") || address.starts_with("http://"))
            && !address.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>?#".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_would_lead_elsewhere_is_refused() {
        for good in ["", "https://dr.bank.kr", "http://10.0.0.1:8080"] {
            assert!(is_sound(good), "{good}");
        }
        for bad in ["dr.bank.kr", "javascript:alert(1)", "https://a b", "https://a\"><x"] {
            assert!(!is_sound(bad), "{bad}");
        }
    }
}
