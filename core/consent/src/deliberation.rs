//! From questions to grants.

use std::collections::BTreeMap;

use candor_manifest::{CollectorId, Manifest};
use candor_sandbox::EnforcementLevel;
use candor_trust::{Nonce, NonceError};
use jiff::{SignedDuration, Timestamp};

use crate::record::{Described, Draft};
use crate::{Choice, ConsentRecord, Decision, Grant, Moment, Source, Subject, Terms};

/// How long a grant lasts. Long enough for slow collectors to wait for a free core, short enough not to be kept.
const GRANT_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// The open questions of one plan and the answers so far. Answers can be changed until [`conclude`](Self::conclude).
#[derive(Debug)]
pub struct Deliberation {
    subjects: Vec<Subject>,
    decisions: BTreeMap<CollectorId, Decision>,
    described: BTreeMap<CollectorId, Described>,
    terms: Option<Terms>,
    opened: Moment,
}

/// An answer that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// The collector is not in the plan.
    #[error("`{0}` is not a collector of this profile")]
    Unknown(CollectorId),
    /// The common go-ahead does not reach this far.
    #[error("`{0}` needs an approval of its own")]
    NeedsOwnApproval(CollectorId),
}

/// What came out: the grants for the host and the record for the report.
#[derive(Debug)]
pub struct Conclusion {
    /// One for each approved collector, in the plan's order.
    pub grants: Vec<Grant>,
    /// What the report's record begins with.
    pub record: ConsentRecord,
    /// Every subject with its answer, in the plan's order, for the [`Ledger`](crate::Ledger).
    pub answers: Vec<(Subject, Decision)>,
}

impl Deliberation {
    /// Opens the questions. Nothing is decided, whatever the level.
    pub fn new(subjects: Vec<Subject>) -> Self {
        let (decisions, described) = (BTreeMap::new(), BTreeMap::new());
        Self { subjects, decisions, described, terms: None, opened: Moment::now() }
    }

    /// Notes for the record on which terms a request asks. The subjects must have been planned with their hash.
    pub fn asked_by(&mut self, terms: Terms) {
        self.terms = Some(terms);
    }

    /// The terms of the request, where there is one.
    pub fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// Notes for the record what the manifest of a collector says, which is shown with the questions.
    pub fn describe(&mut self, manifest: &Manifest) {
        self.described.entry(manifest.id.clone()).or_default().manifest = Some(manifest.clone());
    }

    /// Notes for the record which enforcement by the kernel is to be expected, as it is shown with the questions.
    pub fn expect_enforcement(&mut self, collector: &CollectorId, level: EnforcementLevel) {
        self.described.entry(collector.clone()).or_default().enforcement = Some(level);
    }

    /// What there is to decide, in the plan's order.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The answer so far.
    pub fn decision(&self, collector: &CollectorId) -> Option<Decision> {
        self.decisions.get(collector).copied()
    }

    /// Questions that nobody answered yet.
    pub fn undecided(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().filter(|subject| !self.decisions.contains_key(&subject.collector))
    }

    /// Takes or changes the answer about one collector.
    ///
    /// # Errors
    /// When it is not in the plan.
    pub fn decide(
        &mut self,
        collector: &CollectorId,
        choice: Choice,
        source: Source,
    ) -> Result<(), DecideError> {
        self.subject(collector)?;
        self.decisions.insert(collector.clone(), Decision { choice, source, at: Timestamp::now() });
        Ok(())
    }

    /// Approves the collectors that a common go-ahead has just listed. What flags or a file refused stays refused.
    ///
    /// # Errors
    /// When one of them is not in the plan or needs an approval of its own; then nothing is approved.
    pub fn go_ahead(&mut self, listed: &[CollectorId]) -> Result<(), DecideError> {
        for collector in listed {
            if self.subject(collector)?.level.needs_own_approval() {
                return Err(DecideError::NeedsOwnApproval(collector.clone()));
            }
        }
        for collector in listed {
            let kept = self.decision(collector).is_some_and(|decision| decision.source.is_beforehand());
            if !kept {
                self.decide(collector, Choice::Approved, Source::GoAhead)?;
            }
        }
        Ok(())
    }

    /// Ends the questions: what nobody answered is refused.
    ///
    /// # Errors
    /// When the system gives no random bytes for the id of the record.
    pub fn conclude(
        self,
        profile: &str,
        case: Option<&str>,
        language: &str,
    ) -> Result<Conclusion, NonceError> {
        let id = Nonce::random()?;
        let now = Timestamp::now();
        let undecided = Decision { choice: Choice::Refused, source: Source::Undecided, at: now };
        let Self { subjects, decisions, described, terms, opened } = self;
        let answer = |subject: Subject| {
            let decision = decisions.get(&subject.collector).copied().unwrap_or(undecided);
            (subject, decision)
        };
        let answers: Vec<_> = subjects.into_iter().map(answer).collect();
        let (concluded, terms) = (Moment::of(now), terms.as_ref());
        let draft = Draft { id, opened, concluded, profile, case, language, described: &described, terms };
        let record = draft.record(&answers);
        let expires = now.saturating_add(GRANT_LIFETIME).unwrap_or(now);
        let approved = answers.iter().filter(|(_, decision)| decision.choice == Choice::Approved);
        let grants = approved.map(|(subject, _)| Grant::new(subject.clone(), expires)).collect();
        Ok(Conclusion { grants, record, answers })
    }

