//! A contact list from a text of separated values.

use std::collections::{BTreeMap, BTreeSet};

use super::{Address, Contact, ContactKind, Way};
use crate::base::{Bilingual as _, ClassName, ContactId, Lang, Mode, Text};

/// Rows at most.
const ROWS: usize = 5_000;

/// Columns by their headings: the first is the one that is written, the others are understood too.
pub const COLUMNS: [(&str, &[&str]); 17] = [
    ("id", &["아이디", "번호"]),
    ("name_ko", &["이름", "성명", "name"]),
    ("name_en", &["영문이름", "영문"]),
    ("account", &["계정", "user"]),
    ("organisation", &["조직"]),
    ("party", &["소속", "회사", "기관"]),
    ("class", &["구분", "분류"]),
    ("roles", &["역할"]),
    ("mail", &["메일", "이메일", "email"]),
    ("sms", &["문자", "휴대전화", "휴대폰", "mobile"]),
    ("messenger", &["메신저"]),
    ("voice", &["전화", "phone"]),
    ("channels", &["채널순서"]),
    ("deputy", &["대행"]),
    ("modes", &["모드"]),
    ("lang", &["언어"]),
    ("note", &["비고"]),
];

/// What came of a list: all its contacts, or everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The contacts in the order of the list. Only to be kept where there are no faults.
    pub contacts: Vec<Contact>,
    /// What is wrong, row by row.
    pub faults: Vec<RowFault>,
}

/// Something wrong in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The row as a spreadsheet program counts it, from 1.
    pub row: u64,
    /// What is wrong.
    pub why: Text,
}

/// Reads a contact list. `classes` are those that there are; `may` says why who brings the list can not keep a contact, where it is so.
pub fn import(
    bytes: &[u8],
    classes: &BTreeSet<ClassName>,
    mut may: impl FnMut(&Contact) -> Result<(), Text>,
) -> Imported {
    let text = crate::import::decoded(bytes);
    let first = text.lines().next().unwrap_or_default();
    let separator = [b'\t', b';', b','].into_iter().max_by_key(|c| first.bytes().filter(|byte| byte == c).count());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut imported = Imported { contacts: Vec::new(), faults: Vec::new() };
    let mut headings: Option<BTreeMap<&'static str, usize>> = None;
    let mut ids = BTreeSet::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(why) => {
                let row = why.position().map_or(1, csv::Position::line);
                imported.fault(row, Text::plain(why.to_string()));
                break;
            }
        };
        let row = record.position().map_or(1, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(headings) = &headings else {
            match read_headings(&record) {
                Ok(found) => headings = Some(found),
                Err(why) => {
                    imported.fault(row, why);
                    break;
                }
            }
            continue;
        };
        if imported.contacts.len() == ROWS {
            imported.fault(row, Text::new("연락처는 5,000개까지 가져옵니다", "at most 5,000 contacts are taken in"));
            break;
        }
        let cell = |name: &str| headings.get(name).and_then(|at| record.get(*at)).unwrap_or_default().trim();
        match contact(&cell, classes).and_then(|contact| may(&contact).map(|()| contact)) {
            Ok(contact) if !ids.insert(contact.id.clone()) => {
                let id = &contact.id;
                imported.fault(
                    row,
                    Text::new(
                        format!("아이디 {id}이(가) 앞에도 있습니다"),
                        format!("the id {id} stands further up too"),
                    ),
                );
            }
            Ok(contact) => imported.contacts.push(contact),
            Err(why) => imported.fault(row, why),
        }
    }
    if headings.is_none() && imported.faults.is_empty() {
        imported.fault(1, Text::new("제목 줄이 없습니다", "there is no row of headings"));
    }
    imported
}

impl Imported {
    fn fault(&mut self, row: u64, why: Text) {
        self.faults.push(RowFault { row, why });
    }
}

