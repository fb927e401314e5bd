//! `file`: files under a path, the newest of them by size, age and content.

use super::super::check::Answer;
use super::super::transcript::Transcript;
use super::Host;
use super::script::{Measured, could_not_look};
use crate::base::{Bytes, Lang, Millis, Text};
use crate::plan::look::File;

const SCRIPT: &str = include_str!("file.sh");

pub(in super::super) async fn ask(host: &Host<'_>, file: &File, transcript: &Transcript) -> Answer {
    let flag = |wanted: bool| if wanted { "1" } else { "0" };
    let arguments = [file.path.as_str(), flag(file.sha256.is_some()), flag(file.gzip)];
    let answer = host.measure(SCRIPT, &arguments, transcript).await.and_then(|measured| weigh(file, &measured));
    answer.unwrap_or_else(|unknown| unknown)
}

/// `Err` where nobody can say.
fn weigh(file: &File, measured: &Measured) -> Result<Answer, Answer> {
    if let Some(folder) = measured.text("hidden") {
        return Err(could_not_look(
            format!("확인하는 사용자는 {folder} 폴더를 볼 수 없음"),
            format!("the folder {folder} is closed to the user that looks"),
        ));
    }
    let count: u64 = measured.wanted("count")?;
    let newest = measured.text("newest").unwrap_or_default();
    let there = files(count);
    if !file.exists && count > 0 {
        return Ok(Answer::down(
            format!("파일 {count}개 있음, 최신 {newest}"),
            format!("{there} there, the newest {newest}"),
        ));
    }
    if file.exists && !file.count.holds(count) {
        let wanted = file.count;
        return Ok(Answer::down(
            format!("파일 {count}개 있음, 기대 {}", wanted.in_korean()),
            format!("{there} there, wanted {wanted}"),
        ));
    }
    if count == 0 {
        return Ok(Answer::up("파일 없음", "nothing is there"));
    }
    let size = Bytes(measured.wanted("size")?);
    let (now, modified): (i64, i64) = (measured.wanted("now")?, measured.wanted("modified")?);
    let age = Millis::seconds(u64::try_from(now.saturating_sub(modified)).unwrap_or(0));
    let mut faults = Vec::new();
    if let Some(least) = file.min_size.filter(|least| size < *least) {
        let size = size.rounded();
        faults.push(Text::new(
            format!("{newest} 크기 {size}, 기대 {least} 이상"),
            format!("{newest} has {size}, wanted at least {least}"),
        ));
    }
    if let Some(longest) = file.max_age.filter(|longest| age > *longest) {
        faults.push(Text::new(
            format!("{newest} 기록 후 {age} 지남, 기대 {longest} 이내"),
            format!("{newest} was written {age} ago, wanted at most {longest}"),
        ));
    }
    // What was found wrong already is wrong, whether or not the content can be read.
    match content(file, measured, newest) {
        Ok(fault) => faults.extend(fault),
        Err(unknown) if faults.is_empty() => return Err(unknown),
        Err(_) => {}
    }
    if faults.is_empty() {
        let size = size.rounded();
        return Ok(Answer::up(
            format!("파일 {count}개, {newest}, {size}, 기록 후 {age} 지남"),
            format!("{there}, {newest}, {size}, written {age} ago"),
        ));
    }
    let joined = |lang| faults.iter().map(|fault| fault.get(lang)).collect::<Vec<_>>().join("; ");
    Ok(Answer::down(joined(Lang::Ko), joined(Lang::En)))
}

/// What is wrong with the content; `Err` where it can not be read.
fn content(file: &File, measured: &Measured, newest: &str) -> Result<Option<Text>, Answer> {
    if measured.text("unreadable").is_some() {
        return Err(could_not_look(
            format!("확인하는 사용자는 {newest} 파일을 읽을 수 없음"),
            format!("{newest} can not be read by the user that looks"),
        ));
    }
    if let Some(wanted) = file.sha256 {
        let digest = measured.text("sha256").filter(|digest| digest.len() == 64).ok_or_else(|| {
            could_not_look(
                "호스트에 `sha256sum`, `shasum`, `openssl`이 모두 없음",
                "the host has no `sha256sum`, `shasum` or `openssl`",
            )
        })?;
        if !digest.eq_ignore_ascii_case(&wanted.to_string()) {
            return Ok(Some(Text::new(
                format!("{newest} SHA-256 {digest}, 기대 {wanted}"),
                format!("{newest} has the SHA-256 {digest}, wanted {wanted}"),
            )));
        }
    }
    if !file.gzip {
        return Ok(None);
    }
    match measured.text("gzip") {
        Some("whole") => Ok(None),
        Some(_) => Ok(Some(Text::new(
            format!("{newest} 은(는) 온전한 gzip 파일이 아님"),
            format!("{newest} is no whole gzip archive"),
        ))),
        None => Err(could_not_look("호스트에 `gzip` 없음", "there is no `gzip` on the host")),
    }
}

fn files(count: u64) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
