//! Access receipts in the words of screens: what a collector and its commands touched.

use candor_report::CollectorEntry;
use candor_sandbox::AccessReceipt;
use serde::Deserialize;
use serde_json::Value;

use crate::enforcement::Stated;
use crate::summary;
use crate::terminal::printable;

/// What one process of a collector touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The command that the process ran; None for the collector itself.
    pub command: Option<String>,
    /// Whether it was a command that ended with 0.
    pub succeeded: bool,
    /// What the kernel told. None where it could not tell, or in words of another version.
    pub receipt: Option<AccessReceipt>,
}

/// What the collector itself and each of its commands touched, in that order. Nothing where nothing ran.
pub fn of(entry: &CollectorEntry) -> Vec<Touched> {
    let mut touched = Vec::new();
    if entry.enforcement.is_some() {
        touched.push(Touched { command: None, succeeded: false, receipt: read(entry.access.as_ref()) });
    }
    for record in entry.commands.iter().filter(|record| has_run(record)) {
        let command = record.get("id").and_then(Value::as_str).unwrap_or("?");
        touched.push(Touched {
            command: Some(command.to_owned()),
            succeeded: record.get("exit_code").and_then(Value::as_i64) == Some(0),
            receipt: read(record.get("access")),
        });
    }
    touched
}

/// True for the record of a command that was started.
pub fn has_run(record: &Value) -> bool {
    record.get("error").is_none()
}

fn read(value: Option<&Value>) -> Option<AccessReceipt> {
    let receipt = AccessReceipt::deserialize(value.filter(|value| !value.is_null())?).ok()?;
    receipt.complete.then_some(receipt)
}

/// `opened 12 declared paths, 3 refused, 1.2 MiB read`
pub fn summary(receipt: &AccessReceipt) -> String {
    let opened = receipt.opened.len() as u64 + receipt.more_opened;
    let paths = if opened == 1 { "path" } else { "paths" };
    let refused = receipt.denied.len() as u64 + receipt.more_denied;
    let refused = if refused == 0 { String::new() } else { format!(", {refused} refused") };
    let read = receipt.bytes_read.map(|bytes| format!(", {} read", summary::size(bytes))).unwrap_or_default();
    format!("opened {opened} declared {paths}{refused}{read}")
}

/// The two lines of a collector in `candor show`: how far it was enforced, and what it touched.
pub fn lines(entry: &CollectorEntry) -> Vec<String> {
    let Some(stated) = Stated::of(entry.enforcement.as_ref()) else {
        return Vec::new();
    };
    let mut lines = vec![format!("enforced {}", stated.sentence())];
    for Touched { command, receipt, .. } in of(entry) {
        let who = command.map(|id| format!("command {}: ", printable(&id))).unwrap_or_default();
        let what = receipt.as_ref().map_or_else(|| UNKNOWN.to_owned(), summary);
        lines.push(format!("{who}{what}"));
    }
    lines
}

/// What is said where there is no receipt.
pub const UNKNOWN: &str = "what it opened is not known: the kernel did not tell";

/// Everything that a receipt lists, a line each.
pub fn listing(receipt: &AccessReceipt) -> Vec<String> {
    let mut lines = Vec::new();
    for opened in &receipt.opened {
        lines.push(format!("opened   {}{}", printable(&opened.path), times(opened.count)));
    }
    lines.extend(further(receipt.more_opened, "opened"));
    for denied in &receipt.denied {
        let (path, operation) = (printable(&denied.path), printable(&denied.operation));
        lines.push(format!("refused  {operation} {path}{}", times(denied.count)));
    }
    lines.extend(further(receipt.more_denied, "refused"));
    for unused in &receipt.unused {
        let why = if unused.looked_for { "looked for, not here" } else { "not asked for" };
        lines.push(format!("unused   {}  ({why})", printable(unused.declared.as_str())));
    }
    lines
}

fn times(count: u64) -> String {
    if count == 1 { String::new() } else { format!("  ({count} times)") }
}

fn further(count: u64, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{what}: {count} more, which the receipt has no room for"))
}

#[cfg(test)]
mod tests {
    use candor_sandbox::{DeniedAccess, PathAccess};

    use super::*;

    fn receipt() -> AccessReceipt {
        AccessReceipt {
            complete: true,
            opened: vec![PathAccess { path: "/etc/a\u{1b}".to_owned(), count: 2 }],
            denied: vec![DeniedAccess {
                path: "/etc/shadow".to_owned(),
                operation: "open".to_owned(),
                count: 1,
            }],
            more_denied: 2,
            bytes_read: Some(2048),
            ..AccessReceipt::default()
        }
    }

    #[test]
    fn the_summary_counts_what_the_lists_have_no_room_for() {
        assert_eq!(summary(&receipt()), "opened 1 declared path, 3 refused, 2.0 KiB read");
    }

    #[test]
    fn the_listing_is_safe_for_a_terminal() {
        let expected = [
            "opened   /etc/a\u{fffd}  (2 times)",
            "refused  open /etc/shadow",
            "refused: 2 more, which the receipt has no room for",
        ];
        assert_eq!(listing(&receipt()), expected);
    }

    #[test]
    fn a_receipt_that_is_not_complete_tells_nothing() {
        let incomplete = AccessReceipt { complete: false, ..receipt() };
        assert_eq!(read(Some(&serde_json::to_value(incomplete).unwrap())), None);
        assert_eq!(read(Some(&serde_json::to_value(receipt()).unwrap())), Some(receipt()));
        assert_eq!(read(Some(&serde_json::json!({ "complete": "?" }))), None);
    }
}
