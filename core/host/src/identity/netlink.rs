//! Hardware addresses of all network cards from the kernel, the burnt-in ones too, which sysfs does not show.
//!
//! See rtnetlink(7): one `RTM_GETLINK` dump.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, sockopt};

/// Longest that the kernel is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// The kernel fills at most 32 KiB at once.
const BUFFER_BYTES: usize = 64 << 10;
/// Most addresses that are taken.
const MOST_ADDRESSES: usize = 1024;

const HEADER_BYTES: usize = 16;
/// Length of `ifinfomsg`.
const LINK_BYTES: usize = 16;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const NEW_LINK: u16 = 16;
const GET_LINK: u16 = 18;
const REQUEST_DUMP: u16 = 0x301;
/// `IFLA_ADDRESS` and `IFLA_PERM_ADDRESS` (Linux 5.6 and later).
const ADDRESSES: [u16; 2] = [1, 54];

/// The addresses of six bytes that the cards of this network namespace have and had when they were made.
pub(super) fn hardware_addresses() -> io::Result<Vec<[u8; 6]>> {
    let socket = ask()?;
    let deadline = Instant::now() + PATIENCE;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut found = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(left))?;
        let (_, size, sender) = rustix::net::recvfrom(&socket, &mut buffer, RecvFlags::TRUNC)?;
        let is_kernel = sender
            .and_then(|any| SocketAddrNetlink::try_from(any).ok())
            .is_some_and(|sender| sender.pid() == 0);
        if is_kernel {
            let datagram = buffer.get(..size).ok_or(io::ErrorKind::InvalidData)?;
            if take(datagram, &mut found)? || found.len() >= MOST_ADDRESSES {
                return Ok(found);
            }
        }
    }
}

fn ask() -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC;
    // Without a protocol it is `NETLINK_ROUTE`.
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    let kernel = SocketAddrNetlink::new(0, 0);
    rustix::net::bind(&socket, &kernel)?;
    let length = (HEADER_BYTES + LINK_BYTES) as u32;
    let (kind, flags) = (GET_LINK.to_ne_bytes(), REQUEST_DUMP.to_ne_bytes());
    let request = [&length.to_ne_bytes()[..], &kind, &flags, &1_u32.to_ne_bytes(), &[0; 4], &[0; LINK_BYTES]];
    rustix::net::sendto(&socket, &request.concat(), SendFlags::empty(), &kernel)?;
    Ok(socket)
}

/// Takes the messages of one datagram; true when the answer is at its end.
fn take(datagram: &[u8], found: &mut Vec<[u8; 6]>) -> io::Result<bool> {
    let mut rest = datagram;
    while rest.len() >= HEADER_BYTES {
        let length = u32_at(rest, 0).and_then(|length| usize::try_from(length).ok());
        let message = length
            .filter(|length| *length >= HEADER_BYTES)
            .and_then(|length| rest.get(..length))
            .ok_or(io::ErrorKind::InvalidData)?;
        match u16_at(message, 4) {
            Some(DONE) => return Ok(true),
            Some(ERROR) => return Err(io::ErrorKind::PermissionDenied.into()),
            Some(NEW_LINK) => {
                found.extend(addresses(message.get(HEADER_BYTES + LINK_BYTES..).unwrap_or_default()));
            }
            _ => {}
        }
        rest = rest.get(message.len().next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(false)
}

/// The addresses among the attributes of one link.
fn addresses(attributes: &[u8]) -> Vec<[u8; 6]> {
    let mut found = Vec::new();
    let mut rest = attributes;
    while let (Some(length), Some(kind)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let length = usize::from(length);
        let Some(value) = rest.get(4..length) else { break };
        if ADDRESSES.contains(&kind) {
            found.extend(<[u8; 6]>::try_from(value));
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    found
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_ne_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = 4 + value.len() as u16;
        let mut bytes = [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = (HEADER_BYTES + body.len()) as u32;
        [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &[0; 10], body].concat()
    }

    #[test]
    fn both_addresses_of_a_card_are_taken() {
        let (now, burnt_in) = ([2, 0x51, 7, 8, 9, 10], [0x3c, 0x51, 7, 8, 9, 10]);
        let attributes = [attribute(3, b"wlan0\0"), attribute(1, &now), attribute(54, &burnt_in)].concat();
        let link = message(NEW_LINK, &[vec![0; LINK_BYTES], attributes].concat());
        let mut found = Vec::new();
        let ends = take(&[link, message(DONE, &[0; 4])].concat(), &mut found).unwrap();
        assert!(ends);
        assert_eq!(found, [now, burnt_in]);
    }

    #[test]
    fn a_datagram_that_lies_about_its_lengths_is_refused_and_attributes_that_do_are_left() {
        let mut link = message(NEW_LINK, &[0; LINK_BYTES]);
        link[0] = 200;
        assert!(take(&link, &mut Vec::new()).is_err());
        link[0] = 3;
        assert!(take(&link, &mut Vec::new()).is_err());
        assert!(addresses(&[0, 0, 1, 0]).is_empty());
        assert!(addresses(&[200, 0, 1, 0, 1, 2]).is_empty());
    }

    #[test]
    fn every_cut_of_an_answer_is_survived() {
        let attributes = [attribute(3, b"wlan0\0"), attribute(1, &[2, 1, 1, 1, 1, 1])].concat();
        let link = message(NEW_LINK, &[vec![0; LINK_BYTES], attributes].concat());
        for end in 0..link.len() {
            let _ = take(&link[..end], &mut Vec::new());
        }
    }
}
