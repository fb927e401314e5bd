//! Classes, rules, words and channels, for those who look after them.

use askama::Template;
use axum::extract::State;
use engine::base::Lang;
use engine::run::Door;
use engine::store::{Query, Versioned, find, list};
use engine::telling::{
    Class, OccasionKind, Rule, Settings, Template as ChannelWords, Urgency, Way, Whom, kept_settings, kept_templates,
};

use super::may::{Tick, Wish, mode_ticks};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};

/// The page.
#[derive(Debug, Template)]
#[template(path = "telling/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    settings: SettingsForm,
    classes: Vec<ClassForm>,
    rules: Vec<RuleForm>,
    words: Vec<WordsForm>,
    variables: &'static str,
}

/// What holds for all messages.
#[derive(Debug)]
struct SettingsForm {
    version: u64,
    address: String,
    quiet: Vec<Tick>,
    carriers: Vec<(String, String, String)>,
}

/// A class; the last form of the list is empty.
#[derive(Debug)]
struct ClassForm {
    version: u64,
    name: String,
    ko: String,
    en: String,
    order: u32,
    deadline: u64,
    patience: u64,
}

/// A rule; the last form of the list is empty.
#[derive(Debug)]
struct RuleForm {
    version: u64,
    name: String,
    enabled: bool,
    org: String,
    on: Vec<Tick>,
    phases: String,
    modes: Vec<Tick>,
    whom: Vec<Tick>,
    roles: String,
    wait: u64,
    says: String,
}

/// The words of a kind of channel.
#[derive(Debug)]
struct WordsForm {
    version: u64,
    way: &'static str,
    title: String,
    subject: (String, String),
    body: (String, String),
    json: String,
}

/// Shows them.
pub async fn show(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let comer = Comer { person, door: Door::Console };
    Wish::Rule.demand(&app, &comer, None, w).await?;
    let store = app.engine.store();
    let mut classes = list::<Class>(&**store, Query::default()).await?;
    classes.sort_by_key(|found| (found.value.order, found.value.name.clone()));
    let rules = list::<Rule>(&**store, Query::default()).await?;
    let mut words = Vec::new();
    for (way, template) in kept_templates(&**store).await? {
        let version = find::<ChannelWords>(&**store, way.keyword()).await?.map_or(0, |found| found.version);
        words.push(words_form(w, &template, version));
    }
    let settings = kept_settings(&**store).await?;
    let version = find::<Settings>(&**store, "settings").await?.map_or(0, |found| found.version);
    let rule_forms = rules.iter().map(|found| rule_form(w, Some(found), &classes));
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("telling-title")),
        csrf: comer.person.session.csrf.clone(),
        settings: settings_form(w, &settings, version),
        rules: rule_forms.chain([rule_form(w, None, &classes)]).collect(),
        classes: classes.iter().map(Some).chain([None]).map(class_form).collect(),
        words,
        variables: "{acknowledge} {at} {case} {detail} {event} {headline} {id} {link} {mode} {name} {run} {runbook} {stead} {unit}; JSON: {body} {mark} {subject} {to}",
    }))
}

fn settings_form(w: Words, settings: &Settings, version: u64) -> SettingsForm {
    let ways = Way::ALL.into_iter().filter(|way| *way != Way::InApp);
    let carrier = |way: Way| {
        let named = settings.carriers.get(&way).map(ToString::to_string);
        (format!("carrier.{}", way.keyword()), w.text(&way.title()).to_owned(), named.unwrap_or_default())
    };
    SettingsForm {
        version,
        address: settings.address.clone(),
        quiet: mode_ticks(w, |mode| settings.quiet.contains(&mode)),
        carriers: ways.map(carrier).collect(),
    }
}

fn class_form(found: Option<&Versioned<Class>>) -> ClassForm {
    let class = found.map(|found| &found.value);
    let minutes = |time: engine::base::Millis| time.0 / 60_000;
    ClassForm {
        version: found.map_or(0, |found| found.version),
        name: class.map(|class| class.name.to_string()).unwrap_or_default(),
        ko: class.map(|class| class.title.get(Lang::Ko).to_owned()).unwrap_or_default(),
        en: class.map(|class| class.title.get(Lang::En).to_owned()).unwrap_or_default(),
        order: class.map_or(9, |class| class.order),
        deadline: class.map_or(30, |class| minutes(class.deadline)),
        patience: class.map_or(5, |class| minutes(class.patience)),
    }
}

fn rule_form(w: Words, found: Option<&Versioned<Rule>>, classes: &[Versioned<Class>]) -> RuleForm {
    let rule = found.map(|found| &found.value);
    let kinds =
        OccasionKind::ALL.into_iter().filter(|kind| !matches!(kind, OccasionKind::TestCall | OccasionKind::Digest));
    let kind = |kind: OccasionKind| Tick {
        value: kind.keyword().to_owned(),
        word: w.text(&kind.title()).to_owned(),
        on: rule.is_some_and(|rule| rule.on.contains(&kind)),
    };
    let (class, roles) = match rule.map(|rule| &rule.whom) {
        Some(Whom::Class { class, roles }) => (Some(class), roles.iter().map(ToString::to_string).collect::<Vec<_>>()),
        Some(Whom::Asked) | None => (None, Vec::new()),
    };
    let asked = Tick { value: String::new(), word: w.t("rule-asked"), on: class.is_none() };
    let of_class = |found: &Versioned<Class>| Tick {
        value: found.value.name.to_string(),
        word: w.text(&found.value.title).to_owned(),
        on: class == Some(&found.value.name),
    };
    let whom: Vec<Tick> = [asked].into_iter().chain(classes.iter().map(of_class)).collect();
    let to = whom.iter().find(|tick| tick.on).map(|tick| tick.word.clone()).unwrap_or_default();
    let wait = rule.map_or(Urgency::Now, |rule| rule.urgency).wait().map_or(0, |wait| wait.0 / 60_000);
    let modes = mode_ticks(w, |mode| rule.is_none_or(|rule| rule.modes.contains(&mode)));
    let in_modes = modes.iter().filter(|tick| tick.on).map(|tick| tick.word.as_str()).collect::<Vec<_>>().join(", ");
    RuleForm {
        version: found.map_or(0, |found| found.version),
        name: rule.map(|rule| rule.name.to_string()).unwrap_or_default(),
        enabled: rule.is_none_or(|rule| rule.enabled),
        org: rule.and_then(|rule| rule.org.as_ref()).map(ToString::to_string).unwrap_or_default(),
        on: kinds.map(kind).collect(),
        phases: rule.map(|rule| rule.phases.iter().cloned().collect::<Vec<_>>().join(", ")).unwrap_or_default(),
        modes,
        whom,
        roles: roles.join(", "),
        wait,
        says: rule.map_or_else(String::new, |rule| {
            let place = rule.org.as_ref().map_or_else(String::new, |org| format!("{org} · "));
            format!("{place}→ {to} · {in_modes}")
        }),
    }
}

fn words_form(w: Words, template: &ChannelWords, version: u64) -> WordsForm {
    let both = |text: &engine::base::Text| (text.get(Lang::Ko).to_owned(), text.get(Lang::En).to_owned());
    WordsForm {
        version,
        way: template.way.keyword(),
        title: w.text(&template.way.title()).to_owned(),
        subject: both(&template.subject),
        body: both(&template.body),
        json: template.json.clone().unwrap_or_default(),
    }
}