fn read_headings(record: &csv::StringRecord) -> Result<BTreeMap<&'static str, usize>, Text> {
    let mut found = BTreeMap::new();
    for (at, heading) in record.iter().enumerate() {
        let plain: String = heading.trim().to_lowercase().chars().filter(|c| *c != ' ').collect();
        if plain.is_empty() {
            continue;
        }
        let column = COLUMNS.iter().find(|(name, others)| *name == plain || others.contains(&plain.as_str()));
        let Some((name, _)) = column else {
            let known = COLUMNS.map(|(name, _)| name).join(", ");
            return Err(Text::new(
                format!("{heading:?} 열은 알 수 없습니다. 쓸 수 있는 열: {known}"),
                format!("the column {heading:?} is unknown; there are {known}"),
            ));
        };
        if found.insert(*name, at).is_some() {
            return Err(Text::new(format!("{name} 열이 두 번 있습니다"), format!("the column {name} is there twice")));
        }
    }
    for needed in ["id", "name_ko", "class"] {
        if !found.contains_key(needed) {
            return Err(Text::new(format!("{needed} 열이 없습니다"), format!("the column {needed} is missing")));
        }
    }
    Ok(found)
}

fn contact<'c>(cell: &impl Fn(&str) -> &'c str, classes: &BTreeSet<ClassName>) -> Result<Contact, Text> {
    let wrong = |column: &str, value: &str| {
        Text::new(
            format!("{column} 열의 {value:?}을(를) 읽을 수 없습니다"),
            format!("{value:?} can not be read in the column {column}"),
        )
    };
    let id: ContactId = cell("id").parse().map_err(|_| wrong("id", cell("id")))?;
    let class = classes.iter().find(|class| class.as_str() == cell("class")).ok_or_else(|| {
        let there = classes.iter().map(ClassName::as_str).collect::<Vec<_>>().join(", ");
        let written = cell("class");
        Text::new(
            format!("구분 {written:?}이(가) 없습니다. 있는 구분: {there}"),
            format!("there is no class {written:?}; there are {there}"),
        )
    })?;
    let (ko, en) = (cell("name_ko"), cell("name_en"));
    let listed =
        |column: &'static str| cell(column).split([';', '|', ',', '/']).map(str::trim).filter(|word| !word.is_empty());
    let modes: Result<BTreeSet<Mode>, Text> =
        listed("modes").map(|word| mode(word).ok_or_else(|| wrong("modes", word))).collect();
    let modes = modes.map(|modes| if modes.is_empty() { [Mode::Drill, Mode::Real].into() } else { modes })?;
    let roles: Result<_, Text> = listed("roles").map(|role| role.parse().map_err(|_| wrong("roles", role))).collect();
    let user = match cell("account") {
        "" => None,
        name => Some(name.parse().map_err(|_| wrong("account", name))?),
    };
    let org = match cell("organisation") {
        "" => None,
        path => Some(path.parse().map_err(|_| wrong("organisation", path))?),
    };
    let kind = match cell("party") {
        "" => ContactKind::Person { user },
        name if user.is_some() => {
            return Err(Text::new(
                format!("{name} 소속의 외부 연락처에는 계정을 둘 수 없습니다"),
                format!("a contact of {name} is outside and has no account here"),
            ));
        }
        name => ContactKind::Party { organisation: Text::plain(name) },
    };
    let lang = match cell("lang") {
        "" => None,
        "ko" | "한국어" => Some(Lang::Ko),
        "en" | "영어" | "English" => Some(Lang::En),
        other => return Err(wrong("lang", other)),
    };
    let deputy = match cell("deputy") {
        "" => None,
        other => Some(other.parse().map_err(|_| wrong("deputy", other))?),
    };
    let order: Result<Vec<Way>, Text> =
        listed("channels").map(|word| Way::from_keyword(word).ok_or_else(|| wrong("channels", word))).collect();
    let order = order.map(|order| if order.is_empty() { Way::ALL.to_vec() } else { order })?;
    let in_app = matches!(&kind, ContactKind::Person { user: Some(_) });
    let address = |way: Way| match way {
        Way::InApp => in_app.then(|| Address { way, to: String::new() }),
        Way::Mail | Way::Sms | Way::Messenger | Way::Voice => {
            Some(Address { way, to: cell(way.keyword()).to_owned() }).filter(|address| !address.to.is_empty())
        }
    };
    let ways = order.into_iter().filter_map(address).collect();
    let contact = Contact {
        id,
        name: Text::new(ko, if en.is_empty() { ko } else { en }),
        org,
        kind,
        class: class.clone(),
        roles: roles?,
        ways,
        deputy,
        modes,
        lang,
        note: cell("note").to_owned(),
    };
    contact.fault().map_or(Ok(contact), |fault| Err(fault.text()))
}

