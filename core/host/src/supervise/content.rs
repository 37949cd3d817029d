//! What an artifact is by its first bytes, and so what becomes of it.

use candor_container::{Content, Encoding, sniff};
use candor_manifest::Level;

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

/// Pictures, by the media type that they are delivered under and by how they begin.
const PICTURES: [(&str, usize, &[u8]); 8] = [
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/gif", 0, b"GIF87a"),
    ("image/gif", 0, b"GIF89a"),
    ("image/webp", 8, b"WEBP"),
    ("image/bmp", 0, b"BM"),
    ("image/avif", 4, b"ftypavif"),
    ("image/heic", 4, b"ftypheic"),
];

/// What becomes of an artifact below level `secret`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// It is text: through the redactor.
    Redact(Encoding),
    /// It is opened, redacted inside and packed again.
    Repack,
    /// It is a picture, which its level allows: as it is.
    Keep,
    /// It cannot be searched.
    Withhold(Unsearchable),
}

/// Why an artifact cannot be searched. `Display` goes on from "it was withheld: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsearchable {
    #[error("what is inside a container of the kind {0} cannot be searched for secrets")]
    Container(&'static str),
    #[error("text in UTF-32 cannot be searched for secrets")]
    Encoding,
    #[error("binary data cannot be searched for secrets")]
    Binary,
}

/// Decides by the first bytes. What a plugin calls them matters twice only: a log with holes is text where it says so, and a
/// picture has to be of the type that it says.
pub(crate) fn treatment(head: &[u8], media_type: &str, level: Level) -> Treatment {
    match sniff(head) {
        Content::Text(Encoding::Utf32Le | Encoding::Utf32Be) => Treatment::Withhold(Unsearchable::Encoding),
        Content::Text(encoding) => Treatment::Redact(encoding),
        Content::Container(_) => Treatment::Repack,
        _ if level >= Level::Sensitive && is_picture(head, media_type) => Treatment::Keep,
        Content::Closed(name) => Treatment::Withhold(Unsearchable::Container(name)),
        Content::Binary => match text_with_holes(head) {
            Some(encoding) if is_text_type(media_type) => Treatment::Redact(encoding),
            _ => Treatment::Withhold(Unsearchable::Binary),
        },
    }
}

/// True when the media type says text. Parameters and case do not matter.
fn is_text_type(media_type: &str) -> bool {
    let essence = essence(media_type);
    let suffixed = ["+json", "+xml", "+yaml"].iter().any(|suffix| essence.ends_with(suffix));
    essence.starts_with("text/") || suffixed || TEXT_TYPES.contains(&essence.as_str())
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Logs that were cut while they were written have runs of NUL bytes.
fn text_with_holes(head: &[u8]) -> Option<Encoding> {
    let solid: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    match sniff(&solid) {
        Content::Text(encoding) => Some(encoding),
        _ => None,
    }
}

fn is_picture(head: &[u8], media_type: &str) -> bool {
    let essence = essence(media_type);
    PICTURES.iter().any(|(kind, at, magic)| {
        essence == *kind && head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &[u8], media_type: &str) -> Treatment {
        treatment(head, media_type, Level::Identifying)
    }

    #[test]
    fn text_is_redacted_whatever_it_is_called() {
        for media_type in ["text/plain; charset=utf-8", "image/png", "application/octet-stream"] {
            assert_eq!(of(b"password=x\n", media_type), Treatment::Redact(Encoding::Utf8), "{media_type}");
        }
        assert_eq!(of(b"\xff\xfep\0a\0", "application/octet-stream"), Treatment::Redact(Encoding::Utf16Le));
    }

    #[test]
    fn archives_are_opened_and_binaries_withheld_whatever_they_are_called() {
        let binary = Treatment::Withhold(Unsearchable::Binary);
        assert_eq!(of(b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "text/plain"), Treatment::Repack);
        assert_eq!(
            of(b"7z\xbc\xaf\x27\x1c", "text/plain"),
            Treatment::Withhold(Unsearchable::Container("7z"))
        );
        assert_eq!(of(b"\x7fELF\x02\x01\x01\0\0\x03\0\x3e", "text/plain"), binary);
        assert_eq!(of(b"\x7fELF\x02\x01\x01\0\0\x03\0\x3e", "application/octet-stream"), binary);
    }

    #[test]
    fn text_that_the_redactor_cannot_read_is_withheld() {
        let wide: Vec<u8> =
            "password=x\n".chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect();
        let marked = [&[0xff, 0xfe, 0, 0], wide.as_slice()].concat();
        for head in [wide, marked] {
            assert_eq!(of(&head, "text/plain"), Treatment::Withhold(Unsearchable::Encoding));
        }
    }

    #[test]
    fn a_log_with_a_hole_is_text_where_it_is_said_to_be() {
        let log = [b"line\n".as_slice(), &[0; 600], b"line\n"].concat();
        assert_eq!(of(&log, "text/plain"), Treatment::Redact(Encoding::Utf8));
        assert_eq!(of(&log, "application/octet-stream"), Treatment::Withhold(Unsearchable::Binary));
    }

    #[test]
    fn pictures_need_a_level_and_have_to_be_what_they_say() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
        let binary = Treatment::Withhold(Unsearchable::Binary);
        assert_eq!(treatment(png, "image/png", Level::Sensitive), Treatment::Keep);
        assert_eq!(treatment(png, "IMAGE/PNG; x=y", Level::Sensitive), Treatment::Keep);
        assert_eq!(treatment(png, "image/png", Level::Identifying), binary);
        assert_eq!(treatment(png, "image/jpeg", Level::Sensitive), binary);
        assert_eq!(treatment(png, "application/octet-stream", Level::Sensitive), binary);
    }

    #[test]
    fn text_is_known_by_its_type() {
        for text in ["text/plain; charset=utf-8", "Application/JSON", "application/x-ndjson", "image/svg+xml"]
        {
            assert!(is_text_type(text), "{text}");
        }
        assert!(!is_text_type("application/octet-stream"));
    }
}
