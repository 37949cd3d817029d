//! What was answered earlier, to be told beside a question. It never answers one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use candor_manifest::CollectorId;
use serde::{Deserialize, Serialize};

use crate::{Choice, Decision, Moment, Source, Subject, Terms};

/// Version of the file.
const SCHEMA: u32 = 1;

/// The last answer about each collector of one profile, on this machine.
///
/// There is no way from here to a decision: whoever can write the file would consent for somebody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    schema: u32,
    answers: BTreeMap<CollectorId, Answer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    choice: Choice,
    at: Moment,
    subject: Subject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terms: Option<Terms>,
}

/// A ledger that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It is not of the format.
    #[error("not a list of earlier answers")]
    Json(#[from] serde_json::Error),
    /// It is of a version that this program does not know.
    #[error("schema {0} is not known; this program reads schema {SCHEMA}")]
    Schema(u32),
}

/// What was answered earlier about a collector, and what is different now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Earlier {
    /// The answer.
    pub choice: Choice,
    /// When.
    pub at: Moment,
    /// What changed since, each in a word or two: ``option `since` ``, `statement`.
    pub changed: Vec<String>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { schema: SCHEMA, answers: BTreeMap::new() }
    }
}

impl Ledger {
    /// Reads a ledger.
    ///
    /// # Errors
    /// When it is none, or of another version.
    pub fn from_json(json: &[u8]) -> Result<Self, LedgerError> {
        let ledger: Self = serde_json::from_slice(json)?;
        if ledger.schema == SCHEMA { Ok(ledger) } else { Err(LedgerError::Schema(ledger.schema)) }
    }

    /// Its bytes.
    ///
    /// # Errors
    /// When an option has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>, LedgerError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Takes down what was answered. What nobody answered is no answer.
    pub fn remember(&mut self, answers: &[(Subject, Decision)], terms: Option<&Terms>) {
        let given = answers.iter().filter(|(_, decision)| decision.source != Source::Undecided);
        for (subject, Decision { choice, at, .. }) in given {
            let answer = Answer {
                choice: *choice,
                at: Moment::of(*at),
                subject: subject.clone(),
                terms: terms.cloned(),
            };
            self.answers.insert(subject.collector.clone(), answer);
        }
    }

    /// What was answered earlier about this collector.
    pub fn earlier(&self, subject: &Subject, terms: Option<&Terms>) -> Option<Earlier> {
        let Answer { choice, at, subject: before, terms: terms_before } =
            self.answers.get(&subject.collector)?;
        let mut changed = changed_subject(before, subject);
        changed.extend(changed_terms(terms_before.as_ref(), terms).into_iter().map(str::to_owned));
        Some(Earlier { choice: *choice, at: *at, changed })
    }
}

fn changed_subject(before: &Subject, now: &Subject) -> Vec<String> {
    let parts = [
        ("manifest", before.manifest_digest == now.manifest_digest),
        ("library", before.library_digest == now.library_digest),
        ("level", before.level == now.level),
    ];
    let parts = parts.into_iter().filter(|(_, same)| !same).map(|(what, _)| what.to_owned());
    let names: BTreeSet<_> = before.options.keys().chain(now.options.keys()).collect();
    let options = names.into_iter().filter(|name| before.options.get(*name) != now.options.get(*name));
    parts.chain(options.map(|name| format!("option `{name}`"))).collect()
}

fn changed_terms(before: Option<&Terms>, now: Option<&Terms>) -> Vec<&'static str> {
    let (before, now) = match (before, now) {
        (None, None) => return Vec::new(),
        (Some(before), Some(now)) => (before, now),
        _ => return vec!["request"],
    };
    let parts = [
        ("case", before.case == now.case),
        ("purpose", before.purpose == now.purpose),
        ("requester", before.requester == now.requester),
        ("recipients", before.recipients == now.recipients),
        ("statement", before.statement == now.statement),
        ("legal basis", before.legal_basis == now.legal_basis),
        ("retention", before.retention_days == now.retention_days),
        ("delivery", before.deliver == now.deliver),
        ("expiry", before.expires == now.expires),
    ];
    let changed: Vec<_> = parts.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect();
    if changed.is_empty() && before.request != now.request { vec!["request"] } else { changed }
}

impl fmt::Display for Earlier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let did = match self.choice {
            Choice::Approved => "approved",
            Choice::Refused => "refused",
        };
        write!(formatter, "you {did} this on {}; ", self.at.date())?;
        if self.changed.is_empty() {
            formatter.write_str("nothing of it has changed since")
        } else {
            write!(formatter, "since then changed: {}", self.changed.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_manifest::Level;

    use super::*;

    fn subject(options: serde_json::Value) -> Subject {
        Subject {
            collector: CollectorId::new("event-log").unwrap(),
            level: Level::Identifying,
            manifest_digest: "aa".to_owned(),
            library_digest: None,
            options: options.as_object().unwrap().clone(),
            terms: None,
        }
    }

    fn decision(choice: Choice, source: Source) -> Decision {
        Decision { choice, source, at: "2026-01-31T12:00:00Z".parse().unwrap() }
    }

    #[test]
    fn what_changed_since_is_named_exactly() {
        let mut ledger = Ledger::default();
        let before = subject(serde_json::json!({"since": 1, "boots": 2}));
        assert_eq!(ledger.earlier(&before, None), None);
        ledger.remember(&[(before.clone(), decision(Choice::Approved, Source::GoAhead))], None);
        let ledger = Ledger::from_json(&ledger.to_json().unwrap()).unwrap();
        let told = |subject: &Subject| ledger.earlier(subject, None).unwrap().to_string();
        assert_eq!(told(&before), "you approved this on 2026-01-31; nothing of it has changed since");
        let mut now = subject(serde_json::json!({"since": 3, "boots": 2, "kernel": true}));
        now.manifest_digest = "bb".to_owned();
        assert_eq!(
            told(&now),
            "you approved this on 2026-01-31; since then changed: manifest, option `kernel`, option `since`"
        );
    }

    #[test]
    fn what_nobody_answered_is_not_remembered() {
        let mut ledger = Ledger::default();
        let asked = subject(serde_json::json!({}));
        ledger.remember(&[(asked.clone(), decision(Choice::Refused, Source::Flag))], None);
        ledger.remember(&[(asked.clone(), decision(Choice::Refused, Source::Undecided))], None);
        let earlier = ledger.earlier(&asked, None).unwrap();
        assert!(earlier.to_string().starts_with("you refused this on 2026-01-31"), "{earlier}");
    }

    #[test]
    fn what_is_no_ledger_is_told() {
        for text in ["", "[]", "{\"schema\":1}", "{\"schema\":1,\"answers\":{},\"approve\":[\"a\"]}"] {
            assert!(matches!(Ledger::from_json(text.as_bytes()), Err(LedgerError::Json(_))), "{text}");
        }
        let later = Ledger::from_json(b"{\"schema\":2,\"answers\":{}}");
        assert!(matches!(later, Err(LedgerError::Schema(2))));
    }
}
