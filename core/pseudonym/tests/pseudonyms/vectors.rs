//! Pseudonyms that must never change: keys of old cases have to stay readable.

use crate::support::{pseudonyms, written};
use candor_pseudonym::{Ipv4Spelling, MacSpelling, NameKind};

const CISCO: MacSpelling = MacSpelling { separator: Some(b'.'), group: 4, upper: false };
const DASHES: MacSpelling = MacSpelling { separator: Some(b'-'), group: 2, upper: true };

/// Each original, as it is given back, with its pseudonym under the key `00 01 … 1f`.
fn pairs() -> Vec<(&'static str, String)> {
    let p = pseudonyms(0);
    let name = |kind, text: &str| written(|out| p.name(kind, text.as_bytes(), out));
    let host = |text: &str, kept| written(|out| p.host(text.as_bytes(), kept, out));
    let ipv4 = |text: &str, spelling| {
        written(|out| {
            p.ipv4_text(text.parse().unwrap(), spelling, out);
            Ok(())
        })
    };
    let ipv6 = |text: &str| {
        written(|out| {
            p.ipv6_text(text.parse().unwrap(), out);
            Ok(())
        })
    };
    let mac = |spelling| written(|out| p.mac_text([0x52, 0x54, 0x00, 0x12, 0x34, 0x56], spelling, out));
    let with = |out: String, suffix: &str| out + suffix;
    vec![
        ("alice", name(NameKind::User, "Alice")),
        ("alice", name(NameKind::Name, "alice")),
        ("Alice Müller", name(NameKind::Person, "Alice Müller")),
        ("", name(NameKind::Name, "")),
        ("S4EVNX0M812345K", name(NameKind::Serial, "S4EVNX0M812345K")),
        (
            "the-quick-brown-fox-jumps-over-the-lazy-dog",
            name(NameKind::Ssid, "the-quick-brown-fox-jumps-over-the-lazy-dog"),
        ),
        ("52.5200,13.4050", name(NameKind::Geo, "52.5200,13.4050")),
        ("web01", host("WEB01", 0)),
        ("web01.corp.example.com", host("web01.corp.example.com", 1)),
        ("example.co.uk.", host("example.co.uk.", 2)),
        ("alice@example.com", written(|out| p.email(b"Alice", b"Example.COM", 1, out))),
        ("10.0.5.7", ipv4("10.0.5.7", Ipv4Spelling::Dotted)),
        ("203.0.112.9", ipv4("203.0.112.9", Ipv4Spelling::Dotted)),
        ("192-168-0-66", ipv4("192.168.0.66", Ipv4Spelling::Dashed)),
        ("7.5.0.10.in-addr.arpa", with(ipv4("10.0.5.7", Ipv4Spelling::Reversed), ".in-addr.arpa")),
        ("5.0.10.in-addr.arpa", with(written(|out| p.ipv4_zone_text(&[10, 0, 5], out)), ".in-addr.arpa")),
        ("10.0.5.0/24", written(|out| p.ipv4_prefix_text([10, 0, 5, 0].into(), 24, out))),
        ("10.0.5.7/24", written(|out| p.ipv4_prefix_text([10, 0, 5, 7].into(), 24, out))),
        ("2001:db8::1", ipv6("2001:db8::1")),
        ("fd12:3456:789a::1", ipv6("fd12:3456:789a::1")),
        ("fe80::5054:ff:fe12:3456", ipv6("fe80::5054:ff:fe12:3456")),
        ("::ffff:10.0.5.7", ipv6("::ffff:10.0.5.7")),
        ("64:ff9b::a00:507", ipv6("64:ff9b::10.0.5.7")),
        ("fec0::1", ipv6("fec0::1")),
        ("2001:db8::/32", written(|out| p.ipv6_prefix_text("2001:db8::".parse().unwrap(), 32, out))),
        (
            "8.b.d.0.1.0.0.2.ip6.arpa",
            with(written(|out| p.ipv6_zone_text("2001:db8::".parse().unwrap(), 8, out)), ".ip6.arpa"),
        ),
        ("52:54:00:12:34:56", mac(MacSpelling::COLONS)),
        ("52-54-00-12-34-56", mac(DASHES)),
        ("5254.0012.3456", mac(CISCO)),
        ("525400123456", mac(MacSpelling::BARE)),
        (
            "0d3f6c1e-98f2-4a51-b8e0-6a2d5c7f1b94",
            written(|out| p.uuid(b"0d3f6c1e-98f2-4a51-b8e0-6a2d5c7f1b94", out)),
        ),
        ("0d3f6c1e98f24a51b8e06a2d5c7f1b94", written(|out| p.uuid(b"0d3f6c1e98f24a51b8e06a2d5c7f1b94", out))),
        (
            "S-1-5-21-1180699209-877415012-3182924384-1004",
            written(|out| p.sid(b"S-1-5-21-1180699209-877415012-3182924384-1004", out)),
        ),
        ("+49 5550 113 927", written(|out| p.digits(b"+49 5550 113 927", out))),
        ("+495550113927", written(|out| p.digits(b"+495550113927", out))),
        ("(030) 555-0113", written(|out| p.digits(b"(030) 555-0113", out))),
        ("4000123412341234", written(|out| p.digits(b"4000123412341234", out))),
        ("DE00500105175407324931", written(|out| p.iban(b"DE00500105175407324931", out))),
        ("DE00 5001 0517 5407 3249 31", written(|out| p.iban(b"DE00 5001 0517 5407 3249 31", out))),
    ]
}

