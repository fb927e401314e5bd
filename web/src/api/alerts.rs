//! Alerts of monitoring. An alert opens the assessment of a case, or joins the one that it opened before and that is still
//! open. People decide what follows: an alert declares nothing and starts nothing.

use axum::Json;
use axum::extract::State;
use engine::base::{CaseClass, CaseId, Digest, Hasher, OrgId, RequestId, Timestamp};
use engine::cases::{self, Asker, Card, Command, Opening, Source};
use engine::plan::Mode;
use engine::store::{Changed, Kept, add, find};
use serde::{Deserialize, Serialize};

use super::caller::{Alerting, Caller};
use super::model::{Alert, AlertClass, AlertStanding, AlertTaken, AlertsTaken, WebhookAlert, WebhookStatus};
use super::sent::Sent;
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::cases::told;
use crate::i18n::Words;

/// Alerts in one message, at most.
const MOST: usize = 100;
/// Longest line that is taken over, in characters; what is longer is cut.
const LINE: usize = 300;
/// Longest fingerprint, in bytes.
const FINGERPRINT: usize = 200;
/// How often a writer that came second looks again.
const TRIES: u32 = 32;

/// An alert as it is understood.
#[derive(Debug)]
struct Understood {
    fingerprint: String,
    what: String,
    class: CaseClass,
    mode: Mode,
    organisation: Option<OrgId>,
    started_at: Option<Timestamp>,
    firing: bool,
}

/// An alert that has opened a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    id: String,
    case: CaseId,
    /// How often it came while that case was open.
    count: u64,
    firing: bool,
    last_at: Timestamp,
}

impl Kept for Known {
    const KIND: &'static str = "alert";

    fn id(&self) -> String {
        self.id.clone()
    }

    fn group(&self) -> String {
        self.case.to_string()
    }
}

/// Takes alerts: each opens an assessment or joins the open one that it opened before. Never a run.
#[utoipa::path(post, path = "/api/v1/alerts", tag = "alerts", request_body = Alert, responses(
    (status = 200, description = "All were taken.", body = AlertsTaken),
))]
pub(super) async fn take(
    State(app): State<App>,
    visitor: Visitor,
    Alerting(caller): Alerting,
    sent: Sent<Alert>,
) -> Result<Json<AlertsTaken>, Error> {
    let understood = match sent.value {
        Alert::Plain(plain) => vec![Understood {
            fingerprint: plain.fingerprint.unwrap_or_else(|| {
                let place = plain.organisation.as_deref().unwrap_or_default();
                Hasher::default().part(plain.summary.as_bytes()).part(place.as_bytes()).finish().to_string()
            }),
            what: line(&plain.summary)?,
            class: plain.class.map_or(CaseClass::Failure, class),
            mode: plain.mode.map_or(Mode::Real, Into::into),
            organisation: plain.organisation.as_deref().map(organisation).transpose()?,
            started_at: plain.started_at.as_deref().map(instant).transpose()?,
            firing: !plain.resolved,
        }],
        Alert::Webhook(webhook) if webhook.alerts.len() > MOST => {
            return Err(unfit(format!("alerts: {} of {MOST}", webhook.alerts.len())));
        }
        Alert::Webhook(webhook) => webhook.alerts.into_iter().map(understand).collect::<Result<_, _>>()?,
    };
    let mut alerts = Vec::with_capacity(understood.len());
    for alert in understood {
        if alert.fingerprint.is_empty() || alert.fingerprint.len() > FINGERPRINT {
            return Err(unfit(format!("fingerprint: 1–{FINGERPRINT}")));
        }
        alerts.push(taken(&app, visitor.words, &caller, alert).await?);
    }
    Ok(Json(AlertsTaken { alerts }))
}

fn understand(alert: WebhookAlert) -> Result<Understood, Error> {
    let said = |map: &std::collections::BTreeMap<String, String>, key: &str| {
        map.get(key).filter(|text| !text.trim().is_empty()).cloned()
    };
    let name = || {
        let parts = ["alertname", "instance"].into_iter().filter_map(|label| said(&alert.labels, label));
        parts.collect::<Vec<_>>().join(" ")
    };
    let what = said(&alert.annotations, "summary").or_else(|| said(&alert.annotations, "description"));
    let labels = alert
        .labels
        .iter()
        .fold(Hasher::default(), |so_far, (label, value)| so_far.part(label.as_bytes()).part(value.as_bytes()));
    Ok(Understood {
        what: line(&what.unwrap_or_else(name))?,
        class: said(&alert.labels, "class")
            .and_then(|word| CaseClass::from_keyword(&word))
            .unwrap_or(CaseClass::Failure),
        mode: Mode::Real,
        organisation: said(&alert.labels, "organisation").as_deref().map(organisation).transpose()?,
        started_at: alert.starts_at.as_deref().map(instant).transpose()?,
        firing: alert.status == WebhookStatus::Firing,
        fingerprint: alert.fingerprint.unwrap_or_else(|| labels.finish().to_string()),
    })
}

