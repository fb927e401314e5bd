//! What the typesetter can reach: its own text, the data of one report, three fonts. No files, no packages, no network, no
//! clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use super::Error;

const TEMPLATE: &str = include_str!("report.typ");

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 3] = [
        include_bytes!("../../fonts/Pretendard-Regular.otf"),
        include_bytes!("../../fonts/Pretendard-Bold.otf"),
        include_bytes!("../../fonts/RelightHanja-Regular.ttf"),
    ];
    files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect()
});

/// Whether there is a glyph for a character.
pub(super) fn covers(character: char) -> bool {
    FONTS.iter().any(|font| font.info().coverage.contains(character.into()))
}

/// One report to be set.
pub(super) struct OneReport {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    template: Source,
    data: (FileId, Bytes),
}

impl OneReport {
    /// A report by its data.
    pub(super) fn of(data: Vec<u8>) -> Result<Self, Error> {
        let file = |name: &str| {
            let path = VirtualPath::new(name).map_err(|why| Error::Typeset(format!("{why:?}")))?;
            Ok::<_, Error>(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
        };
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(FONTS.iter())),
            template: Source::new(file("/report.typ")?, TEMPLATE.to_owned()),
            data: (file("/data.json")?, Bytes::new(data)),
        })
    }
}

impl World for OneReport {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 { Ok(self.data.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
