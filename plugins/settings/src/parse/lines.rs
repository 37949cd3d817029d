//! Logical lines: continuations joined, PEM blocks kept in one piece.

/// One logical line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Number of its first physical line, from 1.
    pub(super) number: u32,
    /// Characters of white space before it.
    pub(super) indent: usize,
    /// Without white space at both ends.
    pub(super) text: String,
}

/// Splits the text; empty lines are left out. A backslash at the end of a line that is no comment joins the next; a PEM block is one line with the
/// text before it, so that its body is never taken for settings.
pub(super) fn logical_lines(text: &str) -> Vec<Line> {
    let mut physical = (1u32..).zip(text.lines()).peekable();
    let mut lines = Vec::new();
    while let Some((number, first)) = physical.next() {
        let trimmed = first.trim();
        if trimmed.is_empty() {
            continue;
        }
        let mut line = Line {
            number,
            indent: first.chars().take_while(|letter| letter.is_whitespace()).count(),
            text: trimmed.to_owned(),
        };
        if trimmed.contains("-----BEGIN ") {
            while let Some((_, body)) = physical.next_if(|(_, body)| is_pem_body(body)) {
                line.text.push('\n');
                line.text.push_str(body.trim());
                if body.contains("-----END ") {
                    break;
                }
            }
        }
        if !trimmed.starts_with(['#', ';']) {
            while ends_open(&line.text) {
                line.text.pop();
                let Some((_, next)) = physical.next() else { break };
                line.text.truncate(line.text.trim_end().len());
                line.text.push(' ');
                line.text.push_str(next.trim());
            }
        }
        lines.push(line);
    }
    lines
}

fn ends_open(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Base64, a header such as `Proc-Type: 4,ENCRYPTED`, nothing, or the last line; quotes, comment marks and backslashes
/// around it do not matter.
fn is_pem_body(line: &str) -> bool {
    let line = line.trim().trim_matches(['"', '\'', '#', ';', '\\', ' ', ',', '\t']);
    line.contains("-----END ")
        || ["Proc-Type:", "DEK-Info:", "Comment:"].iter().any(|header| line.starts_with(header))
        || line.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(u32, String)> {
        logical_lines(text).into_iter().map(|line| (line.number, line.text)).collect()
    }

    #[test]
    fn continued_lines_are_one_and_keep_their_first_number() {
        assert_eq!(texts("a = 1 \\\n   2 \\\n 3\r\nb\n"), [(1, "a = 1 2 3".to_owned()), (4, "b".to_owned())]);
        assert_eq!(texts("# c \\\nb")[1], (2, "b".to_owned()));
        assert_eq!(texts("a = \\\\\nb").len(), 2);
    }

    #[test]
    fn a_pem_block_is_one_line_even_without_its_end() {
        let block = "key=\"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\nMIIE/+\nvQ==\n-----END RSA PRIVATE KEY-----\"\nb=1";
        let lines = texts(block);
        assert_eq!((lines.len(), lines[1].0), (2, 6));
        assert_eq!(texts("-----BEGIN PRIVATE KEY-----\nMIIE\nvQ==\n[section]\n")[1].0, 4);
    }
}
