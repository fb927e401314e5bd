//! The frame of every page: header, navigation, who is signed in, language.

use engine::identity::holds_somewhere;
use engine::run::{ADMIN, Act};

use crate::assets;
use crate::extract::Visitor;
use crate::i18n::Words;
use crate::urls;

/// A link of the navigation.
#[derive(Debug)]
pub struct Link {
    /// Where it goes.
    pub href: &'static str,
    /// Its words.
    pub label: String,
    /// Whether the page shown lies there.
    pub current: bool,
    /// How much waits there for who looks, in words and as a number; nothing where nothing does.
    pub count: Option<(String, usize)>,
}

/// Who is signed in, for the header.
#[derive(Debug)]
pub struct Badge {
    /// The account's name.
    pub name: String,
    /// The token for the forms of the header.
    pub csrf: String,
    /// Messages that were not read yet.
    pub unread: usize,
}

/// The frame of a page.
#[derive(Debug)]
pub struct Shell {
    /// The language.
    pub w: Words,
    /// The page's title.
    pub title: String,
    /// The navigation; empty before sign-in, and while the password must be changed.
    pub links: Vec<Link>,
    /// Who is signed in.
    pub badge: Option<Badge>,
    /// The path and query shown, for coming back after a change of language.
    pub here: String,
    /// Whether the page changes by itself and so needs the live scripts.
    pub live: bool,
    /// Who broke the glass without a review yet, in words.
    pub glass: Vec<String>,
    /// For people who are signed in: that nothing can be recorded, and why. A live page says that in its own parts.
    pub trouble: Option<String>,
}

/// Whether the visitor's navigation leads to the audit log.
fn person_may_audit(visitor: &Visitor) -> bool {
    visitor.signed_in().is_some_and(|person| person.must(Act::Audit, None, visitor.words).is_ok())
}

impl Shell {
    /// The frame of a page for a visitor.
    pub fn new(visitor: &Visitor, title: &str) -> Self {
        let w = visitor.words;
        let badge = visitor.signed_in().map(|person| Badge {
            name: person.user.name.to_string(),
            csrf: person.session.csrf.clone(),
            unread: visitor.unread,
        });
        let path = visitor.here.split('?').next().unwrap_or_default();
        let link = |href: &'static str, key: &str, current: bool| Link { href, label: w.t(key), current, count: None };
        let report = path.ends_with("/report") || path == urls::reports();
        // What waits for somebody has pages below its run, and belongs to the lists of what waits.
        let below = |part: &str| path.starts_with(urls::runs()) && path.contains(part);
        let (gate, task) = (below("/gates/"), below("/tasks/"));
        let manages = visitor.signed_in().is_some_and(|person| holds_somewhere(&person.user, &[ADMIN]));
        let links = if visitor.signed_in().is_some_and(|person| !person.user.password_due) {
            let audits = person_may_audit(visitor).then(|| link(urls::audit(), "nav-audit", path == urls::audit()));
            let everybodys = vec![
                link(urls::cases(), "nav-cases", path.starts_with(urls::cases())),
                link(
                    urls::runs(),
                    "nav-runs",
                    (path == urls::home() || path.starts_with(urls::runs())) && !report && !gate && !task,
                ),
                Link {
                    count: Some(visitor.tasks).filter(|n| *n > 0).map(|n| (w.with("tasks-count", "n", n), n)),
                    ..link(urls::tasks(), "nav-tasks", path == urls::tasks() || task)
                },
                Link {
                    count: Some(visitor.approvals).filter(|n| *n > 0).map(|n| (w.with("approvals-count", "n", n), n)),
                    ..link(urls::approvals(), "nav-approvals", path == urls::approvals() || gate)
                },
                link(urls::runbooks(), "nav-runbooks", path.starts_with(urls::runbooks())),
                link(urls::components(), "nav-components", path == urls::components()),
                link(urls::replication(), "nav-replication", path.starts_with(urls::replication())),
                link(urls::reports(), "nav-reports", report),
                link(urls::documents(), "nav-documents", path.starts_with(urls::documents())),
                link(urls::findings(), "nav-findings", path.starts_with(urls::findings())),
                link(
                    urls::calendar(),
                    "nav-drills",
                    path == urls::calendar() || path.starts_with(urls::trends()) || path == urls::compare_notes(),
                ),
                link(urls::contacts(), "nav-contacts", path.starts_with(urls::contacts()) || path == urls::telling()),
            ];
            let people = manages.then(|| {
                let below = [urls::people(), urls::organisations(), urls::teams(), urls::deputies()];
                let current = below.iter().any(|begin| path.starts_with(begin));
                link(urls::people(), "nav-people", current)
            });
            everybodys.into_iter().chain(people).chain(audits).collect()
        } else {
            Vec::new()
        };
        let trouble = visitor.trouble.as_ref().filter(|_| badge.is_some()).map(|trouble| w.trouble(trouble));
        let glass = visitor.glass.iter().map(|glass| w.glass(glass)).collect();
        Self { glass, w, title: title.to_owned(), links, badge, here: visitor.here.clone(), live: false, trouble }
    }

    /// The frame of a page that changes by itself.
    #[must_use]
    pub fn live(mut self) -> Self {
        self.live = true;
        self.trouble = None;
        self
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The path shown, in the other language, for who is not signed in.
    pub fn in_other_lang(&self) -> String {
        let path = self.here.split('?').next().unwrap_or_default();
        let kept = self.here.split_once('?').map_or("", |(_, query)| query);
        let kept: Vec<_> = kept.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
        let with = if kept.is_empty() { String::new() } else { format!("&{}", kept.join("&")) };
        format!("{path}?lang={}{with}", self.w.other().tag())
    }
}
