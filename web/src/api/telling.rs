//! Who is told what, in which words, over which channels: what the page `/telling` of the console does, for the same people.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{ClassName, RuleName};
use engine::store::{Kept, Query, find, list};
use engine::telling::{Class, Rule, Settings, Template, Way, kept_settings, kept_templates};
use serde::Deserialize;

use super::Caller;
use super::model::{
    ClassBody, ContactClass, RuleBody, SettingsBody, TellingRule, TellingRules, TellingSettings, TellingTemplate,
    TellingTemplates, TemplateBody,
};
use super::once::{Answer, Key, once};
use super::paging::Paged;
use super::sent::{Asked, Sent};
use crate::app::App;
use crate::error::Error;
use crate::extract::Visitor;
use crate::handlers::telling::{Desk, Wish};
use crate::i18n::Words;

/// The rule of the path.
#[derive(Debug, Deserialize)]
pub(super) struct OfRule {
    rule: String,
}

/// The kind of channel of the path.
#[derive(Debug, Deserialize)]
pub(super) struct OfWay {
    way: String,
}

/// The class of the path.
#[derive(Debug, Deserialize)]
pub(super) struct OfClass {
    class: String,
}

async fn must_rule(app: &App, caller: &Caller, w: Words) -> Result<(), Error> {
    Wish::Rule.demand(app, caller, None, w).await
}

async fn version_of<T: Kept>(app: &App, id: &str) -> Result<u64, Error> {
    Ok(find::<T>(&**app.engine.store(), id).await?.map_or(0, |found| found.version))
}

async fn settings_now(app: &App) -> Result<TellingSettings, Error> {
    let settings = kept_settings(&**app.engine.store()).await?;
    Ok(TellingSettings::of(&settings, version_of::<Settings>(app, &settings.id()).await?))
}

/// What holds for all messages.
#[utoipa::path(get, path = "/api/v1/telling/settings", tag = "telling", responses(
    (status = 200, description = "It.", body = TellingSettings),
))]
pub(super) async fn settings(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
) -> Result<Json<TellingSettings>, Error> {
    must_rule(&app, &caller, visitor.words).await?;
    Ok(Json(settings_now(&app).await?))
}

/// Keeps what holds for all messages. Who changes it names the version that was looked at.
#[utoipa::path(put, path = "/api/v1/telling/settings", tag = "telling", request_body = SettingsBody, params(Key),
    responses((status = 200, description = "As it is kept now.", body = TellingSettings)))]
pub(super) async fn put_settings(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<SettingsBody>,
) -> Result<Response, Error> {
    let desk = Desk::of(&app, visitor.words, &caller).await?;
    once(&app, &caller, key, sent.digest, async |_| {
        let version = sent.value.version;
        desk.keep_settings(sent.value.read()?, version).await?;
        Answer::new(StatusCode::OK, None, &settings_now(&app).await?)
    })
    .await
}

/// The rules, by name.
#[utoipa::path(get, path = "/api/v1/telling/rules", tag = "telling", params(Paged), responses(
    (status = 200, description = "A page of rules.", body = TellingRules),
))]
pub(super) async fn rules(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Asked(page): Asked<Paged>,
) -> Result<Json<TellingRules>, Error> {
    must_rule(&app, &caller, visitor.words).await?;
    let found = list::<Rule>(&**app.engine.store(), Query::default()).await?;
    let (page, next) = page.of(&found, |found| found.value.id())?;
    Ok(Json(TellingRules { rules: page.into_iter().map(TellingRule::of).collect(), next }))
}

/// Keeps a rule, new or changed. Who changes one names the version that was looked at.
#[utoipa::path(put, path = "/api/v1/telling/rules/{rule}", tag = "telling", request_body = RuleBody,
    params(("rule" = String, Path, description = "The rule: small letters, digits and `-`."), Key),
    responses((status = 200, description = "The rule as it is kept now.", body = TellingRule)))]
