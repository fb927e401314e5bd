//! The file that a pack is: a ZIP of stored entries, every byte of which follows from their names and contents.
//!
//! Any program that opens ZIP files opens a pack. What we read back is held to much less than ZIP allows: no compression, no
//! extra fields, no comments, one order, one date. So nothing is ever unpacked that is larger than the file itself, no byte
//! can be changed that nobody looks at, and the same contents always give the same file. The crate `zip` gives no such
//! promise about the bytes it leaves out of account; the headers are three functions here, which writer and reader share.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::base::{Digest, Hashing};

/// Longest file, and longest entry: the format's own numbers end here.
const LONGEST: u64 = u32::MAX as u64 - 1;
/// Most entries.
const ENTRIES: usize = 60_000;
/// Longest name.
const NAME: usize = 120;
const LOCAL: usize = 30;
const CENTRAL: usize = 46;
const END: usize = 22;
/// 1980-01-01, the first day that the format knows.
const DAY: u16 = 0x0021;

/// An entry of a pack, as the directory at the end has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub name: String,
    pub size: u64,
    crc: u32,
    /// Where its header begins.
    at: u64,
}

/// What was written of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub digest: Digest,
    pub size: u64,
}

/// Why a file is no pack as we write them.
#[derive(Debug)]
pub(super) enum Malformed {
    /// The file can not be read.
    Unreadable(io::Error),
    /// Its last bytes are not the end of a pack: another kind of file, or one that was cut short.
    End,
    /// The directory's record with this number, after the entry that is named, is not in order.
    Record { number: usize, after: Option<String> },
    /// Two entries have one name.
    Twice(String),
    /// Header or place of an entry is not what the directory says.
    Header(String),
    /// Bytes lie between the last entry and the directory.
    Between,
}

impl From<io::Error> for Malformed {
    fn from(cause: io::Error) -> Self {
        Self::Unreadable(cause)
    }
}

/// Letters, digits, `.`, `-`, `_`, and `/` between parts, none of which is empty or begins with a dot.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.len() <= NAME
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain))
}

