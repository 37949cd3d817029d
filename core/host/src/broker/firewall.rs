//! Tables, chains and rules of the firewall. The kernel tells them only to whoever may also change them (`NET_ADMIN`), so
//! the host asks, and no worker gets that right.
//!
//! What is sent are three requests without any argument; what comes back is passed on as it is. See netlink(7) and
//! nf_tables.h.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use candor_contract::document::{Failure, FirewallMessages};
use rustix::io::Errno;
use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, sockopt};

/// Most bytes of all three answers together.
const MOST_BYTES: usize = 40 << 20;
/// Longest that all three may take.
const LONGEST: Duration = Duration::from_secs(20);
/// The kernel fills at most 32 KiB at once, unless one single object is larger.
const BUFFER_BYTES: usize = 256 << 10;
const TRIES: u32 = 4;

const HEADER_BYTES: usize = 16;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const FLAG_REQUEST: u16 = 1;
const FLAG_DUMP: u16 = 0x300;
/// The kernel's lists changed while they were read: something may be missing or doubled.
const FLAG_INTERRUPTED: u16 = 0x10;
/// Only one question is asked of a socket, so that any number serves.
const SEQUENCE: u32 = 1;
const NFTABLES: u16 = 10 << 8;

/// A question to the kernel, which has no other.
#[derive(Debug, Clone, Copy)]
struct Question {
    /// In words, for errors.
    what: &'static str,
    kind: u16,
}

const TABLES: Question = Question { what: "the list of firewall tables", kind: NFTABLES | 1 };
const CHAINS: Question = Question { what: "the list of firewall chains", kind: NFTABLES | 4 };
const RULES: Question = Question { what: "the list of firewall rules", kind: NFTABLES | 7 };

/// Asks for all three.
pub(super) fn messages(deadline: Instant) -> Result<FirewallMessages, Failure> {
    let deadline = deadline.min(Instant::now() + LONGEST);
    let mut room = MOST_BYTES;
    let mut truncated = false;
    let mut ask = |question: Question| {
        let answer = question.ask(room, deadline).map_err(|refusal| question.failure(refusal))?;
        room -= answer.messages.len();
        truncated |= answer.truncated;
        Ok::<_, Failure>(BASE64.encode(answer.messages))
    };
    let (tables, chains, rules) = (ask(TABLES)?, ask(CHAINS)?, ask(RULES)?);
    Ok(FirewallMessages { tables, chains, rules, truncated })
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// The kernel said so.
    Kernel(Errno),
    /// What came does not have the form that netlink(7) promises.
    Garbled,
}

impl From<Errno> for Refusal {
    fn from(code: Errno) -> Self {
        Self::Kernel(code)
    }
}

impl Question {
    /// Asks, anew when the kernel's lists changed meanwhile or its buffer overflowed.
    fn ask(self, room: usize, deadline: Instant) -> Result<Answer, Refusal> {
        let mut tries = 1;
        loop {
            let answer = self.ask_once(room, deadline);
            let again = match &answer {
                Ok(answer) => answer.interrupted,
                Err(Refusal::Kernel(code)) => matches!(*code, Errno::NOBUFS | Errno::BUSY | Errno::AGAIN),
                Err(Refusal::Garbled) => false,
            };
            if !again || tries == TRIES || Instant::now() >= deadline {
                return answer;
            }
            tries += 1;
        }
    }