const PSEUDONYMS: &[&str] = &[
    "user-px-bi6dpuyl2k",
    "name-px-foelogirjr",
    "person-px-eijamoxisnt5r4ysbsiah7njy",
    "name-px-4pf6ga7btn",
    "serial-px-u4t4x3emujyci6okaya4fydrcsol",
    "ssid-px-7o4jvwsozdaieymgpmtffx7l2wkxfsezaglaoa65en2unpmzp",
    "geo-px-qaba3lgf734efcqhryeq6s7ljuzb",
    "host-px-mxbwmrkuvr",
    "host-px-mxbwmrkuvr.px-bkgt55xln5.px-24l7gjfmgvo.com",
    "host-px-24l7gjfmgvo.co.uk.",
    "user-px-bi6dpuyl2k@host-px-24l7gjfmgvo.com",
    "10.72.165.235~",
    "203.0.112.32~",
    "192-168-51-218~",
    "235.165.72.10~.in-addr.arpa",
    "165.72.10~.in-addr.arpa",
    "10.72.165.0~/24",
    "10.72.165.235~/24",
    "579C:3A90:A67F:1E22:57DA:556E:D7A1:B2C9",
    "FCFD:84CA:D04A:F571:C0F7:046B:2655:E6DE",
    "FEB0:0000:0000:0000:1120:DD4D:B528:F4EB",
    "::ffff:10.72.165.235~",
    "64:ff9b::a48:a5eb~",
    "fec4:86af:21d9:f897:d655:20d8:2881:19cd~",
    "579C:3A90:0000:0000:0000:0000:0000:0000/32",
    "0.9.a.3.c.9.7.5~.ip6.arpa",
    "d2:8a:4a:3a:5e:0f~",
    "D2-8A-4A-3A-5E-0F~",
    "d28a.4a3a.5e0f~",
    "d28a4a3a5e0f~",
    "a1380df8-a80a-40b2-b8a1-2df9da42630f~",
    "a1380df8a80a40b2b8a12df9da42630f~",
    "S-1-5-21-1032158657-3059077216-354150228-1004~",
    "~+49 1785 653 627~",
    "+491785653627~",
    "~(625) 909-3232~",
    "3388181534281396~",
    "DE3YVSV2IB8AKTU9N38EFB~",
    "~DE3Y VSV2 IB8A KTU9 N38E FB~",
];

#[test]
fn pseudonyms_never_change() {
    let made: Vec<String> = pairs().into_iter().map(|(_, pseudonym)| pseudonym).collect();
    assert_eq!(made, PSEUDONYMS);
}

#[test]
fn pseudonyms_of_all_forms_are_translated_back() {
    let p = pseudonyms(0);
    for (original, pseudonym) in pairs() {
        for text in [pseudonym.clone(), format!("x={pseudonym} y"), format!("\"{pseudonym}\",")] {
            let revealed = p.reveal(text.as_bytes());
            assert_eq!(revealed.display(), text.replace(&pseudonym, original));
            assert!(revealed.found.iter().all(|found| found.original.is_some()), "{revealed:?}");
        }
    }
}

#[test]
fn the_key_is_named_the_same_for_ever() {
    assert_eq!(pseudonyms(0).key_id(), "b57b1674d442e6c7");
}
