//! Values as JSON, fast: most are short plain ASCII and are copied.

/// How values that are no printable text are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BinaryForm {
    /// As an array of the bytes' values, as `journalctl -o json` does, for anything with a control character other
    /// than tab and newline, terminal colours included.
    Bytes,
    /// As a string: control characters escaped, invalid UTF-8 replaced. In this form the redactor can search it.
    #[default]
    Text,
}

/// Appends the value as a JSON string or, when it is no printable text, in the form asked for.
pub(crate) fn write_value(out: &mut Vec<u8>, value: &[u8], form: BinaryForm) {
    if is_plain(value) {
        out.push(b'"');
        out.extend_from_slice(value);
        out.push(b'"');
        return;
    }
    match (std::str::from_utf8(value), form) {
        (Ok(text), _) if text.chars().all(is_printable) => write_string(out, text),
        (Ok(text), BinaryForm::Text) => write_string(out, text),
        (Err(_), BinaryForm::Text) => write_string(out, &String::from_utf8_lossy(value)),
        (_, BinaryForm::Bytes) => write_bytes(out, value),
    }
}

/// True for text that stands in JSON as it is. Without an early exit, so that it is done 16 bytes at a time.
fn is_plain(value: &[u8]) -> bool {
    !value.iter().fold(false, |special, byte| {
        special | (*byte < b' ') | (*byte >= 0x7f) | (*byte == b'"') | (*byte == b'\\')
    })
}

/// What `journalctl` takes for text: no control characters but tab and newline, no noncharacters.
fn is_printable(character: char) -> bool {
    let code = u32::from(character);
    let control = character.is_control() && !matches!(character, '\t' | '\n');
    let noncharacter = (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe;
    !control && !noncharacter
}

/// Appends a JSON string.
fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\t' => b't',
            b'\r' => b'r',
            0..=0x1f | 0x7f => 0,
            _ => continue,
        };
        out.extend_from_slice(&bytes[copied..at]);
        copied = at + 1;
        if short == 0 {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[hex_digit(byte >> 4), hex_digit(byte & 15)]);
        } else {
            out.extend_from_slice(&[b'\\', short]);
        }
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

fn write_bytes(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'[');
    for (at, byte) in value.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_decimal(out, u64::from(*byte));
    }
    out.push(b']');
}

/// Appends a number in decimal digits.
pub(crate) fn write_decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends a number in hexadecimal digits, without leading zeros.
pub(crate) fn write_hex(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 16];
    hex_into(&mut digits, number);
    let zeros = (number.leading_zeros() / 4).min(15) as usize;
    out.extend_from_slice(&digits[zeros..]);
}

/// Appends an id as 32 hexadecimal digits.
pub(crate) fn write_id(out: &mut Vec<u8>, id: u128) {
    let mut digits = [0; 32];
    let (high, low) = digits.split_at_mut(16);
    hex_into(high, (id >> 64) as u64);
    hex_into(low, id as u64);
    out.extend_from_slice(&digits);
}

fn hex_into(digits: &mut [u8], number: u64) {
    for (pair, byte) in digits.chunks_exact_mut(2).zip(number.to_be_bytes()) {
        pair[0] = hex_digit(byte >> 4);
        pair[1] = hex_digit(byte);
    }
}

fn hex_digit(value: u8) -> u8 {
    b"0123456789abcdef"[usize::from(value & 15)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(bytes: &[u8], form: BinaryForm) -> serde_json::Value {
        let mut out = Vec::new();
        write_value(&mut out, bytes, form);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn text_survives_with_quotes_tabs_and_umlauts() {
        for text in ["", "plain", "say \"hi\" \\ \t\n", "grüße € 😀", "line\nline"] {
            assert_eq!(value(text.as_bytes(), BinaryForm::Bytes), text);
        }
    }

    #[test]
    fn bytes_that_are_no_text_become_numbers() {
        assert_eq!(value(b"\xff\x00a", BinaryForm::Bytes), serde_json::json!([255, 0, 97]));
        assert_eq!(value(b"\x1b[0m", BinaryForm::Bytes), serde_json::json!([27, 91, 48, 109]));
        assert_eq!(value("\u{85}".as_bytes(), BinaryForm::Bytes), serde_json::json!([194, 133]));
        assert_eq!(value("\u{fffe}".as_bytes(), BinaryForm::Bytes), serde_json::json!([239, 191, 190]));
    }

    #[test]
    fn the_text_form_keeps_coloured_lines_readable() {
        assert_eq!(value(b"\x1b[31mred\x7f", BinaryForm::Text), "\u{1b}[31mred\u{7f}");
        assert_eq!(value(b"a\xffb", BinaryForm::Text), "a\u{fffd}b");
    }

    #[test]
    fn numbers_have_no_leading_zeros_and_ids_have_all() {
        let mut out = Vec::new();
        write_hex(&mut out, 0);
        out.push(b' ');
        write_hex(&mut out, 0x1f0);
        out.push(b' ');
        write_decimal(&mut out, u64::MAX);
        out.push(b' ');
        write_id(&mut out, 0xab);
        let text = "0 1f0 18446744073709551615 000000000000000000000000000000ab";
        assert_eq!(String::from_utf8(out).unwrap(), text);
    }
}
