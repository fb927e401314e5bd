//! Style sheet, scripts and icon, inside the binary. Their addresses carry a digest, so browsers may keep them forever.

use std::collections::HashMap;
use std::sync::OnceLock;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../static/"]
struct Files;

/// One asset, ready to be sent.
#[derive(Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: std::borrow::Cow<'static, [u8]>,
    /// Its media type.
    pub media_type: &'static str,
    digest: String,
}

fn all() -> &'static HashMap<String, Asset> {
    static ALL: OnceLock<HashMap<String, Asset>> = OnceLock::new();
    ALL.get_or_init(|| {
        let entry = |name: std::borrow::Cow<'static, str>| {
            let file = Files::get(&name)?;
            let digest = hex::encode(&file.metadata.sha256_hash()[..6]);
            let media_type = media_type(&name);
            Some((name.into_owned(), Asset { bytes: file.data, media_type, digest }))
        };
        Files::iter().filter_map(entry).collect()
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The address of an asset; of one that does not exist, an address that answers 404.
pub fn url(name: &str) -> String {
    all().get(name).map_or_else(|| format!("/assets/0/{name}"), |asset| format!("/assets/{}/{name}", asset.digest))
}

/// The asset at an address; `None` where name and digest do not belong together.
pub fn find(digest: &str, name: &str) -> Option<&'static Asset> {
    all().get(name).filter(|asset| asset.digest == digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_at_its_own_address_only() {
        let url = url("console.css");
        let (digest, name) = url.strip_prefix("/assets/").and_then(|rest| rest.split_once('/')).unwrap();
        assert_eq!(find(digest, name).unwrap().media_type, "text/css; charset=utf-8");
        assert!(find("000000000000", name).is_none());
        assert!(find(digest, "../Cargo.toml").is_none());
    }
}
