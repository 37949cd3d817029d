//! What is taken for a value of which kind, and in which spelling.

use std::net::IpAddr;

use candor_redact::{Kind, Known};

use super::Gathering;
use crate::identity::{names, serial, syntax};

/// Most values in all.
const MOST_VALUES: usize = 4096;
/// Longest value in bytes.
const LONGEST_VALUE: usize = 256;
/// Fewest characters of a token in the place of a URL's user.
const SHORTEST_TOKEN: usize = 20;

impl Gathering<'_> {
    /// Adds a value as it stands.
    pub(in crate::identity) fn add(&mut self, known: impl Into<Known>, text: &str) {
        let text = text.trim();
        if text.len() > LONGEST_VALUE || text.contains(char::is_control) {
            return;
        }
        if self.known.len() >= MOST_VALUES {
            return self.miss(format!("more than {MOST_VALUES} values were found, the rest are not known"));
        }
        self.known.add(known, text);
    }

    /// Adds a name of a host or domain, or an address that stands in the place of one.
    pub(in crate::identity) fn add_host(&mut self, name: &str) {
        let name = name.trim().trim_matches('.');
        if name.parse::<IpAddr>().is_ok() {
            return self.add_address(name);
        }
        let is_name = name.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter));
        if is_name
            && !names::is_nothing(name)
            && !names::is_common_host(name)
            && !self.is_system_account(name)
        {
            self.add(Kind::Host, name);
        }
    }

    /// Adds a name of this machine itself: the whole, the host's part and the domain.
    pub(in crate::identity) fn add_own_host(&mut self, name: &str) {
        let name = name.trim().trim_matches('.');
        self.add_host(name);
        if name.parse::<IpAddr>().is_ok() || names::is_common_host(name) {
            return;
        }
        let (host, domain) = name.split_once('.').unwrap_or((name, ""));
        if self.is_system_account(host) {
            self.miss("the host name is also that of a system account and stays as it is".to_owned());
        }
        self.add_host(host);
        self.add_domain(domain);
        self.own_hosts.insert(host.to_ascii_lowercase());
    }

    /// True for a name whose first label is that of this machine.
    pub(in crate::identity) fn is_own_host(&self, name: &str) -> bool {
        let host = name.split('.').next().unwrap_or_default();
        self.own_hosts.contains(&host.to_ascii_lowercase())
    }

    /// Adds a domain, unless it is one that nobody owns.
    pub(in crate::identity) fn add_domain(&mut self, name: &str) {
        let name = name.trim().trim_start_matches('~').trim_matches('.');
        if !names::is_common_domain(name) {
            self.add_host(name);
        }
    }

    /// Adds an address that tells one machine apart.
    pub(in crate::identity) fn add_address(&mut self, text: &str) {
        let bare = text.split(['/', '%']).next().unwrap_or_default();
        match bare.parse::<IpAddr>() {
            Ok(address) if is_metadata_service(address) => {}
            Ok(address) if address.is_loopback() || address.is_unspecified() || address.is_multicast() => {}
            Ok(IpAddr::V4(address)) if !address.is_broadcast() => self.add(Kind::Ipv4, &address.to_string()),
            Ok(IpAddr::V6(address)) => self.add(Kind::Ipv6, &address.to_string()),
            _ => {}
        }
    }

    /// Adds a hardware address in any of the usual spellings.
    pub(in crate::identity) fn add_mac(&mut self, text: &str) {
        let digits: String = text.chars().filter(|letter| !matches!(letter, ':' | '-' | '.')).collect();
        let is_one = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Ok(number) = u64::from_str_radix(&digits, 16)
            && is_one
        {
            let [_, _, address @ ..] = number.to_be_bytes();
            self.add_mac_bytes(address);
        }
    }

    /// Adds a hardware address.
    pub(in crate::identity) fn add_mac_bytes(&mut self, address: [u8; 6]) {
        if address != [0; 6] && address != [0xff; 6] {
            let pairs = address.map(|byte| format!("{byte:02x}"));
            self.add(Kind::Mac, &pairs.join(":"));
        }
    }

    /// Adds a login name, unless it is that of a system account.
    pub(in crate::identity) fn add_user(&mut self, name: &str) {
        let name = name.trim();
        let is_name = !name.contains(|letter: char| letter.is_whitespace() || letter == '/');
        if is_name && !names::is_nothing(name) && !self.is_system_account(name) {
            self.add(Kind::User, name);
        }
    }

    /// Adds a login name that is used elsewhere, or a name that is probably a login, unless everybody has it: `git`.
    pub(in crate::identity) fn add_foreign_user(&mut self, name: &str) {
        if name.contains('@') {
            self.add_email(name);
        } else if !names::is_common_login(name) {
            self.add_user(name);
        }
    }

    /// Adds a person's full name and its parts.
    pub(in crate::identity) fn add_person(&mut self, full_name: &str) {
        for part in names::parts_of_person(full_name.trim()) {
            self.add(Kind::Person, part);
        }
    }

    /// Adds an e-mail address.
    pub(in crate::identity) fn add_email(&mut self, text: &str) {
        let text = text.trim().trim_matches(['<', '>']);
        let is_one = text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
        });
        let is_common = text.rsplit_once('@').is_some_and(|(_, host)| names::is_common_host(host));
        if is_one && !is_common {
            self.add(Kind::Email, text);
        }
    }

    /// Adds a telephone number of five digits at least.
    pub(in crate::identity) fn add_phone(&mut self, text: &str) {
        if text.bytes().filter(u8::is_ascii_digit).count() >= 5 {
            self.add(Kind::Phone, text);
        }
    }

    /// Adds a serial number or asset tag that was filled in.
    pub(in crate::identity) fn add_serial(&mut self, text: &str) {
        if serial::identifies(text) {
            self.add(Kind::Serial, text);
        }
    }

    /// Adds a serial number that stands where there may also be a word: one with a digit.
    pub(in crate::identity) fn add_likely_serial(&mut self, text: &str) {
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            self.add_serial(text);
        }
    }

    /// Adds a UUID; a shorter number in the place of one is a serial number.
    pub(in crate::identity) fn add_uuid(&mut self, text: &str) {
        let text = text.trim();
        if !is_uuid(text) {
            self.add_likely_serial(text);
        } else if serial::identifies(text) {
            self.add(Kind::Uuid, text);
        }
    }

    /// Adds words of the customer's that are of no other kind.
    pub(in crate::identity) fn add_words(&mut self, text: &str) {
        if !names::is_nothing(text.trim()) {
            self.add(Kind::Word, text);
        }
    }

    /// Adds the name of a wireless network.
    pub(in crate::identity) fn add_ssid(&mut self, name: &str) {
        if !names::is_nothing(name) {
            self.add(Kind::Ssid, name);
        }
    }

    /// Adds a secret that is long and peculiar enough to be looked for everywhere.
    pub(in crate::identity) fn add_secret(&mut self, text: &str) {
        let text = text.trim();
        if text.len() > LONGEST_VALUE || text.contains(char::is_control) {
            self.miss(
                "a secret is very long or has several lines and is not looked for everywhere".to_owned(),
            );
        } else if names::is_matchable_secret(text) {
            self.add(Known::Secret, text);
        }
    }

    /// Adds the users, passwords and hosts of the URLs in a text.
    pub(in crate::identity) fn add_credentials_of_urls(&mut self, text: &str) {
        for authority in syntax::authorities(text) {
            // A long name alone is a token: `https://ghp_…@github.com`.
            let is_token = authority.password.is_empty() && authority.user.len() >= SHORTEST_TOKEN;
            let secret = if is_token { authority.user } else { authority.password };
            if secret.is_empty() {
                continue;
            }
            self.add_secret(secret);
            self.add_secret(&syntax::percent_decoded(secret).unwrap_or_default());
            if !is_token {
                self.add_foreign_user(authority.user);
                self.add_foreign_user(&syntax::percent_decoded(authority.user).unwrap_or_default());
            }
            self.add_host(authority.host);
        }
    }
}

/// The address at which every cloud's machines ask for their settings.
fn is_metadata_service(address: IpAddr) -> bool {
    address == IpAddr::from([169, 254, 169, 254])
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