    fn ask_once(self, room: usize, deadline: Instant) -> Result<Answer, Refusal> {
        let socket = self.send()?;
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut answer = Answer::new(room);
        loop {
            match receive(&socket, &mut buffer, deadline) {
                // What came in time is told.
                Err(Refusal::Kernel(Errno::AGAIN)) if !answer.messages.is_empty() => {
                    answer.truncated = true;
                    return Ok(answer);
                }
                datagram => {
                    if answer.take(datagram?)? {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    fn send(self) -> Result<OwnedFd, Errno> {
        let flags = SocketFlags::CLOEXEC;
        let protocol = Some(netlink::NETFILTER);
        let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol)?;
        let kernel = SocketAddrNetlink::new(0, 0);
        rustix::net::bind(&socket, &kernel)?;
        rustix::net::sendto(&socket, &self.request(), SendFlags::empty(), &kernel)?;
        Ok(socket)
    }

    /// A header, and behind it `nfgenmsg`: every family, no attribute.
    fn request(self) -> Vec<u8> {
        let length = (HEADER_BYTES + 4) as u32;
        let (kind, flags) = (self.kind.to_ne_bytes(), (FLAG_REQUEST | FLAG_DUMP).to_ne_bytes());
        [&length.to_ne_bytes()[..], &kind, &flags, &SEQUENCE.to_ne_bytes(), &[0; 4], &[0; 4]].concat()
    }

    fn failure(self, refusal: Refusal) -> Failure {
        let what = self.what;
        let Refusal::Kernel(code) = refusal else {
            return Failure::new("garbled", format!("cannot read what the kernel answers about {what}"));
        };
        let kind = match code {
            Errno::PERM | Errno::ACCESS => "denied",
            // Built without it, or its module is not there.
            Errno::NOENT | Errno::OPNOTSUPP | Errno::PROTONOSUPPORT | Errno::AFNOSUPPORT | Errno::INVAL => {
                "unavailable"
            }
            _ => "kernel",
        };
        let message = format!("cannot get {what} from the kernel");
        Failure { kind: kind.to_owned(), message, causes: vec![name(code)] }
    }
}

/// The next datagram of the kernel's; one of another process is passed over.
fn receive<'a>(socket: &OwnedFd, buffer: &'a mut [u8], deadline: Instant) -> Result<&'a [u8], Refusal> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Errno::AGAIN.into());
        }
        sockopt::set_socket_timeout(socket, sockopt::Timeout::Recv, Some(left))?;
        let (_, size, sender) = match rustix::net::recvfrom(socket, &mut *buffer, RecvFlags::TRUNC) {
            Err(Errno::INTR) => continue,
            other => other?,
        };
        let sender = sender.and_then(|any| SocketAddrNetlink::try_from(any).ok());
        if sender.is_none_or(|sender| sender.pid() != 0) {
            continue;
        }
        return buffer.get(..size).ok_or(Refusal::Garbled);
    }
}

/// The messages that have come.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    messages: Vec<u8>,
    room: usize,
    interrupted: bool,
    truncated: bool,
}

impl Answer {
    fn new(room: usize) -> Self {
        Self { messages: Vec::new(), room, interrupted: false, truncated: false }
    }

    /// Takes one datagram; true when the answer is at its end or the room is.
    fn take(&mut self, datagram: &[u8]) -> Result<bool, Refusal> {
        let mut rest = datagram;
        while !rest.is_empty() {
            let message = Message::first(rest).ok_or(Refusal::Garbled)?;
            let padded = message.bytes.len().next_multiple_of(4);
            rest = rest.get(padded..).unwrap_or_default();
            if message.sequence != SEQUENCE {
                continue;
            }
            let ends = matches!(message.kind, ERROR | DONE);
            if let Some(code) = message.code().filter(|_| ends) {
                return Err(Refusal::Kernel(code));
            }
            self.interrupted |= message.flags & FLAG_INTERRUPTED != 0;
            if self.messages.len() + padded > self.room {
                self.truncated = true;
                return Ok(true);
            }
            self.messages.extend_from_slice(message.bytes);
            self.messages.resize(self.messages.len() + padded - message.bytes.len(), 0);
            if ends {
                return Ok(true);
            }
        }
        if datagram.is_empty() { Err(Refusal::Garbled) } else { Ok(false) }
    }
}

/// One message.
#[derive(Clone, Copy)]
struct Message<'a> {
    /// Its header too, without padding.
    bytes: &'a [u8],
    kind: u16,
    flags: u16,
    sequence: u32,
}

