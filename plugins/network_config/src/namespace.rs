//! Network namespaces for the tests: a process with an empty network of its own, and the few requests that furnish it.
//! Works as root, and elsewhere in a user namespace; where neither is possible the test fails and says so.

use std::ffi::CStr;
use std::io;
use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::fs::{Mode, OFlags};
use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType};

use crate::attribute::{Messages, u32_at};
use crate::netlink::message;

const REQUEST: u16 = 1;
const ACKNOWLEDGE: u16 = 4;
const CREATE: u16 = 0x400;
const INSIDE: &str = "CANDOR_TEST_HAS_ITS_OWN_NETWORK";

/// Runs a test with an empty network: this program is started again there, for that one test. The closure must be the
/// test's own, because its type tells the test's name.
pub(crate) fn inside<F: FnOnce()>(test: F) {
    if std::env::var_os(INSIDE).is_some() {
        up("lo");
        return test();
    }
    let path = std::any::type_name::<F>().trim_end_matches("::{{closure}}");
    let name = path.split_once("::").expect("a path within the crate").1;
    let mut again = Command::new(std::env::current_exe().expect("the path of this program"));
    again.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(INSIDE, "1");
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let (users, groups) = (format!("0 {user} 1"), format!("0 {group} 1"));
    // SAFETY: between fork and exec it makes system calls only, with texts that were made before.
    unsafe { again.pre_exec(move || enter(user == 0, &users, &groups)) };
    let output =
        again.output().expect("this test needs root or user namespaces to make a network of its own");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "in its own network:\n{text}\n{errors}");
}

fn enter(is_root: bool, users: &str, groups: &str) -> io::Result<()> {
    let flags = if is_root { libc::CLONE_NEWNET } else { libc::CLONE_NEWNET | libc::CLONE_NEWUSER };
    // SAFETY: changes the namespaces of this single-threaded child only.
    if unsafe { libc::unshare(flags) } != 0 {
        return Err(io::Error::last_os_error());
    }
    if !is_root {
        write(c"/proc/self/setgroups", "deny")?;
        write(c"/proc/self/uid_map", users)?;
        write(c"/proc/self/gid_map", groups)?;
    }
    Ok(())
}

fn write(path: &CStr, text: &str) -> io::Result<()> {
    let file = rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    rustix::io::write(&file, text.as_bytes())?;
    Ok(())
}

/// An attribute with its padding.
pub(crate) fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + value.len()).expect("a short attribute");
    let mut bytes = [&length.to_ne_bytes()[..], &kind.to_ne_bytes()[..], value].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn text(kind: u16, value: &str) -> Vec<u8> {
    attribute(kind, format!("{value}\0").as_bytes())
}

fn socket(protocol: Option<Protocol>) -> OwnedFd {
    rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, protocol)
        .expect("a netlink socket")
}

/// Sends messages at once and demands that the last is confirmed.
fn change(protocol: Option<Protocol>, messages: &[u8], what: &str) {
    let socket = socket(protocol);
    rustix::net::sendto(&socket, messages, SendFlags::empty(), &SocketAddrNetlink::new(0, 0)).expect("sends");
    let mut buffer = [0; 8192];
    let (_, size, _) =
        rustix::net::recvfrom(&socket, &mut buffer[..], RecvFlags::empty()).expect("an answer");
    for answer in Messages(&buffer[..size]).filter(|answer| answer.kind == 2) {
        let code = u32_at(answer.payload, 0).expect("a code").cast_signed();
        assert_eq!(code, 0, "{what}: {}", std::io::Error::from_raw_os_error(-code));
    }
}

fn route_change(kind: u16, payload: &[u8], what: &str) {
    change(None, &message(kind, REQUEST | ACKNOWLEDGE | CREATE, payload), what);
}

/// The kernel's number of an interface.
pub(crate) fn index(name: &str) -> u32 {
    let all = crate::link::read().expect("the list of interfaces").items;
    all.iter().find(|interface| interface.name == name).unwrap_or_else(|| panic!("no {name}")).index
}

/// Makes an interface of a kind, with the kind's own data.
pub(crate) fn add_link(name: &str, kind: &str, data: &[u8]) {
    let info = [text(1, kind), attribute(2 | 0x8000, data)].concat();
    route_change(16, &[vec![0; 16], text(3, name), attribute(18 | 0x8000, &info)].concat(), name);
}

/// Makes two interfaces that are joined.
pub(crate) fn add_pair(name: &str, peer: &str) {
    add_link(name, "veth", &attribute(1, &[vec![0; 16], text(3, peer)].concat()));
}

