//! Who is told what, in which words, over which channels.

use std::collections::BTreeSet;

use engine::base::{ClassName, Millis, OrgId, RuleName, TargetName, Text};
use engine::store::Versioned;
use engine::telling::{Class, OccasionKind, Rule, Settings, Template, Urgency, Way, Whom};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Both, Channel, Mode};
use crate::error::{Error, Unreadable};

/// Longest text of one language, in characters.
const LONGEST: usize = 4_096;
/// Most of anything that is listed in one body.
const MOST: usize = 100;

fn unfit(what: &str) -> Error {
    Error::Unreadable(Unreadable::Shape, what.to_owned())
}

fn bounded<T>(all: &[T], what: &str) -> Result<(), Error> {
    if all.len() > MOST { Err(unfit(&format!("{what}: at most {MOST}"))) } else { Ok(()) }
}

/// A text that is sent in both languages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BothTexts {
    /// Korean.
    #[schema(min_length = 1, max_length = 4096)]
    pub ko: String,
    /// English.
    #[schema(min_length = 1, max_length = 4096)]
    pub en: String,
}

impl BothTexts {
    fn read(self, what: &str) -> Result<Text, Error> {
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST;
        if fits(&self.ko) && fits(&self.en) { Ok(Text::new(self.ko, self.en)) } else { Err(unfit(what)) }
    }
}

/// What holds for all messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct TellingSettings {
    /// Its version: what a change must name.
    pub version: u64,
    /// The address under which people reach the console; links in messages begin with it. Empty: messages carry no links.
    pub address: String,
    /// Modes in which nothing leaves the console.
    pub quiet: Vec<Mode>,
    /// The targets of the inventory that carry each kind of channel. A kind without one is passed over.
    pub carriers: Vec<Carrier>,
}

impl TellingSettings {
    /// As they are told.
    pub fn of(settings: &Settings, version: u64) -> Self {
        let carrier = |(way, target): (&Way, &TargetName)| Carrier { way: (*way).into(), target: target.to_string() };
        Self {
            version,
            address: settings.address.clone(),
            quiet: settings.quiet.iter().map(|mode| (*mode).into()).collect(),
            carriers: settings.carriers.iter().map(carrier).collect(),
        }
    }
}

/// What carries a kind of channel.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Carrier {
    /// The kind of channel; not `in_app`.
    pub way: Channel,
    /// The target of the inventory.
    pub target: String,
}

/// What is to hold for all messages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsBody {
    /// The version that was looked at; 0 where nobody has kept any yet.
    pub version: u64,
    /// The address under which people reach the console, `https://…` or `http://…`; empty for none.
    #[schema(max_length = 200)]
    pub address: String,
    /// Modes in which nothing leaves the console.
    #[serde(default)]
    pub quiet: BTreeSet<Mode>,
    /// What carries each kind of channel.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub carriers: Vec<Carrier>,
}

impl SettingsBody {
    /// As the engine knows them.
    pub fn read(self) -> Result<Settings, Error> {
        bounded(&self.carriers, "carriers")?;
        let carrier = |it: Carrier| Ok((it.way.into(), it.target.parse().map_err(|_| unfit("carriers"))?));
        Ok(Settings {
            address: self.address,
            quiet: self.quiet.into_iter().map(Into::into).collect(),
            carriers: self.carriers.into_iter().map(carrier).collect::<Result<_, Error>>()?,
        })
    }
}

/// A class of the contact tree that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassBody {
    /// The version that was looked at; 0 for a new one.
    pub version: u64,
    /// Its name for people.
    pub title: BothTexts,
    /// Where it stands among the classes.
    pub order: u32,
    /// The time in which everybody of it is to have acknowledged: ten seconds to seven days.
    pub deadline_ms: u64,
    /// How long one channel is waited on before the next one is tried: ten seconds to seven days.
    pub patience_ms: u64,
}

impl ClassBody {
    /// As the engine knows classes.
    pub fn read(self, name: ClassName) -> Result<Class, Error> {
        let (deadline, patience) = (Millis(self.deadline_ms), Millis(self.patience_ms));
        Ok(Class { name, title: self.title.read("title")?, order: self.order, deadline, patience })
    }
}

/// One page of rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct TellingRules {
    /// By name.
    pub rules: Vec<TellingRule>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// A rule: which occasions are told to whom. All that fit are followed.
#[derive(Debug, Serialize, ToSchema)]
pub struct TellingRule {
    /// Its name.
    pub rule: String,
    /// Its version: what a change of it must name.
    pub version: u64,
    /// Whether it is followed.
    pub enabled: bool,
    /// The organisation for which it is, with all below; `null`: everywhere.
    #[schema(value_type = Option<String>)]
    pub organisation: Option<OrgId>,
    /// Which occasions; none named: all.
    #[schema(value_type = Vec<String>)]
    pub on: BTreeSet<OccasionKind>,
    /// In which phases: stages of a run or states of a case; none named: in all.
    pub phases: BTreeSet<String>,
    /// In which modes; none: never.
    pub modes: Vec<Mode>,
    /// The class that is told; `null`: whom the occasion asks.
    pub class: Option<String>,
    /// Of the class only those who have one of these roles; none named: all of it.
    pub roles: Vec<String>,
    /// For how long it is gathered with others and told together; 0: told at once.
    pub wait_ms: u64,
}

