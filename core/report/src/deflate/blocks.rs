//! Finds the last block of a finished deflate stream (RFC 1951) by walking over its codes, without making what they stand for.
//!
//! Symbols matter only for the number of bits that they take, so one step may pass over several of them.

use super::bits::Bits;
use super::code::Code;

/// Codes up to these lengths are found in one step.
const LITERAL_STEP_BITS: u32 = 12;
const DISTANCE_STEP_BITS: u32 = 10;

/// The low bits of a step: how many bits of the stream it passes over.
const STEP_BITS: u8 = 0x1f;
/// The high bits of a step: what follows.
const AFTER: u8 = 0xc0;
const SYMBOL: u8 = 0x00;
const DISTANCE: u8 = 0x40;
const END: u8 = 0x80;
/// Not in the table: a longer code, or none.
const LONG: u8 = 0xc0;

const END_OF_BLOCK: usize = 256;
/// The order in which the lengths of the code length code are sent (RFC 1951, 3.2.7).
const LENGTH_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Where the last block stands, in bits from the begin of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LastBlock {
    pub(super) begin: usize,
    pub(super) end: usize,
}

/// Tables that are used again and again.
pub(super) struct Blocks {
    literals: Code,
    distances: Code,
    literal_steps: [u8; 1 << LITERAL_STEP_BITS],
    distance_steps: [u8; 1 << DISTANCE_STEP_BITS],
}

impl Blocks {
    pub(super) fn new() -> Self {
        Self {
            literals: Code::new(),
            distances: Code::new(),
            literal_steps: [LONG; 1 << LITERAL_STEP_BITS],
            distance_steps: [LONG; 1 << DISTANCE_STEP_BITS],
        }
    }

    /// `None` when `stream` is not one whole stream that ends within its last byte.
    pub(super) fn last(&mut self, stream: &[u8]) -> Option<LastBlock> {
        let mut bits = Bits::of(stream);
        loop {
            let begin = bits.position();
            bits.fill()?;
            let last = bits.take(1) == 1;
            match bits.take(2) {
                0 => pass_stored(&mut bits)?,
                1 => {
                    let (literals, distances) = fixed_lengths();
                    self.pass_coded(&literals, &distances, &mut bits)?;
                }
                2 => {
                    let (lengths, literals) = dynamic_lengths(&mut bits)?;
                    let (literals, distances) = lengths.split_at_checked(literals)?;
                    self.pass_coded(literals, distances, &mut bits)?;
                }
                _ => return None,
            }
            if last {
                let end = bits.position();
                return (end.div_ceil(8) == stream.len()).then_some(LastBlock { begin, end });
            }
        }
    }

    fn pass_coded(&mut self, literals: &[u8], distances: &[u8], bits: &mut Bits<'_>) -> Option<()> {
        self.literals.set(literals)?;
        self.distances.set(distances)?;
        fill(&self.literals, &mut self.literal_steps, LITERAL_STEP_BITS, literal_step);
        fill(&self.distances, &mut self.distance_steps, DISTANCE_STEP_BITS, distance_step);
        join_literals(&mut self.literal_steps);
        self.pass_symbols(bits)
    }

    /// Passes over codes up to and with the end of the block.
    fn pass_symbols(&self, bits: &mut Bits<'_>) -> Option<()> {
        loop {
            // 15 bits and 5, 15 and 13: a pair takes at most 48 of the 56.
            bits.fill()?;
            let mut step = self.literal_steps[bits.low(LITERAL_STEP_BITS) as usize];
            if step == LONG {
                let (symbol, length) = self.literals.find(bits.ahead())?;
                step = literal_step(symbol, length)?;
            }
            bits.pass(u32::from(step & STEP_BITS));
            match step & AFTER {
                SYMBOL => continue,
                END => return Some(()),
                _ => {}
            }
            let mut step = self.distance_steps[bits.low(DISTANCE_STEP_BITS) as usize];
            if step == LONG {
                let (symbol, length) = self.distances.find(bits.ahead())?;
                step = distance_step(symbol, length)?;
            }
            bits.pass(u32::from(step & STEP_BITS));
        }
    }
}