/// Switches an interface on.
pub(crate) fn up(name: &str) {
    let mut header = vec![0; 16];
    header[4..8].copy_from_slice(&index(name).to_ne_bytes());
    header[8] = 1;
    header[12] = 1;
    route_change(16, &header, name);
}

/// Makes an interface a port of a bridge.
pub(crate) fn enslave(name: &str, master: &str) {
    let mut header = vec![0; 16];
    header[4..8].copy_from_slice(&index(name).to_ne_bytes());
    route_change(16, &[header, attribute(10, &index(master).to_ne_bytes())].concat(), name);
}

fn octets(address: IpAddr) -> (u8, Vec<u8>) {
    match address {
        IpAddr::V4(v4) => (2, v4.octets().to_vec()),
        IpAddr::V6(v6) => (10, v6.octets().to_vec()),
    }
}

/// Gives an interface an address, at once usable.
pub(crate) fn add_address(name: &str, address: &str, prefix_length: u8) {
    let (family, bytes) = octets(address.parse().expect("an address"));
    let header = [&[family, prefix_length, 2, 0][..], &index(name).to_ne_bytes()].concat();
    let broadcast = if family == 2 { attribute(4, &[&bytes[..3], &[255]].concat()) } else { Vec::new() };
    route_change(20, &[header, attribute(2, &bytes), attribute(1, &bytes), broadcast].concat(), address);
}

/// Makes a static route in a table.
pub(crate) fn add_route(destination: Option<(&str, u8)>, gateway: &str, table: u8) {
    let (family, via) = octets(gateway.parse().expect("an address"));
    let to = destination.map(|(address, length)| (octets(address.parse().expect("an address")).1, length));
    let length = to.as_ref().map_or(0, |(_, length)| *length);
    let header = vec![family, length, 0, 0, table, 4, 0, 1, 0, 0, 0, 0];
    let to = to.map_or_else(Vec::new, |(bytes, _)| attribute(1, &bytes));
    route_change(24, &[header, to, attribute(5, &via)].concat(), gateway);
}

/// Makes a rule: packets from there with a mark use a table.
pub(crate) fn add_rule(from: &str, prefix_length: u8, mark: u32, table: u8, priority: u32) {
    let (family, bytes) = octets(from.parse().expect("an address"));
    let header = vec![family, 0, prefix_length, 0, table, 0, 0, 1, 0, 0, 0, 0];
    let rest =
        [attribute(2, &bytes), attribute(10, &mark.to_ne_bytes()), attribute(6, &priority.to_ne_bytes())];
    route_change(32, &[header, rest.concat()].concat(), from);
}

/// Makes a neighbour known for good.
pub(crate) fn add_neighbour(name: &str, address: &str, hardware: [u8; 6]) {
    let (family, bytes) = octets(address.parse().expect("an address"));
    let header = [&[family, 0, 0, 0][..], &index(name).to_ne_bytes(), &[0x80, 0, 0, 0]].concat();
    route_change(28, &[header, attribute(1, &bytes), attribute(2, &hardware)].concat(), address);
}

/// Makes a table `guard` of nftables with a chain `input` that drops what its one rule does not count and accept.
pub(crate) fn add_firewall() {
    let number = |kind, value: i32| attribute(kind, &value.to_be_bytes());
    let expression = |name: &str, data: &[u8]| {
        attribute(1 | 0x8000, &[text(1, name), attribute(2 | 0x8000, data)].concat())
    };
    let verdict = attribute(2 | 0x8000, &attribute(2 | 0x8000, &number(1, 1)));
    let accept = expression("immediate", &[number(1, 0), verdict].concat());
    let counter = expression("counter", &[]);
    let hook = attribute(4 | 0x8000, &[number(1, 1), number(2, -5)].concat());
    let chain = [text(1, "guard"), text(3, "input"), hook, number(5, 0), text(7, "filter")].concat();
    let rule =
        [text(1, "guard"), text(2, "input"), attribute(4 | 0x8000, &[counter, accept].concat())].concat();
    let nft = |kind: u16, flags: u16, body: &[u8]| {
        message(10 << 8 | kind, REQUEST | CREATE | flags, &[&[1, 0, 0, 0][..], body].concat())
    };
    let batch = [
        message(16, REQUEST, &[0, 0, 0, 10]),
        nft(0, 0, &text(1, "guard")),
        nft(3, 0, &chain),
        nft(6, ACKNOWLEDGE | 0x800, &rule),
        message(17, REQUEST, &[0, 0, 0, 10]),
    ];
    change(Some(netlink::NETFILTER), &batch.concat(), "the firewall");
}
