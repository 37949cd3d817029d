//! Options: bounds in order, choices to choose from, and defaults that fit their own rules.

use std::collections::BTreeSet;

use crate::document::{Document, way};
use crate::findings::Findings;
use crate::suggest::nearest;
use crate::{Manifest, OptionError, OptionSpec};

/// Checks every option.
pub(super) fn check(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    for (name, spec) in &manifest.options {
        let name = name.as_str();
        if bounds_are_crossed(spec) {
            let message = format!("of option `{name}` the least value is above the greatest");
            let span = document.span(&way!["options", name, "min"]);
            findings.error(
                &span,
                "crossed-bounds",
                message,
                "above `max`",
                "exchange `min` and `max`, or remove one",
            );
        } else if let Some(value) = repeated_choice(spec) {
            let span = document.span(&way!["options", name, "values"]);
            let message = format!("option `{name}` lists `{}` twice", crate::text::shown(value));
            findings.error(&span, "repeated", message, "twice in here", "remove one of the two");
        } else if let Err(error) = spec.check(&spec.default_value()) {
            let span = document.span(&way!["options", name, "default"]);
            let message = format!("the default of option `{name}` does not fit: {error}");
            findings.error(&span, "bad-default", message, "does not fit", default_fix(spec, &error));
        }
    }
}

fn bounds_are_crossed(spec: &OptionSpec) -> bool {
    fn crossed<T: Ord>(min: Option<&T>, max: Option<&T>) -> bool {
        min.zip(max).is_some_and(|(min, max)| min > max)
    }
    match spec {
        OptionSpec::Integer { min, max, .. } => crossed(min.as_ref(), max.as_ref()),
        OptionSpec::Duration { min, max, .. } => crossed(min.as_ref(), max.as_ref()),
        OptionSpec::Size { min, max, .. } => crossed(min.as_ref(), max.as_ref()),
        OptionSpec::Bool { .. }
        | OptionSpec::Text { .. }
        | OptionSpec::Choice { .. }
        | OptionSpec::List { .. } => false,
    }
}

fn repeated_choice(spec: &OptionSpec) -> Option<&str> {
    let OptionSpec::Choice { values, .. } = spec else {
        return None;
    };
    let mut seen = BTreeSet::new();
    values.iter().find(|value| !seen.insert(value.as_str())).map(String::as_str)
}

fn default_fix(spec: &OptionSpec, error: &OptionError) -> String {
    match (spec, error) {
        (_, OptionError::Bound { bound, .. }) => match spec {
            OptionSpec::Integer { .. } => format!("write `default = {bound}`, or move the bound"),
            _ => format!("write `default = \"{bound}\"`, or move the bound"),
        },
        (OptionSpec::Choice { default, .. }, OptionError::Choice { values, .. }) => {
            let near =
                nearest(default, values.iter().map(String::as_str)).or(values.first().map(String::as_str));
            format!("write `default = \"{}\"`", near.map_or_else(|| "…".to_owned(), crate::text::shown))
        }
        (_, OptionError::TooLong { .. }) => "shorten the default, or raise the limit".to_owned(),
        (_, OptionError::Pattern { .. }) => "write a default that matches, or another `pattern`".to_owned(),
        _ => "write a default that the option itself would accept".to_owned(),
    }
}
