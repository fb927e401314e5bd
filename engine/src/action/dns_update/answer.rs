//! What a name server says of an update, in words that help.

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::rdata::tsig::TsigError;

use crate::base::Text;

/// What an answer comes to.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The change was made.
    Made,
    /// Nothing was changed.
    Refused {
        /// Why.
        why: Text,
        /// What helps.
        next: Text,
    },
    /// Whoever said that it was made did not prove to have the key.
    Unproven(Text),
}

/// An answer to something else.
pub(super) fn foreign() -> Verdict {
    Verdict::Unproven(Text::new("다른 요청에 대한 응답이 왔음", "what came answers something else"))
}

/// Bytes that are no answer.
pub(super) fn unreadable(why: &str) -> Verdict {
    Verdict::Unproven(Text::new(format!("읽을 수 없는 응답: {why}"), format!("the answer can not be read: {why}")))
}

/// An answer whose signature does not hold.
pub(super) fn unproven(why: &str) -> Verdict {
    Verdict::Unproven(Text::new(
        format!("응답의 서명이 맞지 않음: {why}"),
        format!("the signature of the answer does not hold: {why}"),
    ))
}

/// An answer that is no success; beside it stands what was wrong with the signature.
pub(super) fn refused(code: ResponseCode, signature: Option<TsigError>) -> Verdict {
    let (why, next) = match (signature, code) {
        (Some(error), _) => of_signature(error),
        (None, code) => of_update(code),
    };
    Verdict::Refused { why, next }
}

fn of_signature(error: TsigError) -> (Text, Text) {
    match error {
        TsigError::BadSig => (
            Text::new("서명이 맞지 않음 (BADSIG)", "the signature is wrong (BADSIG)"),
            Text::new(
                "비밀의 값이 네임서버의 키와 같은지 확인하십시오",
                "the value of the secret is not the key that the name server has: compare both",
            ),
        ),
        TsigError::BadKey => (
            Text::new("네임서버가 모르는 키 (BADKEY)", "the name server does not know the key (BADKEY)"),
            Text::new(
                "`tsig`의 `name`과 `algorithm`이 네임서버의 설정과 같은지 확인하십시오",
                "compare `name` and `algorithm` of `tsig` with the configuration of the name server",
            ),
        ),
        TsigError::BadTime => (
            Text::new("두 시계의 차이가 5분을 넘음 (BADTIME)", "the clocks are more than five minutes apart (BADTIME)"),
            Text::new(
                "엔진과 네임서버의 시각을 맞추고 재시도하십시오. `clock_offset`으로 확인할 수 있습니다",
                "set the clocks of the engine and the name server, which `clock_offset` can look at, then retry",
            ),
        ),
        TsigError::BadTrunc | TsigError::Unknown(_) => {
            let code = u16::from(error);
            (
                Text::new(
                    format!("서명이 받아들여지지 않음 (TSIG 오류 {code})"),
                    format!("the signature is not accepted (TSIG error {code})"),
                ),
                Text::new("네임서버의 로그를 확인하십시오", "the log of the name server says more"),
            )
        }
    }
}

fn of_update(code: ResponseCode) -> (Text, Text) {
    match code {
        ResponseCode::Refused => (
            Text::new("네임서버가 변경을 거절함 (REFUSED)", "the name server refuses the change (REFUSED)"),
            Text::new(
                "영역의 `update-policy`나 `allow-update`가 이 키와 이름을 허용하는지, `tsig`를 빠뜨리지 않았는지 확인하십시오",
                "see whether `update-policy` or `allow-update` of the zone lets this key change this name, and whether `tsig` \
                 is missing here",
            ),
        ),
        ResponseCode::NotAuth => (
            Text::new("이 네임서버가 맡은 영역이 아님 (NOTAUTH)", "this name server does not serve the zone (NOTAUTH)"),
            Text::new(
                "`zone`과 `on`을 확인하십시오. 변경은 영역의 주 네임서버로 보냅니다",
                "see `zone` and `on`: an update goes to the primary name server of the zone",
            ),
        ),
        ResponseCode::NotZone => (
            Text::new("이름이 영역 밖에 있음 (NOTZONE)", "the name is outside of the zone (NOTZONE)"),
            Text::new("`zone`을 확인하십시오", "correct `zone`"),
        ),
        ResponseCode::NXRRSet => (
            Text::new(
                "지금 있는 레코드가 `was`와 달라 아무것도 바꾸지 않음 (NXRRSET)",
                "the records there are not those of `was`, so nothing was changed (NXRRSET)",
            ),
            Text::new(
                "`dns`로 지금 값을 확인하십시오. 이미 바뀌었거나 다른 사람이 바꿨을 수 있습니다",
                "look at them with `dns`: they may be changed already, or somebody else changed them",
            ),
        ),
        ResponseCode::ServFail => (
            Text::new("네임서버가 변경하지 못함 (SERVFAIL)", "the name server could not make the change (SERVFAIL)"),
            Text::new(
                "네임서버의 로그를 확인하십시오. 영역 파일을 쓸 수 없거나 영역이 동결되었을 수 있습니다",
                "its log says why: it can not write the file of the zone, or the zone is frozen",
            ),
        ),
        ResponseCode::NotImp => (
            Text::new("네임서버가 동적 변경을 모름 (NOTIMP)", "the name server knows no updates (NOTIMP)"),
            Text::new(
                "영역의 주 네임서버로 보내거나 그 서버의 도구를 `command`로 쓰십시오",
                "send it to the primary of the zone, or use the server's own tool in a `command`",
            ),
        ),
        ResponseCode::FormErr => (
            Text::new("네임서버가 요청을 읽지 못함 (FORMERR)", "the name server can not read the request (FORMERR)"),
            Text::new("값이 레코드 종류에 맞는지 확인하십시오", "see whether the values fit the type of the record"),
        ),
        // The protocol may grow codes; none of them means that something was changed.
        other => (
            Text::new(
                format!("네임서버의 응답 코드 {}: {other}", u16::from(other)),
                format!("the name server answers with code {}: {other}", u16::from(other)),
            ),
            Text::new("네임서버의 로그를 확인하십시오", "the log of the name server says more"),
        ),
    }
}
