//! The development corpus of the redactor: documents with planted values, benign lines, and logs for measuring.
//!
//! What for: to count what the redactor misses and what it touches without need. Everything is made from a seed, in
//! memory, the same on every machine; no value is a real one.
//!
//! Start with [`planted`] and [`benign()`]; [`logs`] is for speed.

mod assignments;
mod benign;
pub mod clock;
mod documents;
mod filters;
pub mod folder;
mod identifiers;
pub mod logs;
pub mod machine;
pub mod model;
pub mod packing;
pub mod random;
mod template;
mod tokens;
mod values;

use model::Document;
use random::Random;
use values::Maker;

/// The seed that every count in the documentation is of.
pub const SEED: u64 = 4;

type Family = fn(&mut Maker) -> Vec<Document>;

/// The documents with planted values.
#[must_use]
pub fn planted(seed: u64) -> Vec<Document> {
    let families: [(&str, Family); 4] = [
        ("identifiers", identifiers::documents),
        ("tokens", tokens::documents),
        ("assignments", assignments::documents),
        ("documents", documents::documents),
    ];
    families
        .iter()
        .flat_map(|(name, documents)| documents(&mut Maker::new(Random::part(seed, name))))
        .collect()
}

/// The documents of benign lines.
#[must_use]
pub fn benign(seed: u64) -> Vec<Document> {
    benign::documents(seed)
}

/// Number of services whose tokens are planted.
#[must_use]
pub fn services() -> usize {
    values::services::count()
}
