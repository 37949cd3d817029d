//! A salted Merkle tree over the artifacts of a report.
//!
//! The root stands for all leaves. A leaf stands for one artifact without telling anything of it: its salt is 32 random bytes, so
//! nobody can try guesses, and when salt and bytes are destroyed the leaf, and with it the root, still holds.
//!
//! Source: RFC 6962, section 2.1, for the tree and for the bytes 0 and 1 before leaves and nodes.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::{CanonicalError, to_canonical};
use crate::digest::{Digest, from_hex};

/// 32 random bytes of one artifact alone, as 64 small hexadecimal digits. Who has them and the leaf can confirm a guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// A salt that was drawn or derived elsewhere.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The salt of one artifact, from a secret that is destroyed when the report is written. HKDF-SHA256 (RFC 5869), expand only, so that
    /// the same session gives the same report; without the secret it is as good as random.
    #[must_use]
    pub fn derived(&self, path: &str) -> Self {
        let mut bytes = [0; 32];
        let expanded =
            hkdf::Hkdf::<Sha256>::from_prk(&self.0).map(|key| key.expand(path.as_bytes(), &mut bytes));
        debug_assert!(
            matches!(expanded, Ok(Ok(()))),
            "32 bytes are a key of this length and less than it can give"
        );
        Self(bytes)
    }

    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn random() -> Result<Self, crate::NonceError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| crate::NonceError::Randomness(error.to_string()))?;
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Salt(…)")
    }
}

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Digest::from_bytes(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        from_hex(&text, &mut bytes).ok_or_else(|| serde::de::Error::custom("not 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }
}

/// What a leaf says of an artifact besides its bytes. Hashed as canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeafMetadata<'a> {
    /// Path in the report: `artifacts/system-info/cpu.json`.
    pub path: &'a str,
    /// Id of the collector.
    pub collector: &'a str,
    /// Level of the artifact: `technical`, …
    pub level: &'a str,
    /// Media type.
    pub media_type: &'a str,
    /// Size in bytes.
    pub bytes: u64,
}

/// SHA-256(0 ‖ salt ‖ SHA-256 of the bytes ‖ SHA-256 of the metadata).
///
/// # Errors
/// Never for strings and numbers; the canonical writer may say so all the same.
pub fn leaf(salt: &Salt, content: &Digest, metadata: &LeafMetadata<'_>) -> Result<Digest, CanonicalError> {
    let metadata = Digest::of(&to_canonical(metadata)?);
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(salt.as_bytes());
    hasher.update(content.as_bytes());
    hasher.update(metadata.as_bytes());
    Ok(Digest::from_bytes(hasher.finalize().into()))
}

/// The root over these leaves, in their order. Of no leaves it is the digest of nothing.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [leaf] => *leaf,
        _ => {
            // The largest power of two that is less than their number stands on the left.
            let left = leaves.len().next_power_of_two() / 2;
            node(&root(&leaves[..left]), &root(&leaves[left..]))
        }
    }
}

/// SHA-256(1 ‖ left ‖ right).
fn node(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    Digest::from_bytes(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u8) -> Vec<Digest> {
        (0..count).map(|number| Digest::of(&[number])).collect()
    }

    #[test]
    fn the_tree_is_that_of_rfc_6962() {
        let five = leaves(5);
        let left = node(&node(&five[0], &five[1]), &node(&five[2], &five[3]));
        assert_eq!(root(&five), node(&left, &five[4]));
        assert_eq!(root(&five[..1]), five[0]);
        assert_eq!(root(&[]), Digest::of(b""));
    }

    #[test]
    fn every_leaf_and_the_order_count() {
        let all = leaves(7);
        let whole = root(&all);
        for number in 0..all.len() {
            let mut other = all.clone();
            other[number] = Digest::of(b"x");
            assert_ne!(root(&other), whole);
            other.remove(number);
            assert_ne!(root(&other), whole);
        }
        let mut swapped = all.clone();
        swapped.swap(2, 3);
        assert_ne!(root(&swapped), whole);
    }

    #[test]
    fn everything_that_a_leaf_says_counts() {
        let (salt, content) = (Salt::from_bytes([1; 32]), Digest::of(b"x"));
        let metadata = LeafMetadata { path: "p", collector: "c", level: "l", media_type: "m", bytes: 1 };
        let others = [
            leaf(&Salt::from_bytes([2; 32]), &content, &metadata),
            leaf(&salt, &Digest::of(b"y"), &metadata),
            leaf(&salt, &content, &LeafMetadata { path: "q", ..metadata.clone() }),
            leaf(&salt, &content, &LeafMetadata { collector: "d", ..metadata.clone() }),
            leaf(&salt, &content, &LeafMetadata { level: "k", ..metadata.clone() }),
            leaf(&salt, &content, &LeafMetadata { media_type: "n", ..metadata.clone() }),
            leaf(&salt, &content, &LeafMetadata { bytes: 2, ..metadata.clone() }),
        ];
        let own = leaf(&salt, &content, &metadata).unwrap();
        let mut all: Vec<_> = others.into_iter().map(Result::unwrap).chain([own]).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 8);
    }
}
