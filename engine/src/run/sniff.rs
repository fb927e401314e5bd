//! What a file is, told from its bytes alone, and which files are not taken.
//!
//! Only what people need to show that something was done is taken. Everything that a browser would execute, and every archive
//! that is not a plain office document, is refused; nothing is ever unpacked here.

use crate::base::Bilingual;

use super::{FILE_LIMIT, Media};

/// Most that an office document may come to when somebody opens it, in bytes.
const UNPACKED: u64 = 200 * 1024 * 1024;
/// Most parts of an office document.
const PARTS: u16 = 4_096;
/// Most dots of a picture: more than cameras make, and what a small viewer can still open.
const DOTS: u64 = 120_000_000;
/// Where a text is looked through for the beginnings of web pages and scripts.
const HEAD: usize = 4_096;

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwanted {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is too long.
    #[error("files of up to {} MiB are taken", FILE_LIMIT >> 20)]
    TooLarge,
    /// A web page, a drawing with scripts, or a script.
    #[error("web pages, SVG drawings and scripts are not taken: hand in a picture of it, or a PDF")]
    Active,
    /// An archive that is no office document.
    #[error("archives are not taken: hand in the files one by one")]
    Archive,
    /// An office document that would come to far more than it is, or holds macros.
    #[error("this office document is not taken: it holds macros, is encrypted, or would unpack to too much")]
    Bomb,
    /// A picture with too many dots.
    #[error("the picture has too many dots: make a smaller one")]
    Dots,
    /// Nothing that is known.
    #[error("only PNG, JPEG, WebP, HEIC, PDF, UTF-8 text, XLSX and DOCX are taken")]
    Unknown,
}

impl Bilingual for Unwanted {
    fn ko(&self) -> String {
        match self {
            Self::Empty => "파일이 비어 있습니다".to_owned(),
            Self::TooLarge => format!("파일은 {} MiB까지 올릴 수 있습니다", FILE_LIMIT >> 20),
            Self::Active => "웹 페이지, SVG, 스크립트는 받지 않습니다. 화면 사진이나 PDF로 올리십시오".to_owned(),
            Self::Archive => "압축 파일은 받지 않습니다. 파일을 하나씩 올리십시오".to_owned(),
            Self::Bomb => {
                "이 오피스 문서는 받을 수 없습니다. 매크로가 있거나, 암호화되었거나, 풀면 지나치게 커집니다".to_owned()
            }
            Self::Dots => "사진의 화소가 너무 많습니다. 더 작은 사진을 올리십시오".to_owned(),
            Self::Unknown => "PNG, JPEG, WebP, HEIC, PDF, UTF-8 텍스트, XLSX, DOCX만 받습니다".to_owned(),
        }
    }
}

impl Unwanted {
    /// A stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::TooLarge => "file_too_large",
            Self::Active => "file_active",
            Self::Archive => "file_archive",
            Self::Bomb => "file_bomb",
            Self::Dots => "file_dots",
            Self::Unknown => "file_unknown",
        }
    }
}

impl Media {
    /// What these bytes are, or why they are not taken.
    pub fn of(bytes: &[u8]) -> Result<Self, Unwanted> {
        if bytes.is_empty() {
            return Err(Unwanted::Empty);
        }
        if bytes.len() as u64 > FILE_LIMIT {
            return Err(Unwanted::TooLarge);
        }
        if let Some(picture) = picture(bytes)? {
            return Ok(picture);
        }
        if bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2.") {
            return Ok(Self::Pdf);
        }
        if bytes.starts_with(b"PK") {
            return office(bytes);
        }
        text(bytes)
    }
}

fn picture(bytes: &[u8]) -> Result<Option<Media>, Unwanted> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let header = bytes.get(12..16) == Some(b"IHDR");
        let side = |at: usize| Some(u64::from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)));
        let (Some(wide), Some(high), true) = (side(16), side(20), header) else { return Err(Unwanted::Unknown) };
        return if wide.saturating_mul(high) > DOTS { Err(Unwanted::Dots) } else { Ok(Some(Media::Png)) };
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return match jpeg_dots(bytes) {
            Some(dots) if dots > DOTS => Err(Unwanted::Dots),
            Some(_) => Ok(Some(Media::Jpeg)),
            None => Err(Unwanted::Unknown),
        };
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Some(Media::Webp));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let brand = bytes.get(8..12).unwrap_or_default();
        let known: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"];
        return if known.contains(&brand) { Ok(Some(Media::Heic)) } else { Err(Unwanted::Unknown) };
    }
    Ok(None)
}

/// Width by height, from the first frame header.
fn jpeg_dots(bytes: &[u8]) -> Option<u64> {
    let mut at = 2;
    loop {
        let marker = bytes.get(at..at + 2)?;
        if marker[0] != 0xff {
            return None;
        }
        let number = |at: usize| Some(u64::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
        match marker[1] {
            // Fill bytes, and markers that stand alone.
            0xff => at += 1,
            0x01 | 0xd0..=0xd7 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some(number(at + 5)?.saturating_mul(number(at + 7)?));
            }
            _ => at += 2 + usize::try_from(number(at + 2)?.max(2)).ok()?,
        }
    }
}

