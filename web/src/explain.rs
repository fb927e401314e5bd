//! What a diagnostic means, from the document that is shipped.

use engine::base::Lang;
use engine::runbook::Code;

const ENGLISH: &str = include_str!("../../docs/diagnostics.md");
const KOREAN: &str = include_str!("../../docs/diagnostics.ko.md");

/// The section on a code: what it means, an example, what to do. A paragraph each, in the notation of the document.
pub(crate) fn explain(code: Code, lang: Lang) -> impl Iterator<Item = &'static str> {
    let document = match lang {
        Lang::Ko => KOREAN,
        Lang::En => ENGLISH,
    };
    let mut sections = document.split("\n## ");
    let section = sections.find_map(|section| section.strip_prefix(code.id())?.strip_prefix('\n'));
    section.unwrap_or_default().split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_in_both_languages_with_an_example_and_what_to_do() {
        for code in Code::ALL {
            for (lang, example) in [(Lang::En, "Example: "), (Lang::Ko, "예: ")] {
                let paragraphs: Vec<&str> = explain(*code, lang).collect();
                assert!(paragraphs.len() >= 3, "{code} in {lang:?}: {paragraphs:?}");
                assert!(paragraphs[0].starts_with(&format!("`{}` (", code.name())), "{code} in {lang:?}");
                assert!(paragraphs[1].starts_with(example), "{code} in {lang:?}");
            }
        }
    }
}
