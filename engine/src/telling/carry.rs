//! Over what a message leaves: a channel of the inventory, looked up when it is sent.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::action::{Courier, Handed, Parcel};
use crate::base::{TargetName, Text};
use crate::inventory::{self, Inventory};
use crate::runbook::Source;

/// Bytes of an inventory, at most.
const LARGEST: u64 = 4 << 20;

/// Hands messages to channels.
#[async_trait]
pub trait Carrier: Send + Sync + std::fmt::Debug {
    /// Hands one over.
    async fn carry(&self, channel: &TargetName, parcel: &Parcel) -> Handed;
}

/// The channels of the inventory that lies in a file, or beside the runbooks.
#[derive(Debug)]
pub struct Channels {
    courier: Courier,
    /// The inventory, where it was named.
    file: Option<PathBuf>,
    /// The folder of runbooks.
    folder: PathBuf,
}

impl Channels {
    /// Over the inventory of a library; it is read anew for every message, so that a correction needs no restart.
    pub const fn new(courier: Courier, folder: PathBuf, file: Option<PathBuf>) -> Self {
        Self { courier, file, folder }
    }
}

#[async_trait]
impl Carrier for Channels {
    async fn carry(&self, channel: &TargetName, parcel: &Parcel) -> Handed {
        let (file, folder) = (self.file.clone(), self.folder.clone());
        let read = tokio::task::spawn_blocking(move || {
            let path = file.or_else(|| inventory::find(&folder, &folder));
            path.ok_or_else(|| {
                let place = folder.display().to_string();
                Text::new(
                    format!("{place}에 인벤토리가 없어 보낼 채널이 없습니다. inventory.yaml을 두십시오"),
                    format!("there is no inventory in {place}, so there is no channel: put inventory.yaml there"),
                )
            })
            .and_then(|path| read(&path))
        });
        match read.await {
            Ok(Ok(inventory)) => self.courier.hand(&inventory, channel, parcel).await,
            // Somebody may be writing it at this moment.
            Ok(Err(why)) => Handed::Failed(why),
            Err(error) => Handed::Failed(Text::plain(error.to_string())),
        }
    }
}

fn read(path: &Path) -> Result<Inventory, Text> {
    let shown = path.display().to_string();
    let unread = |why: &dyn std::fmt::Display| {
        Text::new(
            format!("인벤토리 {shown}을(를) 읽을 수 없습니다: {why}"),
            format!("the inventory {shown} can not be read: {why}"),
        )
    };
    let about = std::fs::metadata(path).map_err(|why| unread(&why))?;
    if about.len() > LARGEST {
        return Err(unread(&format!("it has more than {LARGEST} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|why| unread(&why))?;
    let checked = inventory::check(&Source::new(shown.clone(), text));
    checked.inventory.ok_or_else(|| {
        Text::new(
            format!("인벤토리 {shown}에 오류가 있습니다. relight check로 확인하고 고치십시오"),
            format!("the inventory {shown} has errors: correct what `relight check` says of it"),
        )
    })
}
