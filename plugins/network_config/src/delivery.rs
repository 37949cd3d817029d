//! The one way out: every artifact passes here, and with it the omission of local addresses.

use std::borrow::Cow;
use std::io::Write;

use candor_plugin::{CollectError, Context};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::local::LocalNetwork;
use crate::omit;

/// Writes artifacts, whole or without addresses of the local network.
pub(crate) struct Delivery<'a> {
    context: &'a Context,
    without: Option<LocalNetwork>,
}

impl<'a> Delivery<'a> {
    /// Leaves everything in.
    pub(crate) fn whole(context: &'a Context) -> Self {
        Self { context, without: None }
    }

    /// Leaves the addresses of that network out.
    pub(crate) fn omitting(context: &'a Context, network: LocalNetwork) -> Self {
        Self { context, without: Some(network) }
    }

    /// Delivers one value.
    pub(crate) fn json<T: Serialize>(&self, name: &str, value: &T) -> Result<(), CollectError> {
        self.context.write_json(name, &Filtered { value, without: self.without.as_ref() })
    }

    /// Delivers a list; only one element at a time is held a second time.
    pub(crate) fn list<T: Serialize>(&self, name: &str, items: &[T]) -> Result<(), CollectError> {
        self.context.write_json(name, &FilteredList { items, without: self.without.as_ref() })
    }

    /// Delivers a text.
    pub(crate) fn text(&self, name: &str, media_type: &str, text: &str) -> Result<(), CollectError> {
        let text = match &self.without {
            Some(network) if media_type == "application/json" => {
                let Some(rules) = rules(network, text) else {
                    self.context.note_partial(format!("`{name}` is left out: the tool wrote no JSON"));
                    return Ok(());
                };
                Cow::Owned(rules)
            }
            Some(network) => omit::text(network, text),
            None => Cow::Borrowed(text),
        };
        let mut writer = self.context.artifact(name, media_type)?;
        writer.write_all(text.as_bytes())?;
        writer.finish()
    }
}

/// The rules that a tool wrote as JSON; `None` when it is none, because then nothing can be left out of it for certain.
fn rules(network: &LocalNetwork, text: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    omit::json(network, &mut value);
    omit::numbers(network, &mut value);
    Some(value.to_string())
}

struct Filtered<'a, T> {
    value: &'a T,
    without: Option<&'a LocalNetwork>,
}

impl<T: Serialize> Serialize for Filtered<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(network) = self.without else {
            return self.value.serialize(serializer);
        };
        let mut value: Value = serde_json::to_value(self.value).map_err(serde::ser::Error::custom)?;
        omit::json(network, &mut value);
        value.serialize(serializer)
    }
}

struct FilteredList<'a, T> {
    items: &'a [T],
    without: Option<&'a LocalNetwork>,
}

impl<T: Serialize> Serialize for FilteredList<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.items.iter().map(|value| Filtered { value, without: self.without }))
    }
}
