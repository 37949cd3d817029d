//! Arithmetic with CRC-32: what is known of parts gives what is wanted of the whole, without reading the rest.
//!
//! The check sum of a file that goes on behind a part is that part's, moved by as many places as follow, and combined with what
//! follows by exclusive or. Moving is multiplication by a power of x modulo a primitive polynomial, so it can be undone: after
//! 2^32 − 1 steps it begins anew (Lidl and Niederreiter, *Finite Fields*, theorem 3.16).

/// Moves that come round to where they began. Prime to 8, so that the bits of whole bytes come round after as many bytes.
const ORDER: u64 = (1 << 32) - 1;

/// The check sum of a beginning, from that of the whole and that of the end.
pub(crate) fn of_beginning(whole: u32, end: u32, end_bytes: u64) -> u32 {
    moved(whole ^ end, ORDER - end_bytes % ORDER)
}

/// The check sum of the whole after one part became another of the same length, with `behind_bytes` bytes behind it.
pub(crate) fn with_replaced(whole: u32, before: u32, after: u32, behind_bytes: u64) -> u32 {
    whole ^ moved(before ^ after, behind_bytes)
}

fn moved(sum: u32, bytes: u64) -> u32 {
    let mut moved = crc32fast::Hasher::new_with_initial_len(sum, 0);
    moved.combine(&crc32fast::Hasher::new_with_initial_len(0, bytes));
    moved.finalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_give_the_whole(
            first in prop::collection::vec(any::<u8>(), 0..300),
            pair in prop::collection::vec(any::<(u8, u8)>(), 0..300),
            last in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let (before, after): (Vec<u8>, Vec<u8>) = pair.into_iter().unzip();
            let sum = |parts: &[&[u8]]| crc32fast::hash(&parts.concat());
            let whole = sum(&[&first, &before, &last]);
            prop_assert_eq!(of_beginning(whole, sum(&[&last]), last.len() as u64), sum(&[&first, &before]));
            let replaced = with_replaced(whole, sum(&[&before]), sum(&[&after]), last.len() as u64);
            prop_assert_eq!(replaced, sum(&[&first, &after, &last]));
        }
    }

    #[test]
    fn lengths_beyond_the_order_come_round() {
        let zeros = |bytes| crate::edit::blank::crc32_of_zeros(bytes);
        for end_bytes in [ORDER - 1, ORDER, ORDER + 1, 3 * ORDER + 7] {
            let mut whole = crc32fast::Hasher::new();
            whole.update(b"beginning");
            whole.combine(&crc32fast::Hasher::new_with_initial_len(zeros(end_bytes), end_bytes));
            let beginning = of_beginning(whole.finalize(), zeros(end_bytes), end_bytes);
            assert_eq!(beginning, crc32fast::hash(b"beginning"), "{end_bytes}");
        }
    }
}
