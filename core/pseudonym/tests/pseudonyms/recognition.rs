//! What is a pseudonym, and what only looks like one.

use candor_pseudonym::recognise::{self, is_ipv6_pseudonym, is_name_pseudonym, name_pseudonym_at};
use candor_pseudonym::{Kind, MAX_NAME_BYTES, NameKind, Unfit};

use crate::support::{pseudonyms, written};

#[test]
fn pseudonyms_of_names_are_recognised() {
    for text in [
        "user-px-abcdefghij",
        "person-px-abcdefghijklmnopqrstuvwxyz234567",
        "serial-px-2222222222",
        "ssid-px-abcdefghij",
        "name-px-abcdefghij",
        "geo-px-abcdefghij",
        "host-px-abcdefghij",
        "host-px-abcdefghij.px-abcdefghij.px-klmnopqrst",
        "px-abcdefghij",
    ] {
        assert!(is_name_pseudonym(text.as_bytes()), "{text}");
    }
}

#[test]
fn near_misses_are_no_pseudonyms_of_names() {
    for text in [
        "",
        "px-",
        "user-px-",
        "user-px-abcdefghi",
        "user-px-abcdefghi1",
        "user-px-abcdefghij8",
        "user-px-abcdefghijK",
        "USER-PX-ABCDEFGHIJ",
        "User-px-abcdefghij",
        "user_px-abcdefghij",
        "user-px_abcdefghij",
        "user--px-abcdefghij",
        "users-px-abcdefghij",
        "group-px-abcdefghij",
        "px-abcde-fghij",
        "apx-abcdefghij",
        "host-px-abcdefghij.com",
        "host-px-abcdefghij.px-short",
        "host-px-abcdefghij.host-px-abcdefghij",
        "user-px-abcdefghij.px-abcdefghij",
        " user-px-abcdefghij",
        "user-px-abcdefghij ",
    ] {
        assert!(!is_name_pseudonym(text.as_bytes()), "{text}");
    }
    let long = format!("user-px-{}", "a".repeat(recognise::LONGEST_NAME));
    assert!(!is_name_pseudonym(long.as_bytes()));
}

#[test]
fn pseudonyms_begin_and_end_words() {
    let at = |text: &str, at| name_pseudonym_at(text.as_bytes(), at);
    assert_eq!(at("/home/user-px-abcdefghij/.ssh", 6), Some(24));
    assert_eq!(at("superuser-px-abcdefghij", 5), None);
    assert_eq!(at("user-px-abcdefghij@host-px-abcdefghij.com", 0), Some(18));
    assert_eq!(at("user-px-abcdefghij@host-px-abcdefghij.com", 19), Some(37));
    assert_eq!(at("host-px-abcdefghij.px-abcdefghij.com:443", 0), Some(32));
    assert_eq!(at("host-px-abcdefghij.px-abcdefghij", 19), Some(32));
    assert_eq!(at("user-px-abcdefghij", 1), None);
    assert_eq!(at("user-px-abcdefghij", 99), None);
    assert_eq!(at("user-px-abcdefghij", usize::MAX), None);
}

#[test]
fn the_longest_name_fits_its_bound() {
    let pseudonym = written(|out| pseudonyms(0).name(NameKind::Person, &[0xff; MAX_NAME_BYTES], out));
    assert_eq!(pseudonym.len() + 1, recognise::LONGEST_NAME);
    assert!(is_name_pseudonym(pseudonym.as_bytes()));
    let too_long = pseudonyms(0).name(NameKind::Person, &[0xff; MAX_NAME_BYTES + 1], &mut Vec::new());
    assert_eq!(too_long, Err(Unfit::TooLong));
}

#[test]
fn ipv6_pseudonyms_are_written_in_full_and_upper_case_in_unused_ranges() {
    for text in [
        "4A31:90C2:0000:0000:0000:0000:0000:0001",
        "5FFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF",
        "4000:0000:0000:0000:0000:0000:0000:0000",
        "FC12:3456:789A:BCDE:F012:3456:789A:BCDE",
        "FEB0:0000:0000:0000:1234:5678:9ABC:DEF0",
    ] {
        assert!(is_ipv6_pseudonym(text.as_bytes()), "{text}");
    }
    for text in [
        "4a31:90c2:0000:0000:0000:0000:0000:0001",
        "4A31:90C2::1",
        "4A31:90C2:0:0:0:0:0:1",
        "2A31:90C2:0000:0000:0000:0000:0000:0001",
        "3FFF:90C2:0000:0000:0000:0000:0000:0001",
        "6000:90C2:0000:0000:0000:0000:0000:0001",
        "FD12:3456:789A:BCDE:F012:3456:789A:BCDE",
        "FE80:0000:0000:0000:1234:5678:9ABC:DEF0",
        "FEB0:0000:0000:0001:1234:5678:9ABC:DEF0",
        "4A31:90C2:0000:0000:0000:0000:0000:000G",
        "4A31-90C2-0000-0000-0000-0000-0000-0001",
        "4A31:90C2:0000:0000:0000:0000:0000:0001 ",
        "4A31:90C2:0000:0000:0000:0000:0000:001",
    ] {
        assert!(!is_ipv6_pseudonym(text.as_bytes()), "{text}");
    }
}

