//! `[masked]` over lines and matches.

use std::io::{BufRead, BufReader, Read, Write};

use super::{MASK, MaskError, Pattern, Spans};

/// Longest line that is held.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// Copies a text line by line; gives the number of lines in which something was masked. Line ends stay as they are.
pub(super) fn mask(
    lines: &Spans,
    patterns: &[Pattern],
    source: impl Read,
    mut out: impl Write,
) -> Result<u64, MaskError> {
    let mut reader = BufReader::with_capacity(256 * 1024, source);
    let (mut line, mut number, mut masked, mut matched) = (Vec::new(), 0, 0, false);
    let mut spans = lines.iter().peekable();
    while read_line(&mut reader, &mut line, number + 1)? {
        number += 1;
        while spans.next_if(|span| span.last < number).is_some() {}
        let (content, end) = line.split_at(content_length(&line));
        if spans.peek().is_some_and(|span| span.first <= number) {
            out.write_all(MASK.as_bytes())?;
            masked += 1;
        } else if let Some(changed) = replaced(patterns, content) {
            out.write_all(&changed)?;
            (masked, matched) = (masked + 1, true);
        } else {
            out.write_all(content)?;
        }
        out.write_all(end)?;
    }
    match spans.find(|span| span.first > number) {
        Some(span) => Err(MaskError::Beyond { unit: "lines", has: number, first: span.first }),
        None if !matched && lines.is_empty() => Err(MaskError::NoMatch),
        None => Ok(masked),
    }
}

/// Reads the next line with its end; false where there is none.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>, number: u64) -> Result<bool, MaskError> {
    line.clear();
    reader.by_ref().take(MAX_LINE_BYTES + 1).read_until(b'\n', line)?;
    if line.len() as u64 > MAX_LINE_BYTES {
        return Err(MaskError::LongLine { line: number, limit: MAX_LINE_BYTES });
    }
    if line.contains(&0) {
        return Err(MaskError::Binary { line: number });
    }
    Ok(!line.is_empty())
}

fn content_length(line: &[u8]) -> usize {
    let without = line.strip_suffix(b"\n").unwrap_or(line);
    if without.len() < line.len() { without.strip_suffix(b"\r").unwrap_or(without).len() } else { line.len() }
}

/// The line with `[masked]` for each run of bytes that some pattern matches; `None` where none does.
fn replaced(patterns: &[Pattern], line: &[u8]) -> Option<Vec<u8>> {
    let found = patterns.iter().flat_map(|pattern| pattern.0.find_iter(line));
    let mut runs: Vec<(usize, usize)> =
        found.filter(|found| !found.is_empty()).map(|found| (found.start(), found.end())).collect();
    if runs.is_empty() {
        return None;
    }
    runs.sort_unstable();
    let (mut out, mut at) = (Vec::with_capacity(line.len()), 0);
    for (start, end) in runs {
        if start >= at {
            out.extend_from_slice(&line[at..start]);
            // What touches the run before is the same run.
            if start > at || at == 0 {
                out.extend_from_slice(MASK.as_bytes());
            }
        }
        at = at.max(end);
    }
    out.extend_from_slice(&line[at..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(lines: &str, patterns: &[&str], text: &str) -> Result<(u64, String), MaskError> {
        let lines = if lines.is_empty() { Spans::default() } else { lines.parse().unwrap() };
        let patterns: Vec<Pattern> = patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
        let mut out = Vec::new();
        let count = mask(&lines, &patterns, text.as_bytes(), &mut out)?;
        Ok((count, String::from_utf8(out).unwrap()))
    }

    #[test]
    fn lines_become_a_mask_and_their_number_stays() {
        let (count, text) = masked("2-3,5", &[], "a\nb\r\n\nd\ne").unwrap();
        assert_eq!((count, text.as_str()), (3, "a\n[masked]\r\n[masked]\nd\n[masked]"));
    }

    #[test]
    fn runs_that_touch_or_overlap_become_one_mask() {
        let (count, text) = masked("", &["b+", "bc", "^.*$x|ef"], "abbcd ef\nabc ghi\n").unwrap();
        assert_eq!((count, text.as_str()), (2, "a[masked]d [masked]\na[masked] ghi\n"));
        assert_eq!(masked("", &["a", "b"], "ab\n").unwrap().1, "[masked]\n");
    }

    #[test]
    fn a_pattern_never_takes_a_line_end() {
        let (count, text) = masked("", &["(?s)b.*"], "ab\ncd\n").unwrap();
        assert_eq!((count, text.as_str()), (1, "a[masked]\ncd\n"));
    }

    #[test]
    fn what_is_not_there_is_told() {
        assert!(matches!(masked("", &["x"], "a\n"), Err(MaskError::NoMatch)));
        assert!(matches!(masked("", &["x*"], "a\n"), Err(MaskError::NoMatch)), "an empty match is none");
        let beyond = masked("1,4", &[], "a\nb\n");
        assert!(matches!(beyond, Err(MaskError::Beyond { has: 2, first: 4, .. })));
        assert!(matches!(masked("1", &[], "a\0b\n"), Err(MaskError::Binary { line: 1 })));
    }
}
