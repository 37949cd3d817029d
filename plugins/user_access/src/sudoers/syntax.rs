//! Lines, lists and quotes of sudoers(5).

/// Lines with what continues them after a backslash, each with the number of its first line. Comments at their ends
/// are taken off.
pub(super) fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut continued = false;
    for (index, line) in text.lines().enumerate() {
        let body = line.strip_suffix('\\');
        let piece = body.unwrap_or(line);
        match lines.last_mut().filter(|_| continued) {
            Some((_, start)) => start.push_str(piece),
            None => lines.push((index + 1, piece.to_owned())),
        }
        continued = body.is_some();
    }
    for (_, line) in &mut lines {
        let end = comment_start(line);
        line.truncate(end);
    }
    lines
}

/// A `#` within a line starts a comment, but for one before a digit, which is a user id. One at the very start is judged
/// elsewhere.
fn comment_start(line: &str) -> usize {
    let is_comment = |(index, character): &(usize, char)| {
        let (before, after) = line.split_at(*index);
        *character == '#'
            && before.ends_with(char::is_whitespace)
            && !before.trim().is_empty()
            && !after[1..].starts_with(|next: char| next.is_ascii_digit())
    };
    unquoted(line).find(is_comment).map_or(line.len(), |(index, _)| index)
}

/// Characters that are neither quoted nor escaped, with their places.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, character)| {
        if escaped {
            escaped = false;
            return false;
        }
        escaped = *character == '\\';
        if *character == '"' {
            quoted = !quoted;
        }
        !quoted && *character != '"' && *character != '\\'
    })
}

/// Splits at a character outside of quotes and parentheses.
pub(super) fn split_unquoted(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (index, character) in unquoted(text) {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if character == separator && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Splits at the first such character outside of quotes.
pub(super) fn split_once_unquoted(text: &str, separator: char) -> Option<(&str, &str)> {
    let (index, _) = unquoted(text).find(|(_, character)| *character == separator)?;
    Some((&text[..index], &text[index + separator.len_utf8()..]))
}

/// Items of a list with commas, without quotes and white space around them.
pub(super) fn list(text: &str) -> Vec<String> {
    let items = split_unquoted(text, ',').into_iter();
    items.map(|item| item.trim().trim_matches('"').to_owned()).filter(|item| !item.is_empty()).collect()
}

/// Words with white space between them; a comma joins what stands on both its sides.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in pieces(text) {
        let joins = |last: &&mut String| last.ends_with(',') || word.starts_with(',');
        match words.last_mut().filter(joins) {
            Some(last) => last.push_str(word),
            None => words.push(word.to_owned()),
        }
    }
    words
}

/// What stands between white space outside of quotes.
fn pieces(text: &str) -> Vec<&str> {
    let spaces = unquoted(text).filter(|(_, character)| character.is_whitespace());
    let mut pieces = Vec::new();
    let mut start = 0;
    for (index, character) in spaces {
        pieces.push(&text[start..index]);
        start = index + character.len_utf8();
    }
    pieces.push(&text[start..]);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continued_lines_are_one_and_keep_their_number() {
        let lines = logical_lines("a \\\n b\n# c\nd # e\n#1000 x\n");
        assert_eq!(
            lines,
            [(1, "a  b".to_owned()), (3, "# c".to_owned()), (4, "d ".to_owned()), (5, "#1000 x".to_owned())]
        );
    }

    #[test]
    fn commas_join_words() {
        assert_eq!(words("anna, ben ALL"), ["anna,ben", "ALL"]);
        assert_eq!(words("anna ,ben  A , B"), ["anna,ben", "A,B"]);
        assert_eq!(words("\"a b\" ALL"), ["\"a b\"", "ALL"]);
        assert_eq!(words("a\\ b ALL"), ["a\\ b", "ALL"]);
    }

    #[test]
    fn lists_respect_quotes_and_parentheses() {
        assert_eq!(list("a, \"b,c\" , (d,e) f,"), ["a", "b,c", "(d,e) f"]);
        assert_eq!(split_unquoted("a:b\\:c:(d:e)", ':'), ["a", "b\\:c", "(d:e)"]);
    }
}
