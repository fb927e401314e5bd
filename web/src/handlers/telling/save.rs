//! Takes the forms of classes, rules, words and channels.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{Bilingual as _, Millis, Text};
use engine::run::Door;
use engine::store::{Change, Kept, Query, add, find, list};
use engine::telling::{Class, Contact, OccasionKind, Rule, Settings, Template, Urgency, Way, Whom};

use super::may::{Act, Wish, all, make, malformed, modes, refused, shown, words};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Takes one form; which one it is says `what`.
pub async fn save(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let (w, Acting { person, fields }) = (visitor.words, acting);
    let comer = Comer { person, door: Door::Console };
    Wish::Rule.demand(&app, &comer.person, w).await?;
    let desk = Desk { app: &app, w, comer: &comer, fields: &fields };
    match fields.get("what") {
        "settings" => desk.keep("telling.settings", settings(&fields)?).await?,
        "class" => desk.keep("contact-class.change", class(&fields, w)?).await?,
        "class-remove" => desk.remove_class().await?,
        "rule" => {
            let rule = rule(&fields)?;
            desk.must_know(&rule).await?;
            desk.keep("telling-rule.change", rule).await?;
        }
        "rule-remove" => desk.remove::<Rule>("telling-rule.remove").await?,
        "words" => desk.keep("telling-template.change", template(&fields, w)?).await?,
        _ => return Err(malformed("what")),
    }
    Ok(Redirect::to(urls::telling()))
}

/// One form that is being taken.
struct Desk<'a> {
    app: &'a App,
    w: Words,
    comer: &'a Comer,
    fields: &'a Fields,
}

impl Desk<'_> {
    /// Puts a value in the place of the one that the form showed, or adds it where it showed none.
    async fn keep<T: Kept>(&self, act: &'static str, value: T) -> Result<(), Error> {
        let version: u64 = self.fields.parsed("version")?;
        let found = find::<T>(&**self.app.engine.store(), &value.id()).await?;
        let (change, before) = match &found {
            None if version == 0 => (add(&value)?, None),
            Some(found) if found.version == version => (found.put(&value)?, shown(&found.value)),
            Some(_) | None => return Err(refused("changed-meanwhile", self.w.t("telling-stale"))),
        };
        self.make(act, &format!("{}/{}", T::KIND, value.id()), change, before, shown(&value)).await
    }

    async fn remove<T: Kept>(&self, act: &'static str) -> Result<(), Error> {
        let found = find::<T>(&**self.app.engine.store(), self.fields.get("name")).await?.ok_or(Error::NotFound)?;
        let object = format!("{}/{}", T::KIND, found.value.id());
        self.make(act, &object, found.remove(), shown(&found.value), None).await
    }

    /// A class that somebody belongs to stays: its members would be told nothing any more.
    async fn remove_class(&self) -> Result<(), Error> {
        let name = self.fields.get("name");
        let members = list::<Contact>(&**self.app.engine.store(), Query { limit: 1, ..Query::group(name) }).await?;
        if !members.is_empty() {
            return Err(refused("class-in-use", self.w.t("class-in-use")));
        }
        self.remove::<Class>("contact-class.remove").await
    }

    async fn must_know(&self, rule: &Rule) -> Result<(), Error> {
        let Whom::Class { class, .. } = &rule.whom else { return Ok(()) };
        let known = find::<Class>(&**self.app.engine.store(), class.as_str()).await?;
        known.map(drop).ok_or_else(|| malformed("whom"))
    }

    async fn make(
        &self,
        act: &'static str,
        object: &str,
        change: Change,
        before: Option<serde_json::Value>,
        after: Option<serde_json::Value>,
    ) -> Result<(), Error> {
        let act = Act { comer: self.comer, act, object: object.to_owned(), before, after, reason: String::new() };
        make(self.app, self.w, vec![change], act).await
    }
}

fn minutes(fields: &Fields, name: &str) -> Result<Millis, Error> {
    let minutes: u64 = fields.parsed(name)?;
    if minutes > 100_000 { Err(malformed(name)) } else { Ok(Millis::minutes(minutes)) }
}

