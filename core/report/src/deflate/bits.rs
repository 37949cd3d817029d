//! The bits of a deflate stream, lowest of each byte first (RFC 1951, 3.1.1).

/// A reader that keeps at least 56 bits at hand after each `fill`. Behind the end there are zeros.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The first byte of which nothing counts as at hand.
    next: usize,
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0, buffer: 0, count: 0 }
    }

    /// Bits that were passed.
    pub(super) fn position(&self) -> usize {
        self.next * 8 - self.count as usize
    }

    /// `None` well behind the end, so that no loop goes on there.
    #[inline]
    pub(super) fn fill(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.next..).unwrap_or_default();
        let word = match rest.first_chunk::<8>() {
            Some(word) => u64::from_le_bytes(*word),
            None => self.last_word(rest)?,
        };
        // Bits above the count may be there already; they are the same ones.
        self.buffer |= word << self.count;
        self.next += (63 - self.count as usize) / 8;
        self.count |= 56;
        Some(())
    }

    #[cold]
    fn last_word(&self, rest: &[u8]) -> Option<u64> {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        (self.next <= self.bytes.len() + 8).then_some(u64::from_le_bytes(word))
    }

    /// All bits at hand.
    #[inline]
    pub(super) fn ahead(&self) -> u64 {
        self.buffer
    }

    #[inline]
    pub(super) fn low(&self, bits: u32) -> u64 {
        self.buffer & ((1 << bits) - 1)
    }

    /// Passes over bits that are at hand.
    #[inline]
    pub(super) fn pass(&mut self, bits: u32) {
        self.buffer >>= bits;
        self.count -= bits;
    }

    pub(super) fn take(&mut self, bits: u32) -> u64 {
        let taken = self.low(bits);
        self.pass(bits);
        taken
    }

    pub(super) fn pass_to_byte(&mut self) {
        self.pass(self.count % 8);
    }

    /// Passes over whole bytes, at a byte boundary.
    pub(super) fn pass_bytes(&mut self, bytes: usize) -> Option<()> {
        let next = self.position() / 8 + bytes;
        (self.buffer, self.count, self.next) = (0, 0, next);
        (next <= self.bytes.len()).then_some(())
    }
}