/// An office document: a ZIP file whose directory says what is in it. Only the directory is read.
fn office(bytes: &[u8]) -> Result<Media, Unwanted> {
    let parts = directory(bytes).ok_or(Unwanted::Archive)?;
    let has = |name: &str| parts.iter().any(|part| part.name == name.as_bytes());
    let media = match (has("[Content_Types].xml"), has("xl/workbook.xml"), has("word/document.xml")) {
        (true, true, false) => Media::Workbook,
        (true, false, true) => Media::Document,
        _ => return Err(Unwanted::Archive),
    };
    let packed: u64 = parts.iter().map(|part| part.packed).sum();
    let unpacked: u64 = parts.iter().map(|part| part.unpacked).sum();
    // Parts that lie over each other come to more than the file is long.
    let overlaps = packed > bytes.len() as u64;
    let macros = parts.iter().any(|part| part.name.to_ascii_lowercase().ends_with(b"vbaproject.bin"));
    let strange = parts.iter().any(|part| part.encrypted || part.climbs());
    if overlaps || macros || strange || unpacked > UNPACKED { Err(Unwanted::Bomb) } else { Ok(media) }
}

struct Part<'b> {
    name: &'b [u8],
    packed: u64,
    unpacked: u64,
    encrypted: bool,
}

impl Part<'_> {
    /// Whether its name leads out of the folder that it would be unpacked to.
    fn climbs(&self) -> bool {
        self.name.starts_with(b"/")
            || self.name.contains(&b'\\')
            || self.name.split(|byte| *byte == b'/').any(|step| step == b"..")
    }
}

/// The central directory of a ZIP file of at most 4 GiB; `None` for one that is not whole, or split, or has too many parts.
fn directory(bytes: &[u8]) -> Option<Vec<Part<'_>>> {
    const END: usize = 22;
    let short = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?));
    let long = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?));
    // Behind the end record there may be a comment of up to 64 KiB.
    let last = bytes.len().checked_sub(END)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let end = (first..=last).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))?;
    let count = short(end + 10)?;
    if count > PARTS || short(end + 8)? != count {
        return None;
    }
    let mut at = usize::try_from(long(end + 16)?).ok()?;
    let mut parts = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (name, extra, comment) = (short(at + 28)?, short(at + 30)?, short(at + 32)?);
        let begin = at + 46;
        parts.push(Part {
            name: bytes.get(begin..begin.checked_add(usize::from(name))?)?,
            packed: u64::from(long(at + 20)?),
            unpacked: u64::from(long(at + 24)?),
            encrypted: short(at + 8)? & 1 == 1,
        });
        at = begin + usize::from(name) + usize::from(extra) + usize::from(comment);
    }
    Some(parts)
}

