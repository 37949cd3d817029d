//! What a value looks like: random, or a word, a path, a version, a hash of public use.
//!
//! | key | value | judged a secret when |
//! |---|---|---|
//! | strong (`password`, `token`, …) | any | always, unless it hides nothing or is a reference, a type or a label |
//! | strong, not a password | figures only | five or more |
//! | weak (`key`, `sig`, `session`, …) | letters of both cases and figures | 16 or more bytes, entropy ≥ 3.2 |
//! | weak | letters of one case and figures | 20 or more bytes, entropy ≥ 3.2 |
//! | weak | hexadecimal | 32 or more bytes, entropy ≥ 3.0, and the key is no hash or salt |
//! | weak, in the query of a URL | letters and figures | 12 or more bytes, or 8 with both cases; entropy ≥ 2.8 |
//!
//! Random means besides: letters, figures and `+/=_-.~%` only, and at least a quarter of all neighbours are of
//! different classes, as they seldom are in names.

use crate::entropy::shannon;

/// Where a value of a weak key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    /// In the query of a URL.
    Query,
}

/// Least entropy of a value of a weak key, in bits a byte.
const LEAST_ENTROPY: f64 = 3.2;
/// The same for hexadecimal figures, of which there are only sixteen.
const LEAST_ENTROPY_OF_HEX: f64 = 3.0;
const LEAST_ENTROPY_IN_QUERY: f64 = 2.8;

/// Counts by class of byte.
#[derive(Debug, Default)]
struct Classes {
    lower: usize,
    upper: usize,
    digits: usize,
    hex: usize,
    /// Neighbours of different classes, other bytes than letters and figures left out.
    changes: usize,
}

impl Classes {
    /// `None` for a value with a byte that random texts have not.
    fn of(value: &[u8]) -> Option<Self> {
        let mut classes = Self::default();
        let mut before = 0;
        for byte in value {
            let class = match byte {
                b'a'..=b'z' => 1,
                b'A'..=b'Z' => 2,
                b'0'..=b'9' => 3,
                b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~' | b'%' => 0,
                _ => return None,
            };
            classes.lower += usize::from(class == 1);
            classes.upper += usize::from(class == 2);
            classes.digits += usize::from(class == 3);
            classes.hex += usize::from(byte.is_ascii_hexdigit());
            classes.changes += usize::from(class != 0 && before != 0 && class != before);
            before = class;
        }
        Some(classes)
    }
}

/// True for a value that nobody made up: see the table above.
pub(super) fn looks_random(value: &[u8], place: Place) -> bool {
    let length = value.len();
    if length < if place == Place::Query { 8 } else { 12 }
        || is_uuid(value)
        || is_path(value)
        || value.windows(3).any(|three| three == b"px-")
    {
        return false;
    }
    let Some(classes) = Classes::of(value) else { return false };
    let letters = classes.lower + classes.upper;
    if classes.digits == 0 || letters == 0 || classes.changes * 4 < length {
        return false;
    }
    let entropy = shannon(value);
    if place == Place::Query {
        let mixed = classes.lower > 0 && classes.upper > 0;
        return entropy >= LEAST_ENTROPY_IN_QUERY && (length >= 12 || mixed);
    }
    if classes.hex == length {
        return length >= 32 && entropy >= LEAST_ENTROPY_OF_HEX;
    }
    let least = if classes.lower.min(classes.upper) > 0 { 16 } else { 20 };
    length >= least && entropy >= LEAST_ENTROPY
}

/// True for hexadecimal figures alone, as hashes have them.
pub(super) fn is_hex(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_hexdigit)
}

/// `123e4567-e89b-12d3-a456-426614174000`
pub(super) fn is_uuid(value: &[u8]) -> bool {
    let hyphen = |index: usize| matches!(index, 8 | 13 | 18 | 23);
    value.len() == 36
        && value.iter().enumerate().all(|(index, byte)| match hyphen(index) {
            true => *byte == b'-',
            false => byte.is_ascii_hexdigit(),
        })
}

/// Neighbours of different classes: small letters, capitals, figures, other bytes.
pub(super) fn changes_of_class(value: &[u8]) -> usize {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    value.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count()
}

/// True for an alphabet or a part of one: `0123456789abcdef`, `ABCDEFGH`.
pub(super) fn letters_in_order(value: &[u8]) -> bool {
    let steps = value.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    value.len() > 2 && steps * 2 >= value.len() - 1
}

/// Folders at the root of a file system.
const ROOTS: &[&[u8]] = &[
    b"/etc/",
    b"/var/",
    b"/run/",
    b"/home/",
    b"/usr/",
    b"/opt/",
    b"/tmp/",
    b"/root/",
    b"/srv/",
    b"/mnt/",
    b"/proc/",
    b"/dev/",
    b"/sys/",
    b"/app/",
    b"/data/",
    b"/secrets/",
    b"/Users/",
    b"/vault/",
    b"~/",
    b"./",
    b"../",
    b"file:",
    b"C:\\",
    b"/config/",
];

/// True for the path of a file that is named by its root.
pub(super) fn is_path(value: &[u8]) -> bool {
    ROOTS.iter().any(|root| value.len() > root.len() && value.starts_with(root))
        && value.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"/\\._-~:@+%".contains(byte)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_values_are_told_from_names() {
        for random in [
            "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==",
            "dGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0IDEyMw",
            "q8Xv2Lk9PzR4tW7y",
            "9f86d081884c7d659a2feaa0c55ad015",
            "k3jh5g2l4k6j7h8g9f0d1s",
        ] {
            assert!(looks_random(random.as_bytes(), Place::Anywhere), "{random}");
        }
        for name in [
            "org.gnome.desktop.interface",
            "ERR_CONNECTION_REFUSED",
            "ubuntu-22.04-server-amd64",
            "123e4567-e89b-12d3-a456-426614174000",
            "/etc/ssl/private/server1.key",
            "20261122T125315Z",
            "1234567890123456789",
            "some_long_name_of_a_setting_2",
            "host-px-abcdefgh23",
            "Ctrl+Shift+F12",
        ] {
            assert!(!looks_random(name.as_bytes(), Place::Anywhere), "{name}");
        }
    }

    #[test]
    fn paths_begin_at_a_known_root() {
        assert!(is_path(b"/etc/ssl/private/key.pem"));
        assert!(is_path(b"/run/secrets/db_password"));
        assert!(!is_path(b"/bPxRfiCYEXAMPLE"));
    }
}
