//! The one error of the tasks: what was attempted, what lies below it, what to do, and the exit code.

use std::error::Error;
use std::fmt;
use std::path::Path;

/// Exit code of a task that could not do its work.
pub const FAILED: u8 = 1;
/// Exit code of a task that was asked for in a way that it does not understand.
pub const BAD_USAGE: u8 = 2;

/// Why a task ended without having done what it was asked.
#[derive(Debug)]
pub struct Failure {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// A failure with its own words and nothing below it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None, hint: None, code: FAILED }
    }

    /// A command line that makes no sense; exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { code: BAD_USAGE, ..Self::new(message) }
    }

    /// A file operation that failed: `cannot read `PATH``.
    pub fn path(attempt: &str, path: &Path, source: impl Error + Send + Sync + 'static) -> Self {
        Self::new(format!("cannot {attempt} `{}`", path.display())).caused_by(source)
    }

    /// Adds the cause, which the message must not repeat.
    pub fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Adds what the reader can do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets the exit code with which the task ends.
    pub fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// The exit code with which the task ends.
    pub fn exit_code(&self) -> u8 {
        self.code
    }

    /// The whole chain as it is printed, one cause a line.
    pub fn render(&self) -> String {
        let mut text = format!("error: {self}");
        let mut next = self.source();
        while let Some(cause) = next {
            text.push_str(&format!("\n  caused by: {cause}"));
            next = cause.source();
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("\nhint: {hint}"));
        }
        text
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_prints_its_chain_once_and_its_hint_last() {
        let cause = std::io::Error::other("no such thing");
        let failure = Failure::path("read", Path::new("a/b"), cause).hint("make it");
        assert_eq!(failure.render(), "error: cannot read `a/b`\n  caused by: no such thing\nhint: make it");
        assert_eq!(failure.exit_code(), FAILED);
    }
}
