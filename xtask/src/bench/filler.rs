//! Made-up data, the same on every machine: numbers that look random, and texts that compress as real ones do.

/// A xorshift generator (Marsaglia 2003): quick, repeatable, and good enough to fill files with.
#[derive(Debug, Clone)]
pub struct Filler {
    state: u64,
}

const WORDS: &[&str] = &[
    "connection",
    "accepted",
    "from",
    "session",
    "opened",
    "for",
    "service",
    "started",
    "stopped",
    "device",
    "interface",
    "up",
    "down",
    "timeout",
    "waiting",
    "retry",
    "disk",
    "mounted",
    "read",
    "write",
    "request",
    "response",
    "status",
    "ok",
    "failed",
    "queue",
    "worker",
    "cache",
    "flush",
    "index",
    "reload",
    "configuration",
];

impl Filler {
    /// A generator that always gives the same numbers for the same `seed`.
    pub fn new(seed: u64) -> Self {
        // Zero is the one state that xorshift never leaves.
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// The next number below `bound`, which must not be zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    /// A short message of made-up words: `worker 12 connection accepted from ...`.
    pub fn message(&mut self) -> String {
        let mut text = String::with_capacity(96);
        for _ in 0..4 + self.below(8) {
            let word = usize::try_from(self.below(WORDS.len() as u64)).unwrap_or(0);
            text.push_str(WORDS[word]);
            text.push(' ');
        }
        text.push_str(&self.below(100_000).to_string());
        text
    }

    /// About `bytes` bytes of lines as programs log them.
    pub fn log(&mut self, bytes: usize) -> Vec<u8> {
        let mut text = String::with_capacity(bytes + 160);
        let mut second = self.below(86_000);
        while text.len() < bytes {
            second += self.below(2);
            let (hour, minute) = (second / 3600 % 24, second / 60 % 60);
            let (pid, message) = (self.below(30_000), self.message());
            let line = format!(
                "2026-03-01T{hour:02}:{minute:02}:{:02} host daemon[{pid}]: {message}\n",
                second % 60
            );
            text.push_str(&line);
        }
        text.into_bytes()
    }

    /// About `bytes` bytes of JSON lines.
    pub fn json(&mut self, bytes: usize) -> Vec<u8> {
        let mut text = String::with_capacity(bytes + 160);
        while text.len() < bytes {
            let (id, value, message) = (self.next() >> 32, self.below(1000), self.message());
            text.push_str(&format!(
                "{{\"id\":{id},\"value\":{value},\"state\":\"ok\",\"note\":\"{message}\"}}\n"
            ));
        }
        text.into_bytes()
    }

    /// `bytes` bytes of fixed-size records with small numbers, as in a database file.
    pub fn records(&mut self, bytes: usize) -> Vec<u8> {
        let mut data = Vec::with_capacity(bytes + 32);
        let mut number = 0_u64;
        while data.len() < bytes {
            number += 1;
            data.extend_from_slice(&number.to_le_bytes());
            data.extend_from_slice(&self.below(1 << 20).to_le_bytes());
            data.extend_from_slice(&[0; 12]);
            data.extend_from_slice(&self.below(256).to_le_bytes()[..4]);
        }
        data.truncate(bytes);
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_data() {
        assert_eq!(Filler::new(7).log(1000), Filler::new(7).log(1000));
        assert_ne!(Filler::new(7).log(1000), Filler::new(8).log(1000));
    }

    #[test]
    fn sizes_are_about_what_was_asked_for() {
        let mut filler = Filler::new(1);
        assert_eq!(filler.records(1001).len(), 1001);
        let length = filler.json(4000).len();
        assert!((4000..4400).contains(&length), "{length}");
        assert!((0..1000).all(|_| filler.below(3) < 3));
    }
}
