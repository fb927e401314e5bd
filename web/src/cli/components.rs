//! `relight components [ID…]`

use std::path::{Path, PathBuf};

use clap::Args;
use engine::base::{Lang, Text};
use engine::plan::{Library, Listed};
use engine::runbook::{ComponentCard, ParamCard};
use serde_json::{Value, json};

use super::exit::Exit;
use super::failure::{Failure, on_file};
use super::options::{Format, LangWord};
use super::say;

/// Lists the components that runbooks may use, and which runbooks use each.
///
/// Exit code 1 when one of them has errors.
#[derive(Debug, Args)]
pub(super) struct ComponentsArgs {
    /// Show only these, with their parameters
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Folder of the runbooks
    #[arg(long, value_name = "DIR", default_value = ".")]
    library: PathBuf,
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of titles and descriptions
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

/// Lists them.
pub(super) fn components(args: &ComponentsArgs) -> Result<Exit, Failure> {
    let all = Library::new(&args.library).catalogue().map_err(|cause| on_file(&args.library, &cause))?;
    let wanted = |listed: &Listed| {
        let card = listed.card.as_ref();
        args.ids.is_empty() || card.is_some_and(|card| args.ids.iter().any(|id| id == card.id.as_str()))
    };
    let is_known =
        |id: &&String| all.iter().any(|listed| listed.card.as_ref().is_some_and(|card| card.id.as_str() == **id));
    if let Some(unknown) = args.ids.iter().find(|id| !is_known(id)) {
        return Err(Failure::usage(format!(
            "there is no component {unknown} that can be used: `relight components` lists them all"
        )));
    }
    let broken: Vec<&Listed> = all.iter().filter(|listed| listed.card.is_none()).collect();
    match args.format {
        Format::Json => {
            let components: Vec<Value> = all.iter().filter(|listed| wanted(listed)).filter_map(as_json).collect();
            let broken: Vec<&str> = broken.iter().map(|listed| listed.file.as_str()).collect();
            say::json(&json!({ "components": components, "broken": broken }))?;
        }
        Format::Human => {
            let lang = args.lang.into();
            for listed in all.iter().filter(|listed| wanted(listed)) {
                if let Some(card) = &listed.card {
                    say::text(&described(listed, card, lang, !args.ids.is_empty()))?;
                }
            }
            for listed in &broken {
                say::note(&format!("{} has errors: `relight check {}`", listed.file, place(&args.library, listed)));
            }
        }
    }
    Ok(if broken.is_empty() { Exit::Done } else { Exit::Failed })
}

fn place(library: &Path, listed: &Listed) -> String {
    library.join(&listed.file).display().to_string()
}

/// One line, or all that is known.
fn described(listed: &Listed, card: &ComponentCard, lang: Lang, whole: bool) -> String {
    let users: Vec<&str> = listed.used_by.iter().map(|user| user.runbook.as_str()).collect();
    let used = match (users.as_slice(), lang) {
        ([], Lang::Ko) => "사용하는 런북 없음".to_owned(),
        ([], Lang::En) => "used by no runbook".to_owned(),
        (users, Lang::Ko) => format!("사용: {}", users.join(", ")),
        (users, Lang::En) => format!("used by {}", users.join(", ")),
    };
    let title = card.title.get(lang);
    if !whole {
        return format!("{:<24} v{:<3} {title}  ({used})\n", card.id.as_str(), card.version);
    }
    let mut text = format!("{} v{}  {title}\n  {}\n", card.id, card.version, listed.file);
    if let Some(description) = &card.description {
        text.push_str(&format!("  {}\n", description.get(lang)));
    }
    for param in &card.params {
        text.push_str(&format!("  - {}\n", parameter(param, lang)));
    }
    text.push_str(&format!("  {used}\n"));
    text
}

fn parameter(param: &ParamCard, lang: Lang) -> String {
    let must = match (param.required, lang) {
        (true, Lang::Ko) => ", 필수",
        (true, Lang::En) => ", required",
        (false, _) => "",
    };
    let default = param.default.as_ref().map(|default| match lang {
        Lang::Ko => format!(", 기본값 {default}"),
        Lang::En => format!(", default {default}"),
    });
    let title = param.title.as_ref().map(|title| format!(": {}", title.get(lang)));
    let options = if param.options.is_empty() { String::new() } else { format!(" {}", param.options.join("|")) };
    let (default, title) = (default.unwrap_or_default(), title.unwrap_or_default());
    format!("{} ({}{options}{must}{default}){title}", param.name, param.kind)
}

fn as_json(listed: &Listed) -> Option<Value> {
    let card = listed.card.as_ref()?;
    let text = |text: &Text| json!({ "ko": text.get(Lang::Ko), "en": text.get(Lang::En) });
    let params: Vec<Value> = card
        .params
        .iter()
        .map(|param| {
            json!({
                "name": param.name.as_str(),
                "type": param.kind,
                "title": param.title.as_ref().map(text),
                "required": param.required,
                "default": param.default,
                "options": param.options,
                "example": param.example,
            })
        })
        .collect();
    let used_by: Vec<Value> =
        listed.used_by.iter().map(|user| json!({ "runbook": user.runbook.as_str(), "file": user.file })).collect();
    let [pre, run, post, rollback] = card.steps;
    Some(json!({
        "id": card.id.as_str(),
        "version": card.version,
        "digest": card.digest.to_string(),
        "file": listed.file,
        "shipped": listed.shipped,
        "title": text(&card.title),
        "description": card.description.as_ref().map(text),
        "params": params,
        "modes": card.modes.as_ref().map(|modes| modes.iter().map(|mode| mode.keyword()).collect::<Vec<_>>()),
        "steps": { "pre": pre, "run": run, "post": post, "rollback": rollback },
        "already_done": card.already_done,
        "point_of_no_return": card.point_of_no_return,
        "used_by": used_by,
    }))
}
