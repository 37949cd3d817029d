//! What is text, and so goes through the redactor.

/// Media types outside `text/` that are text.
const TEXT_TYPES: [&str; 9] = [
    "application/json",
    "application/ndjson",
    "application/x-ndjson",
    "application/jsonl",
    "application/xml",
    "application/yaml",
    "application/toml",
    "application/x-sh",
    "application/x-pem-file",
];

/// True when the media type says text. Parameters and case do not matter.
pub(super) fn is_text_type(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let suffixed = ["+json", "+xml", "+yaml"].iter().any(|suffix| essence.ends_with(suffix));
    essence.starts_with("text/") || suffixed || TEXT_TYPES.contains(&essence.as_str())
}

/// True unless there is a NUL byte or something that is not UTF-8; a character cut at the end does not count. Bytes that
/// begin like UTF-16 count as text too, so that the redactor refuses them rather than lets them by.
pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
    let utf8 = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    wide || utf8 && !bytes.contains(&0)
}

/// Beginnings of containers that may hold text which nobody can search.
const CONTAINERS: [(&str, &[u8]); 7] = [
    ("gzip", &[0x1f, 0x8b]),
    ("xz", &[0xfd, b'7', b'z', b'X', b'Z', 0]),
    ("zstd", &[0x28, 0xb5, 0x2f, 0xfd]),
    ("bzip2", b"BZh"),
    ("lz4", &[0x04, 0x22, 0x4d, 0x18]),
    ("zip", b"PK\x03\x04"),
    ("7z", &[b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c]),
];

/// The name of the compressed container that begins with these bytes.
pub(super) fn container(bytes: &[u8]) -> Option<&'static str> {
    CONTAINERS.into_iter().find(|(_, magic)| bytes.starts_with(magic)).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_known_by_its_type() {
        for text in ["text/plain; charset=utf-8", "Application/JSON", "application/x-ndjson", "image/svg+xml"]
        {
            assert!(is_text_type(text), "{text}");
        }
        assert!(!is_text_type("application/octet-stream"));
    }

    #[test]
    fn text_is_known_by_its_bytes() {
        assert!(looks_like_text("password=x\n".as_bytes()));
        assert!(looks_like_text(&"grün".as_bytes()[..3]));
        assert!(!looks_like_text(b"\x7fELF\0\0"));
        assert!(looks_like_text(b"\xff\xfep\0a\0"));
    }
}
