//! Memory that decompressors, or compressors, share.

use std::cell::Cell;

/// Bytes that are left to take.
pub(crate) struct Budget {
    left: Cell<u64>,
}

/// A part of a budget, given back on drop.
pub(crate) struct Lease<'b> {
    budget: &'b Budget,
    bytes: u64,
}

impl Budget {
    pub(crate) fn new(bytes: u64) -> Self {
        Self { left: Cell::new(bytes) }
    }

    /// Takes `bytes`, if so many are left.
    pub(crate) fn take(&self, bytes: u64) -> Option<Lease<'_>> {
        self.left.set(self.left.get().checked_sub(bytes)?);
        Some(Lease { budget: self, bytes })
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.budget.left.set(self.budget.left.get() + self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_comes_back() {
        let budget = Budget::new(10);
        let lease = budget.take(7).unwrap();
        assert!(budget.take(4).is_none());
        drop(lease);
        assert!(budget.take(10).is_some());
    }
}
