//! From tokens to a tree.
//!
//! ```text
//! or    = and {"or" and}                 is    = sum ["is" ["not"] "defined"]
//! and   = not {"and" not}                sum   = term {("+" | "-") term}
//! not   = "not" not | test               term  = chain {("*" | "/") chain}
//! test  = is [sign is | ["not"] "in" is] chain = value {"|" filter}
//! ```
//!
//! Comparisons do not chain: what `1 < x < 5` means differs from language to language.

use std::ops::Range;

use super::node::{Comparison, Filter, Node, Part, Reckoning};
use super::token::{Token, tokens};
use super::{Fault, Name, Value};
use crate::runbook::nearest;

/// Longest expression, in bytes.
const LENGTH: usize = 2_000;
/// Parts within each other, at most: whoever walks through an expression calls itself for each.
const DEPTH: u32 = 32;
/// What every name begins with.
const ROOTS: [&str; 5] = ["mode", "inputs", "units", "outputs", "services"];

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    if text.len() > LENGTH {
        return Err(Fault::new(
            0..text.len(),
            format!("a condition has at most {LENGTH} bytes"),
            format!("조건식은 최대 {LENGTH}바이트입니다"),
        )
        .help("divide it: one unit decides, another goes on from there", "판단을 여러 단위로 나누십시오"));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.len(), depth: 0 };
    if parser.tokens.is_empty() {
        return Err(Fault::new(0..text.len(), "there is no condition here", "조건식이 비어 있습니다"));
    }
    let root = parser.either()?;
    match parser.peek() {
        None => Ok(root),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: u32,
}

