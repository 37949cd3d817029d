//! Which media types are compressed already, and which are text.

/// Types beyond `image/`, `audio/` and `video/` that a second compression does not shrink.
const COMPRESSED: [&str; 16] = [
    "application/gzip",
    "application/java-archive",
    "application/vnd.debian.binary-package",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/x-bzip2",
    "application/x-gzip",
    "application/x-lz4",
    "application/x-lzip",
    "application/x-rpm",
    "application/x-xz",
    "application/x-zip-compressed",
    "application/zip",
    "application/zstd",
    "font/woff2",
    "application/age",
];

/// Pictures and sound that are stored raw and do shrink.
const UNCOMPRESSED: [&str; 9] = [
    "image/svg+xml",
    "image/bmp",
    "image/x-ms-bmp",
    "image/tiff",
    "image/x-portable-anymap",
    "image/x-portable-bitmap",
    "image/x-portable-graymap",
    "image/x-portable-pixmap",
    "audio/wav",
];

/// True when bytes of this type are stored as they are. Parameters (`; charset=…`) and case do not matter.
pub(crate) fn is_compressed(media_type: &str) -> bool {
    let essence = essence(media_type);
    let picture_or_sound = ["image/", "audio/", "video/"].iter().any(|family| essence.starts_with(family));
    COMPRESSED.contains(&essence.as_str()) || (picture_or_sound && !UNCOMPRESSED.contains(&essence.as_str()))
}

/// True when bytes of this type are lines of text.
pub(crate) fn is_text(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.starts_with("text/") || ["json", "xml", "yaml", "toml"].iter().any(|part| essence.contains(part))
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_media_are_stored_and_text_is_not() {
        for media_type in ["image/png", "IMAGE/JPEG", "video/mp4", "application/zip", "application/gzip; x=y"]
        {
            assert!(is_compressed(media_type), "{media_type}");
        }
        for media_type in ["text/plain", "application/json", "image/svg+xml", "application/octet-stream", ""]
        {
            assert!(!is_compressed(media_type), "{media_type}");
        }
    }
}