/// A text that is neither a web page nor a script.
fn text(bytes: &[u8]) -> Result<Media, Unwanted> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| Unwanted::Unknown)?;
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if !text.chars().all(plain) {
        return Err(Unwanted::Unknown);
    }
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Unwanted::Empty);
    }
    let head: String = start.chars().take(HEAD).collect::<String>().to_ascii_lowercase();
    let active = ["<!doctype", "<html", "<svg", "<script", "<?xml", "<iframe", "<body"];
    let script = head.starts_with("#!") || head.starts_with("@echo") || head.starts_with("<?php");
    if script || active.iter().any(|tag| head.contains(tag)) { Err(Unwanted::Active) } else { Ok(Media::Text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(wide: u32, high: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(wide.to_be_bytes());
        bytes.extend(high.to_be_bytes());
        bytes.extend(b"\x08\x06\0\0\0");
        bytes
    }

    fn jpeg(wide: u16, high: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x11\x08".to_vec();
        bytes.extend(high.to_be_bytes());
        bytes.extend(wide.to_be_bytes());
        bytes
    }

    /// A ZIP file of empty parts whose directory claims something of each: name, packed and unpacked length, flags.
    fn zip(parts: &[(&str, u32, u32, u16)]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04 the parts would stand here".to_vec();
        let start = u32::try_from(bytes.len()).unwrap();
        for (name, packed, unpacked, flags) in parts {
            bytes.extend(b"PK\x01\x02\x14\0\x14\0");
            bytes.extend(flags.to_le_bytes());
            bytes.extend([0; 10]);
            bytes.extend(packed.to_le_bytes());
            bytes.extend(unpacked.to_le_bytes());
            bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            bytes.extend([0; 16]);
            bytes.extend(name.as_bytes());
        }
        let length = u32::try_from(bytes.len()).unwrap() - start;
        let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend(count.iter().chain(&count));
        bytes.extend(length.to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }

    const TYPES: (&str, u32, u32, u16) = ("[Content_Types].xml", 1, 10, 0);
    const BOOK: (&str, u32, u32, u16) = ("xl/workbook.xml", 1, 10, 0);

    #[test]
    fn what_is_taken_is_told_from_its_bytes() {
        let mut webp = b"RIFF\x04\0\0\0WEBP".to_vec();
        webp.extend(b"VP8 ");
        for (bytes, media) in [
            (png(4_000, 3_000), Media::Png),
            (jpeg(4_000, 3_000), Media::Jpeg),
            (webp, Media::Webp),
            (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), Media::Heic),
            (b"%PDF-1.7\n".to_vec(), Media::Pdf),
            ("시각,지연\n10:00,3ms\n".into(), Media::Text),
            (b"\xef\xbb\xbfa;b\r\n".to_vec(), Media::Text),
            (b"if a < b then c".to_vec(), Media::Text),
            (zip(&[TYPES, BOOK]), Media::Workbook),
            (zip(&[TYPES, ("word/document.xml", 1, 10, 0)]), Media::Document),
        ] {
            assert_eq!(Media::of(&bytes), Ok(media), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn what_a_browser_would_execute_is_refused_whatever_stands_before_it() {
        for active in [
            "<html><script>alert(1)</script>",
            "  \n\t<!DOCTYPE html>",
            "\u{feff}<SVG onload=alert(1)>",
            "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            "log of today\n<script src=//evil></script>",
            "#!/bin/sh\nrm -rf /",
            "@echo off",
            "<?php system($_GET['c']);",
        ] {
            assert_eq!(Media::of(active.as_bytes()), Err(Unwanted::Active), "{active}");
        }
    }

    #[test]
    fn archives_are_refused_and_so_are_office_documents_with_something_in_them() {
        for (bytes, why) in [
            (zip(&[("photos/1.jpg", 10, 20, 0)]), Unwanted::Archive),
            (zip(&[TYPES]), Unwanted::Archive),
            (b"PK\x03\x04".to_vec(), Unwanted::Archive),
            (b"PK\x05\x06".to_vec(), Unwanted::Archive),
            (zip(&[TYPES, BOOK, ("xl/media/a.bin", 20, u32::MAX, 0)]), Unwanted::Bomb),
            (zip(&[TYPES, BOOK, ("a", 1_000_000, 10, 0)]), Unwanted::Bomb),
            (zip(&[TYPES, BOOK, ("xl/vbaProject.bin", 1, 1, 0)]), Unwanted::Bomb),
            (zip(&[TYPES, BOOK, ("../../etc/cron.d/x", 1, 1, 0)]), Unwanted::Bomb),
            (zip(&[TYPES, BOOK, ("xl/secret.xml", 1, 1, 1)]), Unwanted::Bomb),
        ] {
            assert_eq!(Media::of(&bytes), Err(why), "{}", String::from_utf8_lossy(&bytes));
        }
        let many: Vec<_> = (0..5_000).map(|_| ("x", 0, 0, 0)).chain([TYPES, BOOK]).collect();
        assert_eq!(Media::of(&zip(&many)), Err(Unwanted::Archive));
    }

    #[test]
    fn every_other_file_is_refused() {
        for bytes in [
            &b"\x7fELF\x02\x01\x01"[..],
            b"MZ\x90\0",
            b"GIF89a\x01\0\x01\0",
            b"\x1f\x8b\x08\0",
            b"\0\0\0\x18ftypisom",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"\xb0\xa1\xb3\xaa not UTF-8",
            b"text with a \x1b[2J sequence for terminals",
            b"a\0b",
        ] {
            assert_eq!(Media::of(bytes), Err(Unwanted::Unknown), "{bytes:?}");
        }
        assert_eq!(Media::of(b""), Err(Unwanted::Empty));
        assert_eq!(Media::of(b" \n"), Err(Unwanted::Empty));
        assert_eq!(Media::of(&vec![b'a'; usize::try_from(FILE_LIMIT).unwrap() + 1]), Err(Unwanted::TooLarge));
        assert_eq!(Media::of(&png(60_000, 60_000)), Err(Unwanted::Dots));
        assert_eq!(Media::of(&jpeg(60_000, 60_000)), Err(Unwanted::Dots));
    }

    #[test]
    fn no_cut_and_no_single_changed_byte_makes_it_fall() {
        let whole = [png(10, 10), jpeg(10, 10), zip(&[TYPES, BOOK, ("a", 1, 1, 0)])];
        for bytes in whole {
            for at in 0..bytes.len() {
                let _ = Media::of(&bytes[..at]);
                for byte in [0, 1, 0x7f, 0xff] {
                    let mut changed = bytes.clone();
                    changed[at] = byte;
                    let _ = Media::of(&changed);
                }
            }
        }
    }
}
