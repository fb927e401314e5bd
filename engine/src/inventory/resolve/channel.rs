//! How people are told something through a target.

use super::reach::{Place, port};
use crate::base::Lang;
use crate::inventory::{Header, Smtp, SmtpTls, Webhook, endpoint, is_mailbox};
use crate::runbook::{Code, Finding, HeaderText, LangWord, SmtpKeys, SmtpTlsWord, Span, WebhookKeys};

/// Addresses of one channel in one mode, at most.
const CONTACTS: usize = 500;

pub(super) fn over_smtp(base: SmtpKeys, by: SmtpKeys) -> SmtpKeys {
    SmtpKeys {
        port: by.port.or(base.port),
        tls: by.tls.or(base.tls),
        ca: by.ca.or(base.ca),
        user: by.user.or(base.user),
        password: by.password.or(base.password),
        from: by.from.or(base.from),
        // Not one by one: a list that a drill does not name must not be that of the real event.
        to: by.to.or(base.to),
        lang: by.lang.or(base.lang),
    }
}

pub(super) fn over_webhook(base: WebhookKeys, by: WebhookKeys) -> WebhookKeys {
    WebhookKeys {
        // What lets in at one address is not shown to another.
        path: if by.url.is_some() { by.path } else { by.path.or(base.path) },
        headers: if by.url.is_some() { by.headers } else { by.headers.or(base.headers) },
        url: by.url.or(base.url),
        json: by.json.or(base.json),
        ca: by.ca.or(base.ca),
        lang: by.lang.or(base.lang),
    }
}

impl Place<'_, '_, '_> {
    pub(super) fn smtp(&mut self, smtp: SmtpKeys, address: Option<&str>) -> Option<Smtp> {
        let host = self.wanted(address.map(str::to_owned), "smtp", "address");
        let from = self.wanted(smtp.from, "smtp", "from");
        let to = self.wanted(smtp.to, "smtp", "to");
        let tls = match smtp.tls {
            None | Some(SmtpTlsWord::Starttls) => SmtpTls::Starttls,
            Some(SmtpTlsWord::Implicit) => SmtpTls::Implicit,
            Some(SmtpTlsWord::None) => SmtpTls::None,
        };
        if let Some(password) = smtp.password.as_ref().filter(|_| tls == SmtpTls::None) {
            self.in_the_open(password.span);
        }
        let password = smtp.password.and_then(|password| self.known.secret(password, self.findings));
        let ca = smtp.ca.and_then(|ca| self.known.pem(ca, self.findings));
        let mut lists = std::collections::BTreeMap::new();
        let mut count = 0;
        for list in to? {
            let mut people = Vec::new();
            for person in list.value.0 {
                self.mailbox(&person.value, person.span);
                count += 1;
                if count == CONTACTS + 1 {
                    self.too_many(person.span);
                }
                people.push(person.value);
            }
            if people.is_empty() {
                self.nobody(list.key.value.as_str(), list.key.span);
            }
            lists.insert(list.key.value, people);
        }
        let from = from?;
        self.mailbox(&from.value, from.span);
        Some(Smtp {
            host: host?,
            port: port(smtp.port.map(|port| port.0), tls.usual_port()),
            tls,
            ca,
            user: smtp.user,
            password,
            from: from.value,
            to: lists,
            lang: lang(smtp.lang),
        })
    }

    pub(super) fn webhook(&mut self, webhook: WebhookKeys) -> Option<Webhook> {
        let url = self.wanted(webhook.url, "webhook", "url")?;
        if endpoint::of_url(&url.value.0).is_none() {
            self.report(url.span, || {
                Finding::new(
                    format!("`{}` has no host and port that a connection could be opened to", url.value.0),
                    format!("`{}`에서 접속할 호스트와 포트를 찾을 수 없습니다", url.value.0),
                )
                .help("write for example `https://chat.bank.kr`", "예: `https://chat.bank.kr`")
            });
        }
        let json = webhook.json.map(|json| {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&json.value) {
                self.report(json.span, || {
                    Finding::new(format!("this is no JSON: {error}"), format!("올바른 JSON이 아닙니다: {error}")).help(
                        "write for example {\"text\": \"{subject}\\n{body}\"}",
                        "예: {\"text\": \"{subject}\\n{body}\"}",
                    )
                });
            }
            json.value
        });
        let path = webhook.path.and_then(|path| self.known.secret(path, self.findings));
        let ca = webhook.ca.and_then(|ca| self.known.pem(ca, self.findings));
        let headers = webhook.headers.into_iter().flatten().filter_map(|header| {
            let value = match header.value {
                HeaderText::Text(text) => Header::Text(text),
                HeaderText::Secret(name) => Header::Secret(self.known.secret(name, self.findings)?),
            };
            Some((header.key.value, value))
        });
        let headers = headers.collect();
        Some(Webhook { url: url.value.0, path, headers, json, ca, lang: lang(webhook.lang) })
    }

    fn report(&mut self, span: Span, finding: impl FnOnce() -> Finding) {
        self.findings.report(Code::BadValue, span, finding);
    }

    fn mailbox(&mut self, address: &str, span: Span) {
        if !is_mailbox(address) {
            self.report(span, || {
                Finding::new(
                    format!("`{address}` is not the address of one mailbox"),
                    format!("`{address}`은(는) 메일 주소 하나가 아닙니다"),
                )
                .help("write for example `duty@bank.kr`", "예: `duty@bank.kr`")
            });
        }
    }

    fn nobody(&mut self, list: &str, span: Span) {
        self.report(span, || {
            Finding::new(format!("nobody is in the list `{list}`"), format!("`{list}` 목록에 아무도 없습니다"))
                .help("write at least one address, or remove the list", "주소를 하나 이상 쓰거나 목록을 지우십시오")
        });
    }

    fn too_many(&mut self, span: Span) {
        self.findings.report(Code::Limit, span, || {
            Finding::new(
                format!("a channel has at most {CONTACTS} addresses"),
                format!("채널 하나의 주소는 {CONTACTS}개까지입니다"),
            )
            .help("use the address of a mailing list", "메일링 리스트의 주소를 쓰십시오")
        });
    }

    fn in_the_open(&mut self, span: Span) {
        self.findings.report(Code::Contradiction, span, || {
            Finding::new(
                "with `tls: none` everybody on the way could read the password",
                "`tls: none`이면 중간의 누구나 비밀번호를 읽을 수 있습니다",
            )
            .help(
                "use `tls: starttls` or `implicit`, or log in as nobody",
                "`tls: starttls` 또는 `implicit`을 쓰거나 로그인하지 마십시오",
            )
        });
    }
}

const fn lang(written: Option<LangWord>) -> Option<Lang> {
    match written {
        None => None,
        Some(LangWord::Ko) => Some(Lang::Ko),
        Some(LangWord::En) => Some(Lang::En),
    }
}