/// RFC 1951, 3.2.5: literals, the end, and lengths with up to 5 extra bits.
fn literal_step(symbol: usize, length: u8) -> Option<u8> {
    match symbol {
        0..END_OF_BLOCK => Some(SYMBOL | length),
        END_OF_BLOCK => Some(END | length),
        257..265 | 285 => Some(DISTANCE | length),
        265..285 => extra((symbol - 261) / 4).map(|extra| DISTANCE | (length + extra)),
        _ => None,
    }
}

/// RFC 1951, 3.2.5: distances with up to 13 extra bits.
fn distance_step(symbol: usize, length: u8) -> Option<u8> {
    match symbol {
        0..4 => Some(SYMBOL | length),
        4..30 => extra(symbol / 2 - 1).map(|extra| SYMBOL | (length + extra)),
        _ => None,
    }
}

fn extra(bits: usize) -> Option<u8> {
    u8::try_from(bits).ok()
}

/// Puts each short code at every place whose low bits are that code.
fn fill(code: &Code, steps: &mut [u8], most_bits: u32, step: fn(usize, u8) -> Option<u8>) {
    steps.fill(LONG);
    code.each(most_bits, |symbol, bits, length| {
        let Some(step) = step(symbol, length) else { return };
        for place in steps.iter_mut().skip(bits).step_by(1 << length) {
            *place = step;
        }
    });
}

/// Lets a literal's step pass over what follows it too, as far as all its bits are known.
fn join_literals(steps: &mut [u8; 1 << LITERAL_STEP_BITS]) {
    for place in 0..steps.len() {
        let literal = steps[place];
        if literal & AFTER != SYMBOL {
            continue;
        }
        let next = steps[place >> literal];
        if next != LONG && u32::from(literal + (next & STEP_BITS)) <= LITERAL_STEP_BITS {
            steps[place] = literal + next;
        }
    }
}

/// RFC 1951, 3.2.4.
fn pass_stored(bits: &mut Bits<'_>) -> Option<()> {
    bits.pass_to_byte();
    bits.fill()?;
    let (length, complement) = (bits.take(16), bits.take(16));
    (length ^ complement == 0xffff).then_some(())?;
    bits.pass_bytes(usize::try_from(length).ok()?)
}

/// RFC 1951, 3.2.6.
fn fixed_lengths() -> ([u8; 288], [u8; 30]) {
    let mut literals = [8; 288];
    literals[144..256].fill(9);
    literals[256..280].fill(7);
    (literals, [5; 30])
}

/// RFC 1951, 3.2.7: the code lengths of both alphabets, and how many of them are the first alphabet's.
fn dynamic_lengths(bits: &mut Bits<'_>) -> Option<(Vec<u8>, usize)> {
    let literals = usize::try_from(bits.take(5)).ok()? + 257;
    let distances = usize::try_from(bits.take(5)).ok()? + 1;
    let sent = usize::try_from(bits.take(4)).ok()? + 4;
    let mut order = [0; LENGTH_ORDER.len()];
    for &place in LENGTH_ORDER.get(..sent)? {
        bits.fill()?;
        order[place] = u8::try_from(bits.take(3)).ok()?;
    }
    let mut code = Code::new();
    code.set(&order)?;
    let mut lengths = Vec::with_capacity(literals + distances);
    while lengths.len() < literals + distances {
        bits.fill()?;
        let (symbol, length) = code.find(bits.ahead())?;
        bits.pass(u32::from(length));
        let (times, length) = match symbol {
            0..16 => (1, u8::try_from(symbol).ok()?),
            16 => (3 + bits.take(2), *lengths.last()?),
            17 => (3 + bits.take(3), 0),
            _ => (11 + bits.take(7), 0),
        };
        lengths.extend((0..times).map(|_| length));
    }
    (lengths.len() == literals + distances).then_some((lengths, literals))
}
