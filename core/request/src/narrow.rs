//! What is narrower than what.

use std::collections::BTreeSet;

use candor_manifest::{
    AssignmentError, Catalogue, CollectorId, OptionAssignment, OptionName, OptionValue, ResolvedProfile,
};

/// An option that was narrowed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Narrowed {
    /// The collector.
    pub collector: CollectorId,
    /// The option.
    pub option: OptionName,
    /// Its value before.
    pub from: OptionValue,
    /// Its value now.
    pub to: OptionValue,
}

/// An option that cannot be set so.
#[derive(Debug, thiserror::Error)]
pub enum NarrowError {
    /// There is no such option, or the value does not fit it.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
    /// It would widen what is collected.
    #[error("`{}.{}={}` would widen `{}`", .0.collector, .0.option, shown(&.0.to), shown(&.0.from))]
    Wider(Box<Narrowed>),
}

impl NarrowError {
    /// What to write instead.
    pub fn fix(&self) -> String {
        match self {
            Self::Assignment(_) => "leave the option out for the profile's value".to_owned(),
            Self::Wider(narrowed) => match &narrowed.from {
                OptionValue::Integer(_) | OptionValue::Duration(_) | OptionValue::Size(_) => {
                    format!(
                        "at most `{}` can be asked for, and not 0, which can stand for everything",
                        narrowed.from
                    )
                }
                OptionValue::List(_) => {
                    format!("one or more of `{}` can be asked for", shown(&narrowed.from))
                }
                _ => format!("only `{}` can be asked for", narrowed.from),
            },
        }
    }
}

fn shown(value: &OptionValue) -> String {
    match value {
        OptionValue::List(items) if items.is_empty() => "(an empty list)".to_owned(),
        value => value.to_string(),
    }
}

/// True when `to` is surely not wider than `from`: the same; a smaller number, duration or size, but not 0; some of a list, but not none.
/// Manifests use 0 and the empty list for "all", so neither is taken for less than something else.
fn is_within(from: &OptionValue, to: &OptionValue) -> bool {
    let within = match (from, to) {
        (OptionValue::Integer(from), OptionValue::Integer(to)) => 0 < *to && to <= from,
        (OptionValue::Duration(from), OptionValue::Duration(to)) => !to.is_zero() && to <= from,
        (OptionValue::Size(from), OptionValue::Size(to)) => 0 < *to && to <= from,
        (OptionValue::List(from), OptionValue::List(to)) => {
            let from: BTreeSet<_> = from.iter().collect();
            !to.is_empty() && to.iter().all(|item| from.contains(item))
        }
        _ => false,
    };
    within || from == to
}

/// Gives an option of the profile a narrower value. `None` when it has that value already.
///
/// # Errors
/// When there is no such option, the value does not fit, or it is wider.
pub(crate) fn narrow(
    profile: &mut ResolvedProfile,
    catalogue: &Catalogue,
    assignment: &OptionAssignment,
) -> Result<Option<Narrowed>, NarrowError> {
    let OptionAssignment { collector, option, .. } = assignment;
    let value = |profile: &ResolvedProfile| {
        profile.collector(collector).and_then(|known| known.options.get(option)).cloned()
    };
    let before = value(profile);
    let mut changed = profile.clone();
    changed.set_option(catalogue, assignment)?;
    let (Some(from), Some(to)) = (before, value(&changed)) else { return Ok(None) };
    if from == to {
        return Ok(None);
    }
    let narrowed = Narrowed { collector: collector.clone(), option: option.clone(), from, to };
    if !is_within(&narrowed.from, &narrowed.to) {
        return Err(NarrowError::Wider(Box::new(narrowed)));
    }
    *profile = changed;
    Ok(Some(narrowed))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn less_is_narrower_and_what_can_stand_for_all_is_not() {
        use OptionValue::{Bool, Choice, Integer, List, Size};
        let list = |items: &[&str]| List(items.iter().map(|item| (*item).to_owned()).collect());
        let seconds = |seconds| OptionValue::Duration(Duration::from_secs(seconds));
        let word = |word: &str| Choice(word.to_owned());
        for (from, to, expected) in [
            (Integer(5), Integer(5), true),
            (Integer(5), Integer(4), true),
            (Integer(5), Integer(6), false),
            (Integer(5), Integer(0), false),
            (Integer(0), Integer(5), false),
            (Integer(5), Integer(-1), false),
            (Integer(0), Integer(0), true),
            (seconds(60), seconds(59), true),
            (seconds(60), seconds(61), false),
            (seconds(60), seconds(0), false),
            (Size(9), Size(8), true),
            (Size(9), Size(10), false),
            (Size(9), Size(0), false),
            (list(&["a", "b"]), list(&["b"]), true),
            (list(&["a", "b"]), list(&["b", "c"]), false),
            (list(&["a", "b"]), list(&[]), false),
            (list(&[]), list(&["a"]), false),
            (Bool(true), Bool(true), true),
            (Bool(true), Bool(false), false),
            (word("a"), word("b"), false),
            (Integer(5), Size(4), false),
        ] {
            assert_eq!(is_within(&from, &to), expected, "{from} to {to}");
        }
    }
}
