//! From text to document.

use super::diagnostic::{Finding, Findings};
use super::expand::{self, ComponentCard, Expansion};
use super::read::{Read as _, Reader};
use super::source::TEXT_LIMIT;
use super::tree::{NodeId, Tree};
use super::{Choice, Code, Document, InventoryDocument, Source, Span, Surroundings, tree};

/// A document with what the reader had to leave out.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The document, as far as it could be read.
    pub(crate) document: Document,
    /// Names of units, services and inputs that could not be read.
    pub(crate) misread: Vec<String>,
    /// What was put into it.
    pub(crate) expansion: Expansion,
    /// What the text is where it is no runbook but a component: the document then only uses it.
    pub(crate) component: Option<ComponentCard>,
}

/// An inventory with what the reader had to leave out.
#[derive(Debug)]
pub(crate) struct ParsedInventory {
    /// The inventory, as far as it could be read.
    pub(crate) document: InventoryDocument,
    /// Names of sites, secrets and targets that could not be read.
    pub(crate) misread: Vec<String>,
}

/// Reads a runbook and reports every fault. `None` when there is no document at all.
pub(crate) fn parse<'t>(
    source: &'t Source,
    around: &Surroundings,
    choices: Option<&[Choice]>,
    findings: &mut Findings<'t>,
) -> Option<Parsed> {
    let mut tree = well_formed(source, findings)?;
    let (mut expansion, mut misread, mut component) = (Expansion::default(), Vec::new(), None);
    if is_component(&tree) {
        let alone = expand::alone(&mut tree, source, around, findings)?;
        (misread, component) = (alone.made_up, Some(alone.card));
    } else if tree.expands() {
        expansion = expand::expand(&mut tree, around, choices, findings);
    }
    let mut reader = Reader::new(&tree, findings);
    reader.misread = misread;
    let root = tree.root();
    let document = Document::read(&mut reader, root)?;
    one_of_units_and_stages(&mut reader, root);
    Some(Parsed { document, misread: reader.misread, expansion, component })
}

fn is_component(tree: &Tree<'_>) -> bool {
    let has = |key| tree.entry(tree.root(), key).is_some();
    tree.expands() && has("component") && !has("runbook")
}

/// Reads an inventory and reports every fault. `None` when there is no document at all.
pub(crate) fn parse_inventory<'t>(source: &'t Source, findings: &mut Findings<'t>) -> Option<ParsedInventory> {
    let tree = well_formed(source, findings)?;
    let mut reader = Reader::new(&tree, findings);
    let document = InventoryDocument::read(&mut reader, tree.root())?;
    Some(ParsedInventory { document, misread: reader.misread })
}

/// A text as a tree, once its size, its encoding and its characters are such that YAML can be in it.
pub(super) fn well_formed<'t>(source: &'t Source, findings: &mut Findings<'_>) -> Option<Tree<'t>> {
    let text = source.text();
    if text.len() > TEXT_LIMIT {
        findings.report(Code::Limit, Span::default(), || {
            Finding::new(
                format!("this text has more than {} MiB", TEXT_LIMIT >> 20),
                format!("이 글은 {} MiB보다 큽니다", TEXT_LIMIT >> 20),
            )
            .help("divide the file", "파일을 나누십시오")
        });
        return None;
    }
    if let Some(at) = source.not_utf8_at() {
        findings.report(Code::Encoding, Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8()), || {
            Finding::new("this byte is not UTF-8", "이 바이트는 UTF-8이 아닙니다").help(
                "save the file as UTF-8; Korean Windows editors may have used CP949 (EUC-KR)",
                "파일을 UTF-8로 저장하십시오. 편집기가 CP949(EUC-KR)로 저장했을 수 있습니다",
            )
        });
        return None;
    }
    let forbidden = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    if let Some((at, character)) = text.char_indices().find(|(_, c)| forbidden(*c)) {
        findings.report(Code::Encoding, Span::new(at, at + character.len_utf8()), || {
            Finding::new(
                format!("the control character {character:?} can not stand in YAML"),
                format!("YAML에는 제어 문자 {character:?}를 넣을 수 없습니다"),
            )
            .help(
                "remove it; in a double-quoted text write its escape",
                "지우십시오. 꼭 필요하면 큰따옴표 안에 이스케이프로 쓰십시오",
            )
        });
        return None;
    }
    tree::build(text, findings)
}

fn one_of_units_and_stages(reader: &mut Reader<'_, '_>, root: NodeId) {
    let (units, stages) = (reader.key_span(root, "units"), reader.key_span(root, "stages"));
    match (reader.has_key(root, "units"), reader.has_key(root, "stages")) {
        (true, true) => reader.findings.report(Code::Shape, stages.max(units), || {
            Finding::new(
                "a runbook has either `units` or `stages`, not both",
                "런북에는 `units`와 `stages` 중 하나만 씁니다",
            )
            .also(units.min(stages), "the other", "다른 하나")
            .help("move the units into a stage", "단위들을 단계 안으로 옮기십시오")
        }),
        (false, false) => reader.findings.report(Code::MissingKey, reader.first_key(root), || {
            Finding::new("a runbook needs `units` or `stages`", "런북에는 `units` 또는 `stages`가 있어야 합니다").help(
                "add `units:` with a map of units, or `stages:` with a list of stages",
                "`units:` 아래에 단위의 맵을, 또는 `stages:` 아래에 단계의 목록을 쓰십시오",
            )
        }),
        (true, false) | (false, true) => {}
    }
}
