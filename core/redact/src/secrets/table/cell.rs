//! What a cell holds.

use super::Cell;
use crate::mark;
use crate::placeholder::hides_nothing;

/// Shortest value of a token or key.
const SHORTEST_TOKEN: usize = 6;

/// Shortest hash with its method and salt.
const SHORTEST_HASH: usize = 20;

/// True for a value that stands in the column of secrets `id` and is one.
pub(super) fn is_secret(value: &[u8], id: &str) -> bool {
    let digits = value.iter().all(u8::is_ascii_digit);
    // `x` of a password file, a truth value, a count, NULL as PostgreSQL writes it.
    if value.len() < 2 || (digits && value.len() < 3) || value == b"\\N" {
        return false;
    }
    if hides_nothing(value) || mark::is_in(value) {
        return false;
    }
    match id {
        "password" | "passphrase" | "psk" | "pin" => true,
        _ => value.len() >= SHORTEST_TOKEN && !is_word(value),
    }
}

/// True for what explains a column of a documented table.
pub(super) fn is_word(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphabetic() || b"-:_`* .,()/".contains(byte))
}

/// The digest of a password: hexadecimal figures as long as those of a known hash, MySQL's `*…`, or parts between `$`.
pub(super) fn is_hash(value: &[u8]) -> bool {
    let parts = value.iter().filter(|byte| **byte == b'$').count();
    if parts >= 2 && value.len() >= SHORTEST_HASH && value.iter().all(u8::is_ascii_graphic) {
        return true;
    }
    let figures = value.strip_prefix(b"*").unwrap_or(value);
    matches!(figures.len(), 32 | 40 | 56 | 64 | 96 | 128)
        && figures.iter().all(u8::is_ascii_hexdigit)
        && figures.iter().any(u8::is_ascii_alphabetic)
        && figures.iter().any(u8::is_ascii_digit)
}

/// The cell that is `text[start..end]`, without the blanks and quotes around it; unless it is no secret.
pub(super) fn secret(text: &[u8], start: usize, end: usize, id: &'static str) -> Option<Cell> {
    let cell = &text[start..end];
    let blanks = cell.len() - cell.trim_ascii_start().len();
    let bare = cell.trim_ascii();
    let quote = match bare {
        [first @ (b'"' | b'\''), .., last] if first == last => 1,
        _ => 0,
    };
    let value = &bare[quote..bare.len() - quote];
    is_secret(value, id).then(|| Cell {
        start: start + blanks + quote,
        length: value.len(),
        id,
        mask: mark::removed(id).into_bytes(),
    })
}