fn mode(word: &str) -> Option<Mode> {
    Mode::from_keyword(word).or(match word {
        "모의" => Some(Mode::Mock),
        "격리" => Some(Mode::Isolated),
        "훈련" | "실전환훈련" => Some(Mode::Drill),
        "실제" => Some(Mode::Real),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::OrgId;

    fn classes() -> BTreeSet<ClassName> {
        super::super::classes().into_iter().map(|class| class.name).collect()
    }

    fn read(list: &[u8]) -> Imported {
        import(list, &classes(), |_| Ok(()))
    }

    #[test]
    fn a_list_with_korean_headings_in_the_korean_code_page_is_read() {
        let list = "아이디,이름,영문이름,계정,조직,소속,구분,역할,메일,문자,대행,모드\n\
                    cio,김총괄,Kim,kim,bank/it,,immediate,commander;cio,cio@bank.kr,010-1234-5678,lee,훈련;실제\n\
                    netco,회선사,,,,KT,vendors,,noc@kt.kr,,,실제\n";
        let (bytes, _, _) = encoding_rs::EUC_KR.encode(list);
        let imported = read(&bytes);
        assert_eq!(imported.faults, []);
        let [cio, netco] = &imported.contacts[..] else { panic!("{imported:?}") };
        assert_eq!(cio.name, Text::new("김총괄", "Kim"));
        assert_eq!(cio.ways.iter().map(|address| address.way).collect::<Vec<_>>(), [Way::InApp, Way::Mail, Way::Sms]);
        assert_eq!((cio.roles.len(), cio.modes.len()), (2, 2));
        assert_eq!((cio.org.as_ref().map(OrgId::as_str), &netco.org), (Some("bank/it"), &None));
        assert_eq!(netco.kind, ContactKind::Party { organisation: Text::plain("KT") });
        assert_eq!(netco.modes, [Mode::Real].into());
    }

    #[test]
    fn the_order_of_channels_is_that_of_the_list() {
        let list = "id;name;class;mail;voice;channels\nkim;Kim;immediate;k@b.kr;119;voice|mail\n";
        let imported = read(list.as_bytes());
        let ways: Vec<_> = imported.contacts[0].ways.iter().map(|address| address.way).collect();
        assert_eq!(ways, [Way::Voice, Way::Mail], "{imported:?}");
    }

    #[test]
    fn everything_wrong_is_said_with_its_row() {
        let list = "id,name,class,mail,modes\n\
                    a,A,immediate,a@b.kr,\n\
                    a,A,immediate,a@b.kr,\n\
                    b,B,nobody,b@b.kr,\n\
                    c,C,immediate,not a mailbox,\n\
                    d,D,immediate,,\n\
                    e,E,immediate,e@b.kr,war\n\
                    f,F,immediate,f@b.kr,drill\n";
        let may = |contact: &Contact| {
            if contact.id.as_str() == "f" { Err(Text::plain("not yours")) } else { Ok(()) }
        };
        let imported = import(list.as_bytes(), &classes(), may);
        let rows: Vec<u64> = imported.faults.iter().map(|fault| fault.row).collect();
        assert_eq!(rows, [3, 4, 5, 6, 7, 8], "{imported:?}");
        let unknown = read(b"id,name,class,shoe size\n");
        assert!(unknown.faults[0].why.get(Lang::En).contains("\"shoe size\""), "{unknown:?}");
        assert_eq!(read(b"").faults.len(), 1);
    }

    #[test]
    fn an_organisation_that_is_none_is_a_fault_of_its_row() {
        let read = read(b"id,name,class,mail,organisation\na,A,immediate,a@b.kr,bank/../shop\n");
        assert!(read.contacts.is_empty() && read.faults[0].why.get(Lang::En).contains("bank/../shop"), "{read:?}");
    }
}
