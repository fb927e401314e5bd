//! Manual work that waits.

use engine::plan::{Manual, UnitIx};
use engine::report::Word as _;
use engine::run::{ManualResult, OpenManual, may_assign};

use super::panel::{Form, Look};
use crate::extract::FILES_A_FORM;
use crate::i18n::Words;
use crate::urls;

/// One item of the checklist.
#[derive(Debug)]
pub(super) struct ItemAsk {
    pub(super) place: usize,
    pub(super) number: usize,
    pub(super) title: String,
    pub(super) may_fail: bool,
    /// The last word on it, as forms write it; empty where nobody looked.
    pub(super) was: &'static str,
    pub(super) note: String,
    pub(super) by: String,
}

/// A number that is to be read off.
#[derive(Debug)]
pub(super) struct MeasureAsk {
    pub(super) unit: String,
    pub(super) bounds: String,
    pub(super) required: bool,
}

/// A file that was handed in.
#[derive(Debug)]
pub(super) struct FileShown {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) by: String,
    pub(super) size: String,
    pub(super) digest: String,
    /// Whether it can be shown as a picture.
    pub(super) picture: bool,
}

/// What was reported and waits for a second person.
#[derive(Debug)]
pub(super) struct CheckAsk {
    pub(super) said: String,
    pub(super) evidence: String,
    pub(super) measure: String,
    /// Why the person who looks may not check it.
    pub(super) refusal: Option<String>,
}

/// Manual work and what the person can do about it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of the template")]
pub(super) struct ManualAsk {
    pub(super) form: Form,
    pub(super) keys: [String; 3],
    /// Where the form of the work goes, and its own page.
    pub(super) task_url: String,
    /// Where to go on afterwards; empty for the page of the run.
    pub(super) next: String,
    /// Whether it stands on a page of its own.
    pub(super) alone: bool,
    pub(super) unit: String,
    pub(super) opening: u32,
    pub(super) title: String,
    pub(super) instruction: String,
    pub(super) expected: Option<String>,
    pub(super) copy: Option<String>,
    pub(super) who: String,
    /// Who does it, in words.
    pub(super) holder: Option<String>,
    pub(super) mine: bool,
    pub(super) evidence: bool,
    /// What is asked for beside a text, in words.
    pub(super) asked_for: String,
    pub(super) measure: Option<MeasureAsk>,
    pub(super) items: Vec<ItemAsk>,
    pub(super) files: Vec<FileShown>,
    /// Files that may come with one form.
    pub(super) files_a_form: usize,
    pub(super) second: bool,
    pub(super) check: Option<CheckAsk>,
    pub(super) sent_back: Option<String>,
    pub(super) may_not_apply: bool,
    pub(super) since: Option<i64>,
    /// Why the person who looks may not do it.
    pub(super) refusal: Option<String>,
    pub(super) leads: bool,
}

impl ManualAsk {
    pub(super) fn of(look: &Look<'_>, ix: UnitIx, manual: &Manual) -> Option<Self> {
        let w = look.w;
        let unit = look.view.plan.unit(ix);
        let open = look.view.state.unit(ix).manual.as_ref()?;
        let refusal = open.may_work(manual, &look.actor).err();
        Some(Self {
            form: look.form.clone(),
            keys: std::array::from_fn(|_| look.key()),
            task_url: urls::task(look.view.run, &unit.id),
            next: String::new(),
            alone: false,
            unit: unit.id.to_string(),
            opening: open.opening,
            title: look.name(ix),
            instruction: w.text(&manual.instruction).to_owned(),
            expected: manual.expected.as_ref().map(|text| w.text(text).to_owned()),
            copy: manual.copy.clone(),
            who: w.roles_for_work(&manual.roles),
            holder: holder(w, open),
            mine: open.holder.as_ref() == Some(&look.actor.name),
            evidence: manual.evidence.text > 0,
            asked_for: asked_for(w, manual),
            measure: manual.measure.as_ref().map(|measure| MeasureAsk {
                unit: w.text(&measure.unit).to_owned(),
                bounds: measure.bounds().unwrap_or_default(),
                required: measure.required,
            }),
            items: items(w, manual, open),
            files: files(look, open),
            files_a_form: FILES_A_FORM,
            second: manual.second_checker.is_some(),
            check: check(look, manual, open),
            sent_back: open
                .sent_back
                .as_ref()
                .map(|(name, why)| w.with2("manual-sent-back", ("name", name.as_str()), ("why", why.as_str()))),
            may_not_apply: manual.may_not_apply,
            since: Some(open.opened_at.0).filter(|_| look.ticks()),
            refusal: refusal.map(|refused| w.text(&engine::base::Bilingual::text(&refused)).to_owned()),
            leads: may_assign(&look.actor),
        })
    }
}

fn files(look: &Look<'_>, open: &OpenManual) -> Vec<FileShown> {
    let shown = open.files.iter().map(|handed| FileShown {
        name: handed.file.name.as_str().to_owned(),
        href: urls::evidence(look.view.run, handed.file.digest),
        by: handed.by.to_string(),
        size: format!("{} KiB", handed.file.size.div_ceil(1_024)),
        digest: handed.file.digest.short(),
        picture: handed.file.media.is_shown(),
    });
    shown.collect()
}

fn holder(w: Words, open: &OpenManual) -> Option<String> {
    let name = open.holder.as_ref()?;
    Some(match &open.assigned_by {
        Some(by) => w.with2("manual-assigned", ("name", name.as_str()), ("by", by.as_str())),
        None => w.with("manual-claimed", "name", name.as_str()),
    })
}

/// What must be handed in beside a text.
fn asked_for(w: Words, manual: &Manual) -> String {
    let wanted = manual.evidence;
    let files = (wanted.files > 0).then(|| w.with("manual-wants-files", "n", wanted.files));
    let photo = wanted.photo.then(|| w.t("manual-wants-photo"));
    let file = wanted.file.then(|| w.t("manual-wants-file"));
    let words = (wanted.text > 1).then(|| w.with("manual-wants-text", "n", wanted.text));
    [words, photo, file, files].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn items(w: Words, manual: &Manual, open: &OpenManual) -> Vec<ItemAsk> {
    let items = manual.checklist.iter().enumerate().map(|(place, item)| {
        let tick = u16::try_from(place).ok().and_then(|place| open.ticks.get(&place));
        ItemAsk {
            place,
            number: place + 1,
            title: w.text(&item.title).to_owned(),
            may_fail: item.may_fail,
            was: match tick.map(|tick| tick.result) {
                None => "",
                Some(ManualResult::Done) => "done",
                Some(ManualResult::Failed) => "failed",
                Some(ManualResult::NotApplicable) => "not_applicable",
            },
            note: tick.map_or_else(String::new, |tick| tick.note.clone()),
            by: tick.map_or_else(String::new, |tick| tick.by.to_string()),
        }
    });
    items.collect()
}

fn check(look: &Look<'_>, manual: &Manual, open: &OpenManual) -> Option<CheckAsk> {
    let w = look.w;
    let reported = open.reported.as_ref()?;
    let unit = manual.measure.as_ref().map_or_else(String::new, |measure| w.text(&measure.unit).to_owned());
    Some(CheckAsk {
        said: w.with2("manual-reported", ("name", reported.by.name.as_str()), ("result", reported.result.word(w.0))),
        evidence: reported.evidence.clone(),
        measure: reported.measure.as_ref().map_or_else(String::new, |number| format!("{number} {unit}")),
        refusal: open
            .may_check(manual, &look.actor)
            .err()
            .map(|refused| w.text(&engine::base::Bilingual::text(&refused)).to_owned()),
    })
}
