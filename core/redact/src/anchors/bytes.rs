//! Classes of bytes, for 64 of them at once.

use super::lanes::Lanes;

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
pub(super) const STAR: usize = 20;
pub(super) const LETTER_U: usize = 21;
const COUNT: usize = 22;

/// The classes that are asked for behind a byte.
pub(super) const BEHIND: [usize; 9] = [WORD, DIGIT, UPPER, LOWER, HEX, COLON, DASH, SLASH, BACKSLASH];

/// The single bytes that are a class, from [`COLON`] on.
const SINGLE: [u8; COUNT - COLON] = *b":.-@/\\=%+>[ ()\xB0*u";

/// Bit i of entry c: byte i of the block is of class c.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Masks(pub(super) [u64; COUNT]);

impl Masks {
    /// The block at `base`; bytes after the end of `text` are of no class.
    ///
    /// # Safety
    /// The processor has vectors of this kind.
    #[inline(always)]
    pub(super) unsafe fn at<L: Lanes>(text: &[u8], base: usize) -> Self {
        match text.get(base..base + BLOCK).and_then(|block| block.first_chunk::<BLOCK>()) {
            // SAFETY: the caller says so.
            Some(block) => unsafe { L::masks(block) },
            None => {
                let rest = text.get(base..).unwrap_or_default();
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                // SAFETY: the caller says so.
                unsafe { L::masks(&block) }
            }
        }
    }

    /// Of the block's last byte, those classes that are asked for behind it.
    #[inline(always)]
    pub(super) fn last(&self) -> u32 {
        BEHIND.iter().fold(0, |classes, class| classes | ((self.0[*class] >> (BLOCK - 1)) as u32) << class)
    }

    #[inline(always)]
    pub(super) fn of<L: Lanes>(bytes: L) -> Self {
        let folded = bytes.folded();
        let digit = bytes.within(b'0', 10);
        let letter = folded.within(b'a', 26);
        let upper = bytes.within(b'A', 26);
        let mut masks = [0; COUNT];
        masks[DIGIT] = digit;
        masks[UPPER] = upper;
        masks[LOWER] = letter & !upper;
        masks[HEX] = digit | folded.within(b'a', 6);
        masks[WORD] = digit | letter | bytes.beyond_ascii();
        for (mask, byte) in masks[COLON..].iter_mut().zip(SINGLE) {
            *mask = bytes.equal(byte);
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
    #[cfg(target_arch = "x86_64")]
    use super::super::lanes::{Avx512, Sse2};
    use super::super::lanes::{Scalar, Width};
    use super::*;

    fn masks_of(text: &[u8], base: usize, width: Width) -> Masks {
        // SAFETY: the widths are those of this processor.
        unsafe {
            match width {
                #[cfg(target_arch = "x86_64")]
                Width::Sixteen => Masks::at::<Sse2>(text, base),
                #[cfg(target_arch = "x86_64")]
                Width::SixtyFour => Masks::at::<Avx512>(text, base),
                #[cfg(not(target_arch = "x86_64"))]
                Width::Scalar => Masks::at::<Scalar>(text, base),
            }
        }
    }

    #[test]
    fn masks_agree_with_the_classes_of_single_bytes() {
        for first in 0..=255u8 {
            let block: [u8; BLOCK] = std::array::from_fn(|index| first.wrapping_add(index as u8));
            for width in Width::all() {
                let masks = masks_of(&block, 0, width);
                for (index, byte) in block.iter().enumerate() {
                    for class in 0..LETTER_U {
                        let single = class_of(*byte) >> class & 1;
                        assert_eq!(masks.0[class] >> index & 1, u64::from(single), "{byte:#x} {class}");
                    }
                    assert_eq!(masks.0[LETTER_U] >> index & 1, u64::from(*byte == b'u'));
                }
                // SAFETY: this needs nothing of a processor.
                assert_eq!(masks.0, unsafe { Masks::at::<Scalar>(&block, 0) }.0, "{width:?}");
            }
        }
    }

    #[test]
    fn what_is_behind_the_end_is_of_no_class() {
        for width in Width::all() {
            let masks = masks_of(b"a:", 0, width);
            assert_eq!((masks.0[WORD], masks.0[COLON]), (1, 2));
            assert_eq!(masks_of(b"a:", 64, width).0, [0; COUNT]);
        }
    }
}
