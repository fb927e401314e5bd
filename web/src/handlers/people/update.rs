//! Takes the forms of a person's page.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::OrgId;
use engine::identity::Grant;
use engine::plan::Mode;
use engine::run::Door;

use super::show::{Fresh, Page, managed};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Fields, Named, Visitor};
use crate::pages::Html;
use crate::urls;

/// Does what the form asks and shows the person again, a new password this once.
pub async fn update(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    acting: Acting,
) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let by = person.must_manage(&app, visitor.words, Door::Console).await?;
    let user = managed(&app, &person, &name).await?;
    let (sign_ins, name) = (&app.sign_ins, &user.name);
    let done = match fields.get("verb") {
        "grant" => sign_ins.grant(&by, name, &written(&fields)?).await.map(drop),
        "ungrant" => sign_ins.ungrant(&by, name, &sent_back(&fields)?).await.map(drop),
        "disable" => sign_ins.disable(&by, name, true).await.map(drop),
        "enable" => sign_ins.disable(&by, name, false).await.map(drop),
        "unlock" => sign_ins.unlock(&by, name).await,
        "reset" => {
            let password = sign_ins.reset(&by, name).await.map_err(Error::of_refusal)?;
            let title = visitor.words.with("people-password-fresh", "name", name.as_str());
            let fresh = Fresh { title, line: password.expose().to_owned() };
            let user = managed(&app, &person, name.as_str()).await?;
            let page = Page::new(&app, &visitor, &person, &user).await?.with(Some(fresh));
            return Ok(Html(page).into_response());
        }
        _ => return Err(malformed("verb")),
    };
    done.map_err(Error::of_refusal)?;
    Ok(Redirect::to(&urls::person(name)).into_response())
}

fn malformed(field: &str) -> Error {
    Error::Field(Named::Malformed(field.to_owned()))
}

/// A grant as the form writes it. Without any mode it would be worth nothing.
fn written(fields: &Fields) -> Result<Grant, Error> {
    let org = match fields.get("org") {
        "" => None,
        written => Some(written.parse::<OrgId>().map_err(|_| malformed("org"))?),
    };
    let modes = fields.0.iter().filter(|(name, _)| name == "mode");
    let modes = modes.map(|(_, mode)| Mode::from_keyword(mode).ok_or_else(|| malformed("mode")));
    let modes = modes.collect::<Result<BTreeSet<Mode>, Error>>()?;
    if modes.is_empty() {
        return Err(Error::Field(Named::Missing("mode".to_owned())));
    }
    Ok(Grant { role: fields.parsed("role")?, org, modes })
}

/// A grant as the page showed it.
fn sent_back(fields: &Fields) -> Result<Grant, Error> {
    serde_json::from_str(fields.exact("grant")).map_err(|_| malformed("grant"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_grant_is_read_whole_or_not_at_all() {
        let whole = fields(&[("role", "operator"), ("org", "bank/it"), ("mode", "drill"), ("mode", "real")]);
        let grant = written(&whole).unwrap();
        assert_eq!(grant.modes, [Mode::Drill, Mode::Real].into());
        assert_eq!(grant.org, "bank/it".parse().ok());
        let top = written(&fields(&[("role", "auditor"), ("org", ""), ("mode", "mock")])).unwrap();
        assert_eq!(top.org, None);
        for bad in [
            &[("role", "operator"), ("org", "bank/../x"), ("mode", "drill")][..],
            &[("role", "operator"), ("org", ""), ("mode", "war")],
            &[("role", ""), ("org", ""), ("mode", "drill")],
            &[("role", "operator"), ("org", "")],
        ] {
            assert!(written(&fields(bad)).is_err(), "{bad:?}");
        }
        let shown = serde_json::to_string(&grant).unwrap();
        assert_eq!(sent_back(&fields(&[("grant", &shown)])).unwrap(), grant);
        assert!(sent_back(&fields(&[("grant", "{}")])).is_err());
    }
}
