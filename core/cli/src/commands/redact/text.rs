//! One text, however long, on several threads.

use std::io::{self, Read, Write};
use std::sync::Arc;

use candor_container::{Encoding, Error, Reason, TextWatch};
use candor_redact::{Engine, ParallelError, redact_parallel};

use super::account::Account;
use super::parallel::threads;
use super::single::{Counted, Stopped};

/// Redacts a text that began in `encoding`.
///
/// # Errors
/// When it turns out to be no text, or reading or writing fails.
pub fn redact(
    engine: &Arc<Engine>,
    name: &str,
    encoding: Encoding,
    input: &mut dyn Read,
    output: &mut dyn Write,
) -> Result<Account, Stopped> {
    let mut input = Text { input, watch: TextWatch::new(encoding), bytes: 0, is_text: true };
    let mut output = Counted { inner: output, bytes: 0 };
    let redacted = redact_parallel(engine, &mut input, &mut output, threads());
    let withheld = |reason| Stopped::Withheld { reason, written: output.bytes };
    let tally = redacted.map_err(|error| match error {
        ParallelError::Read(_) if !input.is_text => withheld(Reason::TurnsBinary),
        ParallelError::Read(error) => Stopped::Failed(Error::Read(error)),
        ParallelError::Write(error) => Stopped::Failed(Error::Write(error)),
        ParallelError::Redact(error) => withheld(Reason::Filter(error.to_string())),
        other => withheld(Reason::Filter(other.to_string())),
    })?;
    let mut account = Account::of_file(input.bytes, output.bytes);
    tally.iter().for_each(|(rule, count)| account.redacted(name, rule, count.count, &count.lines));
    Ok(account)
}

/// A text that fails from where it is none any more.
struct Text<'i> {
    input: &'i mut dyn Read,
    watch: TextWatch,
    bytes: u64,
    is_text: bool,
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.bytes += count as u64;
        self.is_text = self.is_text && self.watch.is_text(&buffer[..count]);
        if self.is_text { Ok(count) } else { Err(io::Error::other("this is no text")) }
    }
}