    fn subject(&self, collector: &CollectorId) -> Result<&Subject, DecideError> {
        let found = self.subjects.iter().find(|subject| subject.collector == *collector);
        found.ok_or_else(|| DecideError::Unknown(collector.clone()))
    }
}

#[cfg(test)]
mod tests {
    use candor_manifest::Level;

    use super::*;
    use crate::{GrantError, Method, Process, Status};

    fn id(text: &str) -> CollectorId {
        CollectorId::new(text).unwrap()
    }

    fn subject(text: &str, level: Level) -> Subject {
        Subject {
            collector: id(text),
            level,
            manifest_digest: "aa".to_owned(),
            library_digest: Some("bb".to_owned()),
            options: serde_json::Map::new(),
            terms: None,
        }
    }

    fn deliberation() -> Deliberation {
        Deliberation::new(vec![
            subject("system-info", Level::Technical),
            subject("event-log", Level::Identifying),
            subject("memory-dump", Level::Secret),
        ])
    }

    #[test]
    fn undecided_is_refused_whatever_the_level() {
        let conclusion = deliberation().conclude("crash-report", None, "en").unwrap();
        assert!(conclusion.grants.is_empty());
        let refused = |process: &Process| {
            let last = process.last().unwrap();
            last.status == Status::Refused && last.method == Method::Undecided
        };
        assert!(conclusion.record.processes.iter().all(refused));
    }

    #[test]
    fn a_go_ahead_covers_what_it_lists_and_nothing_sensitive() {
        let mut questions = deliberation();
        let all = [id("system-info"), id("event-log"), id("memory-dump")];
        assert_eq!(questions.go_ahead(&all), Err(DecideError::NeedsOwnApproval(id("memory-dump"))));
        assert_eq!(questions.undecided().count(), 3);
        questions.go_ahead(&all[..1]).unwrap();
        let granted = questions.conclude("x", None, "en").unwrap().grants;
        assert_eq!(granted.len(), 1);
        assert_eq!(granted[0].subject().collector, id("system-info"));
    }

    #[test]
    fn a_go_ahead_does_not_overrule_a_refusal() {
        let mut questions = deliberation();
        questions.decide(&id("event-log"), Choice::Refused, Source::Flag).unwrap();
        questions.go_ahead(&[id("event-log")]).unwrap();
        assert!(questions.conclude("x", None, "en").unwrap().grants.is_empty());
    }

    #[test]
    fn the_record_holds_the_enforcement_that_was_shown() {
        let mut questions = deliberation();
        questions.expect_enforcement(&id("event-log"), EnforcementLevel::Partial);
        let record = questions.conclude("x", None, "en").unwrap().record;
        let expected: Vec<_> = record.processes.iter().map(|process| process.expected_enforcement).collect();
        assert_eq!(expected, [None, Some(EnforcementLevel::Partial), None]);
    }

    #[test]
    fn the_last_answer_counts() {
        let mut questions = deliberation();
        questions.decide(&id("memory-dump"), Choice::Approved, Source::Terminal).unwrap();
        questions.decide(&id("memory-dump"), Choice::Refused, Source::Terminal).unwrap();
        assert!(questions.conclude("x", None, "en").unwrap().grants.is_empty());
    }

    #[test]
    fn a_grant_does_not_cover_what_changed_or_expired() {
        let mut questions = deliberation();
        questions.decide(&id("event-log"), Choice::Approved, Source::Flag).unwrap();
        let grant = questions.conclude("x", None, "en").unwrap().grants.remove(0);
        let now = Timestamp::now();
        assert_eq!(grant.check(&subject("event-log", Level::Identifying), now), Ok(()));
        let changed = |what| Err(GrantError::Changed { collector: "event-log".to_owned(), what });
        let mut other = subject("event-log", Level::Identifying);
        other.library_digest = Some("cc".to_owned());
        assert_eq!(grant.check(&other, now), changed("library"));
        let mut other = subject("event-log", Level::Identifying);
        other.options.insert("since".to_owned(), 1.into());
        assert_eq!(grant.check(&other, now), changed("options"));
        let mut other = subject("event-log", Level::Identifying);
        other.terms = Some(candor_trust::Digest::of(b"terms"));
        assert_eq!(grant.check(&other, now), changed("terms"));
        let later = now + SignedDuration::from_hours(2);
        let expired = grant.check(&subject("event-log", Level::Identifying), later);
        assert_eq!(expired, Err(GrantError::Expired("event-log".to_owned())));
    }
}
