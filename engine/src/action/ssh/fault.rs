//! Why a host can not be used, in words that say where, why and what to do.

use std::fmt;

use crate::base::{Lang, Text};
use crate::run::{Cause, CauseKind};

/// Why a host can not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::action) enum Fault {
    /// The run may not go there; nothing was opened.
    Forbidden(Cause),
    /// No connection to its port.
    Unreachable {
        /// The host.
        place: String,
        /// What the network said.
        why: Text,
    },
    /// It is there, but the two sides do not come together.
    Handshake {
        /// The host.
        place: String,
        /// What went wrong.
        why: Text,
    },
    /// Nobody has said which key it must show.
    UnknownKey {
        /// The host.
        place: String,
        /// Fingerprint of the key that it showed.
        shown: String,
        /// That key, as it is written into an inventory.
        line: String,
    },
    /// It shows another key than it must.
    ChangedKey {
        /// The host.
        place: String,
        /// Fingerprint of the key that it showed.
        shown: String,
        /// Fingerprints of the keys of which it must show one.
        known: Vec<String>,
        /// Where they are written down.
        source: String,
    },
    /// It shows a key that has been revoked.
    RevokedKey {
        /// The host.
        place: String,
        /// Its fingerprint.
        shown: String,
        /// Where it is revoked.
        source: String,
    },
    /// What is to be shown to get in can not be used.
    Credentials {
        /// The host.
        place: String,
        /// Why.
        why: Text,
    },
    /// It lets nobody in who comes like this.
    Denied {
        /// The host.
        place: String,
        /// The user.
        user: String,
        /// What was shown, in order.
        tried: Vec<String>,
        /// Ways that the host would take.
        offers: Vec<String>,
    },
    /// It takes no command.
    NoSession {
        /// The host.
        place: String,
        /// Why.
        why: Text,
    },
    /// The other user can not be become.
    RunAs {
        /// The host.
        place: String,
        /// Who logged in.
        user: String,
        /// Who was to be become.
        run_as: String,
        /// What was said on the standard error.
        said: String,
    },
    /// The shell there does not execute what it is sent.
    Shell {
        /// The host.
        place: String,
        /// What was said instead.
        said: String,
    },
    /// A program is missing there.
    Tool {
        /// The host.
        place: String,
        /// The program.
        tool: String,
    },
    /// There is no place there to write attempts down.
    Folder {
        /// The host.
        place: String,
        /// The folder.
        folder: String,
    },
    /// The link broke.
    Lost {
        /// The host.
        place: String,
        /// What was heard last.
        why: String,
    },
}

impl Fault {
    /// The class of the failure of a step that could not be started because of it.
    pub(super) const fn kind(&self) -> CauseKind {
        match self {
            Self::Forbidden(cause) => cause.kind,
            Self::Unreachable { .. } | Self::Handshake { .. } | Self::Lost { .. } => CauseKind::Unreachable,
            Self::UnknownKey { .. } | Self::ChangedKey { .. } | Self::RevokedKey { .. } => CauseKind::Refused,
            Self::Credentials { .. } | Self::Denied { .. } | Self::RunAs { .. } => CauseKind::Refused,
            Self::NoSession { .. } | Self::Shell { .. } | Self::Tool { .. } | Self::Folder { .. } => CauseKind::Spawn,
        }
    }

