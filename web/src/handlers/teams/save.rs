//! Takes the form of a team.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::{Bilingual as _, RoleName, TeamId, Text, UserName};
use engine::identity::{Team, TeamFault};
use engine::plan::Mode;
use engine::run::Door;

use super::edit::{Page, found};
use crate::accounts::NotKept;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Fields, Named, Visitor};
use crate::pages::Html;
use crate::urls;

/// Keeps a team as it is written, or removes it.
pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let w = visitor.words;
    let by = person.must_manage(&app, w, Door::Console).await?;
    let found = found(&app, &person, &id).await?;
    let id = &found.value.id;
    let (kept, onward) = match fields.get("verb") {
        "keep" => match read(id, &fields).and_then(|team| Ok((team, fields.parsed("version")?))) {
            Ok((team, version)) => (app.sign_ins.keep_team(&by, &team, version).await, urls::team(id)),
            Err(wrong) => {
                let page = Page::new(&app, &visitor, &person, &found).await?.again(wrong.tell(w).message, &fields);
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
            }
        },
        "remove" => (app.sign_ins.remove_team(&by, id).await, urls::teams().to_owned()),
        _ => return Err(malformed("verb")),
    };
    match kept {
        Ok(()) => Ok(Redirect::to(&onward).into_response()),
        Err(NotKept::Refused(why)) => Err(Error::of_refusal(why)),
        Err(NotKept::Fault(fault)) => {
            let problem = w.text(&fault.text()).to_owned();
            let page = Page::new(&app, &visitor, &person, &found).await?;
            // What somebody else has written meanwhile is looked at before it is written over.
            let stale = fault == TeamFault::Stale;
            let page = if stale { page.with_problem(problem) } else { page.again(problem, &fields) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

fn malformed(field: &str) -> Error {
    Error::Field(Named::Malformed(field.to_owned()))
}

/// The name of a team as forms write it; without an English one it is called the same in both.
pub(super) fn title_of(fields: &Fields) -> Result<Text, Error> {
    let (ko, en) = (fields.required("title_ko")?, fields.text("title_en")?);
    Ok(Text::new(ko.clone(), if en.is_empty() { ko } else { en }))
}

fn read(id: &TeamId, fields: &Fields) -> Result<Team, Error> {
    let mut roles: BTreeMap<RoleName, BTreeSet<Mode>> = BTreeMap::new();
    for at in 0..=Team::MOST_ROLES {
        let written = format!("role-{at}");
        if fields.get(&written).is_empty() {
            continue;
        }
        let role: RoleName = fields.get(&written).parse().map_err(|_| malformed("role"))?;
        let ticked = format!("modes-{at}");
        let modes = fields.all(&ticked).map(|mode| Mode::from_keyword(mode).ok_or_else(|| malformed("mode")));
        // A role written twice counts in the modes of both.
        roles.entry(role).or_default().extend(modes.collect::<Result<Vec<Mode>, Error>>()?);
    }
    let joining = fields.get("joining").split([',', ' ', '\n']).map(str::trim).filter(|name| !name.is_empty());
    let members = fields.all("member").chain(joining).map(|name| name.parse().map_err(|_| malformed("member")));
    Ok(Team {
        id: id.clone(),
        title: title_of(fields)?,
        org: fields.optional("org")?,
        members: members.collect::<Result<BTreeSet<UserName>, Error>>()?,
        roles,
        note: fields.text("note")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of(pairs: &[(&str, &str)]) -> Result<Team, Error> {
        let titled = [("title_ko", "사령부")];
        let pairs = titled.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        read(&"command".parse().unwrap(), &Fields(pairs.collect()))
    }

    #[test]
    fn a_team_is_read_whole_or_not_at_all() {
        let team = read_of(&[
            ("org", "bank/it"),
            ("role-0", "commander"),
            ("modes-0", "drill"),
            ("modes-0", "real"),
            ("role-1", ""),
            ("modes-1", "mock"),
            ("member", "kim"),
            ("joining", "lee, park  kim"),
        ])
        .unwrap();
        assert_eq!(team.title, Text::plain("사령부"));
        assert_eq!(team.roles, [("commander".parse().unwrap(), [Mode::Drill, Mode::Real].into())].into());
        let members: Vec<&str> = team.members.iter().map(UserName::as_str).collect();
        assert_eq!(members, ["kim", "lee", "park"]);
        assert_eq!(read_of(&[]).unwrap().org, None);
        for bad in [("org", "bank/../x"), ("role-0", "com mander"), ("joining", "K!m"), ("member", "")] {
            assert!(read_of(&[bad]).is_err(), "{bad:?}");
        }
        assert!(read_of(&[("role-0", "operator"), ("modes-0", "war")]).is_err());
        // What counts nowhere is told as such by the team itself.
        assert!(read_of(&[("role-0", "operator")]).unwrap().fault().is_some());
    }
}
