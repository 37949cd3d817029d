//! An error on its way to the person: what failed, why, what to do, and the exit code.

use std::error::Error;
use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::exit::Exit;

/// Ends a command.
#[derive(Debug)]
pub struct Failure {
    /// The chain, outermost first.
    chain: Vec<String>,
    hints: Vec<String>,
    /// The exit code.
    pub exit: Exit,
    broken_pipe: bool,
}

/// What a command returns.
pub type Outcome = Result<Exit, Failure>;

impl Failure {
    /// An error of the program or the machine.
    pub fn internal(message: impl Into<String>) -> Self {
        Self { chain: vec![message.into()], hints: Vec::new(), exit: Exit::Internal, broken_pipe: false }
    }

    /// Bad usage or invalid input.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, ..Self::internal(message) }
    }

    /// Takes an error with its causes.
    pub fn of(error: &(dyn Error + 'static), exit: Exit) -> Self {
        let mut chain = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(error) = cause {
            chain.push(error.to_string());
            cause = error.source();
        }
        Self { chain, hints: Vec::new(), exit, broken_pipe: false }
    }

    /// Takes an error as the cause of a message.
    pub fn because(message: impl Into<String>, error: &(dyn Error + 'static), exit: Exit) -> Self {
        let mut failure = Self::of(error, exit);
        failure.chain.insert(0, message.into());
        failure
    }

    /// True when whoever read the output went away, which is no error: `candor show … | head`.
    pub fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// The same with another exit code.
    #[must_use]
    pub fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Prints it once, to stderr.
    pub fn print(&self) {
        let mut stderr = anstream::stderr().lock();
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        let bold = Style::new().bold();
        let (first, causes) =
            self.chain.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        // Nothing can be done when stderr is gone.
        let _ = writeln!(stderr, "{red}error:{red:#} {first}");
        for cause in causes {
            let _ = writeln!(stderr, "  caused by: {cause}");
        }
        for hint in &self.hints {
            let _ = writeln!(stderr, "{bold}hint:{bold:#} {hint}");
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self { broken_pipe, ..Self::because("cannot write the output", &error, Exit::Internal) }
    }
}
