//! What all redactors of a report share: rules, known values, policy, pseudonyms.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use candor_pseudonym::{CaseKey, Pseudonyms};

use crate::anchors::{Classes, WordTable, WordTableBuilder};
use crate::detector::{self, Detector};
use crate::kind::{Kind, Treatment};
use crate::known::KnownValues;
use crate::known_table::KnownTable;
use crate::policy::Policy;
use crate::rules::{CompiledRule, RuleError, RuleSet};
use crate::scan::{Finding, scan_with};
use crate::site::Label;

/// Who is asked at a word.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Detector(usize),
    Rule(usize),
    Known(usize),
}

/// Targets as numbers of the word table: detectors, then rules, then known values.
const FIRST_RULE: u32 = 1 << 16;
const FIRST_KNOWN: u32 = 1 << 24;

impl From<u32> for Target {
    fn from(number: u32) -> Self {
        match number {
            FIRST_KNOWN.. => Self::Known((number - FIRST_KNOWN) as usize),
            FIRST_RULE.. => Self::Rule((number - FIRST_RULE) as usize),
            _ => Self::Detector(number as usize),
        }
    }
}

/// A detector, and its number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) index: usize,
    pub(crate) detector: &'static Detector,
}

/// Everything that decides about a text. Immutable, and shared by all redactors of a report.
pub struct Engine {
    pub(crate) policy: Policy,
    pub(crate) rules: Vec<Arc<CompiledRule>>,
    pub(crate) known: KnownTable,
    pub(crate) pseudonyms: Pseudonyms,
    pub(crate) words: WordTable,
    pub(crate) detectors: Vec<&'static Detector>,
    /// Detectors by the number of the class of anchors at which they are asked.
    pub(crate) by_class: [Vec<Asked>; Classes::COUNT],
    /// The classes for which there is a detector.
    pub(crate) interest: Classes,
    /// By kind, in the order of [`Kind::ALL`].
    treatments: Vec<Treatment>,
    /// Lower-case words that stay.
    pub(crate) kept: HashSet<Vec<u8>>,
}

static SECRETS_ONLY: LazyLock<Arc<Engine>> = LazyLock::new(|| {
    let rules = RuleSet::builtin().unwrap_or_default();
    let key = CaseKey::from_bytes([0; 32]);
    Arc::new(Engine::new(&rules, &KnownValues::default(), Policy::secrets_only(), &key))
});

static SECRETS_BY_PLACE: LazyLock<Arc<Engine>> = LazyLock::new(|| {
    let key = CaseKey::from_bytes([0; 32]);
    let rules = RuleSet::default();
    Arc::new(Engine::new(&rules, &KnownValues::default(), Policy::secrets_only(), &key))
});

impl Engine {
    /// An engine of these parts; the policy's own rules and words are added.
    ///
    /// # Errors
    /// When a rule of the policy has the id of a shipped one.
    pub fn with_policy(known: &KnownValues, policy: Policy, key: &CaseKey) -> Result<Self, RuleError> {
        let mut rules = RuleSet::builtin()?;
        for rule in &policy.rules {
            rules.push(rule.clone())?;
        }
        let mut known = known.clone();
        known.extend(&policy.known_values());
        Ok(Self::new(&rules, &known, policy, key))
    }

    /// The shipped rules, and every identifier kept. For text that no policy was made for.
    #[must_use]
    pub fn secrets_only() -> Arc<Self> {
        Arc::clone(&SECRETS_ONLY)
    }

    /// The hand-written detectors of secrets, without the shipped rules: light enough for a plugin, which is confined and
    /// lives for a moment. What it delivers goes through an engine with all rules anyway.
    #[must_use]
    pub fn secrets_by_place() -> Arc<Self> {
        Arc::clone(&SECRETS_BY_PLACE)
    }

    /// Rules alone, without any other detector.
    pub(crate) fn of_rules(rules: &RuleSet) -> Arc<Self> {
        let key = CaseKey::from_bytes([0; 32]);
        Arc::new(Self::assemble(rules, &KnownValues::default(), Policy::secrets_only(), &key, Vec::new()))
    }

    fn new(rules: &RuleSet, known: &KnownValues, policy: Policy, key: &CaseKey) -> Self {
        Self::assemble(rules, known, policy, key, detector::all().collect())
    }

    fn assemble(
        rules: &RuleSet,
        known: &KnownValues,
        policy: Policy,
        key: &CaseKey,
        detectors: Vec<&'static Detector>,
    ) -> Self {
        let pseudonyms = Pseudonyms::new(key);
        let mut words = WordTableBuilder::default();
        let mut by_class: [Vec<Asked>; Classes::COUNT] = Default::default();
        let (marked, others): (Vec<usize>, Vec<usize>) =
            (0..detectors.len()).partition(|index| detectors[*index].name == "marked");
        for index in marked {
            detectors[index].words.iter().for_each(|word| words.add(word.as_bytes(), index as u32));
        }
        let rules = rules.compiled().to_vec();
        for (index, rule) in rules.iter().enumerate() {
            rule.register(&mut words, FIRST_RULE + index as u32);
        }
        for index in others {
            detectors[index].words.iter().for_each(|word| words.add(word.as_bytes(), index as u32));
            detectors[index].classes.numbers().for_each(|class| {
                // Words are reached through the table.
                if class != 0 {
                    by_class[class].push(Asked { index, detector: detectors[index] });
                }
            });
        }
        let known = KnownTable::new(known, &policy);
        known.register(&mut words, FIRST_KNOWN);
        let treatments = Kind::ALL.iter().map(|kind| policy.treatment(*kind)).collect();
        let asked = by_class.iter().enumerate().filter(|(_, detectors)| !detectors.is_empty());
        let interest = asked.fold(Classes::WORD, |all, (number, _)| all.or(Classes::numbered(number)));
        let kept = policy.words.keep.iter().map(|word| word.to_lowercase().into_bytes()).collect();
        Self {
            policy,
            rules,
            known,
            pseudonyms,
            words: words.build(),
            detectors,
            by_class,
            interest,
            treatments,
            kept,
        }
    }

    /// Finds what a redactor with this engine would replace.
    #[must_use]
    pub fn scan(self: &Arc<Self>, text: &[u8]) -> Vec<Finding> {
        scan_with(self, text)
    }

    /// What is done with identifiers of that kind.
    #[must_use]
    pub fn treatment(&self, kind: Kind) -> Treatment {
        self.treatments.get(kind as usize).copied().unwrap_or_default()
    }

    /// As tallies and marks have it: a rule's id, or a kind.
    pub(crate) fn name_of(&self, label: Label) -> &str {
        match label {
            Label::Secret(id) => id,
            Label::Rule(number) => self.rules.get(number as usize).map_or("rule", |rule| &rule.rule.id),
            Label::Identifier(kind) => kind.as_str(),
        }
    }
}

/// What tallies call a secret that the engine was told.
pub(crate) const KNOWN_SECRET: &str = "known-secret";

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Engine({} rules, {} known values)", self.rules.len(), self.known.len())
    }
}