fn unfit(why: String) -> Error {
    Error::Unreadable(Unreadable::Shape, why)
}

fn line(text: &str) -> Result<String, Error> {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LINE).collect();
    if line.is_empty() { Err(unfit("summary".to_owned())) } else { Ok(line) }
}

fn organisation(path: &str) -> Result<OrgId, Error> {
    path.parse().map_err(|_| unfit("organisation".to_owned()))
}

fn instant(text: &str) -> Result<Timestamp, Error> {
    Timestamp::parse_iso(text).ok_or_else(|| unfit("started_at".to_owned()))
}

const fn class(class: AlertClass) -> CaseClass {
    match class {
        AlertClass::Disaster => CaseClass::Disaster,
        AlertClass::Failure => CaseClass::Failure,
        AlertClass::Security => CaseClass::Security,
    }
}

async fn taken(app: &App, w: Words, caller: &Caller, alert: Understood) -> Result<AlertTaken, Error> {
    let store = &**app.engine.store();
    let id = Digest::of(alert.fingerprint.as_bytes()).to_string();
    let answer = |standing, case: Option<CaseId>| AlertTaken {
        fingerprint: alert.fingerprint.clone(),
        standing,
        case: case.map(|case| case.to_string()),
    };
    for _ in 0..TRIES {
        let now = app.clock.now();
        let known = find::<Known>(store, &id).await?;
        let card = match &known {
            Some(known) => find::<Card>(store, &known.value.case.to_string()).await?,
            None => None,
        };
        let fresh = Known { id: id.clone(), case: CaseId(app.ids.fresh()), count: 1, firing: true, last_at: now };
        let (change, next, is_open) = match (known, card) {
            (Some(known), Some(card)) if card.value.ended.is_none() => {
                let next =
                    Known { count: known.value.count + 1, firing: alert.firing, last_at: now, ..known.value.clone() };
                (known.put(&next)?, next, Some(known.value.firing))
            }
            _ if !alert.firing => return Ok(answer(AlertStanding::Ignored, None)),
            (None, _) => (add(&fresh)?, fresh, None),
            (Some(known), Some(_)) => (known.put(&fresh)?, fresh, None),
            // Whoever made the record did not come to open the case.
            (Some(known), None) => (known.put(&known.value)?, known.value, None),
        };
        if store.change(now, vec![change], Vec::new()).await? != Changed::Done {
            continue;
        }
        let doer = caller.at(alert.organisation.as_ref(), Some(alert.mode));
        let asker = Asker { by: doer.actor, origin: doer.origin, at: now, request: RequestId(next.case.0) };
        let Some(was_firing) = is_open else {
            let opened = cases::open_case(store, next.case, opening(&alert, now), &asker).await;
            return opened.map(|_| answer(AlertStanding::Opened, Some(next.case))).map_err(|why| told(w, why));
        };
        // What monitoring repeats is counted; only what has changed is worth a line of the situation log.
        if was_firing != alert.firing {
            let said = if alert.firing {
                "경보가 다시 발생 / the alert fires again"
            } else {
                "경보 해소 / the alert is over"
            };
            let text = format!("{said}: {}", alert.what);
            let asker = Asker { request: RequestId(app.ids.fresh()), ..asker };
            let noted = cases::act(store, next.case, &Command::Note { text, occurred_at: None }, &asker).await;
            noted.map_err(|why| told(w, why))?;
        }
        return Ok(answer(AlertStanding::Joined, Some(next.case)));
    }
    Err(Error::KeyBusy)
}

fn opening(alert: &Understood, now: Timestamp) -> Opening {
    Opening {
        what: alert.what.clone(),
        class: alert.class,
        mode: alert.mode,
        event_at: alert.started_at.unwrap_or(now).min(now),
        event_source: Source::Monitoring,
        detect_at: now,
        detect_source: Source::Monitoring,
        customers: None,
        scope: None,
        organisation: alert.organisation.clone(),
    }
}
