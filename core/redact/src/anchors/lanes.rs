//! 64 bytes in the vectors of the processor. What is asked of them comes back as one bit for each byte.

use super::bytes::{BLOCK, Masks};

/// Some kind of vector, and what stands in it of a block.
pub(super) trait Lanes: Copy {
    /// The masks of a block.
    ///
    /// # Safety
    /// The processor has vectors of this kind. A value of this type proves it to the other functions.
    unsafe fn masks(block: &[u8; BLOCK]) -> Masks;
    /// Letters in lower case; other bytes become whatever 0x20 makes of them.
    fn folded(self) -> Self;
    /// The bytes from `first` on, so many of them in the order of values. They are all below 0x80.
    fn within(self, first: u8, count: u8) -> u64;
    fn equal(self, byte: u8) -> u64;
    /// The bytes from 0x80 on.
    fn beyond_ascii(self) -> u64;
}

/// What the processor can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// One byte after the other.
    #[cfg(not(target_arch = "x86_64"))]
    Scalar,
    /// SSE2, which every x86_64 has.
    #[cfg(target_arch = "x86_64")]
    Sixteen,
    /// AVX-512 with instructions for bytes.
    #[cfg(target_arch = "x86_64")]
    SixtyFour,
}

impl Width {
    /// The widest vectors of this processor.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn widest() -> Self {
        // AVX2 is left out: joining its halves costs what they save.
        if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("bmi2") {
            Self::SixtyFour
        } else {
            Self::Sixteen
        }
    }

    /// All vectors of this processor.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let mut all = vec![Self::Sixteen, Self::SixtyFour];
        #[cfg(not(target_arch = "x86_64"))]
        let mut all = vec![Self::Scalar];
        let widest = all.iter().position(|width| *width == Self::widest()).unwrap_or(0);
        all.truncate(widest + 1);
        all
    }

    /// The widest vectors of this processor.
    #[cfg(not(target_arch = "x86_64"))]
    pub(super) fn widest() -> Self {
        Self::Scalar
    }
}

/// No vectors at all: for other processors, and to test the others against.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Scalar([u8; BLOCK]);

#[cfg(any(test, not(target_arch = "x86_64")))]
impl Scalar {
    fn bits(self, is: impl Fn(u8) -> bool) -> u64 {
        self.0.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(is(*byte)))
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
impl Lanes for Scalar {
    unsafe fn masks(block: &[u8; BLOCK]) -> Masks {
        Masks::of(Self(*block))
    }

    fn folded(self) -> Self {
        Self(self.0.map(|byte| byte | 0x20))
    }

    fn within(self, first: u8, count: u8) -> u64 {
        self.bits(|byte| byte.wrapping_sub(first) < count)
    }

    fn equal(self, byte: u8) -> u64 {
        self.bits(|own| own == byte)
    }

    fn beyond_ascii(self) -> u64 {
        self.bits(|byte| byte >= 0x80)
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx512, Sse2};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{BLOCK, Lanes, Masks};

    #[derive(Clone, Copy)]
    pub(in super::super) struct Sse2(__m128i);

    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512(__m512i);

    /// A range of bytes in signed comparisons: what moves `first` to the least value, and what the last is then below.
    fn range(first: u8, count: u8) -> (i8, i8) {
        (128u8.wrapping_sub(first).cast_signed(), count.wrapping_add(128).cast_signed())
    }

    impl Lanes for Sse2 {
        #[inline(always)]
        unsafe fn masks(block: &[u8; BLOCK]) -> Masks {
            let mut masks = Masks::default();
            for (quarter, bytes) in block.chunks_exact(16).enumerate() {
                // SAFETY: every x86_64 processor has SSE2; there are 16 bytes, and no alignment is needed.
                let own = Masks::of(Self(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }));
                for (mask, own) in masks.0.iter_mut().zip(own.0) {
                    *mask |= own << (16 * quarter);
                }
            }
            masks
        }

        #[inline(always)]
        fn folded(self) -> Self {
            // SAFETY: every x86_64 processor has SSE2.
            Self(unsafe { _mm_or_si128(self.0, _mm_set1_epi8(0x20)) })
        }

        #[inline(always)]
        fn within(self, first: u8, count: u8) -> u64 {
            let (start, end) = range(first, count);
            // SAFETY: every x86_64 processor has SSE2.
            unsafe {
                let moved = _mm_add_epi8(self.0, _mm_set1_epi8(start));
                Self(_mm_cmplt_epi8(moved, _mm_set1_epi8(end))).beyond_ascii()
            }
        }

        #[inline(always)]
        fn equal(self, byte: u8) -> u64 {
            // SAFETY: every x86_64 processor has SSE2.
            Self(unsafe { _mm_cmpeq_epi8(self.0, _mm_set1_epi8(byte.cast_signed())) }).beyond_ascii()
        }

        #[inline(always)]
        fn beyond_ascii(self) -> u64 {
            // SAFETY: every x86_64 processor has SSE2.
            unsafe { _mm_movemask_epi8(self.0) as u64 & 0xFFFF }
        }
    }

    impl Lanes for Avx512 {
        #[inline(always)]
        unsafe fn masks(block: &[u8; BLOCK]) -> Masks {
            // SAFETY: the caller has AVX-512; the vector is as long as the block, and no alignment is needed.
            Masks::of(Self(unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }))
        }

        #[inline(always)]
        fn folded(self) -> Self {
            // SAFETY: the value proves that there is AVX-512.
            Self(unsafe { _mm512_or_si512(self.0, _mm512_set1_epi8(0x20)) })
        }

        #[inline(always)]
        fn within(self, first: u8, count: u8) -> u64 {
            let (start, end) = range(first, count);
            // SAFETY: the value proves that there is AVX-512.
            unsafe {
                _mm512_cmplt_epi8_mask(
                    _mm512_add_epi8(self.0, _mm512_set1_epi8(start)),
                    _mm512_set1_epi8(end),
                )
            }
        }

        #[inline(always)]
        fn equal(self, byte: u8) -> u64 {
            // SAFETY: the value proves that there is AVX-512.
            unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte.cast_signed())) }
        }

        #[inline(always)]
        fn beyond_ascii(self) -> u64 {
            // SAFETY: the value proves that there is AVX-512.
            unsafe { _mm512_movepi8_mask(self.0) }
        }
    }
}