impl<'a> Message<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let length = u32::from_ne_bytes(field(bytes, 0)?) as usize;
        let bytes = bytes.get(..length).filter(|_| length >= HEADER_BYTES)?;
        let (kind, flags) = (field(bytes, 4)?, field(bytes, 6)?);
        Some(Self {
            bytes,
            kind: u16::from_ne_bytes(kind),
            flags: u16::from_ne_bytes(flags),
            sequence: u32::from_ne_bytes(field(bytes, 8)?),
        })
    }

    /// The error that an end tells; a list's end carries one too when the kernel gave it up half way.
    fn code(self) -> Option<Errno> {
        let code = i32::from_ne_bytes(field(self.bytes, HEADER_BYTES)?);
        (code < 0).then(|| Errno::from_raw_os_error(code.saturating_neg()))
    }
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The name of an error that these questions meet, as errno(3) has it.
fn name(code: Errno) -> String {
    let name = match code {
        Errno::PERM => "EPERM",
        Errno::ACCESS => "EACCES",
        Errno::NOENT => "ENOENT",
        Errno::INVAL => "EINVAL",
        Errno::OPNOTSUPP => "EOPNOTSUPP",
        Errno::PROTONOSUPPORT => "EPROTONOSUPPORT",
        Errno::AFNOSUPPORT => "EAFNOSUPPORT",
        Errno::NOBUFS => "ENOBUFS",
        Errno::NOMEM => "ENOMEM",
        Errno::BUSY => "EBUSY",
        Errno::AGAIN => "EAGAIN",
        Errno::MFILE => "EMFILE",
        Errno::NFILE => "ENFILE",
        other => return format!("errno {}", other.raw_os_error()),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER_BYTES + payload.len()).unwrap();
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend(SEQUENCE.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes.extend(payload);
        bytes
    }

    #[test]
    fn a_request_is_a_list_of_every_family_without_an_attribute() {
        assert_eq!(RULES.request(), message(0xa07, 0x301, &[0; 4]));
    }

    #[test]
    fn this_machine_answers_whole_or_denies_it_or_has_no_such_firewall() {
        let hour = Instant::now() + Duration::from_secs(3600);
        match messages(hour) {
            Ok(found) => {
                for list in [found.tables, found.chains, found.rules] {
                    let bytes = BASE64.decode(list).unwrap();
                    let mut again = Answer::new(bytes.len());
                    assert!(again.take(&bytes).unwrap(), "its end is there");
                    assert_eq!(again.messages, bytes);
                }
                assert!(!found.truncated);
            }
            Err(failure) => assert!(["denied", "unavailable"].contains(&failure.kind.as_str()), "{failure}"),
        }
    }

    #[test]
    fn messages_are_passed_on_as_they_are_until_the_end() {
        let mut answer = Answer::new(MOST_BYTES);
        let first = message(NFTABLES, 2, &[1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(answer.take(&first), Ok(false));
        let last = [message(NFTABLES, 2 | FLAG_INTERRUPTED, &[9; 4]), message(DONE, 2, &[0; 4])].concat();
        assert_eq!(answer.take(&last), Ok(true));
        assert_eq!(answer.messages, [first, last].concat());
        assert!(answer.interrupted && !answer.truncated);
    }

    #[test]
    fn more_than_there_is_room_for_is_cut_between_messages_and_said() {
        let one = message(NFTABLES, 2, &[1; 4]);
        let mut answer = Answer::new(one.len() + 5);
        assert_eq!(answer.take(&[one.clone(), one.clone()].concat()), Ok(true));
        assert!(answer.truncated && answer.messages == one);
    }

    #[test]
    fn an_error_at_the_start_or_the_end_of_a_list_is_one() {
        for kind in [ERROR, DONE] {
            let end = message(kind, 2, &(-1_i32).to_ne_bytes());
            assert_eq!(Answer::new(100).take(&end), Err(Refusal::Kernel(Errno::PERM)));
        }
    }

    #[test]
    fn bytes_that_are_no_message_are_garbled() {
        for bytes in [&[][..], &[1, 2, 3], &[15, 0, 0, 0], &[200, 0, 0, 0, 0, 0, 0, 0]] {
            assert_eq!(Answer::new(100).take(bytes), Err(Refusal::Garbled));
        }
    }

    #[test]
    fn failures_say_what_is_missing_and_the_kernels_word() {
        let denied = RULES.failure(Errno::PERM.into());
        assert_eq!(denied.kind, "denied");
        assert_eq!(denied.to_string(), "cannot get the list of firewall rules from the kernel: EPERM");
        assert_eq!(TABLES.failure(Errno::INVAL.into()).kind, "unavailable");
        assert_eq!(TABLES.failure(Errno::NOBUFS.into()).kind, "kernel");
        assert_eq!(TABLES.failure(Errno::from_raw_os_error(97 + 32).into()).causes, ["errno 129"]);
        assert_eq!(TABLES.failure(Refusal::Garbled).kind, "garbled");
    }

    #[test]
    fn a_time_that_is_over_is_no_wait() {
        let failure = messages(Instant::now()).unwrap_err();
        assert!(["kernel", "unavailable", "denied"].contains(&failure.kind.as_str()), "{failure}");
    }
}
