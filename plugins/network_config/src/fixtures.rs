//! The parsers on whole answers of Linux 6.18, captured from a virtual machine with one network card, and on those
//! answers broken in every place.

use proptest::prelude::*;

use crate::attribute::Messages;
use crate::{address, link, local::LocalNetwork, neighbour, nftables, route, rule, socket};

const LINKS: &[u8] = include_bytes!("../fixtures/links.bin");
const ADDRESSES: &[u8] = include_bytes!("../fixtures/addresses.bin");
const ROUTES_IPV4: &[u8] = include_bytes!("../fixtures/routes-ipv4.bin");
const ROUTES_IPV6: &[u8] = include_bytes!("../fixtures/routes-ipv6.bin");
const NEIGHBOURS: &[u8] = include_bytes!("../fixtures/neighbours.bin");
const RULES: &[u8] = include_bytes!("../fixtures/rules-ipv4.bin");
const SOCKETS: &[u8] = include_bytes!("../fixtures/sockets-tcp-ipv4.bin");
const ALL: [&[u8]; 7] = [LINKS, ADDRESSES, ROUTES_IPV4, ROUTES_IPV6, NEIGHBOURS, RULES, SOCKETS];
const TCP: u8 = 6;

fn parsed<T>(capture: &[u8], kind: u16, parse: impl Fn(&[u8]) -> Option<T>) -> Vec<T> {
    let wanted = Messages(capture).filter(|message| message.kind == kind);
    wanted.map(|message| parse(message.payload).expect("a whole message")).collect()
}

#[test]
fn the_interfaces_of_a_machine_are_read_with_their_counters() {
    let links = parsed(LINKS, 16, link::parse);
    let names: Vec<_> = links.iter().map(|link| link.name.as_str()).collect();
    assert_eq!(names, ["lo", "ifb0", "ifb1", "eth0"]);
    let card = serde_json::to_value(&links[3]).unwrap();
    assert_eq!((&card["mtu_bytes"], &card["queueing"]), (&1400.into(), &"pfifo_fast".into()));
    assert_eq!((&card["carrier"], &card["state"]), (&true.into(), &"up".into()));
    assert!(
        card["counters"]["rx_bytes"].as_u64().unwrap() > card["counters"]["rx_packets"].as_u64().unwrap()
    );
    assert_eq!(links[1].kind.as_deref(), Some("ifb"));
}

#[test]
fn the_addresses_of_a_machine_are_read_with_their_prefixes() {
    let addresses = parsed(ADDRESSES, 20, address::parse);
    let texts: Vec<_> =
        addresses.iter().map(|address| format!("{}/{}", address.address, address.prefix_length)).collect();
    assert_eq!(texts, ["127.0.0.1/8", "192.0.2.2/24", "::1/128", "fd00::2/64", "fe80::fc:ff:fe00:1/64"]);
    assert_eq!(addresses[3].flags, ["nodad", "permanent"]);
}

#[test]
fn the_routes_of_a_machine_are_read_with_their_tables() {
    let routes = parsed(ROUTES_IPV4, 24, route::parse);
    assert_eq!((routes[0].destination.as_str(), routes[0].table.as_str()), ("default", "main"));
    assert_eq!(routes[0].hops[0].gateway.unwrap().to_string(), "192.0.2.1");
    assert!(routes.iter().any(|route| route.kind == "broadcast" && route.table == "local"));
    let routes = parsed(ROUTES_IPV6, 24, route::parse);
    let default = routes.iter().find(|route| route.destination == "default").unwrap();
    assert_eq!(default.hops[0].gateway.unwrap().to_string(), "fd00::1");
}

#[test]
fn the_neighbours_and_rules_of_a_machine_are_read() {
    let neighbours: Vec<_> = parsed(NEIGHBOURS, 28, neighbour::parse).into_iter().flatten().collect();
    let addresses: Vec<_> = neighbours.iter().map(|neighbour| neighbour.address.to_string()).collect();
    assert_eq!(addresses, ["192.0.2.1", "fd00::1"]);
    let rules = parsed(RULES, 32, rule::parse);
    let tables: Vec<_> = rules.iter().filter_map(|rule| rule.table.as_deref()).collect();
    assert_eq!(tables, ["local", "main", "default"]);
}

#[test]
fn a_listening_and_two_connected_sockets_are_read() {
    let sockets = parsed(SOCKETS, 20, |payload| socket::parse(TCP, payload));
    let mut states: Vec<_> = sockets.iter().map(|socket| socket.state).collect();
    states.sort_unstable();
    assert_eq!(states, ["established", "established", "listening"]);
    let listening = sockets.iter().find(|socket| socket.state == "listening").unwrap();
    assert_eq!((listening.local_port, listening.send_queue, listening.remote_port), (8080, 7, None));
}

#[test]
fn the_local_network_is_learnt_from_the_lists() {
    let mut network = LocalNetwork::default();
    let neighbours: Vec<_> = parsed(NEIGHBOURS, 28, neighbour::parse).into_iter().flatten().collect();
    network.learn(
        &parsed(ADDRESSES, 20, address::parse),
        &parsed(ROUTES_IPV4, 24, route::parse),
        &neighbours,
    );
    assert!(network.contains("192.0.2.77".parse().unwrap()), "a public range that is on the link");
    assert!(!network.contains("192.0.3.77".parse().unwrap()));
    assert!(!network.contains("127.0.0.1".parse().unwrap()));
}

/// All parsers take any bytes.
fn parse_all(payload: &[u8]) {
    let _ = (link::parse(payload), address::parse(payload), route::parse(payload), neighbour::parse(payload));
    let _ = (rule::parse(payload), socket::parse(TCP, payload), nftables::parse_any(payload));
}

#[test]
fn answers_that_end_anywhere_cause_no_panic() {
    for capture in ALL {
        for message in Messages(capture) {
            for end in 0..=message.payload.len() {
                parse_all(&message.payload[..end]);
            }
        }
    }
}

proptest! {
    #[test]
    fn answers_with_a_changed_byte_cause_no_panic(which in 0..ALL.len(), at in any::<proptest::sample::Index>(), byte: u8) {
        let mut capture = ALL[which].to_vec();
        let at = at.index(capture.len());
        capture[at] = byte;
        for message in Messages(&capture) {
            parse_all(message.payload);
        }
    }
}