#[test]
fn text_without_pseudonyms_stays_as_it_is() {
    let p = pseudonyms(0);
    for text in [
        "~",
        "~~~~~~",
        "~/.ssh/config ~root ~alice",
        "notes.txt~ main.rs~ #draft~",
        "1.20190815~dfsg-1 17.0.21.1~rc2 2:8.39-15~bpo12",
        "10.0.5.7 10.0.5.7/24 192-168-0-66",
        "256.1.1.1~ 1.2.3~ 01.2.3.4~ 1.2.3.4.~",
        "12345~ +4912~ x123456~ a+b~",
        "52:54:00:12:34~ 52:54:00:12:34:5g~ 5254:0012.3456~",
        "0d3f6c1e-98f2-4a51-b8e0-6a2d5c7f1b9~ 0d3f6c1e98f24a51b8e06a2d5c7f1b9~",
        "S-1-5-18~ S-1-5-21-1-2-3-~ S-1-5-21-01000-2000-3000~",
        "DE00~ 00DE00500105175407324931~",
        "fe80::1 FE80::1~ ::g~ 1::2::3~",
        "1.2.in-addr.arpa ~.in-addr.arpa 256~.in-addr.arpa 1..2~.in-addr.arpa",
        "~.ip6.arpa 12.3~.ip6.arpa g.1~.ip6.arpa",
        "user-px-short",
        "4a31:90c2:0000:0000:0000:0000:0000:0001",
        "A4A31:90C2:0000:0000:0000:0000:0000:0001 4A31:90C2:0000:0000:0000:0000:0000:0001:5",
    ] {
        let revealed = p.reveal(text.as_bytes());
        assert_eq!(revealed.display(), text);
        assert_eq!(revealed.found, [], "{text}");
    }
}

#[test]
fn a_line_with_many_pseudonyms_is_translated_in_order() {
    let p = pseudonyms(0);
    let host = written(|out| p.host(b"web01", 0, out));
    let user = written(|out| p.name(NameKind::User, b"alice", out));
    let phone = written(|out| p.digits(b"0171 555 0113", out));
    let address = written(|out| {
        p.ipv4_text([10, 0, 5, 7].into(), candor_pseudonym::Ipv4Spelling::Dotted, out);
        Ok(())
    });
    let line = format!("~ {host} sshd: {user}@{address}:22 {address},{address} tel:{phone}{phone} ~/x");
    let revealed = p.reveal(line.as_bytes());
    assert_eq!(
        revealed.display(),
        "~ web01 sshd: alice@10.0.5.7:22 10.0.5.7,10.0.5.7 tel:0171 555 01130171 555 0113 ~/x"
    );
    let kinds: Vec<Kind> = revealed.found.iter().map(|found| found.kind).collect();
    let expected = [
        Kind::Host,
        Kind::Name(NameKind::User),
        Kind::Ipv4,
        Kind::Ipv4,
        Kind::Ipv4,
        Kind::Digits,
        Kind::Digits,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(revealed.found[5].pseudonym, phone);
}

#[test]
fn a_mark_in_front_of_an_address_is_not_taken_for_part_of_it() {
    let p = pseudonyms(0);
    let address = written(|out| {
        p.ipv4_text([10, 0, 5, 7].into(), candor_pseudonym::Ipv4Spelling::Dotted, out);
        Ok(())
    });
    assert_eq!(p.reveal(format!("~{address}").as_bytes()).display(), "~10.0.5.7");
}

#[test]
fn the_mark_behind_a_value_is_seen() {
    assert!(recognise::is_marked(b"10.83.2.77~:443", 10));
    assert!(!recognise::is_marked(b"10.83.2.77", 10));
    assert!(!recognise::is_marked(b"", usize::MAX));
}

#[test]
fn parts_of_a_number_between_marks_are_seen() {
    let text = b"a 030 ~+49 5550 113 927~ 030 b~";
    let within = |part: &[u8]| {
        let start = text.windows(part.len()).position(|window| window == part).unwrap();
        recognise::is_between_marks(text, start, start + part.len())
    };
    assert!(within(b"+49 5550"));
    assert!(within(b"113 927"));
    assert!(!within(b"a 030"));
    assert!(!within(b" b"));
    assert!(!recognise::is_between_marks(text, 3, usize::MAX));
}

#[test]
fn values_without_the_shape_of_their_kind_get_no_pseudonym() {
    let p = pseudonyms(0);
    let mut out = Vec::new();
    assert_eq!(p.digits(b"12345", &mut out), Err(Unfit::TooShort));
    assert_eq!(p.digits(b"+4912345", &mut out), Err(Unfit::TooShort));
    assert_eq!(p.digits(b"12345678901234567890", &mut out), Err(Unfit::TooLong));
    assert_eq!(p.digits(b"12345a", &mut out), Err(Unfit::Malformed));
    assert_eq!(p.iban(b"DE0050010517", &mut out), Err(Unfit::Malformed));
    assert_eq!(
        p.iban(b"DE345678901234567890123456789012", &mut out),
        Err(Unfit::Malformed),
        "could be a machine id"
    );
    assert_eq!(p.uuid(b"0d3f6c1e", &mut out), Err(Unfit::Malformed));
    assert_eq!(p.sid(b"S-1-5-18", &mut out), Err(Unfit::Malformed));
    assert_eq!(p.ipv4_zone_text(&[], &mut out), Err(Unfit::Malformed));
    assert_eq!(p.ipv4_zone_text(&[1; 5], &mut out), Err(Unfit::Malformed));
    assert_eq!(p.ipv4_prefix_text([1; 4].into(), 33, &mut out), Err(Unfit::Malformed));
    assert_eq!(p.ipv6_prefix_text(1.into(), 129, &mut out), Err(Unfit::Malformed));
    assert_eq!(p.ipv6_zone_text(1.into(), 33, &mut out), Err(Unfit::Malformed));
    assert_eq!(out, b"");
}