    /// Place, cause and next step.
    pub(in crate::action) fn text(&self) -> Text {
        match self {
            Self::Forbidden(cause) => cause.message.clone(),
            Self::Unreachable { place, why } => both(
                why,
                |why| {
                    format!(
                        "{place}: SSH 로 연결할 수 없습니다: {why}. 호스트가 켜져 있는지, 포트가 열려 있는지 확인하십시오"
                    )
                },
                |why| {
                    format!(
                        "{place}: no SSH connection: {why}; look whether the host is up and nothing closes the port"
                    )
                },
            ),
            Self::Handshake { place, why } => both(
                why,
                |why| format!("{place}: SSH 연결을 맺지 못했습니다: {why}"),
                |why| format!("{place}: the SSH connection did not come about: {why}"),
            ),
            Self::UnknownKey { place, shown, line } => Text::new(
                format!(
                    "{place}: 호스트 키 {shown} 을(를) 모르므로 연결하지 않았습니다. 호스트의 콘솔에서 지문을 대조한 뒤 \
                     인벤토리의 이 대상에 host_key: \"{line}\" 을(를) 적으십시오"
                ),
                format!(
                    "{place}: its host key {shown} is not known, so nothing was sent; compare the fingerprint on the \
                     host's own console, then write host_key: \"{line}\" into the target's ssh in the inventory"
                ),
            ),
            Self::ChangedKey { place, shown, known, source } => {
                let known = known.join(", ");
                Text::new(
                    format!(
                        "{place}: 호스트 키가 다릅니다. {source} 에는 {known}, 호스트가 보인 것은 {shown} 이므로 \
                         연결하지 않았습니다. 다른 기계가 이 주소로 답하고 있을 수 있습니다. 호스트가 새로 설치된 것이 \
                         확실하면 그 콘솔에서 지문을 대조하고 {source} 을(를) 고치십시오"
                    ),
                    format!(
                        "{place}: its host key has changed: {source} says {known}, the host showed {shown}, so nothing \
                         was sent; another machine may be answering there. If the host is known to have been installed \
                         anew, compare the fingerprint on its own console and correct {source}"
                    ),
                )
            }
            Self::RevokedKey { place, shown, source } => Text::new(
                format!(
                    "{place}: 호스트가 보인 키 {shown} 은(는) {source} 에서 폐기되었습니다. 연결하지 않았습니다. 호스트의 \
                     키를 새로 만드십시오"
                ),
                format!(
                    "{place}: the host showed the key {shown}, which {source} revokes, so nothing was sent; give the \
                     host a new key"
                ),
            ),
            Self::Credentials { place, why } => both(
                why,
                |why| format!("{place}: 로그인할 수 없습니다: {why}"),
                |why| format!("{place}: nobody can log in: {why}"),
            ),
            Self::Denied { place, user, tried, offers } => {
                let (tried_ko, tried_en) = if tried.is_empty() {
                    ("아무것도 보이지 않음".to_owned(), "nothing".to_owned())
                } else {
                    (tried.join(", "), tried.join(", "))
                };
                let offers = if offers.is_empty() { "-".to_owned() } else { offers.join(", ") };
                Text::new(
                    format!(
                        "{place}: 사용자 {user} 의 로그인이 거부되었습니다 (시도: {tried_ko}; 호스트가 받는 방법: \
                         {offers}). 호스트의 authorized_keys 와 계정을 확인하고 인벤토리의 ssh 를 고치십시오"
                    ),
                    format!(
                        "{place}: user {user} is not let in (shown: {tried_en}; the host takes: {offers}); check the \
                         account and its authorized_keys there, and the target's ssh in the inventory"
                    ),
                )
            }
            Self::NoSession { place, why } => both(
                why,
                |why| format!("{place}: 명령을 받지 않습니다: {why}"),
                |why| format!("{place}: it takes no command: {why}"),
            ),
            Self::RunAs { place, user, run_as, said } => Text::new(
                format!(
                    "{place}: {user} 이(가) {run_as} 이(가) 될 수 없습니다 ({said}). 그곳의 sudoers 에 {user} \
                     ALL=({run_as}) NOPASSWD: /bin/sh 를 허용하거나 대상의 become 을 빼십시오"
                ),
                format!(
                    "{place}: {user} can not become {run_as} ({said}); allow it in sudoers there, {user} \
                     ALL=({run_as}) NOPASSWD: /bin/sh, or leave `become` out of the target"
                ),
            ),
            Self::Shell { place, said } => Text::new(
                format!(
                    "{place}: 로그인 셸이 명령을 실행하지 않습니다 ({said}). 사용자의 셸이 /bin/sh 를 시작할 수 있는지, \
                     authorized_keys 에 강제 명령이 없는지 확인하십시오"
                ),
                format!(
                    "{place}: the login shell does not execute what it is sent ({said}); the user needs a shell that \
                     can start /bin/sh, and no forced command in authorized_keys"
                ),
            ),
            Self::Tool { place, tool } => Text::new(
                format!("{place}: 프로그램 {tool} 이(가) 없습니다. 그곳에 util-linux 를 설치하십시오"),
                format!("{place}: the program {tool} is missing; install util-linux there"),
            ),
            Self::Folder { place, folder } => Text::new(
                format!(
                    "{place}: {folder} 에 쓸 수 없어 명령을 시작하지 않았습니다. 디스크가 가득 찼는지, 폴더가 로그인 \
                     사용자의 것인지 확인하십시오"
                ),
                format!(
                    "{place}: {folder} can not be written, so the command was not started; look whether the disk is \
                     full and the folder belongs to the user who logs in"
                ),
            ),
            Self::Lost { place, why } => {
                Text::new(format!("{place}: 연결이 끊겼습니다 ({why})"), format!("{place}: the link broke ({why})"))
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().get(Lang::En))
    }
}

fn both(why: &Text, ko: impl Fn(&str) -> String, en: impl Fn(&str) -> String) -> Text {
    Text::new(ko(why.get(Lang::Ko)), en(why.get(Lang::En)))
}
