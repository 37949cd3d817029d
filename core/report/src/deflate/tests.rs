use std::collections::BTreeSet;
use std::io::{Read, Write};

use proptest::prelude::*;

use super::*;

fn inflate(stream: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::DeflateDecoder::new(stream).read_to_end(&mut out).unwrap();
    out
}

fn text(bytes: usize) -> Vec<u8> {
    (0..)
        .flat_map(|number| format!("line {number} of {}\n", number * 7919 % 1013).into_bytes())
        .take(bytes)
        .collect()
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

fn stream(pieces: &[&[u8]]) -> Vec<u8> {
    let mut deflater = Deflater::new();
    let mut out = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        deflater.piece(piece, number + 1 == pieces.len(), &mut out);
    }
    out
}

#[test]
fn pieces_made_apart_read_as_one_stream() {
    let (text, noise) = (text(300_000), noise(200_000));
    for pieces in [[&text[..], &noise, &text], [&noise, &text, &noise], [&text, &text[..1], &noise[..70_000]]]
    {
        assert_eq!(inflate(&stream(&pieces)), pieces.concat());
    }
}

#[test]
fn what_does_not_shrink_grows_by_the_block_headers_only() {
    let noise = noise(1 << 20);
    assert_eq!(stream(&[&noise]).len(), stored_length(noise.len()));
    assert_eq!(stream(&[&noise[..1000]]).len(), 1005);
}

#[test]
fn whole_artifacts_read_back_or_are_left_alone() {
    let mut deflater = Deflater::new();
    for bytes in [text(900_000), text(300), vec![b'a'; 200]] {
        let mut out = b"before".to_vec();
        assert!(deflater.whole(&bytes, &mut out));
        assert!(out.len() < bytes.len() && inflate(&out[6..]) == bytes);
    }
    for bytes in [noise(900_000), noise(300), b"a".to_vec(), Vec::new()] {
        let mut out = b"before".to_vec();
        assert!(!deflater.whole(&bytes, &mut out));
        assert_eq!(out, b"before");
    }
}

#[test]
fn an_empty_piece_is_a_valid_stream() {
    assert_eq!(inflate(&stream(&[b""])), b"");
}

/// How a block's bytes are coded (RFC 1951, 3.2.3).
fn kind(stream: &[u8], begin: usize) -> u8 {
    let bit = |place: usize| stream[place / 8] >> (place % 8) & 1;
    bit(begin + 1) | bit(begin + 2) << 1
}

/// A complete stream of libdeflate's, and where its last block is.
fn complete(bytes: &[u8]) -> (Vec<u8>, LastBlock) {
    let mut out = vec![0; stored_length(bytes.len())];
    let length = libdeflater::Compressor::new(LEVEL).deflate_compress(bytes, &mut out).unwrap();
    out.truncate(length);
    let block = Blocks::new().last(&out).unwrap();
    (out, block)
}

/// The piece is followed by itself and by an end, and reads back.
fn can_be_followed(bytes: &[u8]) {
    assert_eq!(inflate(&stream(&[bytes, bytes, b"end"])), [bytes, bytes, b"end"].concat());
}

#[test]
fn pieces_whose_last_block_is_of_any_kind_can_be_followed() {
    let (text, noise) = (text(400_000), noise(60_000));
    let samples: [&[u8]; 8] = [
        b"a",
        b"abcabcabc",
        &text[..60],
        &text[..5000],
        &text,
        &[&text, &noise[..]].concat(),
        &noise,
        &[7; 1 << 20],
    ];
    let mut kinds = BTreeSet::new();
    for bytes in samples {
        let (stream, block) = complete(bytes);
        kinds.insert(kind(&stream, block.begin));
        can_be_followed(bytes);
    }
    assert_eq!(kinds, BTreeSet::from([0, 1, 2]));
}

#[test]
fn a_last_block_is_found_whether_it_is_the_only_one_or_one_of_many() {
    assert_eq!(complete(&[7; 1000]).1.begin, 0);
    let (stream, block) = complete(&text(1 << 20));
    assert!(block.begin > 0 && block.begin < block.end && block.end <= stream.len() * 8);
}

#[test]
fn pieces_can_be_followed_wherever_in_a_byte_they_end() {
    let text = text(3000);
    let mut ends = BTreeSet::new();
    for length in (100..3000).step_by(37) {
        ends.insert(complete(&text[..length]).1.end % 8);
        can_be_followed(&text[..length]);
    }
    assert_eq!(ends, (0..8).collect());
}

#[test]
fn equal_pieces_give_equal_bytes_whatever_was_made_before() {
    let (text, noise) = (text(500_000), noise(100_000));
    let mut deflater = Deflater::new();
    let mut make = |bytes: &[u8]| {
        let mut out = Vec::new();
        deflater.piece(bytes, false, &mut out);
        out
    };
    let first = make(&text);
    make(&[&noise, &text[..70_000]].concat());
    assert_eq!(make(&text), first);
}

#[test]
fn the_blocks_of_other_compressors_are_found_too() {
    let bytes = [text(300_000), noise(100_000), text(1000)].concat();
    for level in 0..=9 {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
        encoder.write_all(&bytes).unwrap();
        let mut stream = encoder.finish().unwrap();
        let mut deflater = Deflater::new();
        deflater.reopen(0, &mut stream).unwrap();
        deflater.piece(b"end", true, &mut stream);
        assert_eq!(inflate(&stream), [&bytes[..], b"end"].concat(), "level {level}");
    }
}

#[test]
fn what_is_not_one_whole_stream_has_no_last_block() {
    let (stream, _) = complete(&text(100_000));
    let mut blocks = Blocks::new();
    for length in (0..stream.len()).step_by(101) {
        assert_eq!(blocks.last(&stream[..length]), None, "{length}");
    }
    assert_eq!(blocks.last(&[&stream[..], b"more"].concat()), None);
}

/// Texts of few and of many symbols, repetitive to random, joined.
fn mixture() -> impl Strategy<Value = Vec<u8>> {
    let part = (1_u8.., 0_usize..40_000, any::<u64>()).prop_map(|(symbols, length, seed)| {
        let mut state = seed | 1;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Small values are more frequent, so that codes are of many lengths.
            let (first, second) = ((state >> 33) as u8, (state >> 41) as u8);
            (u16::from(first.min(second)) * u16::from(symbols) / 256) as u8
        };
        let mut bytes: Vec<u8> = std::iter::repeat_with(next).take(length).collect();
        bytes.extend_from_within(length / 3..length / 2);
        bytes
    });
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_of_any_content_and_size_read_as_one_stream(pieces in prop::collection::vec(mixture(), 1..5)) {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        prop_assert!(inflate(&stream(&pieces)) == pieces.concat());
    }

    #[test]
    fn no_bytes_make_the_search_for_blocks_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), place in any::<usize>()) {
        let mut blocks = Blocks::new();
        let _ = blocks.last(&bytes);
        let (mut stream, _) = complete(&text(2000));
        let place = place % stream.len();
        for (old, new) in stream[place..].iter_mut().zip(bytes.iter().take(3)) {
            *old = *new;
        }
        if let Some(block) = blocks.last(&stream) {
            prop_assert!(block.begin < block.end && block.end.div_ceil(8) == stream.len());
        }
    }
}
