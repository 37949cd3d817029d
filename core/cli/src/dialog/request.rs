//! Who asks and what for, before anything is asked about collectors.

use std::io;

use super::text::Prompt;
use crate::asked::{self, Explained};

/// Offers the exact text of the privacy statement. False when the person leaves.
///
/// # Errors
/// When the terminal fails.
pub fn ask_on(explained: &Explained<'_>) -> io::Result<bool> {
    let mut prompt = Prompt::new();
    loop {
        match prompt.ask("[c] continue to the questions  [s] read the privacy statement  [q] leave")? {
            Some('c') => return Ok(true),
            Some('s') => asked::tell_statement(&mut anstream::stderr(), explained.statement)?,
            Some('q') | None => return Ok(false),
            Some(_) => prompt.say("Please answer c, s or q.")?,
        }
    }
}