impl TellingRule {
    /// As it is told.
    pub fn of(found: &Versioned<Rule>) -> Self {
        let rule = &found.value;
        let (class, roles) = match &rule.whom {
            Whom::Asked => (None, Vec::new()),
            Whom::Class { class, roles } => {
                (Some(class.to_string()), roles.iter().map(ToString::to_string).collect::<Vec<_>>())
            }
        };
        Self {
            rule: rule.name.to_string(),
            version: found.version,
            enabled: rule.enabled,
            organisation: rule.org.clone(),
            on: rule.on.clone(),
            phases: rule.phases.clone(),
            modes: rule.modes.iter().map(|mode| (*mode).into()).collect(),
            class,
            roles,
            wait_ms: rule.urgency.wait().unwrap_or_default().0,
        }
    }
}

/// A rule that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleBody {
    /// The version that was looked at; 0 for a new one.
    pub version: u64,
    /// Whether it is followed.
    pub enabled: bool,
    /// The organisation for which it is, with all below; everywhere where absent.
    #[schema(value_type = Option<String>, max_length = 512)]
    pub organisation: Option<OrgId>,
    /// Which occasions, by the words of `GET /api/v1/occasions`; of all where none is named.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub on: BTreeSet<OccasionKind>,
    /// In which phases; in all where none is named.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub phases: Vec<String>,
    /// In which modes.
    pub modes: BTreeSet<Mode>,
    /// The class that is told; whom the occasion asks where absent.
    #[schema(max_length = 64)]
    pub class: Option<String>,
    /// Of the class only those who have one of these roles; all of it where none is named.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub roles: Vec<String>,
    /// For how long it is gathered with others: at most a day. Told at once where 0 or absent.
    #[serde(default)]
    #[schema(maximum = 86_400_000)]
    pub wait_ms: u64,
}

impl RuleBody {
    /// As the engine knows rules.
    pub fn read(self, name: RuleName) -> Result<Rule, Error> {
        bounded(&self.phases, "phases")?;
        bounded(&self.roles, "roles")?;
        let phase = |phase: String| {
            let phase = phase.trim().to_owned();
            let fits = !phase.is_empty() && phase.chars().count() <= MOST;
            if fits { Ok(phase) } else { Err(unfit("phases")) }
        };
        let roles = self.roles.iter().map(|role| role.parse().map_err(|_| unfit("roles")));
        let roles = roles.collect::<Result<BTreeSet<_>, Error>>()?;
        let whom = match self.class {
            None if roles.is_empty() => Whom::Asked,
            None => return Err(unfit("roles: only of a class")),
            Some(class) => Whom::Class { class: class.parse().map_err(|_| unfit("class"))?, roles },
        };
        Ok(Rule {
            name,
            enabled: self.enabled,
            org: self.organisation,
            on: self.on,
            phases: self.phases.into_iter().map(phase).collect::<Result<_, Error>>()?,
            modes: self.modes.into_iter().map(Into::into).collect(),
            whom,
            urgency: if self.wait_ms == 0 { Urgency::Now } else { Urgency::Digest(Millis(self.wait_ms)) },
        })
    }
}

/// The words of messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct TellingTemplates {
    /// One for each kind of channel.
    pub templates: Vec<TellingTemplate>,
}

/// The words of messages over one kind of channel, with `{name}` for what differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct TellingTemplate {
    /// The kind of channel.
    pub way: Channel,
    /// Its version: what a change of it must name; 0 where nobody has kept any yet.
    pub version: u64,
    /// One line.
    pub subject: Both,
    /// The message.
    pub body: Both,
    /// What is posted to a webhook; the form that the inventory gives to it where `null`.
    pub json: Option<String>,
}

impl TellingTemplate {
    /// As it is told.
    pub fn of(template: &Template, version: u64) -> Self {
        Self {
            way: template.way.into(),
            version,
            subject: Both::of(&template.subject),
            body: Both::of(&template.body),
            json: template.json.clone(),
        }
    }
}

/// Words that are to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateBody {
    /// The version that was looked at; 0 where nobody has kept any yet.
    pub version: u64,
    /// One line.
    pub subject: BothTexts,
    /// The message.
    pub body: BothTexts,
    /// What is posted to a webhook: JSON as text.
    #[schema(max_length = 4096)]
    pub json: Option<String>,
}

impl TemplateBody {
    /// As the engine knows templates.
    pub fn read(self, way: Way) -> Result<Template, Error> {
        if self.json.as_ref().is_some_and(|json| json.chars().count() > LONGEST) {
            return Err(unfit("json"));
        }
        let (subject, body) = (self.subject.read("subject")?, self.body.read("body")?);
        Ok(Template { way, subject, body, json: self.json.filter(|json| !json.trim().is_empty()) })
    }
}
