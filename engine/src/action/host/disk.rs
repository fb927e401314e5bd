//! `disk`: the room that is left in a file system.

use super::super::check::Answer;
use super::super::transcript::Transcript;
use super::Host;
use super::script::Measured;
use crate::base::{Bytes, Percent};
use crate::plan::look::{Disk, Free};

const SCRIPT: &str = include_str!("disk.sh");

pub(in super::super) async fn ask(host: &Host<'_>, disk: &Disk, transcript: &Transcript) -> Answer {
    let answer = host.measure(SCRIPT, &[&disk.path], transcript).await.and_then(|measured| weigh(disk, &measured));
    answer.unwrap_or_else(|unknown| unknown)
}

fn weigh(disk: &Disk, measured: &Measured) -> Result<Answer, Answer> {
    if let Some(obstacle) = measured.obstacle() {
        return Err(obstacle);
    }
    let (used, available): (u64, u64) = (measured.wanted("used")?, measured.wanted("available")?);
    let free = Bytes(available.saturating_mul(1_024));
    // As `df` has it: of what users can fill, which leaves out the reserve of the superuser.
    let whole = u128::from(used) + u128::from(available);
    let share = (u128::from(available) * 10_000).checked_div(whole).unwrap_or(0);
    let share = Percent(u16::try_from(share).unwrap_or(10_000));
    let room = free.rounded();
    let (enough, wanted) = match disk.free {
        Free::Bytes(least) => (free >= least, least.to_string()),
        Free::Percent(least) => (share >= least, least.to_string()),
    };
    Ok(if enough {
        Answer::up(format!("여유 {room}, {share}"), format!("{room} free, {share}"))
    } else {
        Answer::down(
            format!("여유 {room}, {share}, 기대 {wanted} 이상"),
            format!("{room} free, {share}, wanted at least {wanted}"),
        )
    })
}
