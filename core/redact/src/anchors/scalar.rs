//! The classes of single places, byte by byte: slow and plain. The second scan uses this, and tests hold the masks
//! against it.

use super::Classes;
use super::words::{follows_star, is_word, key_end, separates_password};

/// True where a word starts: behind what is no letter or digit, or at the hump of camelCase.
pub(crate) fn is_word_start(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|index| text[index]);
    let hump = text[at].is_ascii_uppercase() && before.is_some_and(|byte| byte.is_ascii_lowercase());
    is_word(text[at]) && (!before.is_some_and(is_word) || hump)
}

/// All classes of the place `at` but [`Classes::WORD`].
pub(crate) fn classes_at(text: &[u8], at: usize) -> Classes {
    let byte = |index: usize| text.get(index).copied().unwrap_or(0);
    let before = at.checked_sub(1).map_or(0, byte);
    let next = byte(at + 1);
    let hex = |byte: u8| byte.is_ascii_hexdigit();
    let again = |wanted: u8| (2..=5).any(|distance| byte(at + distance) == wanted);
    let starts = is_word(text[at]) && !is_word(before);
    let digits_at = |from: usize| (from..from + 6).take_while(|index| byte(*index).is_ascii_digit()).count();
    let mut classes = Classes::default();
    let mut set = |class: Classes, is: bool| {
        if is {
            classes = classes.or(class);
        }
    };
    match text[at] {
        b'.' => {
            let near_dot = (2..=4).any(|distance| byte(at + distance) == b'.');
            set(Classes::DOT_DIGIT, before.is_ascii_digit() && next.is_ascii_digit() && near_dot);
            set(Classes::FRACTION, before.is_ascii_digit() && digits_at(at + 1) >= 4);
            set(Classes::DOT_LETTER, is_word(before) && is_word(next) && !next.is_ascii_digit());
            set(Classes::DOT_HEX, hex(before) && hex(next) && byte(at + 5) == b'.');
        }
        b':' => {
            set(Classes::COLON_HEX, next == b':' || (hex(before) && hex(next) && again(b':')));
            set(Classes::SCHEME, matches!(next, b'/' | b'\\') && byte(at + 2) == b'/');
        }
        b'-' => {
            set(Classes::DASH_HEX, hex(before) && hex(next) && again(b'-'));
            set(
                Classes::OPTION,
                is_word(next) && !next.is_ascii_digit() && !is_word(before) && before != b'-',
            );
        }
        b'@' => set(Classes::AT, is_word(next) || next == b'['),
        b'+' => set(Classes::PLUS_DIGIT, next.is_ascii_digit() && !is_word(before)),
        b'(' => set(Classes::NUMBER_PAREN, before.is_ascii_digit()),
        0xB0 => set(Classes::DEGREE, true),
        b'%' => set(Classes::PERCENT, hex(next) && hex(byte(at + 2))),
        b'\\' => set(Classes::ESCAPE, next == b'u'),
        digit if digit.is_ascii_digit() => {
            let count = digits_at(at);
            let dash = |index: usize| byte(index) == b'-';
            let date = count == 4 && dash(at + 4) && dash(at + 7);
            let gap = |index: usize| matches!(byte(index), b' ' | b'-');
            let digit = |index: usize| byte(index).is_ascii_digit();
            let after = |index: usize| {
                (gap(index) || matches!(byte(index), b'/' | b')'))
                    && (digit(index + 1) || (byte(index + 1) == b' ' && digit(index + 2)))
            };
            let blank = |index: usize| byte(index) == b' ';
            let pair = |index: usize| digit(index) && digit(index + 1);
            let paired = (blank(at + 2) && pair(at + 3) && blank(at + 5) && pair(at + 6) && blank(at + 8))
                || (dash(at + 2) && pair(at + 3) && (blank(at + 5) || digit(at + 5) && blank(at + 6)));
            set(Classes::PHONE, starts && count == 2 && paired);
            set(Classes::PHONE, starts && (3..=5).contains(&count) && after(at + count) && !date);
            set(Classes::DATE, starts && count == 4 && dash(at + 4));
            let long = (at..at + 13).all(digit);
            let groups = count == 4 && gap(at + 4) && (at + 5..at + 9).all(digit);
            set(Classes::LONG_NUMBER, starts && (long || groups));
        }
        letter if letter.is_ascii_uppercase() => {
            let digits = byte(at + 2).is_ascii_digit() && byte(at + 3).is_ascii_digit();
            set(Classes::IBAN, starts && next.is_ascii_uppercase() && digits);
        }
        _ => {}
    }
    set(Classes::SHARE, names_share(before, text[at], [next, byte(at + 2)]));
    let separates = match text[at] {
        b'=' | b'>' => true,
        b':' => next != b':' && !(next.is_ascii_digit() && before.is_ascii_digit()),
        b'*' => !is_word(before) && !is_word(next),
        _ => false,
    };
    let assigns = |at| key_end(text, at).is_some() || follows_star(text, at) || separates_password(text, at);
    set(Classes::ASSIGN, separates && assigns(at));
    set(Classes::LONG, starts && (at..at + 16).all(|index| is_word(byte(index))));
    classes
}

/// [`Classes::SHARE`], by the byte at the place and those around it.
fn names_share(before: u8, here: u8, [next, second]: [u8; 2]) -> bool {
    match here {
        b'/' => next == b'/' && is_word(second) && !is_word(before) && !matches!(before, b'/' | b':'),
        b':' => next == b'/' && second != b'/' && is_word(before),
        b'\\' => {
            let doubled = next == b'\\';
            let share =
                doubled && (is_word(second) || second == b'\\') && before != b'\\' && !is_word(before);
            let capital = before.is_ascii_uppercase() || before.is_ascii_digit();
            let domain = capital && (is_word(next) || doubled && is_word(second));
            share || domain || next == b'[' && !is_word(before)
        }
        _ => false,
    }
}
