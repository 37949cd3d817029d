//! Takes the addresses of the local network out of text, wherever and however they are written.
//!
//! Found are: IPv4 with dots, with a port, a prefix length or leading zeros, in part (`192.168.`, `10/8`), with dashes as
//! in `ip-10-0-0-5`, after `0x`; IPv6 in any spelling; the names of reverse lookups; and hardware addresses, because a
//! link-local address is made of one. In doubt (a version `10.2.3.4`) it is taken out.

use std::net::Ipv4Addr;

use serde_json::Value;
use std::borrow::Cow;

use crate::local::LocalNetwork;
use crate::spelling::{Place, end_of, has_quad, in_run};

/// What stands in an address's place.
pub(crate) const OMITTED: &str = "omitted";

/// The text without addresses of the local network.
pub(crate) fn text<'a>(network: &LocalNetwork, text: &'a str) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    let mut output = String::new();
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        if !in_run(bytes[at]) {
            at += 1;
            continue;
        }
        let end = end_of(bytes, at, in_run);
        let place = Place { network, text, start: at, end };
        if let Some((from, to)) = place.find() {
            output.push_str(&text[copied..from]);
            output.push_str(OMITTED);
            copied = to;
            at = to;
        } else {
            at = end;
        }
    }
    output.push_str(&text[copied..]);
    let found = if copied == 0 { Cow::Borrowed(text) } else { Cow::Owned(output) };
    match dashed(network, &found) {
        Some(without) => Cow::Owned(without),
        None => found,
    }
}

