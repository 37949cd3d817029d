//! The collector in networks of its own and on this machine, and the proof that nothing of the local network is left.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, TcpListener, TcpStream, UdpSocket};

use candor_plugin::{CommandResult, SocketOwner, SocketOwners};
use candor_testkit::{Harness, Run};
use serde_json::Value;

use crate::NetworkConfig;
use crate::namespace::{
    add_address, add_firewall, add_link, add_neighbour, add_pair, add_route, add_rule, enslave, inside, up,
};

/// The paths that the manifest declares.
fn declared() -> Vec<&'static str> {
    let manifest = include_str!("../../../manifests/collectors/network-config.toml");
    manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"')).collect()
}

fn harness(lan_addresses: &str, owners: SocketOwners) -> Harness {
    Harness::new("network-config")
        .reads(declared())
        .option("lan_addresses", lan_addresses)
        .socket_owners(owners)
}

fn named<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let items = list.as_array().expect("a list");
    items.iter().find(|item| item[key] == value).unwrap_or_else(|| panic!("no {key} `{value}` in {list:#}"))
}

/// Two links, a bridge, routes, rules, neighbours and a firewall.
fn furnish() {
    add_pair("inner", "outer");
    add_link("switch", "bridge", &[]);
    enslave("outer", "switch");
    for name in ["inner", "outer", "switch"] {
        up(name);
    }
    for (name, address, length) in [
        ("inner", "192.168.77.2", 24),
        ("inner", "10.77.0.2", 16),
        ("inner", "fd00:77::2", 64),
        ("inner", "198.51.100.2", 24),
        ("switch", "2001:db8:77::1", 64),
        ("inner", "fe80::77", 64),
    ] {
        add_address(name, address, length);
    }
    add_route(None, "192.168.77.1", 254);
    add_route(Some(("203.0.113.0", 24)), "10.77.0.1", 100);
    add_route(Some(("2001:db8:99::", 48)), "fd00:77::1", 254);
    add_rule("10.77.0.0", 16, 7, 100, 1000);
    add_neighbour("inner", "192.168.77.1", [2, 0, 0, 0, 0, 0x77]);
    add_neighbour("inner", "fd00:77::1", [2, 0, 0, 0, 0, 0x78]);
    add_neighbour("inner", "198.51.100.9", [2, 0, 0, 0, 0, 0x79]);
    add_firewall();
}

#[test]
fn a_network_is_described_as_it_is() {
    inside(|| {
        furnish();
        let listener = TcpListener::bind("192.168.77.2:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let datagrams = UdpSocket::bind("[::1]:0").unwrap();
        let run = harness("keep", SocketOwners::default()).run::<NetworkConfig>();
        let network = run.json("network.json");

        let inner = named(&network["interfaces"], "name", "inner");
        assert_eq!((&inner["kind"], &inner["state"]), (&"veth".into(), &"up".into()));
        assert_eq!(inner["mtu_bytes"], 1500);
        assert_eq!(named(&inner["addresses"], "address", "10.77.0.2")["prefix_length"], 16);
        assert_eq!(named(&inner["addresses"], "address", "fd00:77::2")["flags"][0], "nodad");
        assert!(inner["counters"]["tx_packets"].is_u64());
        let switch = named(&network["interfaces"], "name", "switch");
        assert_eq!(switch["details"]["bridge"]["spanning_tree"], false);
        assert_eq!(named(&network["interfaces"], "name", "outer")["master_index"], switch["index"]);
        assert_eq!(named(&network["interfaces"], "name", "outer")["member_of_kind"], "bridge");

        assert_eq!(named(&network["routes"], "destination", "default")["hops"][0]["gateway"], "192.168.77.1");
        assert_eq!(named(&network["routes"], "destination", "203.0.113.0/24")["table"], "100");
        assert_eq!(named(&network["routes"], "destination", "2001:db8:99::/48")["made_by"], "static");
        let rule = named(&network["rules"], "from", "10.77.0.0/16");
        assert_eq!(
            (&rule["mark"], &rule["priority"], &rule["table"]),
            (&7.into(), &1000.into(), &"100".into())
        );
        let neighbour = named(&network["neighbours"], "address", "192.168.77.1");
        assert_eq!(
            (&neighbour["hardware_address"], &neighbour["state"]),
            (&"02:00:00:00:00:77".into(), &"permanent".into())
        );

        let guard = named(&network["firewall"]["tables"], "name", "guard");
        let chain = &guard["chains"][0];
        assert_eq!(
            (&guard["family"], &chain["hook"], &chain["priority"]),
            (&"inet".into(), &"input".into(), &(-5).into())
        );
        assert_eq!((&chain["policy"], &chain["rules"][0]["verdict"]), (&"drop".into(), &"accept".into()));
        assert_eq!(chain["rules"][0]["expressions"], serde_json::json!(["counter", "immediate"]));

        let sockets = run.json("sockets.json");
        let listening = named(&sockets, "state", "listening");
        assert_eq!(
            (&listening["local_address"], &listening["local_port"]),
            (&"192.168.77.2".into(), &port.into())
        );
        let connected = sockets.as_array().unwrap().iter().filter(|socket| socket["state"] == "established");
        assert_eq!(connected.count(), 2, "both ends are on this machine");
        let udp = named(&sockets, "protocol", "udp");
        assert_eq!((&udp["family"], &udp["remote_address"]), (&"ipv6".into(), &Value::Null));
        drop((client, datagrams));
    });
}

#[test]
fn sockets_are_put_to_the_processes_that_the_host_names() {
    inside(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let inode =
            std::fs::read_link(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&listener)))
                .unwrap();
        let inode =
            inode.to_string_lossy().trim_start_matches("socket:[").trim_end_matches(']').parse().unwrap();
        let owners = SocketOwners {
            owners: vec![SocketOwner { inode, pid: 4711, name: "gate".to_owned() }],
            restricted: true,
        };
        let run = harness("keep", owners).run::<NetworkConfig>();
        let sockets = run.json("sockets.json");
        assert_eq!(sockets[0]["processes"], serde_json::json!([{"pid": 4711, "name": "gate"}]));
        let reasons = run.answer.unwrap().reasons;
        assert!(reasons.iter().any(|reason| reason.contains("other users")), "{reasons:?}");
    });
}

