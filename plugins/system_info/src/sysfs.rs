//! One-value files below `/sys` and `/proc`.

use candor_plugin::Context;

/// Longest value that is taken.
const VALUE_BYTES: u64 = 4096;

/// The text of a one-value file, without white space around it; `None` when absent or empty. Why a file that is there
/// cannot be read is noted.
pub(crate) fn text(context: &Context, path: &str) -> Option<String> {
    let (data, _) = context.read(path, VALUE_BYTES).map_err(|error| context.note_input(&error)).ok()?;
    plain(&data)
}

/// As [`text`], for files that drivers answer with an error when they have no value just now.
pub(crate) fn text_if_any(context: &Context, path: &str) -> Option<String> {
    plain(&context.read(path, VALUE_BYTES).ok()?.0)
}

/// The number in a one-value file.
pub(crate) fn number<N: std::str::FromStr>(context: &Context, path: &str) -> Option<N> {
    text(context, path)?.parse().ok()
}

/// Names in a folder that start with `prefix`, sorted; none when the folder is absent.
pub(crate) fn names(context: &Context, folder: &str, prefix: &str) -> Vec<String> {
    let names = context.list(folder).unwrap_or_else(|error| {
        context.note_input(&error);
        Vec::new()
    });
    names
        .into_iter()
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with(prefix))
        .collect()
}

/// Device tree texts end with a zero byte; BIOS texts are padded.
fn plain(data: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(data);
    let text = text.trim_matches(|character: char| character.is_whitespace() || character == '\0');
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn zero_bytes_and_padding_are_taken_off() {
        assert_eq!(plain(b"Raspberry Pi 4 \0").as_deref(), Some("Raspberry Pi 4"));
        assert_eq!(plain(b" \n"), None);
    }
}
