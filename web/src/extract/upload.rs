//! Forms that bring files along.

use axum::Form;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::{StatusCode, header};
use engine::run::{FILE_LIMIT, FileLabel};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::acting::equal_in_constant_time;
use super::{Fields, Named, SignedIn, same_origin};
use crate::error::Error;

/// Files of one form.
pub const FILES_A_FORM: usize = 5;
/// Fields of one form.
const FIELDS: usize = 400;
/// Longest field that is no file, in bytes.
const FIELD: usize = 32 * 1024;
/// Forms with files that are read at the same time: each holds its files in memory.
static READERS: Semaphore = Semaphore::const_new(4);

/// A place among those who hold files in memory; gives way to the next one when it is dropped.
pub async fn place_of_reader() -> Result<SemaphorePermit<'static>, Error> {
    READERS.acquire().await.map_err(|_| Error::TimedOut)
}

/// A form of a page of this console, with the token of the session, and the files that came with it.
#[derive(Debug)]
pub struct Upload {
    /// Who sent it.
    pub person: SignedIn,
    /// Its fields.
    pub fields: Fields,
    /// Its files: what they are called, and their bytes.
    pub files: Vec<(FileLabel, Vec<u8>)>,
    /// Gives its place to the next one when the files are no longer held.
    _place: SemaphorePermit<'static>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        if !same_origin(&parts.headers) {
            return Err(Error::ForeignForm);
        }
        let person = SignedIn::from_request_parts(&mut parts, state).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let plain = kind.starts_with("application/x-www-form-urlencoded");
        let place = place_of_reader().await?;
        let request = Request::from_parts(parts, body);
        let (fields, files) = if plain {
            let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
            (Fields(form.map_err(|_| malformed())?.0), Vec::new())
        } else {
            let multipart = Multipart::from_request(request, state).await.map_err(|_| malformed())?;
            read(multipart, &person).await?
        };
        if !equal_in_constant_time(fields.exact("csrf"), &person.session.csrf) {
            return Err(Error::ForeignForm);
        }
        Ok(Self { person, fields, files, _place: place })
    }
}

type Read = (Fields, Vec<(FileLabel, Vec<u8>)>);

async fn read(mut multipart: Multipart, person: &SignedIn) -> Result<Read, Error> {
    let (mut fields, mut files) = (Fields::default(), Vec::new());
    while let Some(field) = multipart.next_field().await.map_err(|why| fault(&why))? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(label) = field.file_name().map(str::to_owned) else {
            let bytes = bytes(field, FIELD).await?;
            let text = String::from_utf8(bytes).map_err(|_| malformed())?;
            fields.0.push((name, text));
            if fields.0.len() > FIELDS {
                return Err(Error::TooLarge);
            }
            continue;
        };
        // Of what no page of ours sent no file is read: the token stands before the files.
        if !equal_in_constant_time(fields.exact("csrf"), &person.session.csrf) {
            return Err(Error::ForeignForm);
        }
        let limit = usize::try_from(FILE_LIMIT).unwrap_or(usize::MAX);
        let bytes = bytes(field, limit).await?;
        // A field for files that was left alone.
        if label.is_empty() && bytes.is_empty() {
            continue;
        }
        if files.len() == FILES_A_FORM {
            return Err(Error::TooLarge);
        }
        files.push((FileLabel::of(&label), bytes));
    }
    Ok((fields, files))
}

async fn bytes(mut field: Field<'_>, limit: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|why| fault(&why))? {
        if bytes.len() + chunk.len() > limit {
            return Err(Error::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn fault(why: &MultipartError) -> Error {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge } else { malformed() }
}

fn malformed() -> Error {
    Error::Field(Named::Malformed("form".to_owned()))
}