type Parse<T = Node> = Result<T, Fault>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn place(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, place)| place.clone())
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found == word)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn close(&mut self, sign: &'static str, opened: Range<usize>) -> Parse<Range<usize>> {
        let place = self.place();
        if self.take_sign(sign) {
            return Ok(place);
        }
        if self.peek().is_some() {
            return Err(self.unexpected());
        }
        Err(Fault::new(opened, "this bracket is not closed", "이 괄호가 닫히지 않았습니다")
            .help(format!("close it with `{sign}`"), format!("`{sign}`(으)로 닫으십시오")))
    }

    fn unexpected(&self) -> Fault {
        let place = self.place();
        let Some(token) = self.peek() else {
            return Fault::new(place, "something is missing at the end", "식의 끝에 빠진 것이 있습니다");
        };
        let shown = match token {
            Token::Word(word) => format!("`{word}`"),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::Text(_) => "this text".to_owned(),
            Token::Int(_) | Token::Float(_) => "this number".to_owned(),
        };
        let ko = match token {
            Token::Word(word) => format!("`{word}`"),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::Text(_) => "이 글".to_owned(),
            Token::Int(_) | Token::Float(_) => "이 숫자".to_owned(),
        };
        Fault::new(place, format!("{shown} does not fit here"), format!("{ko}은(는) 여기에 올 수 없습니다")).help(
            "a condition compares two values, and joins comparisons with `and`, `or` and `not`",
            "조건식은 두 값을 비교하고, 비교를 `and`, `or`, `not`으로 잇습니다",
        )
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.too_deep());
        }
        let found = parse(self);
        self.depth -= 1;
        found
    }

    fn too_deep(&self) -> Fault {
        Fault::new(
            self.place(),
            format!("parts of a condition are nested more than {DEPTH} deep"),
            format!("조건식이 {DEPTH}단계보다 깊게 겹쳐 있습니다"),
        )
        .help("divide it: one unit decides, another goes on from there", "판단을 여러 단위로 나누십시오")
    }

    /// One more link of a chain, whose beginning then stands so deep within its end.
    fn link(&self, links: &mut u32) -> Parse<()> {
        *links += 1;
        if *links > DEPTH { Err(self.too_deep()) } else { Ok(()) }
    }

    fn either(&mut self) -> Parse {
        self.joined("or", Self::both, Part::Or)
    }

    fn both(&mut self) -> Parse {
        self.joined("and", Self::negation, Part::And)
    }

    /// Parts joined by a word. However many there are, they stand side by side and not within each other.
    fn joined(&mut self, word: &str, parse: fn(&mut Self) -> Parse, part: fn(Vec<Node>) -> Part) -> Parse {
        let first = parse(self)?;
        if !self.is_word(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take_word(word) {
            parts.push(parse(self)?);
        }
        let end = parts.last().map_or(0, |last| last.place.end);
        Ok(Node { place: parts[0].place.start..end, it: part(parts) })
    }

    fn negation(&mut self) -> Parse {
        let start = self.place().start;
        if !self.take_word("not") {
            return self.test();
        }
        let it = self.deeper(Self::negation)?;
        Ok(Node { place: start..it.place.end, it: Part::Not(Box::new(it)) })
    }

    fn test(&mut self) -> Parse {
        let left = self.is()?;
        let node = if let Some(comparison) = self.comparison() {
            let right = self.is()?;
            join(|left, right| Part::Compare(comparison, left, right), left, right)
        } else if self.take_word("in") {
            let right = self.is()?;
            join(Part::In, left, right)
        } else if self.is_word("not") {
            self.at += 1;
            if !self.take_word("in") {
                return Err(self.unexpected());
            }
            let right = self.is()?;
            let within = join(Part::In, left, right);
            Node { place: within.place.clone(), it: Part::Not(Box::new(within)) }
        } else {
            return Ok(left);
        };
        let place = self.place();
        if self.comparison().is_some() || self.is_word("in") {
            return Err(Fault::new(place, "comparisons do not chain", "비교를 잇달아 쓸 수 없습니다")
                .help("write two comparisons joined with `and`", "두 개의 비교를 `and`로 이으십시오"));
        }
        Ok(node)
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let found = match self.peek()? {
            Token::Sign("==") => Comparison::Same,
            Token::Sign("!=") => Comparison::Other,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::AtMost,
            Token::Sign(">") => Comparison::More,
            Token::Sign(">=") => Comparison::AtLeast,
            Token::Sign(_) | Token::Word(_) | Token::Text(_) | Token::Int(_) | Token::Float(_) => return None,
        };
        self.at += 1;
        Some(found)
    }

    fn is(&mut self) -> Parse {
        let node = self.sum()?;
        if !self.take_word("is") {
            return Ok(node);
        }
        let not = self.take_word("not");
        let place = self.place();
        if !self.take_word("defined") {
            return Err(Fault::new(place, "`is` asks for `defined` only", "`is` 뒤에는 `defined`만 올 수 있습니다")
                .help("compare with `==`, or write `is defined`", "`==`로 비교하거나 `is defined`를 쓰십시오"));
        }
        let whole = node.place.start..place.end;
        let Part::Name(name) = node.it else {
            return Err(only_names(node.place, "is defined"));
        };
        let defined = Node { place: whole.clone(), it: Part::Defined(name) };
        Ok(if not { Node { place: whole, it: Part::Not(Box::new(defined)) } } else { defined })
    }

    fn sum(&mut self) -> Parse {
        let mut node = self.term()?;
        let mut links = 0;
        loop {
            self.link(&mut links)?;
            let reckoning = if self.take_sign("+") {
                Reckoning::Plus
            } else if self.take_sign("-") {
                Reckoning::Minus
            } else {
                return Ok(node);
            };
            let right = self.term()?;
            node = join(|left, right| Part::Reckon(reckoning, left, right), node, right);
        }
    }

    fn term(&mut self) -> Parse {
        let mut node = self.chain()?;
        let mut links = 0;
        loop {
            self.link(&mut links)?;
            let reckoning = if self.take_sign("*") {
                Reckoning::Times
            } else if self.take_sign("/") {
                Reckoning::Over
            } else {
                return Ok(node);
            };
            let right = self.chain()?;
            node = join(|left, right| Part::Reckon(reckoning, left, right), node, right);
        }
    }

    fn chain(&mut self) -> Parse {
        let mut node = self.value()?;
        let mut links = 0;
        while self.take_sign("|") {
            self.link(&mut links)?;
            node = self.filter(node)?;
        }
        Ok(node)
    }

    fn filter(&mut self, node: Node) -> Parse {
        let place = self.place();
        let Some(Token::Word(word)) = self.peek().cloned() else {
            return Err(self.unexpected());
        };
        self.at += 1;
        if word == "default" {
            let opened = self.place();
            if !self.take_sign("(") {
                return Err(Fault::new(place, "`default` needs a value", "`default`에는 값이 있어야 합니다")
                    .help("write `| default(\"0\")`", "`| default(\"0\")`처럼 쓰십시오"));
            }
            let other = self.deeper(Self::either)?;
            let closed = self.close(")", opened)?;
            let whole = node.place.start..closed.end;
            let Part::Name(name) = node.it else {
                return Err(only_names(node.place, "default"));
            };
            return Ok(Node { place: whole, it: Part::Default(name, Box::new(other)) });
        }
        match Filter::ALL.iter().find(|(known, _)| *known == word) {
            Some((_, filter)) => {
                Ok(Node { place: node.place.start..place.end, it: Part::Filter(*filter, Box::new(node)) })
            }
            None => {
                let known: Vec<String> =
                    Filter::ALL.iter().map(|(known, _)| *known).chain(["default"]).map(str::to_owned).collect();
                let near = nearest(&word, known.iter().map(String::as_str)).map(str::to_owned);
                Err(Fault::new(
                    place,
                    format!("there is no filter `{word}`"),
                    format!("`{word}`(이)라는 필터는 없습니다"),
                )
                .meant(near, &known))
            }
        }
    }

    fn value(&mut self) -> Parse {
        let place = self.place();
        let Some(token) = self.peek().cloned() else {
            return Err(self.unexpected());
        };
        let literal = |value| Node { place: place.clone(), it: Part::Literal(value) };
        match token {
            Token::Text(text) => {
                self.at += 1;
                Ok(literal(Value::Text(text)))
            }
            Token::Int(number) => {
                self.at += 1;
                Ok(literal(Value::Int(number)))
            }
            Token::Float(number) => {
                self.at += 1;
                Ok(literal(Value::Float(number)))
            }
            Token::Sign("-") => self.below_zero(place.start),
            Token::Sign("(") => {
                self.at += 1;
                let inner = self.deeper(Self::either)?;
                let closed = self.close(")", place.clone())?;
                Ok(Node { place: place.start..closed.end, ..inner })
            }
            Token::Sign("[") => self.list(&place),
            Token::Sign(_) => Err(self.unexpected()),
            Token::Word(word) => match word.as_str() {
                "true" | "false" => {
                    self.at += 1;
                    Ok(literal(Value::Bool(word == "true")))
                }
                "and" | "or" | "not" | "in" | "is" => Err(self.unexpected()),
                _ => self.name(&word),
            },
        }
    }

    /// A minus sign belongs to the digits behind it and to nothing else.
    fn below_zero(&mut self, start: usize) -> Parse {
        self.at += 1;
        let place = start..self.place().end;
        let value = match self.peek() {
            Some(Token::Int(number)) => Value::Int(-number),
            Some(Token::Float(number)) => Value::Float(-number),
            Some(Token::Word(_) | Token::Text(_) | Token::Sign(_)) | None => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(Node { place, it: Part::Literal(value) })
    }

    fn list(&mut self, opened: &Range<usize>) -> Parse {
        self.at += 1;
        let mut items = Vec::new();
        while !self.is_sign("]") {
            items.push(self.deeper(Self::either)?);
            if !self.take_sign(",") {
                break;
            }
        }
        let closed = self.close("]", opened.clone())?;
        Ok(Node { place: opened.start..closed.end, it: Part::List(items) })
    }

    fn name(&mut self, root: &str) -> Parse {
        let place = self.place();
        self.at += 1;
        if self.is_sign("(") {
            return Err(Fault::new(
                place,
                format!("`{root}` can not be called: conditions have no functions"),
                format!("`{root}`을(를) 호출할 수 없습니다. 조건식에는 함수가 없습니다"),
            ));
        }
        if !ROOTS.contains(&root) {
            let known: Vec<String> = ROOTS.iter().map(|root| (*root).to_owned()).collect();
            let near = nearest(root, ROOTS).map(str::to_owned);
            let fault = Fault::new(place, format!("there is no `{root}`"), format!("`{root}`(이)라는 이름은 없습니다"));
            return Err(fault.meant(near, &known));
        }
        let mut end = place.end;
        let mut parts = Vec::new();
        loop {
            let opened = self.place();
            if self.take_sign(".") {
                let place = self.place();
                let Some(Token::Word(word)) = self.peek().cloned() else {
                    return Err(self.unexpected());
                };
                self.at += 1;
                end = place.end;
                parts.push((word, place));
            } else if self.take_sign("[") {
                let place = self.place();
                let Some(Token::Text(text)) = self.peek().cloned() else {
                    return Err(Fault::new(
                        place,
                        "a name in brackets is written out",
                        "괄호 안의 이름은 그대로 써야 합니다",
                    )
                    .help("write `units[\"db-restore\"]`", "`units[\"db-restore\"]`처럼 쓰십시오"));
                };
                self.at += 1;
                end = self.close("]", opened)?.end;
                parts.push((text, place));
            } else {
                break;
            }
        }
        let whole = place.start..end;
        let name = resolve(root, &parts, &whole, self.is_sign("-"))?;
        Ok(Node { place: whole, it: Part::Name(name) })
    }
}

fn join(part: impl FnOnce(Box<Node>, Box<Node>) -> Part, left: Node, right: Node) -> Node {
    Node { place: left.place.start..right.place.end, it: part(Box::new(left), Box::new(right)) }
}

fn only_names(place: Range<usize>, what: &str) -> Fault {
    Fault::new(place, format!("`{what}` goes with a name only"), format!("`{what}`은(는) 이름에만 씁니다"))
}

/// The name that a root and its parts make.
fn resolve(root: &str, parts: &[(String, Range<usize>)], whole: &Range<usize>, minus: bool) -> Result<Name, Fault> {
    let parse = |part: &(String, Range<usize>)| bad_name(&part.0, &part.1);
    match (root, parts) {
        ("mode", []) => Ok(Name::Mode),
        ("inputs", [input]) => Ok(Name::Input(input.0.parse().map_err(|_| parse(input))?)),
        ("outputs", [unit, output]) => {
            Ok(Name::Output(unit.0.parse().map_err(|_| parse(unit))?, output.0.parse().map_err(|_| parse(output))?))
        }
        ("units", [unit, last]) if last.0 == "state" => Ok(Name::UnitState(unit.0.parse().map_err(|_| parse(unit))?)),
        ("services", [service, last]) if last.0 == "ready" => {
            Ok(Name::ServiceReady(service.0.parse().map_err(|_| parse(service))?))
        }
        ("units", [_, last]) => Err(no_part(last, "state")),
        ("services", [_, last]) => Err(no_part(last, "ready")),
        _ => Err(wrong_form(root, whole, minus)),
    }
}

fn bad_name(name: &str, place: &Range<usize>) -> Fault {
    Fault::new(place.clone(), format!("`{name}` can not be a name"), format!("`{name}`은(는) 이름으로 쓸 수 없습니다"))
}

fn no_part((written, place): &(String, Range<usize>), there_is: &str) -> Fault {
    Fault::new(place.clone(), format!("it has no `{written}`"), format!("`{written}`(이)라는 값은 없습니다"))
        .meant(Some(there_is.to_owned()), &[])
}

fn wrong_form(root: &str, whole: &Range<usize>, minus: bool) -> Fault {
    let form = match root {
        "mode" => "mode",
        "inputs" => "inputs.NAME",
        "units" => "units.ID.state",
        "outputs" => "outputs.UNIT.NAME",
        _ => "services.ID.ready",
    };
    let fault = Fault::new(whole.clone(), format!("it is written `{form}`"), format!("`{form}` 형식으로 써야 합니다"));
    if minus {
        return fault.help(
            format!("a name with `-` or `.` goes in brackets: `{root}[\"db-restore\"]`"),
            format!("`-`나 `.`이 든 이름은 `{root}[\"db-restore\"]`처럼 괄호 안에 씁니다"),
        );
    }
    fault
}