fn short(number: u64) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// What both headers say alike: versions, no flags, stored, the day, and the sizes.
fn common(slot: &Slot) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(26);
    for word in [10_u16, 0, 0, 0, DAY] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(slot.crc.to_le_bytes());
    bytes.extend(short(slot.size));
    bytes.extend(short(slot.size));
    bytes.extend(u16::try_from(slot.name.len()).unwrap_or(u16::MAX).to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn local(slot: &Slot) -> Vec<u8> {
    [b"PK\x03\x04".as_slice(), &common(slot), slot.name.as_bytes()].concat()
}

fn central(slot: &Slot) -> Vec<u8> {
    [b"PK\x01\x02\x14\x00".as_slice(), &common(slot), &[0; 10], &short(slot.at), slot.name.as_bytes()].concat()
}

fn end(entries: usize, size: u64, at: u64) -> Vec<u8> {
    let count = u16::try_from(entries).unwrap_or(u16::MAX).to_le_bytes();
    [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &short(size), &short(at), &[0, 0]].concat()
}

/// Writes a pack from its first byte to its last.
#[derive(Debug)]
pub(super) struct Writer<W> {
    out: W,
    at: u64,
    slots: Vec<Slot>,
}

impl<W: Write + Seek> Writer<W> {
    /// Into an empty file.
    pub(super) const fn new(out: W) -> Self {
        Self { out, at: 0, slots: Vec::new() }
    }

    /// Adds an entry; what fills it may write as it goes.
    pub(super) fn entry(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Written> {
        let taken = self.slots.iter().any(|slot| slot.name == name);
        if !is_name(name) || taken || self.slots.len() >= ENTRIES {
            return Err(io::Error::other(format!(
                "a pack can not hold an entry {name:?} (number {})",
                self.slots.len()
            )));
        }
        let mut slot = Slot { name: name.to_owned(), size: 0, crc: 0, at: self.at };
        self.out.write_all(&local(&slot))?;
        let mut sum = Sum { out: &mut self.out, crc: crc32fast::Hasher::new(), digest: Hashing::default(), size: 0 };
        fill(&mut sum)?;
        let Sum { crc, digest, size, .. } = sum;
        (slot.size, slot.crc) = (size, crc.finalize());
        let behind = self.at + (LOCAL + name.len()) as u64 + size;
        if behind > LONGEST {
            return Err(io::Error::other("a pack has at most 4 GiB: leave forms of the report out"));
        }
        self.out.seek(SeekFrom::Start(self.at))?;
        self.out.write_all(&local(&slot))?;
        self.out.seek(SeekFrom::Start(behind))?;
        self.at = behind;
        self.slots.push(slot);
        Ok(Written { digest: digest.finish(), size })
    }

    /// Writes the directory.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let directory: Vec<u8> = self.slots.iter().flat_map(central).collect();
        self.out.write_all(&directory)?;
        self.out.write_all(&end(self.slots.len(), directory.len() as u64, self.at))?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Counts and sums what passes through.
struct Sum<'a, W> {
    out: &'a mut W,
    crc: crc32fast::Hasher,
    digest: Hashing,
    size: u64,
}

impl<W: Write> Write for Sum<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        let bytes = &bytes[..written];
        self.crc.update(bytes);
        self.digest.write_all(bytes)?;
        self.size += written as u64;
        if self.size > LONGEST {
            return Err(io::Error::other("an entry of a pack has at most 4 GiB"));
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A pack that is read.
#[derive(Debug)]
pub(super) struct Reader<R> {
    from: R,
    pub slots: Vec<Slot>,
}

impl<R: Read + Seek> Reader<R> {
    /// Reads the directory and every header, and holds each of their bytes against what the writer would have written.
    pub(super) fn open(mut from: R) -> Result<Self, Malformed> {
        let length = from.seek(SeekFrom::End(0))?;
        if length > LONGEST || length < END as u64 {
            return Err(Malformed::End);
        }
        from.seek(SeekFrom::Start(length - END as u64))?;
        let mut last = [0; END];
        from.read_exact(&mut last)?;
        let count = usize::from(u16::from_le_bytes([last[8], last[9]]));
        let number = |at: usize| u64::from(u32::from_le_bytes([last[at], last[at + 1], last[at + 2], last[at + 3]]));
        let (size, at) = (number(12), number(16));
        let adds_up = at.checked_add(size) == Some(length - END as u64);
        if !adds_up || count > ENTRIES || size > (ENTRIES * (CENTRAL + NAME)) as u64 || end(count, size, at) != last {
            return Err(Malformed::End);
        }
        from.seek(SeekFrom::Start(at))?;
        let mut directory = vec![0; usize::try_from(size).map_err(|_| Malformed::End)?];
        from.read_exact(&mut directory)?;
        let slots = records(&directory, count)?;
        let behind = slots.last().map_or(0, Slot::behind);
        for slot in &slots {
            let wanted = local(slot);
            let mut found = vec![0; wanted.len()];
            from.seek(SeekFrom::Start(slot.at))?;
            if slot.behind() > at || from.read_exact(&mut found).is_err() || found != wanted {
                return Err(Malformed::Header(slot.name.clone()));
            }
        }
        if behind == at { Ok(Self { from, slots }) } else { Err(Malformed::Between) }
    }

    /// The entry with a name.
    pub(super) fn find(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Reads an entry in pieces; tells its digest, and whether it has the checksum that its header says.
    pub(super) fn read(&mut self, slot: &Slot, mut take: impl FnMut(&[u8])) -> io::Result<(Digest, bool)> {
        self.from.seek(SeekFrom::Start(slot.at + (LOCAL + slot.name.len()) as u64))?;
        let mut left = slot.size;
        let mut piece = vec![0; 64 * 1024];
        let (mut digest, mut crc) = (Hashing::default(), crc32fast::Hasher::new());
        while left > 0 {
            let wanted = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let piece = &mut piece[..wanted];
            self.from.read_exact(piece)?;
            digest.write_all(piece)?;
            crc.update(piece);
            take(piece);
            left -= wanted as u64;
        }
        Ok((digest.finish(), crc.finalize() == slot.crc))
    }
}

impl Slot {
    /// Where the next header begins.
    fn behind(&self) -> u64 {
        self.at + (LOCAL + self.name.len()) as u64 + self.size
    }
}

/// The records of the directory, each byte of which must be what the writer would have written at that place.
fn records(directory: &[u8], count: usize) -> Result<Vec<Slot>, Malformed> {
    let mut slots: Vec<Slot> = Vec::with_capacity(count);
    let mut names = BTreeSet::new();
    let mut rest = directory;
    for number in 1..=count {
        let after = slots.last().map(|slot| slot.name.clone());
        let wrong = || Malformed::Record { number, after: after.clone() };
        let (head, behind) = rest.split_at_checked(CENTRAL).ok_or_else(wrong)?;
        let long = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let length = usize::from(u16::from_le_bytes([head[28], head[29]]));
        let (name, behind) = behind.split_at_checked(length).ok_or_else(wrong)?;
        let name = std::str::from_utf8(name).ok().filter(|name| is_name(name)).ok_or_else(wrong)?.to_owned();
        let at = slots.last().map_or(0, Slot::behind);
        let slot = Slot { name, size: u64::from(long(24)), crc: long(16), at };
        if rest.get(..CENTRAL + length) != Some(central(&slot).as_slice()) {
            return Err(wrong());
        }
        if !names.insert(slot.name.clone()) {
            return Err(Malformed::Twice(slot.name));
        }
        slots.push(slot);
        rest = behind;
    }
    if rest.is_empty() { Ok(slots) } else { Err(Malformed::Between) }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn packed(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = Writer::new(Cursor::new(Vec::new()));
        for (name, text) in entries {
            writer.entry(name, |out| out.write_all(text.as_bytes())).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn another_program_reads_what_was_written() {
        let bytes = packed(&[("a.txt", "하나"), ("b/c.json", ""), ("d.bin", "third")]);
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let read = |archive: &mut zip::ZipArchive<Cursor<&Vec<u8>>>, name: &str| {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        assert_eq!(archive.len(), 3);
        assert_eq!(read(&mut archive, "a.txt"), "하나");
        assert_eq!(read(&mut archive, "b/c.json"), "");
        assert_eq!(read(&mut archive, "d.bin"), "third");
    }

    #[test]
    fn names_that_lead_elsewhere_or_stand_twice_are_neither_written_nor_read() {
        let mut writer = Writer::new(Cursor::new(Vec::new()));
        writer.entry("a", |_| Ok(())).unwrap();
        for name in
            ["a", "", "/etc/passwd", "../a", "b/../c", "b//c", "b\\c", "한글", "b/", ".hidden", &"x".repeat(121)]
        {
            assert!(writer.entry(name, |_| Ok(())).is_err(), "{name:?}");
        }
        let whole = packed(&[("aa", "1"), ("bb", "2")]);
        let renamed = |from: &[u8], to: &[u8]| {
            let mut bytes = whole.clone();
            while let Some(at) = bytes.windows(from.len()).position(|part| part == from) {
                bytes[at..at + to.len()].copy_from_slice(to);
            }
            Reader::open(Cursor::new(bytes)).map(|_| ())
        };
        assert!(matches!(renamed(b"bb", b".."), Err(Malformed::Record { number: 2, after: Some(_) })));
        assert!(matches!(renamed(b"bb", b"aa"), Err(Malformed::Twice(name)) if name == "aa"));
        assert!(matches!(renamed(b"bb", b"/b"), Err(Malformed::Record { number: 2, .. })));
    }

    #[test]
    fn no_byte_of_a_header_can_be_changed_and_no_file_cut_short() {
        let whole = packed(&[("a.txt", "12345"), ("b.txt", "6789")]);
        let mut inside = 0;
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            match Reader::open(Cursor::new(bytes)) {
                Err(_) => {}
                Ok(mut reader) => {
                    let slots = reader.slots.clone();
                    let sound = slots.iter().filter(|slot| reader.read(slot, |_| ()).unwrap().1).count();
                    assert_eq!(sound, 1, "byte {at} is content");
                    inside += 1;
                }
            }
            assert!(Reader::open(Cursor::new(&whole[..at])).is_err(), "cut at {at}");
        }
        assert_eq!(inside, 9, "the bytes of the contents and no others");
        let longer = [whole.as_slice(), b"x"].concat();
        assert!(matches!(Reader::open(Cursor::new(longer)), Err(Malformed::End)));
    }

    #[test]
    fn what_other_programs_pack_is_refused_before_anything_is_unpacked() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let squeezed = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file("bomb", squeezed).unwrap();
        writer.write_all(&vec![0; 10_000_000]).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        assert!(bytes.len() < 100_000);
        assert!(matches!(Reader::open(Cursor::new(bytes)), Err(Malformed::Record { number: 1, after: None })));
    }
}
