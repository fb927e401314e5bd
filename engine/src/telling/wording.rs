//! What the names in a template stand for.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Call, Occasion, Rung, Settings, Values};
use crate::base::{Lang, Text};
use crate::report::Word as _;

/// What stays as it is in the value of a query.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The path of the page on which a call is acknowledged without signing in.
pub fn acknowledge_path(call: &str, token: &str) -> String {
    format!("/acknowledge?call={}&key={token}", utf8_percent_encode(call, PLAIN))
}

/// The values for one rung of a call. `vote` is the path that leads this person to a gate that asks.
pub(super) fn values(
    settings: &Settings,
    occasion: &Occasion,
    call: &Call,
    rung: &Rung,
    (token, vote): (&str, Option<&str>),
    id: &str,
) -> Values {
    let address = settings.address.trim_end_matches('/');
    let about = &occasion.about;
    let plain = |value: Option<String>| Text::plain(value.unwrap_or_else(|| "-".to_owned()));
    let acknowledge = match (call.wants_acknowledgement, address) {
        (false, _) => Text::new("필요 없음", "not needed"),
        (true, "") => Text::new("콘솔의 메시지 화면에서", "on the page of messages of the console"),
        (true, address) => Text::plain(format!("{address}{}", acknowledge_path(&call.id(), token))),
    };
    let path = vote.unwrap_or(&occasion.path);
    let link = if address.is_empty() { occasion.path.clone() } else { format!("{address}{path}") };
    // A short message has room for the one thing that is to be done: who votes need not say besides that they know.
    let act = match vote.filter(|_| !address.is_empty()) {
        Some(path) => Text::new(format!("투표 {address}{path}"), format!("Vote {address}{path}")),
        None => Text::new(
            format!("확인 {}", acknowledge.get(Lang::Ko)),
            format!("Acknowledge {}", acknowledge.get(Lang::En)),
        ),
    };
    let stead = rung.deputy_for.as_ref().map_or_else(Text::default, |absent| {
        Text::new(
            format!("{} 대신 알립니다. ", absent.get(Lang::Ko)),
            format!("You are told in place of {}. ", absent.get(Lang::En)),
        )
    });
    let at = occasion.at.in_seoul();
    [
        ("acknowledge", acknowledge),
        ("act", act),
        ("at", Text::plain(at.get(..19).unwrap_or(&at))),
        ("case", plain(about.case.map(|case| case.to_string()))),
        ("detail", occasion.detail.clone()),
        ("event", occasion.kind.title()),
        ("headline", occasion.headline.clone()),
        ("id", Text::plain(id)),
        ("link", Text::plain(link)),
        ("mode", Text::new(occasion.mode.word(Lang::Ko), occasion.mode.word(Lang::En))),
        ("name", rung.name.clone()),
        ("run", plain(about.run.map(|run| run.to_string()))),
        ("runbook", plain(about.runbook.as_ref().map(ToString::to_string))),
        ("stead", stead),
        ("unit", plain(about.unit.as_ref().map(ToString::to_string))),
    ]
    .into()
}
