//! Messages to people, with their values looked up.

use std::collections::BTreeMap;

use super::super::lints::notify;
use super::super::{EnvValue, InputKind, Notify};
use super::steps::Lower;
use crate::base::{Lang, Text};
use crate::runbook::{self, Span, Spanned};

impl Lower<'_, '_> {
    /// `None` only where a part was missing, which has been reported.
    pub(super) fn notify(&mut self, written: runbook::Notify) -> Option<Notify> {
        let channel = written.channel?;
        let mut values = BTreeMap::new();
        for named in written.values.into_iter().flatten() {
            let span = named.value.span;
            let Some(value) = self.value(named.value.value) else { continue };
            if self.is_secret(&value) {
                notify::secret(span, self.findings);
            }
            values.insert(named.key.to_string(), value);
        }
        let mut text = |text: Option<Spanned<Text>>| {
            let text = text?;
            self.names_stand_for_values(&text.value, text.span, &values);
            Some(text.value)
        };
        let (subject, body) = (text(written.subject), text(written.body));
        self.named.push(channel.clone());
        Some(Notify {
            channel: channel.value,
            to: written.to.map(|to| to.0.into_iter().map(|list| list.value).collect()).unwrap_or_default(),
            subject: subject?,
            body: body.unwrap_or_default(),
            values,
        })
    }

    fn is_secret(&self, value: &EnvValue) -> bool {
        match value {
            EnvValue::Secret(_) => true,
            EnvValue::Input(name) => {
                self.inputs.inputs.iter().any(|input| input.name == *name && matches!(input.kind, InputKind::Secret))
            }
            EnvValue::Literal(_) | EnvValue::Output(..) => false,
        }
    }

    fn names_stand_for_values(&mut self, text: &Text, span: Span, values: &BTreeMap<String, EnvValue>) {
        let mut told = Vec::new();
        for lang in Lang::ALL {
            for name in Notify::names(text.get(lang)) {
                if !values.contains_key(name) && !Notify::ALWAYS.contains(&name) && !told.contains(&name) {
                    told.push(name);
                    let known = values.keys().map(String::as_str).chain(Notify::ALWAYS);
                    notify::no_such_value(name, span, known, self.findings);
                }
            }
        }
    }
}
