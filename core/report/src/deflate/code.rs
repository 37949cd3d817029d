//! A prefix code that is given by the lengths of its codes (RFC 1951, 3.2.2).

pub(super) const MOST_CODE_BITS: usize = 15;
const MOST_SYMBOLS: usize = 288;

pub(super) struct Code {
    /// How many codes there are of each length.
    counts: [u16; MOST_CODE_BITS + 1],
    /// By length, then by number: the order of the codes.
    symbols: [u16; MOST_SYMBOLS],
}

impl Code {
    pub(super) fn new() -> Self {
        Self { counts: [0; MOST_CODE_BITS + 1], symbols: [0; MOST_SYMBOLS] }
    }

    /// `None` where there are more codes than the lengths allow, or an unknown length. Fewer are allowed.
    pub(super) fn set(&mut self, lengths: &[u8]) -> Option<()> {
        self.counts.fill(0);
        for &length in lengths {
            *self.counts.get_mut(usize::from(length))? += 1;
        }
        self.counts[0] = 0;
        let mut free = 1_i32;
        let mut begins = [0_u16; MOST_CODE_BITS + 2];
        for (length, &count) in self.counts.iter().enumerate().skip(1) {
            free = 2 * free - i32::from(count);
            (free >= 0).then_some(())?;
            begins[length + 1] = begins[length] + count;
        }
        for (symbol, &length) in (0..).zip(lengths) {
            if length > 0 {
                let place = &mut begins[usize::from(length)];
                *self.symbols.get_mut(usize::from(*place))? = symbol;
                *place += 1;
            }
        }
        Some(())
    }

    /// The symbol whose code `bits` begin with, and the code's length.
    pub(super) fn find(&self, bits: u64) -> Option<(usize, u8)> {
        let (mut code, mut first, mut index) = (0_usize, 0_usize, 0_usize);
        for length in 1..=MOST_CODE_BITS {
            code = 2 * code + usize::from(bits >> (length - 1) & 1 == 1);
            let count = usize::from(self.counts[length]);
            first *= 2;
            // No underflow: codes of a length are numbered upwards from `first`, which follows all shorter ones.
            if code - first < count {
                return Some((usize::from(self.symbols[index + code - first]), u8::try_from(length).ok()?));
            }
            index += count;
            first += count;
        }
        None
    }

    /// Calls for each code of at most `most_bits`: symbol, code with its first bit lowest, length.
    pub(super) fn each(&self, most_bits: u32, mut call: impl FnMut(usize, usize, u8)) {
        let (mut code, mut index) = (0_usize, 0_usize);
        for length in (1_u8..).take(most_bits as usize) {
            code *= 2;
            for _ in 0..self.counts[usize::from(length)] {
                let bits = code.reverse_bits() >> (usize::BITS - u32::from(length));
                call(usize::from(self.symbols[index]), bits, length);
                code += 1;
                index += 1;
            }
        }
    }
}
