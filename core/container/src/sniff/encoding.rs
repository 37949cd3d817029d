//! Text, and in which encoding.

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// ASCII included; with or without a mark.
    Utf8,
    /// Little-endian, with or without a mark.
    Utf16Le,
    /// Big-endian, with or without a mark.
    Utf16Be,
    /// Little-endian, with or without a mark.
    Utf32Le,
    /// Big-endian, with or without a mark.
    Utf32Be,
    /// Some superset of ASCII with one byte a character.
    Latin1,
}

/// The encoding of a head, if it is text.
pub(super) fn encoding(head: &[u8]) -> Option<Encoding> {
    if let Some((encoding, text)) = marked(head) {
        return reads_as(text, encoding).then_some(encoding);
    }
    if head.contains(&0) {
        let wide = [Encoding::Utf32Le, Encoding::Utf32Be, Encoding::Utf16Le, Encoding::Utf16Be];
        return wide
            .into_iter()
            .find(|&encoding| is_mostly_ascii(head, encoding) && reads_as(head, encoding));
    }
    let odd = head.iter().filter(|&&byte| is_odd(byte)).count();
    if is_binary(odd, head.len()) {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(_) => Some(Encoding::Utf8),
        // A character cut at the end of the head does not count.
        Err(error) if error.error_len().is_none() => Some(Encoding::Utf8),
        Err(_) => Some(Encoding::Latin1),
    }
}

/// True for control characters that text does not use. A bell, a backspace, a form feed and escape sequences are
/// found in captured terminals.
pub(crate) const fn is_odd(byte: u8) -> bool {
    matches!(byte, 0x01..=0x06 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)
}

/// True when `odd` of `all` bytes are more than text has. Compressed and encrypted bytes have 8 %.
pub(crate) const fn is_binary(odd: usize, all: usize) -> bool {
    odd * 25 > all
}

/// The encoding that the byte order mark says, and what follows the mark.
fn marked(head: &[u8]) -> Option<(Encoding, &[u8])> {
    match head {
        [0xff, 0xfe, 0, 0, text @ ..] => Some((Encoding::Utf32Le, text)),
        [0, 0, 0xfe, 0xff, text @ ..] => Some((Encoding::Utf32Be, text)),
        [0xff, 0xfe, text @ ..] => Some((Encoding::Utf16Le, text)),
        [0xfe, 0xff, text @ ..] => Some((Encoding::Utf16Be, text)),
        _ => None,
    }
}

/// The units of a wide encoding; a cut one at the end is left out.
fn units(text: &[u8], encoding: Encoding) -> Box<dyn Iterator<Item = u32> + '_> {
    let pairs = text.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
    let fours = text.chunks_exact(4).map(|four| [four[0], four[1], four[2], four[3]]);
    match encoding {
        Encoding::Utf16Le => Box::new(pairs.map(|pair| u16::from_le_bytes(pair).into())),
        Encoding::Utf16Be => Box::new(pairs.map(|pair| u16::from_be_bytes(pair).into())),
        Encoding::Utf32Le => Box::new(fours.map(u32::from_le_bytes)),
        Encoding::Utf32Be => Box::new(fours.map(u32::from_be_bytes)),
        Encoding::Utf8 | Encoding::Latin1 => Box::new(text.iter().map(|&byte| byte.into())),
    }
}

/// True when the units are characters, and not many of them control characters.
fn reads_as(text: &[u8], encoding: Encoding) -> bool {
    let is_wide = matches!(encoding, Encoding::Utf32Le | Encoding::Utf32Be);
    let (mut odd, mut all) = (0, 0);
    for unit in units(text, encoding) {
        all += 1;
        let is_character = match unit {
            0 | 0xfffe | 0xffff => false,
            1..=0x7f => !is_odd(unit as u8),
            0x80..=0x9f => false,
            _ => !is_wide || char::from_u32(unit).is_some(),
        };
        odd += usize::from(!is_character);
    }
    !is_binary(odd, all) && unpaired(text, encoding) == 0
}

/// Surrogates of UTF-16 without their other half.
fn unpaired(text: &[u8], encoding: Encoding) -> usize {
    if !matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        return 0;
    }
    let units = units(text, encoding).map(|unit| unit as u16);
    let broken = char::decode_utf16(units).filter(Result::is_err).count();
    // The last one may have been cut.
    broken.saturating_sub(1)
}

/// Without a mark, only text that is mostly ASCII can be told from binary data.
fn is_mostly_ascii(head: &[u8], encoding: Encoding) -> bool {
    let (mut ascii, mut all) = (0, 0);
    for unit in units(head, encoding) {
        all += 1;
        ascii += usize::from((1..0x80).contains(&unit));
    }
    all > 0 && ascii * 4 >= all * 3
}
