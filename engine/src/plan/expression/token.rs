//! From text to words and signs.

use std::ops::Range;

use super::Fault;

/// The smallest thing with a meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name or a word of the language.
    Word(String),
    /// A text between quotation marks, its escapes resolved.
    Text(String),
    Int(i64),
    Float(f64),
    /// An operator, a bracket, a dot, a comma or a bar.
    Sign(&'static str),
}

/// Longer signs first: `<=` is not `<` and `=`.
const SIGNS: [&str; 18] =
    ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "|", "(", ")", "[", "]", ",", ".", "!"];

/// Signs of other languages, and what is written instead.
const FOREIGN: [(&str, &str); 4] = [("&&", "and"), ("||", "or"), ("=", "=="), ("&", "and")];

/// Cuts a text into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first.is_alphabetic() || first == '_' {
            let length = length_while(rest, |letter| letter.is_alphanumeric() || letter == '_');
            (Token::Word(rest[..length].to_owned()), length)
        } else if first.is_ascii_digit() {
            number(rest, at)?
        } else if matches!(first, '"' | '\'') {
            quoted(rest, first, at)?
        } else {
            sign(rest, first, at)?
        };
        found.push((token, at..at + length));
        at += length;
    }
    Ok(found)
}

fn length_while(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !fits(letter)).unwrap_or(text.len())
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Fault> {
    let whole = length_while(rest, |letter| letter.is_ascii_digit());
    let decimals = match rest[whole..].strip_prefix('.') {
        Some(after) => length_while(after, |letter| letter.is_ascii_digit()),
        None => 0,
    };
    let length = if decimals > 0 { whole + 1 + decimals } else { whole };
    let tail = length_while(&rest[length..], |letter| letter.is_alphanumeric() || letter == '_');
    let written = &rest[..length + tail];
    let token = match (tail, decimals) {
        (0, 0) => written.parse().ok().map(Token::Int),
        (0, _) => written.parse().ok().map(Token::Float),
        (_, _) => None,
    };
    token.map(|token| (token, length)).ok_or_else(|| {
        Fault::new(
            at..at + written.len(),
            format!("`{written}` is not a number"),
            format!("`{written}`은(는) 숫자가 아닙니다"),
        )
        .help(
            "write digits, with a decimal point if need be; a name that begins with a digit goes in brackets: `units[\"1st\"]`",
            "숫자만, 필요하면 소수점과 함께 쓰십시오. 숫자로 시작하는 이름은 `units[\"1st\"]`처럼 괄호 안에 씁니다",
        )
    })
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Token, usize), Fault> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((place, letter)) = letters.next() {
        if letter == quote {
            return Ok((Token::Text(text), place + 1));
        }
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next().map(|(_, letter)| letter) {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(letter @ ('\\' | '"' | '\'')) => text.push(letter),
            Some(letter) => {
                let place = at + place..at + place + 1 + letter.len_utf8();
                return Err(Fault::new(
                    place,
                    format!("`\\{letter}` is no escape"),
                    format!("`\\{letter}`(이)라는 이스케이프는 없습니다"),
                )
                .help(r#"there are `\\`, `\"`, `\'`, `\n` and `\t`"#, r#"`\\`, `\"`, `\'`, `\n`, `\t`만 있습니다"#));
            }
            None => break,
        }
    }
    Err(Fault::new(at..at + rest.len(), "this text has no closing quotation mark", "따옴표가 닫히지 않았습니다")
        .help(format!("close it with `{quote}`"), format!("`{quote}`(으)로 닫으십시오")))
}

fn sign(rest: &str, first: char, at: usize) -> Result<(Token, usize), Fault> {
    let foreign = FOREIGN.iter().find(|(foreign, _)| rest.starts_with(foreign) && !rest.starts_with("=="));
    if let Some((foreign, ours)) = foreign {
        return Err(Fault::new(
            at..at + foreign.len(),
            format!("`{foreign}` has no meaning here"),
            format!("`{foreign}`은(는) 조건식에 쓰지 않습니다"),
        )
        .meant(Some((*ours).to_owned()), &[]));
    }
    match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        Some(&"!") => Err(Fault::new(at..at + 1, "`!` has no meaning here", "`!`은(는) 조건식에 쓰지 않습니다")
            .meant(Some("not ".to_owned()), &[])),
        Some(sign) => Ok((Token::Sign(sign), sign.len())),
        None => Err(Fault::new(
            at..at + first.len_utf8(),
            format!("{first:?} has no meaning in a condition"),
            format!("조건식에 {first:?} 문자를 쓸 수 없습니다"),
        )),
    }
}
