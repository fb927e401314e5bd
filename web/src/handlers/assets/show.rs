//! Sends an asset.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::assets;
use crate::error::Error;

/// The bytes at an address with a digest never change, so browsers may keep them.
pub async fn show(Path((digest, name)): Path<(String, String)>) -> Result<Response, Error> {
    let asset = assets::find(&digest, &name).ok_or(Error::NotFound)?;
    let body = match &asset.bytes {
        std::borrow::Cow::Borrowed(bytes) => Body::from(*bytes),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes.clone()),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}