/// Every address and hardware address that any artifact spells out, found in another way than the product looks: each
/// token between separators is given to the standard library.
fn spelled_out(run: &Run) -> BTreeMap<IpAddr, String> {
    let mut found = BTreeMap::new();
    for artifact in &run.artifacts {
        let text = String::from_utf8(artifact.bytes.clone()).expect("text");
        for token in text.split(|next: char| !(next.is_ascii_hexdigit() || next == ':' || next == '.')) {
            let trimmed = token.trim_matches('.');
            let port = trimmed.rsplit_once(':').map_or(trimmed, |(before, _)| before);
            for candidate in [trimmed, trimmed.trim_end_matches(':'), port] {
                if let Ok(address) = candidate.parse::<IpAddr>() {
                    found.insert(address, artifact.name.clone());
                }
            }
        }
    }
    found
}

fn is_of_the_test_network(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_private()
                || v4.is_link_local()
                || v4.octets()[..3] == [198, 51, 100]
                || v4.octets()[0] == 100
        }
        IpAddr::V6(v6) => {
            v6.is_unique_local()
                || v6.is_unicast_link_local()
                || v6.segments()[..4] == [0x2001, 0xdb8, 0x77, 0]
                || v6.to_ipv4_mapped().is_some_and(|v4| is_of_the_test_network(v4.into()))
        }
    }
}

/// What nft 1.0.6 says of rules that spell addresses in every way it knows, captured.
const RULES: &str = include_str!("../fixtures/nft-ruleset.txt");
const RULES_JSON: &str = include_str!("../fixtures/nft-ruleset.json");

