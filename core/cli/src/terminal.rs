//! What is known of the terminal.

use std::io::IsTerminal;

/// Columns to lay out for: the terminal's, or 100 where there is none.
pub fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok();
    size.map(|size| usize::from(size.ws_col)).filter(|width| *width >= 40).unwrap_or(100)
}

/// True when a person can be asked: questions go to stderr, answers come from stdin.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// True when lines on stderr can be drawn over.
pub fn can_redraw() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    std::io::stderr().is_terminal() && !dumb
}

/// The language of the person, as `sv` or `sv-FI`, from the locale variables.
pub fn language(chosen: Option<&str>) -> String {
    if let Some(chosen) = chosen {
        return chosen.to_owned();
    }
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default();
    let language = locale.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    if language.len() < 2 || language == "POSIX" { "en".to_owned() } else { language }
}

/// Breaks text into lines of at most `width` characters.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Text from outside, safe for a terminal: control characters are replaced.
pub fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
