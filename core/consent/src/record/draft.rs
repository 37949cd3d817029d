//! From the answers to a record.

use std::collections::BTreeMap;

use candor_manifest::{Category, CollectorId, LegalBasis, Manifest};
use candor_sandbox::EnforcementLevel;
use candor_trust::Nonce;

use super::event::{Event, Method, Party, Status};
use super::parties::{Notice, NoticeKind, RecordedRecipient};
use super::process::{
    Affected, BasisKind, PersonalData, Process, ProcessKind, Processing, Purpose, PurposeKind, RecordedBasis,
    Repair, Retention, Storage, StorageKind,
};
use super::vocabulary::{Context, DataKind, PersonKind, Profile27560, RecordKind};
use super::{ConsentRecord, Moment};
use crate::{Choice, Decision, Subject, Terms};

/// What is written down of a collector besides the answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Described {
    pub(crate) manifest: Option<Manifest>,
    pub(crate) enforcement: Option<EnforcementLevel>,
}

/// Everything that a record is made of.
pub(crate) struct Draft<'a> {
    pub(crate) id: Nonce,
    pub(crate) opened: Moment,
    pub(crate) concluded: Moment,
    pub(crate) profile: &'a str,
    pub(crate) case: Option<&'a str>,
    pub(crate) language: &'a str,
    pub(crate) described: &'a BTreeMap<CollectorId, Described>,
    /// What the request says, where there is one.
    pub(crate) terms: Option<&'a Terms>,
}

impl Draft<'_> {
    /// The record of these answers, not signed, of no report yet.
    pub(crate) fn record(&self, answers: &[(Subject, Decision)]) -> ConsentRecord {
        ConsentRecord {
            context: Context,
            kind: RecordKind::Only,
            conforms_to: Profile27560::Only,
            id: self.id,
            created: self.concluded,
            language: self.language.to_owned(),
            data_subject: Default::default(),
            controller: self.terms.map(|terms| (&terms.requester).into()),
            notices: self.notices(),
            recipients: self.recipients(),
            control: Default::default(),
            right: Default::default(),
            processes: answers.iter().map(|(subject, decision)| self.process(subject, *decision)).collect(),
            profile: self.profile.to_owned(),
            case: self.case.map(str::to_owned),
            request: self.terms.map(|terms| terms.request.nonce),
            report: None,
            releases: Vec::new(),
            withdrawals: Vec::new(),
            signer: None,
        }
    }

    fn notices(&self) -> Vec<Notice> {
        let language = self.language.to_owned();
        let texts = Notice { kind: NoticeKind::Consent, language, date: None, version: None, sha256: None };
        std::iter::once(texts).chain(self.terms.map(|terms| (&terms.statement).into())).collect()
    }

    fn recipients(&self) -> Vec<RecordedRecipient> {
        self.terms.map(|terms| terms.recipients.iter().map(Into::into).collect()).unwrap_or_default()
    }

    fn storage(&self) -> Storage {
        let days = self.terms.and_then(|terms| terms.retention_days);
        let duration =
            days.map_or(Retention::NotNamed {}, |days| Retention::Days { value: format!("P{days}D") });
        Storage { kind: StorageKind::Only, duration }
    }

    fn basis(&self, own: LegalBasis) -> RecordedBasis {
        match self.terms {
            Some(terms) => {
                RecordedBasis { kind: BasisKind::Described, description: Some(terms.legal_basis.to_string()) }
            }
            None => RecordedBasis { kind: own.into(), description: None },
        }
    }

    fn process(&self, subject: &Subject, decision: Decision) -> Process {
        let described = self.described.get(&subject.collector).cloned().unwrap_or_default();
        let manifest = described.manifest.as_ref();
        let text = manifest.map(|manifest| manifest.consent_text(self.language));
        let affected = text.map(|text| text.affected.clone()).unwrap_or_default();
        let own = subject.level.needs_own_approval();
        let basis = manifest.map_or_else(|| default_basis(own), Manifest::legal_basis);
        Process {
            kind: ProcessKind::Only,
            collector: subject.collector.clone(),
            title: text.map(|text| text.title.clone()).unwrap_or_default(),
            purpose: Purpose {
                kind: PurposeKind::Only,
                broader: Repair::Only,
                description: text.map(|text| text.why.clone()).unwrap_or_default(),
                requested: self.terms.map(|terms| terms.purpose.to_string()),
            },
            data: manifest.map(|manifest| data(&manifest.categories)).unwrap_or_default(),
            processing: Processing::Only,
            necessity: manifest.map(|manifest| manifest.necessity).unwrap_or_default().into(),
            storage: self.storage(),
            legal_basis: self.basis(basis),
            affected: affected.into_iter().map(other).collect(),
            subject: subject.clone().into(),
            expected_enforcement: described.enforcement,
            events: self.events(decision),
        }
    }

    fn events(&self, decision: Decision) -> Vec<Event> {
        let (by, method) = match self.terms {
            Some(_) => (Party::Controller, Method::Request),
            None => (Party::Installation, Method::Profile),
        };
        vec![Event { status: Status::Requested, at: self.opened, by, method }, answered(decision)]
    }
}

fn answered(decision: Decision) -> Event {
    let status = match decision.choice {
        Choice::Approved => Status::Given,
        Choice::Refused => Status::Refused,
    };
    let method = Method::from(decision.source);
    let by = if method == Method::Undecided { Party::Installation } else { Party::Person };
    Event { status, at: Moment::of(decision.at), by, method }
}

fn default_basis(own: bool) -> LegalBasis {
    if own { LegalBasis::ExplicitConsent } else { LegalBasis::Consent }
}

fn data(categories: &[Category]) -> Vec<PersonalData> {
    let of = |category: &Category| PersonalData {
        id: *category,
        kind: DataKind::Only,
        broader: category.broader().to_owned(),
    };
    categories.iter().map(of).collect()
}

fn other(description: String) -> Affected {
    Affected { kind: PersonKind::Only, description }
}
