//! A netlink socket that asks one question and takes the whole answer, or says why it could not. What the host asked instead
//! is read in the same way.
//!
//! No crate does this here: those for rtnetlink give up a whole message when one attribute has a length that they do not
//! know, which every newer kernel brings, and none of them covers sockets, nftables and radios too. What is read of all five
//! are some sixty attributes.
//!
//! Each dump has a socket of its own, so that an abandoned answer can never be taken for the next one.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, sockopt};

use crate::attribute::{Message, Messages, u32_at};

const ERROR: u16 = 2;
const DONE: u16 = 3;
const FLAG_REQUEST: u16 = 1;
const FLAG_MULTI: u16 = 2;
const FLAG_DUMP: u16 = 0x300;
/// The kernel's lists changed while they were read: something may be missing or doubled.
const FLAG_INTERRUPTED: u16 = 0x10;

/// The kernel fills at most 32 KiB at once, unless one single object is larger.
const BUFFER_BYTES: usize = 256 * 1024;
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(5);
const TRIES: u32 = 4;

/// Why a question had no whole answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NetlinkError {
    /// The kernel refused.
    #[error("cannot get {what} from the kernel")]
    Refused { what: &'static str, source: io::Error },
    /// The answer does not have the form that netlink(7) promises.
    #[error("cannot read what the kernel answers about {what}")]
    Garbled { what: &'static str },
}

impl NetlinkError {
    /// True when a privilege is missing.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self, Self::Refused { source, .. } if source.kind() == io::ErrorKind::PermissionDenied)
    }

    /// True when this kernel was built without it, or its module is not there.
    pub(crate) fn is_absent(&self) -> bool {
        let Self::Refused { source, .. } = self else {
            return false;
        };
        let code = source.raw_os_error().map(Errno::from_raw_os_error);
        [Errno::NOENT, Errno::OPNOTSUPP, Errno::PROTONOSUPPORT, Errno::AFNOSUPPORT, Errno::INVAL]
            .into_iter()
            .any(|absent| code == Some(absent))
    }
}

/// A question to the kernel.
pub(crate) struct Query {
    /// In words, for errors: `the list of routes`.
    pub(crate) what: &'static str,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) kind: u16,
    /// What follows the message's header.
    pub(crate) payload: Vec<u8>,
    /// False asks for one object instead of a list.
    pub(crate) dump: bool,
    /// Most items to keep.
    pub(crate) limit: usize,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    pub(crate) items: Vec<T>,
    /// The lists changed each time while they were read.
    pub(crate) interrupted: bool,
    /// There was more than the limit.
    pub(crate) cut: bool,
    /// Messages that could not be understood.
    pub(crate) garbled: usize,
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self { items: Vec::new(), interrupted: false, cut: false, garbled: 0 }
    }
}

impl<T> Answer<T> {
    pub(crate) fn is_whole(&self) -> bool {
        !self.interrupted && !self.cut && self.garbled == 0
    }
}

/// What the receiver makes of one message's payload: an item, nothing of interest, or a fault.
pub(crate) type Parsed<T> = Result<Option<T>, Malformed>;

/// A message shorter than its kind must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Query {
    /// Asks, anew when the kernel's lists changed meanwhile or its buffer overflowed.
    pub(crate) fn ask<T>(&self, parse: impl Fn(u16, &[u8]) -> Parsed<T>) -> Result<Answer<T>, NetlinkError> {
        let mut tries = 1;
        loop {
            let answer = self.ask_once(&parse);
            let again = match &answer {
                Ok(answer) => answer.interrupted,
                Err(NetlinkError::Refused { source, .. }) => is_passing(source),
                Err(NetlinkError::Garbled { .. }) => false,
            };
            if !again || tries == TRIES {
                return answer;
            }
            tries += 1;
        }
    }

    /// Reads an answer that the host got; one without its end is cut.
    pub(crate) fn read<T>(
        &self,
        messages: &[u8],
        parse: impl Fn(u16, &[u8]) -> Parsed<T>,
    ) -> Result<Answer<T>, NetlinkError> {
        let mut answer = Answer::default();
        let ended = !messages.is_empty() && self.take(messages, &mut answer, &parse)?;
        answer.cut |= !ended;
        Ok(answer)
    }

    fn ask_once<T>(&self, parse: &impl Fn(u16, &[u8]) -> Parsed<T>) -> Result<Answer<T>, NetlinkError> {
        let socket = self.send().map_err(|code| self.refused(code))?;
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut answer = Answer::default();
        loop {
            let size = self.receive(&socket, &mut buffer)?;
            if self.take(&buffer[..size], &mut answer, parse)? {
                return Ok(answer);
            }
        }
    }

    fn send(&self) -> rustix::io::Result<OwnedFd> {
        let socket = rustix::net::socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            self.protocol,
        )?;
        rustix::net::bind(&socket, &SocketAddrNetlink::new(0, 0))?;
        sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(RECEIVE_TIMEOUT))?;
        let flags = if self.dump { FLAG_REQUEST | FLAG_DUMP } else { FLAG_REQUEST };
        let request = message(self.kind, flags, &self.payload);
        rustix::net::sendto(&socket, &request, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
        Ok(socket)
    }

    /// The next datagram of the kernel's; one of another process is passed over.
    fn receive(&self, socket: &OwnedFd, buffer: &mut [u8]) -> Result<usize, NetlinkError> {
        loop {
            let (_, size, sender) = match rustix::net::recvfrom(socket, &mut *buffer, RecvFlags::TRUNC) {
                Err(Errno::INTR) => continue,
                other => other.map_err(|code| self.refused(code))?,
            };
            let sender = sender.and_then(|any| SocketAddrNetlink::try_from(any).ok());
            if sender.is_some_and(|sender| sender.pid() != 0) {
                continue;
            }
            if size == 0 || size > buffer.len() {
                return Err(NetlinkError::Garbled { what: self.what });
            }
            return Ok(size);
        }
    }

    /// Takes one datagram; true when the answer is at its end.
    fn take<T>(
        &self,
        datagram: &[u8],
        answer: &mut Answer<T>,
        parse: &impl Fn(u16, &[u8]) -> Parsed<T>,
    ) -> Result<bool, NetlinkError> {
        let mut seen = false;
        for message in Messages(datagram) {
            seen = true;
            if message.sequence != SEQUENCE {
                continue;
            }
            answer.interrupted |= message.flags & FLAG_INTERRUPTED != 0;
            if message.kind == ERROR || message.kind == DONE {
                return self.ended(message).map(|()| true);
            }
            if answer.items.len() >= self.limit {
                answer.cut = true;
                return Ok(true);
            }
            match parse(message.kind, message.payload) {
                Ok(item) => answer.items.extend(item),
                Err(Malformed) => answer.garbled += 1,
            }
            if message.flags & FLAG_MULTI == 0 && !self.dump {
                return Ok(true);
            }
        }
        if seen { Ok(false) } else { Err(NetlinkError::Garbled { what: self.what }) }
    }

    /// A list's end carries an error number too: a dump that failed half way ends with one.
    fn ended(&self, message: Message<'_>) -> Result<(), NetlinkError> {
        let code = u32_at(message.payload, 0).map_or(0, u32::cast_signed);
        if code >= 0 {
            return Ok(());
        }
        Err(self.refused(Errno::from_raw_os_error(code.saturating_neg())))
    }

    fn refused(&self, code: Errno) -> NetlinkError {
        NetlinkError::Refused { what: self.what, source: code.into() }
    }
}