#[test]
fn no_byte_of_any_artifact_holds_an_address_of_the_local_network() {
    inside(|| {
        furnish();
        let listener = TcpListener::bind("192.168.77.2:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let dual = TcpListener::bind("[::]:0").unwrap();
        let mapped: Ipv6Addr = "::ffff:10.77.0.2".parse().unwrap();
        let through = TcpStream::connect((mapped, dual.local_addr().unwrap().port())).unwrap();
        let public = TcpListener::bind("[2001:db8:77::1]:0").unwrap();
        let datagrams = UdpSocket::bind("198.51.100.2:0").unwrap();
        datagrams.connect("198.51.100.9:53").unwrap();
        let run_with = |mode| {
            harness(mode, SocketOwners::default())
                .command_output("nft-ruleset", RULES)
                .command_output("nft-ruleset-json", RULES_JSON)
                .command_output(
                    "iptables-save",
                    "-A INPUT -s 10.77.0.0/16 -j ACCEPT\n-A INPUT -s 9.9.9.9/32 -j DROP\n",
                )
                .run::<NetworkConfig>()
        };

        // Without the option the same look finds them in every artifact: the proof can fail.
        let kept = run_with("keep");
        let local: Vec<_> =
            spelled_out(&kept).into_iter().filter(|(address, _)| is_of_the_test_network(*address)).collect();
        for artifact in [
            "network.json",
            "sockets.json",
            "firewall/nft-ruleset.txt",
            "firewall/nft-ruleset.json",
            "firewall/iptables.txt",
        ] {
            let text = kept.text(artifact);
            assert!(["192.168.77.", "10.77.0."].iter().any(|part| text.contains(part)), "{artifact}");
        }
        assert!(local.len() >= 12, "{local:?}");

        let run = run_with("omit");
        assert_eq!(run.artifacts.len(), kept.artifacts.len());
        for (address, artifact) in spelled_out(&run) {
            assert!(!is_of_the_test_network(address), "`{artifact}` holds {address}");
        }
        for artifact in &run.artifacts {
            let text = String::from_utf8(artifact.bytes.clone()).unwrap();
            for part in [
                "192.168.77",
                "10.77.",
                "fd00:77",
                "fe80:",
                "198.51.100",
                "2001:db8:77:",
                "02:00:00:00:00:7",
                "c0a84d01",
                "3232255233",
            ] {
                assert!(!text.contains(part), "`{}` holds `{part}`", artifact.name);
            }
        }
        // What is not of the local network is still there.
        assert!(run.text("firewall/nft-ruleset.txt").contains("ip daddr 8.8.8.8 tcp dport"));
        assert!(run.text("firewall/iptables.txt").contains("9.9.9.9/32"));
        let network = run.json("network.json");
        assert_eq!(
            named(&network["routes"], "destination", "203.0.113.0/24")["hops"][0]["gateway"],
            "omitted"
        );
        assert_eq!(named(&network["interfaces"], "name", "inner")["hardware_address"], "omitted");
        assert_eq!(network["lan_addresses"], "omit");
        let sockets = run.json("sockets.json");
        assert_eq!(named(&sockets, "state", "listening")["local_address"], "omitted");
        drop((client, through, public));
    });
}

#[test]
fn on_this_machine_the_network_and_its_names_are_collected() {
    let run = harness("keep", SocketOwners::default()).run::<NetworkConfig>();
    let network = run.json("network.json");
    let lo = named(&network["interfaces"], "name", "lo");
    assert_eq!(lo["hardware"], "loopback");
    let own = rustix::system::uname().nodename().to_string_lossy().into_owned();
    assert_eq!(network["names"]["host_name"], own.as_str());
    if let Ok(text) = std::fs::read_to_string("/etc/resolv.conf") {
        assert_eq!(run.text("resolv.conf.txt"), text);
    }
    assert!(run.json("sockets.json").is_array());
}

#[test]
fn a_refused_broker_is_a_partial_and_not_an_empty_list() {
    let harness = Harness::new("network-config").reads(declared()).option("lan_addresses", "keep");
    let run = harness.run::<NetworkConfig>();
    assert_eq!(format!("{:?}", run.status()), "Partial");
}

#[test]
fn an_option_that_is_neither_word_is_refused() {
    let run = harness("some", SocketOwners::default()).run::<NetworkConfig>();
    assert_eq!(run.answer.unwrap_err().kind, "options");
    assert!(run.artifacts.is_empty());
}

fn answer(stdout: &str, exit_code: Option<i32>, truncated: bool) -> CommandResult {
    CommandResult {
        argv: vec!["/usr/sbin/nft".to_owned()],
        exit_code,
        signal: None,
        timed_out: false,
        truncated,
        stdout: stdout.to_owned(),
        stderr: String::new(),
        duration_ms: 1,
    }
}

#[test]
fn tools_that_fail_or_are_cut_are_named_and_half_a_document_is_not_delivered() {
    let run = harness("keep", SocketOwners::default())
        .command("nft-ruleset", answer("table inet guard {", None, true))
        .command("nft-ruleset-json", answer("{\"nftables\": [", None, true))
        .command("iptables-save", answer("", Some(4), false))
        .command("ip6tables-save", answer("\n", Some(0), false))
        .run::<NetworkConfig>();
    assert_eq!(run.text("firewall/nft-ruleset.txt"), "table inet guard {");
    assert!(run.artifacts.iter().all(|artifact| artifact.name != "firewall/nft-ruleset.json"));
    let tools = &run.json("network.json")["firewall"]["tools"];
    let states: Vec<_> =
        tools.as_array().unwrap().iter().map(|tool| tool["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["cut", "cut", "failed", "empty"]);
    let reasons = run.answer.unwrap().reasons;
    assert!(reasons.contains(&"the command `iptables-save` failed".to_owned()), "{reasons:?}");
}

#[test]
fn names_that_are_made_of_local_addresses_do_not_give_them_away() {
    inside(|| {
        add_pair("ip-10-0-0-5", "outer");
        let run = harness("omit", SocketOwners::default()).run::<NetworkConfig>();
        assert!(!run.text("network.json").contains("10-0-0-5"));
        named(&run.json("network.json")["interfaces"], "name", "ip-omitted");
    });
}

#[test]
fn rules_that_are_no_json_are_left_out_rather_than_delivered_with_addresses() {
    let harness =
        harness("omit", SocketOwners::default()).command_output("nft-ruleset-json", "10.0.0.1, no JSON");
    let run = harness.run::<NetworkConfig>();
    assert!(run.artifacts.iter().all(|artifact| artifact.name != "firewall/nft-ruleset.json"));
    let reasons = run.answer.unwrap().reasons;
    assert!(reasons.iter().any(|reason| reason.contains("wrote no JSON")), "{reasons:?}");
}
