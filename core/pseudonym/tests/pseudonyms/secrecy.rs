//! What somebody without the key sees: nothing that two keys share, and no bit that is likelier than the other.

use std::collections::HashSet;

use candor_pseudonym::{MacSpelling, NameKind, Pseudonyms};

use crate::support::{pseudonyms, written};

const VALUES: u32 = 2048;

/// Pseudonyms of one value of each kind; public addresses, of which most bits are free.
fn of_each_kind(p: &Pseudonyms, seed: u32) -> Vec<String> {
    let mixed = seed.wrapping_mul(0x9e37_79b9);
    let octets = mixed.to_be_bytes();
    vec![
        written(|out| p.name(NameKind::User, format!("user{seed}").as_bytes(), out)),
        written(|out| p.host(format!("host{seed}").as_bytes(), 0, out)),
        p.ipv4([81, octets[0], octets[1], octets[2]].into()).to_string(),
        p.ipv6((0x2001_0db8 << 96 | u128::from(mixed)).into()).to_string(),
        written(|out| {
            p.mac_text([0x52, 0x54, octets[0], octets[1], octets[2], octets[3]], MacSpelling::COLONS, out)
        }),
        written(|out| p.uuid(format!("{mixed:032x}").as_bytes(), out)),
        written(|out| p.sid(format!("S-1-5-21-1-2-{mixed}").as_bytes(), out)),
        written(|out| p.digits(format!("+495550{mixed:010}").as_bytes(), out)),
        written(|out| p.iban(format!("DE00{mixed:018}").as_bytes(), out)),
    ]
}

#[test]
fn two_keys_make_unlinkable_pseudonyms() {
    let (one, other) = (pseudonyms(0), pseudonyms(1));
    assert_ne!(one.key_id(), other.key_id());
    for seed in 0..VALUES {
        for (one, other) in of_each_kind(&one, seed).iter().zip(of_each_kind(&other, seed)) {
            assert_ne!(*one, other);
        }
    }
}

#[test]
fn different_values_have_different_pseudonyms() {
    let p = pseudonyms(0);
    let all: HashSet<String> = (0..VALUES).flat_map(|seed| of_each_kind(&p, seed)).collect();
    assert_eq!(all.len(), of_each_kind(&p, 0).len() * VALUES as usize);
}

#[test]
fn short_names_fill_fifty_bits_evenly() {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
    let p = pseudonyms(0);
    let mut ones = [0_i32; 50];
    for seed in 0..VALUES {
        let pseudonym = written(|out| p.name(NameKind::User, format!("u{seed}").as_bytes(), out));
        let body = pseudonym.strip_prefix("user-px-").unwrap();
        assert_eq!(body.len(), 10);
        for (index, character) in body.bytes().enumerate() {
            let numeral = ALPHABET.iter().position(|known| *known == character).unwrap();
            for bit in 0..5 {
                ones[5 * index + bit] += (numeral >> bit & 1) as i32;
            }
        }
    }
    // Five standard deviations of a fair coin: 5 * sqrt(2048) / 2.
    assert!(ones.iter().all(|ones| (ones - VALUES as i32 / 2).abs() < 113), "{ones:?}");
}

#[test]
fn names_of_another_key_are_told_apart() {
    let (one, other) = (pseudonyms(0), pseudonyms(1));
    let foreign = |seed: &u32| {
        let pseudonym = written(|out| one.name(NameKind::User, format!("user{seed}").as_bytes(), out));
        let revealed = other.reveal(pseudonym.as_bytes());
        assert_eq!(revealed.found.len(), 1);
        let unknown = revealed.found[0].original.is_none();
        assert!(!unknown || revealed.display() == pseudonym, "what is not this key's stays");
        unknown
    };
    assert!((0..VALUES).filter(foreign).count() as u32 >= VALUES - 1);
}

#[test]
fn a_changed_character_is_noticed() {
    let p = pseudonyms(0);
    let pseudonym = written(|out| p.host(b"web01.corp.example.com", 1, out));
    let changed = pseudonym.replacen("px-", "px-a", 1);
    let found = p.reveal(changed.as_bytes()).found;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].original, None);
}
