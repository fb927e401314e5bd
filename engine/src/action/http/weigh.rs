//! Whether an answer is as wanted.

use serde_json::Value as Json;

use super::BODY;
use crate::base::{Millis, Text};
use crate::plan::look::Value;
use crate::plan::{Capture, Http, JsonTest, Latency};

/// What is wrong with an answer, where something is. A longer body than is read can not be judged as a whole.
pub(super) fn weigh(request: &Http, code: u16, body: &[u8]) -> Option<Text> {
    let is_success = (200..300).contains(&code);
    let wanted = if request.status.is_empty() { is_success } else { request.status.contains(&code) };
    if !wanted {
        return Some(Text::new(
            format!("상태 코드 {code} (기대값 {})", wanted_statuses(request, "200~299", " 또는 ")),
            format!("status {code}, wanted {}", wanted_statuses(request, "200 to 299", " or ")),
        ));
    }
    if let Some(text) = request.contains.as_deref().filter(|text| !contains(body, text.as_bytes())) {
        return Some(Text::new(
            format!("상태 코드 {code}, 그러나 본문에 {text:?} 없음"),
            format!("status {code}, but the body does not contain {text:?}"),
        ));
    }
    if request.json.is_empty() {
        return None;
    }
    if body.len() >= BODY {
        return Some(Text::new(
            format!("상태 코드 {code}, 그러나 본문이 1 MiB를 넘어 JSON으로 읽지 않음"),
            format!("status {code}, but the body is longer than 1 MiB and is not read as JSON"),
        ));
    }
    match serde_json::from_slice::<Json>(body) {
        Ok(json) => request.json.iter().find_map(|test| differs(test, &json)),
        Err(error) => Some(Text::new(
            format!("상태 코드 {code}, 그러나 본문이 JSON이 아님: {error}"),
            format!("status {code}, but the body is no JSON: {error}"),
        )),
    }
}

fn differs(test: &JsonTest, json: &Json) -> Option<Text> {
    let path = &test.path;
    // The compiler has read it; a frozen plan may still hold anything.
    let found = match Capture::path(path) {
        Ok(parsed) => parsed.query(json).all(),
        Err(error) => return Some(Text::new(format!("{path}: {error}"), format!("{path}: {error}"))),
    };
    let Some(wanted) = &test.equals else {
        let none = || Text::new(format!("{path}에 값이 없음"), format!("there is nothing at {path}"));
        return found.is_empty().then(none);
    };
    match found.as_slice() {
        [one] => {
            let got = value(one);
            let differs =
                || Text::new(format!("{path} = {got} (기대값 {wanted})"), format!("{path} is {got}, wanted {wanted}"));
            (!wanted.passes(&got)).then(differs)
        }
        [] => Some(Text::new(
            format!("{path}에 값이 없음 (기대값 {wanted})"),
            format!("there is nothing at {path}, wanted {wanted}"),
        )),
        several => {
            let count = several.len();
            Some(Text::new(
                format!("{path}에 값이 {count}개 있음, 하나여야 함"),
                format!("there are {count} values at {path}, wanted one"),
            ))
        }
    }
}

/// Lists and maps are compared as the text that JSON has for them.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => {
            let text = number.to_string();
            text.parse().map_or(Value::Text(text), Value::Number)
        }
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(_) | Json::Object(_) => Value::Text(json.to_string()),
    }
}

/// What is wrong with the times that answers took, where something is; and what they were.
pub(super) fn slow(latency: Latency, times: &mut [Millis]) -> Result<Text, Text> {
    times.sort_unstable();
    let count = times.len();
    // The nearest rank: the smallest time within which ninety-five of a hundred answers came.
    let rank = (count * 95).div_ceil(100).max(1);
    let p95 = times.get(rank - 1).copied().unwrap_or(Millis::ZERO);
    let wanted = latency.p95;
    if p95 <= wanted {
        Ok(Text::new(format!("p95 {p95} ({count}회)"), format!("p95 {p95} of {count}")))
    } else {
        Err(Text::new(
            format!("p95 {p95} ({count}회, 기대 {wanted} 이하)"),
            format!("p95 {p95} of {count}, wanted at most {wanted}"),
        ))
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

fn wanted_statuses(request: &Http, any: &str, or: &str) -> String {
    match request.status.as_slice() {
        [] => any.to_owned(),
        codes => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(or),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(of: &[u64]) -> Vec<Millis> {
        of.iter().copied().map(Millis).collect()
    }

    #[test]
    fn one_slow_answer_of_twenty_is_let_pass_and_two_are_not() {
        let latency = Latency { p95: Millis(100), samples: 20 };
        let mut one = times(&[10; 19]);
        one.push(Millis(5_000));
        assert!(slow(latency, &mut one).is_ok());
        let mut two = times(&[10; 18]);
        two.extend(times(&[5_000, 101]));
        let why = slow(latency, &mut two).unwrap_err();
        assert_eq!(why.get(crate::base::Lang::En), "p95 101ms of 20, wanted at most 100ms");
        assert!(slow(latency, &mut times(&[101])).is_err() && slow(latency, &mut times(&[100])).is_ok());
    }
}