fn settings(fields: &Fields) -> Result<Settings, Error> {
    let address = fields.get("address").trim_end_matches('/').to_owned();
    let sound = address.is_empty()
        || (address.len() <= 200
            && (address.starts_with("https://") || address.starts_with("http://"))
            && !address.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>?#".contains(c)));
    if !sound {
        return Err(malformed("address"));
    }
    let mut carriers = std::collections::BTreeMap::new();
    for way in Way::ALL {
        let name = format!("carrier.{}", way.keyword());
        if way != Way::InApp && !fields.get(&name).is_empty() {
            carriers.insert(way, fields.parsed(&name)?);
        }
    }
    Ok(Settings { address, quiet: modes(fields, "quiet")?, carriers })
}

fn class(fields: &Fields, w: Words) -> Result<Class, Error> {
    let class = Class {
        name: fields.parsed("name")?,
        title: Text::new(fields.required("ko")?, fields.required("en")?),
        order: fields.parsed("order")?,
        deadline: minutes(fields, "deadline")?,
        patience: minutes(fields, "patience")?,
    };
    if class.is_sound() { Ok(class) } else { Err(refused("class", w.t("class-unsound"))) }
}

fn rule(fields: &Fields) -> Result<Rule, Error> {
    let kinds: Result<BTreeSet<OccasionKind>, Error> =
        all(fields, "on").map(|word| OccasionKind::from_keyword(word).ok_or_else(|| malformed("on"))).collect();
    let whom = match fields.get("whom") {
        "" => Whom::Asked,
        class => Whom::Class { class: class.parse().map_err(|_| malformed("whom"))?, roles: words(fields, "roles")? },
    };
    let wait = minutes(fields, "wait")?;
    if wait > Urgency::LONGEST {
        return Err(malformed("wait"));
    }
    let phases = fields.text("phases")?;
    let phases = phases.split(',').map(str::trim).filter(|phase| !phase.is_empty()).map(str::to_owned);
    Ok(Rule {
        name: fields.parsed("name")?,
        enabled: fields.get("enabled") == "yes",
        on: kinds?,
        phases: phases.collect(),
        modes: modes(fields, "modes")?,
        whom,
        urgency: if wait == Millis::ZERO { Urgency::Now } else { Urgency::Digest(wait) },
    })
}

fn template(fields: &Fields, w: Words) -> Result<Template, Error> {
    let json = fields.text("json")?;
    let template = Template {
        way: Way::from_keyword(fields.get("way")).ok_or_else(|| malformed("way"))?,
        subject: Text::new(fields.required("subject_ko")?, fields.required("subject_en")?),
        body: Text::new(fields.required("body_ko")?, fields.required("body_en")?),
        json: Some(json).filter(|json| !json.is_empty()),
    };
    match template.fault() {
        Some(fault) => Err(refused("template", w.text(&fault.text()).to_owned())),
        None => Ok(template),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn an_address_that_would_lead_elsewhere_is_refused() {
        for good in ["", "https://dr.bank.kr", "http://10.0.0.1:8080/"] {
            assert!(settings(&fields(&[("address", good)])).is_ok(), "{good}");
        }
        for bad in ["dr.bank.kr", "javascript:alert(1)", "https://a b", "https://a\"><x"] {
            assert!(settings(&fields(&[("address", bad)])).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rule_is_read_with_all_that_was_ticked() {
        let form = [
            ("name", "night"),
            ("enabled", "yes"),
            ("on", "rto_exceeded"),
            ("on", "case_declared"),
            ("modes", "real"),
            ("modes", "drill"),
            ("whom", "immediate"),
            ("roles", "commander, cio"),
            ("wait", "10"),
            ("phases", "db, web"),
        ];
        let rule = rule(&fields(&form)).unwrap();
        assert_eq!((rule.on.len(), rule.modes.len(), rule.phases.len()), (2, 2, 2));
        assert_eq!(rule.urgency, Urgency::Digest(Millis::minutes(10)));
        assert!(matches!(rule.whom, Whom::Class { roles, .. } if roles.len() == 2));
    }
}