/// Only one question is asked of a socket, so that any number serves.
const SEQUENCE: u32 = 1;

/// A message with its header.
pub(crate) fn message(kind: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + payload.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(16 + payload.len());
    bytes.extend_from_slice(&length.to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(&flags.to_ne_bytes());
    bytes.extend_from_slice(&SEQUENCE.to_ne_bytes());
    bytes.extend_from_slice(&0_u32.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

fn is_passing(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(Errno::from_raw_os_error);
    [Errno::NOBUFS, Errno::BUSY, Errno::AGAIN].into_iter().any(|passing| code == Some(passing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(limit: usize) -> Query {
        Query { what: "a test", protocol: None, kind: 18, payload: Vec::new(), dump: true, limit }
    }

    fn answer() -> Answer<u8> {
        Answer::default()
    }

    fn first_byte(_: u16, payload: &[u8]) -> Parsed<u8> {
        payload.first().copied().map(Some).ok_or(Malformed)
    }

    #[test]
    fn an_interrupted_list_is_said_to_be_so() {
        let mut answer = answer();
        let datagram = message(16, FLAG_MULTI | FLAG_INTERRUPTED, &[7, 0, 0, 0]);
        assert!(!query(9).take(&datagram, &mut answer, &first_byte).unwrap());
        let end = message(DONE, FLAG_MULTI, &[0; 4]);
        assert!(query(9).take(&end, &mut answer, &first_byte).unwrap());
        assert!(answer.interrupted && answer.items == [7]);
    }

    #[test]
    fn a_list_that_ends_with_an_error_number_is_an_error() {
        let end = message(DONE, FLAG_MULTI, &(-12_i32).to_ne_bytes());
        let error = query(9).take(&end, &mut answer(), &first_byte).unwrap_err();
        assert!(matches!(error, NetlinkError::Refused { source, .. } if source.raw_os_error() == Some(12)));
    }

    #[test]
    fn more_than_the_limit_is_cut_and_said() {
        let mut answer = answer();
        let mut datagram = message(16, FLAG_MULTI, &[1, 0, 0, 0]);
        datagram.extend(message(16, FLAG_MULTI, &[2, 0, 0, 0]));
        assert!(query(1).take(&datagram, &mut answer, &first_byte).unwrap());
        assert!(answer.cut && answer.items == [1]);
    }

    #[test]
    fn a_short_message_is_counted_and_bytes_without_a_message_are_an_error() {
        let mut answer = answer();
        assert!(!query(9).take(&message(16, FLAG_MULTI, &[]), &mut answer, &first_byte).unwrap());
        assert_eq!(answer.garbled, 1);
        let error = query(9).take(&[1, 2, 3], &mut answer, &first_byte).unwrap_err();
        assert!(matches!(error, NetlinkError::Garbled { .. }));
    }
    #[test]
    fn an_answer_without_its_end_is_cut() {
        let mut messages = message(16, FLAG_MULTI, &[1, 0, 0, 0]);
        let answer = query(9).read(&messages, first_byte).unwrap();
        assert!(answer.cut && answer.items == [1]);
        assert!(query(9).read(&[], first_byte).unwrap().cut);
        messages.extend(message(DONE, FLAG_MULTI, &[0; 4]));
        assert!(query(9).read(&messages, first_byte).unwrap().is_whole());
    }
}
