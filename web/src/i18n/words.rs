//! What templates ask for words.

use engine::base::{Lang, LockName, Millis, RoleName, RunId, Text, Timestamp, UnitId};
use engine::executor::Trouble;
use engine::identity::Glass;
use engine::plan::{Mode, Reach, StartsOn};
use engine::report::Word;
use engine::run::{COMMANDER, Holder, OPERATOR, role_word};
use fluent_bundle::{FluentArgs, FluentValue};

use super::bundle;

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Words(pub Lang);

impl Words {
    /// A text without variables.
    pub fn t(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with one variable.
    pub fn with<'v>(self, key: &str, name: &'v str, value: impl Into<FluentValue<'v>>) -> String {
        let mut args = FluentArgs::with_capacity(1);
        args.set(name, value);
        self.format(key, Some(&args))
    }

    /// A text with two variables.
    pub fn with2<'v>(
        self,
        key: &str,
        first: (&'v str, impl Into<FluentValue<'v>>),
        second: (&'v str, impl Into<FluentValue<'v>>),
    ) -> String {
        let mut args = FluentArgs::with_capacity(2);
        args.set(first.0, first.1);
        args.set(second.0, second.1);
        self.format(key, Some(&args))
    }

    /// A text with any variables.
    pub fn with_all(self, key: &str, args: &FluentArgs<'_>) -> String {
        self.format(key, Some(args))
    }

    /// Why a unit waits for a lock.
    pub fn lock(self, lock: &LockName, holder: &Holder) -> String {
        let mut args = FluentArgs::with_capacity(3);
        args.set("lock", lock.as_str());
        args.set("run", holder.run.to_string());
        args.set("runbook", holder.runbook.as_str());
        self.with_all("lock-awaited", &args)
    }

    /// Why a unit waits for another run.
    pub fn elsewhere(self, starts: &StartsOn, awaits: Option<RunId>) -> String {
        let what = match &starts.reach {
            Reach::Started(unit) => self.with("elsewhere-started", "unit", unit.as_str()),
            Reach::Ready(unit) => self.with("elsewhere-ready", "unit", unit.as_str()),
            Reach::Mark(mark) => self.word(mark),
        };
        let mut args = FluentArgs::with_capacity(3);
        args.set("runbook", starts.runbook.as_str());
        args.set("what", what);
        match awaits {
            Some(run) => {
                args.set("run", run.to_string());
                self.with_all("elsewhere-awaited", &args)
            }
            None => self.with_all("elsewhere-nobody", &args),
        }
    }

    /// A run that a step called.
    pub fn called(self, run: RunId) -> String {
        self.with("unit-called", "run", run.to_string())
    }

    /// The unit that called a run.
    pub fn called_by(self, run: RunId, unit: &UnitId) -> String {
        self.with2("run-called-by", ("run", run.to_string()), ("unit", unit.as_str()))
    }

    /// That somebody broke the glass.
    pub fn glass(self, glass: &Glass) -> String {
        let mut args = FluentArgs::with_capacity(3);
        args.set("by", glass.by.as_str());
        args.set("at", self.moment(glass.at));
        args.set("reason", glass.reason.as_str());
        self.with_all("glass-banner", &args)
    }

    /// A key without a text shows as itself: visible, and harmless.
    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = bundle::of(self.0);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }

    /// The form of a text of a runbook or of the engine in this language.
    pub fn text(self, text: &Text) -> &str {
        text.get(self.0)
    }

    /// Roles by their names for people.
    pub fn roles<'r>(self, roles: impl IntoIterator<Item = &'r RoleName>) -> String {
        let named = roles.into_iter().map(|role| self.text(&role_word(role)).to_owned());
        named.collect::<Vec<_>>().join(" · ")
    }

    /// Roles for which manual work is; where none is named, the foremost of those who repair units.
    pub fn roles_for_work(self, roles: &[RoleName]) -> String {
        if !roles.is_empty() {
            return self.roles(roles);
        }
        let usual = [OPERATOR, COMMANDER].map(str::parse::<RoleName>);
        self.roles(usual.iter().flatten())
    }

    /// The language's tag.
    pub const fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The other language, for the switch.
    pub const fn other(self) -> Lang {
        match self.0 {
            Lang::Ko => Lang::En,
            Lang::En => Lang::Ko,
        }
    }

    /// The word for a state, a mode, a verdict or another thing that report and console call by the same name.
    pub fn word(self, named: &impl Word) -> String {
        named.word(self.0).to_owned()
    }

    /// What a mode does to the world.
    pub fn mode_meaning(self, mode: Mode) -> String {
        self.t(&format!("mode-meaning-{}", mode.keyword()))
    }

    /// What keeps anything from being recorded, since when, and what follows from it.
    pub fn trouble(self, trouble: &Trouble) -> String {
        self.with2("store-trouble", ("at", self.moment(trouble.since)), ("cause", self.text(&trouble.cause)))
    }

    /// A duration as a clock, or a dash.
    pub fn clock(self, duration: Option<Millis>) -> String {
        duration.map_or_else(|| "–".to_owned(), Millis::clock)
    }

    /// A planned duration as people write it: `1시간 30분`, `1 h 30 min`.
    pub fn span(self, duration: Millis) -> String {
        let units: [(u64, &str); 4] = match self.0 {
            Lang::Ko => [(3_600_000, "시간"), (60_000, "분"), (1_000, "초"), (1, "밀리초")],
            Lang::En => [(3_600_000, " h"), (60_000, " min"), (1_000, " s"), (1, " ms")],
        };
        let mut rest = duration.0;
        let mut parts = Vec::new();
        for (size, name) in units {
            if rest >= size {
                parts.push(format!("{}{name}", rest / size));
                rest %= size;
            }
        }
        if parts.is_empty() { format!("0{}", units[2].1) } else { parts.join(" ") }
    }

    /// The time of day in Seoul: `10:04:31`.
    pub fn time(self, at: Timestamp) -> String {
        at.in_seoul().get(11..19).unwrap_or_default().to_owned()
    }

    /// Day and time in Seoul to the second: `2026-11-21 10:04:31`.
    pub fn moment(self, at: Timestamp) -> String {
        at.in_seoul().get(..19).unwrap_or_default().to_owned()
    }

    /// Day and time in Seoul: `2026-11-21 10:04`.
    pub fn day_time(self, at: Timestamp) -> String {
        at.in_seoul().get(..16).unwrap_or_default().to_owned()
    }
}
