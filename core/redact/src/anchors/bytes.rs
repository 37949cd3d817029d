//! Classes of bytes, for 64 of them at once.

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// ASCII letters, digits, and every byte from 0x80 on.
pub(super) const WORD: usize = 0;
pub(super) const DIGIT: usize = 1;
pub(super) const UPPER: usize = 2;
pub(super) const LOWER: usize = 3;
pub(super) const HEX: usize = 4;
pub(super) const COLON: usize = 5;
pub(super) const DOT: usize = 6;
pub(super) const DASH: usize = 7;
pub(super) const AT: usize = 8;
pub(super) const SLASH: usize = 9;
pub(super) const BACKSLASH: usize = 10;
pub(super) const EQUALS: usize = 11;
pub(super) const PERCENT: usize = 12;
pub(super) const PLUS: usize = 13;
pub(super) const GREATER: usize = 14;
pub(super) const BRACKET: usize = 15;
pub(super) const SPACE: usize = 16;
pub(super) const PAREN: usize = 17;
pub(super) const PAREN_END: usize = 18;
pub(super) const DEGREE: usize = 19;
pub(super) const LETTER_U: usize = 20;
const COUNT: usize = 21;

/// The single bytes that are a class, from [`COLON`] on.
const SINGLE: [u8; COUNT - COLON] = *b":.-@/\\=%+>[ ()\xB0u";

/// Bit i of entry c: byte i of the block is of class c.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Masks(pub(super) [u64; COUNT]);

impl Masks {
    /// The block at `base`; bytes after the end of `text` are of no class.
    pub(super) fn at(text: &[u8], base: usize) -> Self {
        match text.get(base..base + BLOCK).and_then(|block| block.first_chunk::<BLOCK>()) {
            Some(block) => Self::of(block),
            None => {
                let rest = text.get(base..).unwrap_or_default();
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                Self::of(&block)
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    fn of(block: &[u8; BLOCK]) -> Self {
        // SAFETY: every x86_64 processor has SSE2.
        unsafe { Self::of_sse2(block) }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "sse2")]
    fn of_sse2(block: &[u8; BLOCK]) -> Self {
        use std::arch::x86_64::{
            __m128i, _mm_add_epi8, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_movemask_epi8, _mm_or_si128,
            _mm_set_epi64x, _mm_set1_epi8,
        };
        let mut masks = [0u64; COUNT];
        for (quarter, sixteen) in block.chunks_exact(16).enumerate() {
            let half = |from: usize| {
                sixteen[from..].first_chunk::<8>().map_or(0, |bytes| i64::from_le_bytes(*bytes))
            };
            let bytes = _mm_set_epi64x(half(8), half(0));
            // Signed comparison after moving the range's start to the least value.
            let within = |bytes: __m128i, first: u8, count: u8| {
                let moved = _mm_add_epi8(bytes, _mm_set1_epi8((128u8.wrapping_sub(first)).cast_signed()));
                _mm_cmplt_epi8(moved, _mm_set1_epi8((count.wrapping_add(128)).cast_signed()))
            };
            let bits = |mask: __m128i| (_mm_movemask_epi8(mask) as u64 & 0xFFFF) << (16 * quarter);
            let folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
            let digit = within(bytes, b'0', 10);
            let letter = within(folded, b'a', 26);
            masks[DIGIT] |= bits(digit);
            masks[UPPER] |= bits(within(bytes, b'A', 26));
            masks[HEX] |= bits(_mm_or_si128(digit, within(folded, b'a', 6)));
            // The movemask takes the highest bits: bytes from 0x80 on are set in `bytes` itself.
            masks[WORD] |= bits(_mm_or_si128(_mm_or_si128(digit, letter), bytes));
            masks[LOWER] |= bits(letter);
            for (class, byte) in SINGLE.iter().enumerate() {
                masks[COLON + class] |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte.cast_signed())));
            }
        }
        masks[LOWER] &= !masks[UPPER];
        Self(masks)
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut masks = [0u64; COUNT];
        for (index, byte) in block.iter().enumerate() {
            let classes = class_of(*byte);
            for (class, mask) in masks.iter_mut().enumerate() {
                *mask |= u64::from(classes >> class & 1) << index;
            }
        }
        Self(masks)
    }
}

/// Bit c: the byte is of class c. [`LETTER_U`] is left out.
pub(super) fn class_of(byte: u8) -> u32 {
    let mut classes = 0;
    let mut set = |class: usize, is: bool| classes |= u32::from(is) << class;
    set(WORD, byte.is_ascii_alphanumeric() || byte >= 0x80);
    set(DIGIT, byte.is_ascii_digit());
    set(UPPER, byte.is_ascii_uppercase());
    set(LOWER, byte.is_ascii_lowercase());
    set(HEX, byte.is_ascii_hexdigit());
    for (class, single) in SINGLE.iter().enumerate().take(LETTER_U - COLON) {
        set(COLON + class, byte == *single);
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_agree_with_the_classes_of_single_bytes() {
        for first in 0..=255u8 {
            let block: [u8; BLOCK] = std::array::from_fn(|index| first.wrapping_add(index as u8));
            let masks = Masks::of(&block);
            for (index, byte) in block.iter().enumerate() {
                for class in 0..LETTER_U {
                    let single = class_of(*byte) >> class & 1;
                    assert_eq!(masks.0[class] >> index & 1, u64::from(single), "{byte:#x} {class}");
                }
                assert_eq!(masks.0[LETTER_U] >> index & 1, u64::from(*byte == b'u'));
            }
        }
    }

    #[test]
    fn what_is_behind_the_end_is_of_no_class() {
        let masks = Masks::at(b"a:", 0);
        assert_eq!((masks.0[WORD], masks.0[COLON]), (1, 2));
        assert_eq!(Masks::at(b"a:", 64).0, [0; COUNT]);
    }
}