/// Goes through all texts and keys of a JSON value.
pub(crate) fn json(network: &LocalNetwork, value: &mut Value) {
    match value {
        Value::String(string) => {
            if let Cow::Owned(without) = text(network, string) {
                *string = without;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| json(network, item)),
        Value::Object(members) => {
            let all = std::mem::take(members);
            for (key, mut member) in all {
                json(network, &mut member);
                members.insert(text(network, &key).into_owned(), member);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Names such as `ip-10-0-0-5`, which clouds and providers make of addresses.
fn dashed(network: &LocalNetwork, text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let belongs = |byte: u8| byte.is_ascii_digit() || byte == b'-';
    let mut output = String::new();
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        if !belongs(bytes[at]) {
            at += 1;
            continue;
        }
        let end = end_of(bytes, at, belongs);
        if has_quad(network, text[at..end].split('-')) {
            let from = at + (end - at - text[at..end].trim_start_matches('-').len());
            output.push_str(&text[copied..from]);
            output.push_str(OMITTED);
            copied = end;
        }
        at = end;
    }
    (copied > 0).then(|| output + &text[copied..])
}

/// Members of the rules' JSON whose numbers are no addresses.
const COUNTS: [&str; 7] = ["bytes", "packets", "handle", "offset", "len", "prio", "quota"];

/// Goes through the numbers of a firewall's rules as JSON, where raw expressions write an address as one number.
pub(crate) fn numbers(network: &LocalNetwork, value: &mut Value) {
    match value {
        Value::Number(number) => {
            let bits = number.as_u64().map(|number| u32::try_from(number).ok());
            let is_local = match bits {
                Some(bits) => bits.is_some_and(|bits| network.contains(Ipv4Addr::from(bits).into())),
                // Past 64 bits nothing but an address of IPv6 is left, and it cannot be told which.
                None => number.as_i64().is_none(),
            };
            if is_local {
                *value = Value::String(OMITTED.to_owned());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| numbers(network, item)),
        Value::Object(members) => {
            let wanted = members.iter_mut().filter(|(key, _)| !COUNTS.contains(&key.as_str()));
            wanted.for_each(|(_, member)| numbers(network, member));
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;
    use proptest::prelude::*;

    fn network() -> LocalNetwork {
        let mut network = LocalNetwork::default();
        let mut bytes = vec![2, 24, 0, 0, 4, 0, 0, 0];
        bytes.extend([8, 0, 1, 0, 203, 0, 113, 7]);
        network.learn(&[crate::address::parse(&bytes).unwrap()], &[], &[]);
        network
    }

    fn omit(input: &str) -> String {
        text(&network(), input).into_owned()
    }

    #[test]
    fn addresses_of_the_local_network_go_however_they_are_written() {
        for (input, expected) in [
            ("nameserver 192.168.1.1", "nameserver omitted"),
            ("nameserver 192.168.1.1.\n", "nameserver omitted.\n"),
            ("http://10.0.0.5:8080/x", "http://omitted:8080/x"),
            ("10.0.0.0/8,172.16.0.0/12", "omitted/8,omitted/12"),
            ("10.0.0.1-10.0.0.9", "omitted-omitted"),
            ("010.000.000.005", "omitted"),
            ("dst=10.0.0.5", "dst=omitted"),
            ("a10.0.0.5b", "aomittedb"),
            ("1.10.0.0.5", "omitted"),
            ("fe80::1%eth0", "omitted%eth0"),
            ("[fd00::2]:53", "[omitted]:53"),
            ("FE80:0:0:0:0:0:0:1", "omitted"),
            ("fd00::2: unreachable", "omitted: unreachable"),
            ("dns:fd00::2", "dns:omitted"),
            ("::ffff:192.168.0.9", "omitted"),
            ("::ffff:c0a8:9", "omitted"),
            ("203.0.113.200", "omitted"),
            ("52:5a:bc:66:3a:53", "omitted"),
            ("guid 00:02:c9:00:00:01:02:03", "guid omitted"),
            (
                "link/ether 52:5A:BC:66:3A:53 brd ff:ff:ff:ff:ff:ff",
                "link/ether omitted brd ff:ff:ff:ff:ff:ff",
            ),
            ("5.0.0.10.in-addr.arpa", "omitted.in-addr.arpa"),
            ("168.192.in-addr.arpa.", "omitted.in-addr.arpa."),
            ("113.0.203.IN-ADDR.ARPA", "omitted.IN-ADDR.ARPA"),
            ("0.8.e.f.ip6.arpa", "omitted.ip6.arpa"),
            ("ip-10-0-0-5.internal", "ip-omitted.internal"),
            ("no_proxy=localhost,192.168.,10.*,10/8", "no_proxy=localhost,omitted.,omitted.*,omitted/8"),
            ("@nh,96,32 0xc0a80101", "@nh,96,32 0xomitted"),
            ("@nh,96,32 0xa000001", "@nh,96,32 0xomitted"),
            (":10.0.0.1:80:", ":omitted:80:"),
            ("host:10.0.0.1:80", "host:omitted:80"),
            ("x:fd00::1::fd00::2", "x:omitted::omitted"),
        ] {
            assert_eq!(omit(input), expected, "{input}");
        }
    }

    #[test]
    fn everything_else_stays() {
        for input in [
            "nameserver 8.8.8.8",
            "127.0.0.1 localhost",
            "::1 ip6-localhost",
            "ff02::1 ip6-allnodes",
            "0.0.0.0/0",
            "2001:4860:4860::8888",
            "12:34:56",
            "2026-11-22T07:10:00Z",
            "std::net::IpAddr",
            "mtu 1500",
            "1.2.3",
            "version 10.2",
            "limit rate 10/second",
            "",
            "...",
            ":::",
            "5.5.8.8.in-addr.arpa",
            "0x00004000",
            "a::b::c",
            "timeout:10",
            "10.example.org",
            "f.f.f.f",
            "00:00:00:00:00:00",
            "[2001:db8::1]:443",
        ] {
            assert_eq!(omit(input), input);
        }
    }

    #[test]
    fn keys_and_values_of_json_are_gone_through() {
        let mut value =
            serde_json::json!({"10.0.0.1": ["x", {"a": "fe80::1/64"}], "n": 10, "\u{8}": "\u{c}fd00::1"});
        json(&network(), &mut value);
        assert_eq!(
            value,
            serde_json::json!({"omitted": ["x", {"a": "omitted/64"}], "n": 10, "\u{8}": "\u{c}omitted"})
        );
    }

    #[test]
    fn addresses_that_rules_write_as_one_number_go_and_counters_stay() {
        let text = r#"{"right":3232255233,"bytes":3232255233,"a":[8,134744072,-1,336294682933583715844663186250927177729]}"#;
        let mut value = serde_json::from_str(text).unwrap();
        numbers(&network(), &mut value);
        let expected = r#"{"right":"omitted","bytes":3232255233,"a":[8,134744072,-1,"omitted"]}"#;
        assert_eq!(value.to_string(), expected);
    }

    proptest! {
        #[test]
        fn any_local_address_goes_from_any_ordinary_text(
            octets in any::<[u8; 3]>(), low in any::<u64>(),
            before in "[ =,/(\"\\[]{1}", after in "[ ,/)\"\\]%]{1}|",
        ) {
            let v4 = format!("10.{}.{}.{}", octets[0], octets[1], octets[2]);
            let v6 = Ipv6Addr::from(0xfd00_u128 << 112 | u128::from(low)).to_string();
            for address in [v4, v6] {
                let without = omit(&format!("x{before}{address}{after}"));
                prop_assert_eq!(without, format!("x{before}{OMITTED}{after}"));
            }
        }

        #[test]
        fn any_text_ends_without_a_panic_and_a_second_pass_changes_nothing(input in "[0-9a-fx:.%/\\- ö*]{0,80}") {
            let once = omit(&input);
            prop_assert_eq!(omit(&once), once.clone());
        }
    }
}
