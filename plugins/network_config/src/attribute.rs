//! Netlink's framing: messages of a datagram, attributes of a message, and numbers in either byte order.
//!
//! Every length comes from outside and is checked; whatever does not fit ends the walk. See netlink(7).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bits of an attribute's type that are flags: nested, and network byte order.
const TYPE_MASK: u16 = 0x3fff;

/// One message: its type, flags, sequence number and what follows the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    pub(crate) kind: u16,
    pub(crate) flags: u16,
    pub(crate) sequence: u32,
    pub(crate) payload: &'a [u8],
}

/// The messages of one datagram.
pub(crate) struct Messages<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let length = u32_at(self.0, 0)? as usize;
        if length < 16 || length > self.0.len() {
            return None;
        }
        let message = Message {
            kind: u16_at(self.0, 4)?,
            flags: u16_at(self.0, 6)?,
            sequence: u32_at(self.0, 8)?,
            payload: self.0.get(16..length)?,
        };
        self.0 = self.0.get(aligned(length)..).unwrap_or_default();
        Some(message)
    }
}

/// The attributes in some bytes, in order; also those nested in another's value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attributes<'a>(pub(crate) &'a [u8]);

impl<'a> Attributes<'a> {
    /// Attributes after a fixed header; `None` when even the header is not all there.
    pub(crate) fn after(payload: &'a [u8], header_bytes: usize) -> Option<Self> {
        (payload.len() >= header_bytes)
            .then(|| Self(payload.get(aligned(header_bytes)..).unwrap_or_default()))
    }

    /// The value of the first attribute of that type.
    pub(crate) fn get(self, kind: u16) -> Option<&'a [u8]> {
        let mut all = self;
        all.find_map(|(found, value)| (found == kind).then_some(value))
    }

    /// A text, without its closing zero; invalid UTF-8 is replaced.
    pub(crate) fn text(self, kind: u16) -> Option<String> {
        self.get(kind).map(text)
    }

    pub(crate) fn u8(self, kind: u16) -> Option<u8> {
        self.get(kind)?.first().copied()
    }

    pub(crate) fn u16(self, kind: u16) -> Option<u16> {
        u16_at(self.get(kind)?, 0)
    }

    pub(crate) fn u32(self, kind: u16) -> Option<u32> {
        u32_at(self.get(kind)?, 0)
    }

    /// As netfilter writes numbers: the most significant byte first.
    pub(crate) fn u32_big(self, kind: u16) -> Option<u32> {
        self.u32(kind).map(u32::from_be)
    }

    /// As netfilter writes numbers: the most significant byte first.
    pub(crate) fn u64_big(self, kind: u16) -> Option<u64> {
        u64_at(self.get(kind)?, 0).map(u64::from_be)
    }

    /// An address; its length tells the family.
    pub(crate) fn address(self, kind: u16) -> Option<IpAddr> {
        address(self.get(kind)?)
    }

    /// The attributes nested in the first of that type; none when it is absent.
    pub(crate) fn nested(self, kind: u16) -> Self {
        Self(self.get(kind).unwrap_or_default())
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let length = usize::from(u16_at(self.0, 0)?);
        if length < 4 || length > self.0.len() {
            return None;
        }
        let kind = u16_at(self.0, 2)? & TYPE_MASK;
        let value = self.0.get(4..length)?;
        self.0 = self.0.get(aligned(length)..).unwrap_or_default();
        Some((kind, value))
    }
}

/// Lengths are padded to four bytes.
pub(crate) fn aligned(length: usize) -> usize {
    length.saturating_add(3) & !3
}

/// An address of 4 or 16 bytes.
pub(crate) fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(octets).into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|octets| Ipv6Addr::from(octets).into())
}

/// A hardware address as `02:fc:00:00:00:01`; `None` when empty, as on a tunnel.
pub(crate) fn hardware_address(bytes: &[u8]) -> Option<String> {
    // An address of InfiniBand has 20 bytes, which is the longest there is.
    if bytes.is_empty() || bytes.len() > 32 {
        return None;
    }
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(pairs.join(":"))
}

/// A text that may end in zeros; invalid UTF-8 is replaced.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_ne_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attributes_are_read_in_order_and_past_their_padding() {
        let bytes = [5, 0, 3, 0, b'a', 0, 0, 0, 8, 0, 4, 0x80, 1, 2, 3, 4];
        let all: Vec<_> = Attributes(&bytes).collect();
        assert_eq!(all, [(3, &b"a"[..]), (4, &[1, 2, 3, 4][..])]);
    }

    #[test]
    fn a_length_past_the_end_ends_the_walk() {
        assert_eq!(Attributes(&[200, 0, 3, 0, b'a']).count(), 0);
        assert_eq!(Attributes(&[3, 0, 3, 0]).count(), 0, "shorter than its own header");
        assert_eq!(Messages(&[255, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).count(), 0);
    }

    proptest! {
        #[test]
        fn any_bytes_end_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            for message in Messages(&bytes) {
                let _ = Attributes(message.payload).count();
            }
            let _ = Attributes(&bytes).nested(1).nested(2).text(3);
        }
    }
}
