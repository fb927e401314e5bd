//! That somebody else gave an account a new password. Who gives passwords out could sign in with one and vote as its owner; so the
//! owner hears of it over the own channels, and everybody of the first class does.

use std::collections::BTreeSet;

use engine::base::{Text, Timestamp};
use engine::identity::User;
use engine::plan::Mode;
use engine::telling::{About, Key, Occasion, OccasionKind};

use super::By;
use crate::urls;

/// What is told of a password that `by` gave to `user`.
pub(super) fn reset(user: &User, by: &By, at: Timestamp) -> Occasion {
    let (name, giver, origin) = (&user.name, &by.actor.name, &by.origin);
    Occasion {
        key: Key::of_account(OccasionKind::AccountReset, name, at),
        kind: OccasionKind::AccountReset,
        mode: Mode::Real,
        at,
        about: About::default(),
        phase: None,
        asks: BTreeSet::new(),
        people: [name.clone()].into(),
        headline: Text::new(
            format!("{giver} 님이 {name} 계정의 비밀번호를 초기화했습니다"),
            format!("{giver} has reset the password of {name}"),
        ),
        detail: Text::new(
            format!(
                "접속 위치: {origin}\n2단계 인증도 꺼졌습니다. 본인이 요청하지 않았다면 다른 사람이 이 이름으로 승인할 수 있습니다. 즉시 \
                 종합상황실과 감사 담당에게 알리십시오."
            ),
            format!(
                "From: {origin}\nThe second factor is off as well. Where its owner has not asked for this, somebody else could approve \
                 in that name: tell the situation room and the auditors at once."
            ),
        ),
        path: urls::me().to_owned(),
    }
}
