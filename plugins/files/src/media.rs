//! What kind of content a file has, by its first bytes.

/// First bytes of formats that support meets, with their media types.
const SIGNATURES: [(&[u8], &str); 12] = [
    (b"\x1f\x8b", "application/gzip"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"BZh", "application/x-bzip2"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\x7fELF", "application/octet-stream"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"LPKSHHRH", "application/octet-stream"),
];

/// Bytes that tell text from other content.
const SAMPLE_BYTES: usize = 8 * 1024;
/// Zero bytes in a row that are a hole (a log truncated under its writer, a sparse file) and say nothing of the rest.
const HOLE_BYTES: usize = 16;
/// A file is binary when more than one byte in this many is a control character that text does not have.
const CONTROL_SHARE: usize = 32;

/// Media type of a file with this name that starts with these bytes.
///
/// When in doubt it is text: the host redacts text and lets other content pass as it is.
pub(crate) fn media_type(name: &str, head: &[u8]) -> &'static str {
    if let Some((_, media_type)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return media_type;
    }
    match head {
        [0xff, 0xfe, ..] => return "text/plain; charset=utf-16le",
        [0xfe, 0xff, ..] => return "text/plain; charset=utf-16be",
        _ if is_binary(head) => return "application/octet-stream",
        _ => {}
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("json") => "application/json",
        Some("ndjson" | "jsonl") => "application/x-ndjson",
        _ if is_utf8(head) => "text/plain; charset=utf-8",
        _ => "text/plain",
    }
}

/// True for what [`media_type`] calls text.
pub(crate) fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || matches!(media_type, "application/json" | "application/x-ndjson")
}

fn is_binary(head: &[u8]) -> bool {
    let head = &head[..head.len().min(SAMPLE_BYTES)];
    let controls = head.iter().filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31 | 127)).count();
    let zeros = head
        .chunk_by(|left, right| (*left == 0) == (*right == 0))
        .filter(|run| run[0] == 0 && run.len() < HOLE_BYTES)
        .map(<[u8]>::len)
        .sum::<usize>();
    (controls + zeros) * CONTROL_SHARE > head.len()
}

/// True when it is UTF-8, less a character that the end cuts.
fn is_utf8(head: &[u8]) -> bool {
    std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_and_the_ending_only_refines_text() {
        assert_eq!(media_type("etc/os-release", b"ID=debian\n"), "text/plain; charset=utf-8");
        assert_eq!(media_type("x/state.JSON", b"{}"), "application/json");
        assert_eq!(media_type("x/state.json", b"\x1f\x8b\x08"), "application/gzip");
        assert_eq!(media_type("x/a.txt", b"\x7fELF\x02\x01\x01"), "application/octet-stream");
        assert_eq!(media_type("x/a.txt", b"caf\xe9\n"), "text/plain");
        assert_eq!(media_type("x/empty", b""), "text/plain; charset=utf-8");
        assert_eq!(
            media_type("x/cut", "bl\u{e5}".as_bytes().split_last().unwrap().1),
            "text/plain; charset=utf-8"
        );
    }

    #[test]
    fn random_bytes_are_binary() {
        let mut state = 1u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .skip(3)
        .take(4096)
        .collect();
        assert_eq!(media_type("x", &noise), "application/octet-stream");
    }

    #[test]
    fn a_log_with_a_hole_is_still_text_and_gets_redacted() {
        let mut log = vec![0; 4096];
        log.extend_from_slice(b"Nov 22 07:00:00 host app: password=x\n");
        assert!(is_text(media_type("var/log/app.log", &log)));
        assert!(is_text(media_type("var/log/app.log", &vec![0; 4096])));
    }

    #[test]
    fn sixteen_bit_text_is_text_so_that_the_host_can_refuse_it() {
        assert!(is_text(media_type("x.txt", b"\xff\xfep\0a\0s\0s\0")));
    }
}
