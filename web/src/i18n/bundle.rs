//! The Fluent bundles, parsed when a language is first used.

use std::sync::OnceLock;

use engine::base::Lang;
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "i18n/"]
pub(super) struct Files;

pub(super) type Bundle = FluentBundle<FluentResource>;

pub(super) fn of(lang: Lang) -> &'static Bundle {
    static KO: OnceLock<Bundle> = OnceLock::new();
    static EN: OnceLock<Bundle> = OnceLock::new();
    match lang {
        Lang::Ko => KO.get_or_init(|| parse(lang)),
        Lang::En => EN.get_or_init(|| parse(lang)),
    }
}

/// A broken entry is left out and shows as its key; the tests see to it that there is none.
fn parse(lang: Lang) -> Bundle {
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks that isolate directions would end up in attributes; both languages run from left to right.
    bundle.set_use_isolating(false);
    for text in texts(lang) {
        let resource = FluentResource::try_new(text).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

pub(super) fn texts(lang: Lang) -> impl Iterator<Item = String> {
    let folder = format!("{}/", lang.tag());
    Files::iter()
        .filter(move |name| name.starts_with(&folder))
        .filter_map(|name| Files::get(&name))
        .map(|file| String::from_utf8_lossy(&file.data).into_owned())
}