pub(super) async fn put_rule(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(of): Path<OfRule>,
    key: Key,
    sent: Sent<RuleBody>,
) -> Result<Response, Error> {
    let desk = Desk::of(&app, visitor.words, &caller).await?;
    let name: RuleName = of.rule.parse().map_err(|_| Error::NotFound)?;
    once(&app, &caller, key, sent.digest, async |_| {
        let version = sent.value.version;
        desk.keep_rule(sent.value.read(name.clone())?, version).await?;
        let kept = find::<Rule>(&**app.engine.store(), name.as_str()).await?.ok_or(Error::NotFound)?;
        Answer::new(StatusCode::OK, None, &TellingRule::of(&kept))
    })
    .await
}

/// Takes a rule away.
#[utoipa::path(delete, path = "/api/v1/telling/rules/{rule}", tag = "telling",
    params(("rule" = String, Path, description = "The rule.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove_rule(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(of): Path<OfRule>,
) -> Result<StatusCode, Error> {
    let desk = Desk::of(&app, visitor.words, &caller).await?;
    desk.remove_rule(&of.rule.parse().map_err(|_| Error::NotFound)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The words of messages, for each kind of channel.
#[utoipa::path(get, path = "/api/v1/telling/templates", tag = "telling", responses(
    (status = 200, description = "The words.", body = TellingTemplates),
))]
pub(super) async fn templates(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
) -> Result<Json<TellingTemplates>, Error> {
    must_rule(&app, &caller, visitor.words).await?;
    let mut templates = Vec::new();
    for template in kept_templates(&**app.engine.store()).await?.values() {
        templates.push(TellingTemplate::of(template, version_of::<Template>(&app, &template.id()).await?));
    }
    Ok(Json(TellingTemplates { templates }))
}

/// Keeps the words of a kind of channel. Who changes them names the version that was looked at.
#[utoipa::path(put, path = "/api/v1/telling/templates/{way}", tag = "telling", request_body = TemplateBody,
    params(("way" = String, Path, description = "`in_app`, `mail`, `sms`, `messenger` or `voice`."), Key),
    responses((status = 200, description = "The words as they are kept now.", body = TellingTemplate)))]
pub(super) async fn put_template(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(of): Path<OfWay>,
    key: Key,
    sent: Sent<TemplateBody>,
) -> Result<Response, Error> {
    let desk = Desk::of(&app, visitor.words, &caller).await?;
    let way = Way::from_keyword(&of.way).ok_or(Error::NotFound)?;
    once(&app, &caller, key, sent.digest, async |_| {
        let version = sent.value.version;
        desk.keep_template(sent.value.read(way)?, version).await?;
        let kept = find::<Template>(&**app.engine.store(), way.keyword()).await?.ok_or(Error::NotFound)?;
        Answer::new(StatusCode::OK, None, &TellingTemplate::of(&kept.value, kept.version))
    })
    .await
}

/// Keeps a class of the contact tree, new or changed. Who changes one names the version that was looked at.
#[utoipa::path(put, path = "/api/v1/contact-classes/{class}", tag = "contacts", request_body = ClassBody,
    params(("class" = String, Path, description = "The class: small letters, digits and `-`."), Key),
    responses((status = 200, description = "The class as it is kept now.", body = ContactClass)))]
pub(super) async fn put_class(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(of): Path<OfClass>,
    key: Key,
    sent: Sent<ClassBody>,
) -> Result<Response, Error> {
    let desk = Desk::of(&app, visitor.words, &caller).await?;
    let name: ClassName = of.class.parse().map_err(|_| Error::NotFound)?;
    once(&app, &caller, key, sent.digest, async |_| {
        let version = sent.value.version;
        desk.keep_class(sent.value.read(name.clone())?, version).await?;
        let kept = find::<Class>(&**app.engine.store(), name.as_str()).await?.ok_or(Error::NotFound)?;
        Answer::new(StatusCode::OK, None, &ContactClass::of(&kept.value, kept.version))
    })
    .await
}

/// Takes a class of the contact tree away. One that somebody belongs to stays.
#[utoipa::path(delete, path = "/api/v1/contact-classes/{class}", tag = "contacts",
    params(("class" = String, Path, description = "The class.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove_class(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(of): Path<OfClass>,
) -> Result<StatusCode, Error> {
    let desk = Desk::of(&app, visitor.words, &caller).await?;
    desk.remove_class(&of.class.parse().map_err(|_| Error::NotFound)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
