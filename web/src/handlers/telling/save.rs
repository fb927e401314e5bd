//! Takes the forms of classes, rules, words and channels.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Redirect;
use engine::base::{Millis, Text};
use engine::run::Door;
use engine::telling::{Class, OccasionKind, Rule, Settings, Template, Urgency, Way, Whom};

use super::keep::Desk;
use super::may::{malformed, modes, words};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, Visitor};
use crate::urls;

/// Takes one form; which one it is says `what`.
pub async fn save(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    let desk = Desk::of(&app, visitor.words, &comer).await?;
    match fields.get("what") {
        "settings" => desk.keep_settings(settings(&fields)?, fields.parsed("version")?).await?,
        "class" => desk.keep_class(class(&fields)?, fields.parsed("version")?).await?,
        "class-remove" => desk.remove_class(&fields.parsed("name")?).await?,
        "rule" => desk.keep_rule(rule(&fields)?, fields.parsed("version")?).await?,
        "rule-remove" => desk.remove_rule(&fields.parsed("name")?).await?,
        "words" => desk.keep_template(template(&fields)?, fields.parsed("version")?).await?,
        _ => return Err(malformed("what")),
    }
    Ok(Redirect::to(urls::telling()))
}

fn minutes(fields: &Fields, name: &str) -> Result<Millis, Error> {
    let minutes: u64 = fields.parsed(name)?;
    if minutes > 100_000 { Err(malformed(name)) } else { Ok(Millis::minutes(minutes)) }
}

fn settings(fields: &Fields) -> Result<Settings, Error> {
    let mut carriers = std::collections::BTreeMap::new();
    for way in Way::ALL {
        let name = format!("carrier.{}", way.keyword());
        if way != Way::InApp && !fields.get(&name).is_empty() {
            carriers.insert(way, fields.parsed(&name)?);
        }
    }
    Ok(Settings { address: fields.get("address").to_owned(), quiet: modes(fields, "quiet")?, carriers })
}

fn class(fields: &Fields) -> Result<Class, Error> {
    Ok(Class {
        name: fields.parsed("name")?,
        title: Text::new(fields.required("ko")?, fields.required("en")?),
        order: fields.parsed("order")?,
        deadline: minutes(fields, "deadline")?,
        patience: minutes(fields, "patience")?,
    })
}

fn rule(fields: &Fields) -> Result<Rule, Error> {
    let kinds: Result<BTreeSet<OccasionKind>, Error> =
        fields.all("on").map(|word| OccasionKind::from_keyword(word).ok_or_else(|| malformed("on"))).collect();
    let whom = match fields.get("whom") {
        "" => Whom::Asked,
        class => Whom::Class { class: class.parse().map_err(|_| malformed("whom"))?, roles: words(fields, "roles")? },
    };
    let wait = minutes(fields, "wait")?;
    let phases = fields.text("phases")?;
    let phases = phases.split(',').map(str::trim).filter(|phase| !phase.is_empty()).map(str::to_owned);
    Ok(Rule {
        name: fields.parsed("name")?,
        enabled: fields.get("enabled") == "yes",
        org: fields.optional("organisation")?,
        on: kinds?,
        phases: phases.collect(),
        modes: modes(fields, "modes")?,
        whom,
        urgency: if wait == Millis::ZERO { Urgency::Now } else { Urgency::Digest(wait) },
    })
}

fn template(fields: &Fields) -> Result<Template, Error> {
    let json = fields.text("json")?;
    Ok(Template {
        way: Way::from_keyword(fields.get("way")).ok_or_else(|| malformed("way"))?,
        subject: Text::new(fields.required("subject_ko")?, fields.required("subject_en")?),
        body: Text::new(fields.required("body_ko")?, fields.required("body_en")?),
        json: Some(json).filter(|json| !json.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_rule_is_read_with_all_that_was_ticked() {
        let form = [
            ("name", "night"),
            ("enabled", "yes"),
            ("organisation", "bank/it"),
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
        assert_eq!(rule.org, "bank/it".parse().ok());
        assert_eq!(rule.urgency, Urgency::Digest(Millis::minutes(10)));
        assert!(matches!(rule.whom, Whom::Class { roles, .. } if roles.len() == 2));
    }
}
