//! Which accounts are locked or expired, as two declared commands tell it: passwd(1) and lslogins(1). They read the
//! shadow file; this collector does not.

use std::collections::BTreeMap;

use candor_plugin::{CollectError, CommandResult, Context};
use serde::Serialize;

/// What is known of an account's password and expiry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct PasswordStatus {
    /// `usable`, `locked` or `none` (no password is asked for).
    state: Option<&'static str>,
    /// When the password was changed, as a date.
    changed_on: Option<String>,
    /// Days that must pass between changes.
    minimum_days: Option<i64>,
    /// Days after which it must be changed; `null` when never.
    maximum_days: Option<i64>,
    /// Days before that on which the user is warned.
    warning_days: Option<i64>,
    /// Days after that when it stops working; `null` when never.
    inactive_days: Option<i64>,
    /// From this date on nobody can log in to the account; `null` when never or unknown.
    account_expires_on: Option<String>,
}

/// Asks both commands. What they cannot tell is noted.
pub(crate) fn ask(context: &Context) -> BTreeMap<String, PasswordStatus> {
    let mut found = BTreeMap::new();
    match succeeded(context.command("password-status")) {
        Ok(text) => found = parse_passwd(&text),
        Err(kind) => note(context, kind, "which accounts are locked is unknown"),
    }
    match succeeded(context.command("account-expiry")).map(|text| parse_lslogins(&text)) {
        Ok(Some(dates)) => {
            for (name, date) in dates {
                found.entry(name).or_default().account_expires_on = Some(date);
            }
        }
        Ok(None) => note(context, Fault::Denied, "which accounts are expired is unknown"),
        Err(kind) => note(context, kind, "which accounts are expired is unknown"),
    }
    found
}

/// Why a command told nothing.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Absent,
    Denied,
    Failed,
}

fn note(context: &Context, fault: Fault, what: &str) {
    let why = match fault {
        Fault::Absent => "the command that tells is not installed",
        Fault::Denied => "only root may ask",
        Fault::Failed => "the command that tells failed",
    };
    context.note_partial(format!("{what}: {why}"));
}

fn succeeded(answer: Result<CommandResult, CollectError>) -> Result<String, Fault> {
    match answer {
        Ok(answer) if answer.exit_code == Some(0) && !answer.truncated => Ok(answer.stdout),
        // passwd(1): 1 permission denied.
        Ok(answer) if answer.exit_code == Some(1) => Err(Fault::Denied),
        Ok(_) => Err(Fault::Failed),
        Err(CollectError::Host { source, .. }) if source.kind == "unavailable" => Err(Fault::Absent),
        Err(CollectError::Host { source, .. }) if source.kind == "denied" => Err(Fault::Denied),
        Err(_) => Err(Fault::Failed),
    }
}

/// `anna P 2024-10-04 0 90 7 14`; older versions write the date as `10/04/2024`. -1 is never.
fn parse_passwd(text: &str) -> BTreeMap<String, PasswordStatus> {
    text.lines().filter_map(passwd_line).collect()
}

fn passwd_line(line: &str) -> Option<(String, PasswordStatus)> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [name, state, changed, minimum, maximum, warning, inactive] = words.as_slice() else {
        return None;
    };
    let days = |word: &str| word.parse::<i64>().ok().filter(|days| *days >= 0);
    let status = PasswordStatus {
        state: match *state {
            "P" | "PS" => Some("usable"),
            "L" | "LK" => Some("locked"),
            "NP" => Some("none"),
            _ => None,
        },
        changed_on: iso_date(changed),
        minimum_days: days(minimum),
        // 99999 days is the shadow suite's way to write never.
        maximum_days: days(maximum).filter(|days| *days < 99_999),
        warning_days: days(warning),
        inactive_days: days(inactive),
        account_expires_on: None,
    };
    Some(((*name).to_owned(), status))
}

fn iso_date(text: &str) -> Option<String> {
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        return Some(date.to_string());
    }
    let parts: Vec<i16> = text.split('/').filter_map(|part| part.parse().ok()).collect();
    let [month, day, year] = parts.as_slice() else {
        return None;
    };
    let date = jiff::civil::Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?);
    Some(date.ok()?.to_string())
}

/// `USER="anna" PWD-LOCK="0" PWD-EXPIR="2022-01-08"`: the last is the account's expiry, whatever its name says. A lock
/// of neither 0 nor 1 means that the shadow file was not readable: then nothing is known, which is `None`.
fn parse_lslogins(text: &str) -> Option<BTreeMap<String, String>> {
    let mut dates = BTreeMap::new();
    let mut known = false;
    for line in text.lines() {
        let value = |key: &str| {
            let (_, rest) = line.split_once(&format!("{key}=\""))?;
            Some(rest.split_once('"')?.0)
        };
        // root is left out of the judgement: some versions answer for the own account in any case.
        known |= value("USER").is_some_and(|user| user != "root")
            && value("PWD-LOCK").is_some_and(|lock| !lock.is_empty());
        if let (Some(name), Some(date)) = (value("USER"), value("PWD-EXPIR").and_then(iso_date)) {
            dates.insert(name.to_owned(), date);
        }
    }
    known.then_some(dates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_days_are_read() {
        let found = parse_passwd(
            "anna P 2024-10-04 0 90 7 14\nlocked L 10/04/2024 0 99999 7 -1\nempty NP 2024-10-04 0 99999 7 -1\nbroken\n",
        );
        assert_eq!(found.len(), 3);
        assert_eq!(found["anna"].state, Some("usable"));
        assert_eq!((found["anna"].maximum_days, found["anna"].inactive_days), (Some(90), Some(14)));
        assert_eq!(found["locked"].changed_on.as_deref(), Some("2024-10-04"));
        assert_eq!((found["locked"].maximum_days, found["locked"].inactive_days), (None, None));
        assert_eq!(found["empty"].state, Some("none"));
    }

    #[test]
    fn expiry_is_unknown_when_the_shadow_file_was_not_readable() {
        let as_root = "USER=\"anna\" PWD-LOCK=\"0\" PWD-EXPIR=\"\"\nUSER=\"old\" PWD-LOCK=\"1\" PWD-EXPIR=\"2022-01-08\"\n";
        let dates = parse_lslogins(as_root).unwrap();
        assert_eq!(dates.len(), 1);
        assert_eq!(dates["old"], "2022-01-08");
        let as_user =
            "USER=\"root\" PWD-LOCK=\"0\" PWD-EXPIR=\"\"\nUSER=\"anna\" PWD-LOCK=\"\" PWD-EXPIR=\"\"\n";
        assert_eq!(parse_lslogins(as_user), None);
    }

    #[test]
    fn dates_of_neither_kind_are_unknown() {
        assert_eq!(iso_date("never"), None);
        assert_eq!(iso_date("13/45/2024"), None);
        assert_eq!(iso_date("2024-10-04").as_deref(), Some("2024-10-04"));
    }
}
