//! Addresses: IPv4 and IPv6 with their prefixes preserved, and MAC addresses.

mod ipv4;
mod ipv4_text;
mod ipv6;
mod ipv6_text;
mod kernel;
mod mac;
mod prefix;

pub use ipv4_text::Ipv4Spelling;
pub use mac::MacSpelling;

pub(crate) use ipv4::Ipv4Cipher;
pub(crate) use ipv4_text::{last_four, parse_octets, write_octets};
pub(crate) use ipv6::Ipv6Cipher;
pub(crate) use ipv6_text::{LONGEST_NETWORK, parse as parse_ipv6_pseudonym};
pub(crate) use kernel::{read as read_kernel, write as write_kernel};
pub(crate) use mac::{MacCipher, write as write_mac};
pub(crate) use prefix::host_mask as prefix_mask;
