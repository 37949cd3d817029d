//! Writing to the person and hearing one key.

use std::io::{self, BufRead, Write};

use anstyle::Style;

/// What a screen came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// On to the next question.
    Next,
    /// Back to the one before.
    Back,
    /// Out, without collecting.
    Leave,
}

/// The terminal: questions on stderr, answers a line each on stdin. Works in every terminal and with screen readers.
pub struct Prompt {
    input: io::StdinLock<'static>,
}

impl Prompt {
    /// Takes stdin.
    pub fn new() -> Self {
        Self { input: io::stdin().lock() }
    }

    /// Writes one line.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        writeln!(anstream::stderr(), "{line}")
    }

    /// Writes one line in bold.
    pub fn title(&mut self, line: &str) -> io::Result<()> {
        let bold = Style::new().bold();
        writeln!(anstream::stderr(), "{bold}{line}{bold:#}")
    }

    /// Asks and hears one key, in lower case; an empty line is no answer. `None` at the end of the input.
    pub fn ask(&mut self, choices: &str) -> io::Result<Option<char>> {
        Ok(self.ask_line(choices)?.map(|line| {
            let mut characters = line.chars();
            match (characters.next(), characters.next()) {
                (Some(key), None) => key.to_ascii_lowercase(),
                _ => '\0',
            }
        }))
    }

    /// Asks and hears a line, trimmed. `None` at the end of the input.
    pub fn ask_line(&mut self, choices: &str) -> io::Result<Option<String>> {
        let mut stderr = anstream::stderr();
        write!(stderr, "{choices} > ")?;
        stderr.flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            writeln!(stderr)?;
            return Ok(None);
        }
        Ok(Some(line.trim().to_owned()))
    }
}
