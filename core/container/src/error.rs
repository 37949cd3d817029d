//! What ends a whole run: the input, the output or the temporary storage fails. Damage inside the input does not.

use std::io;

/// Why nothing could be finished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input could not be read.
    #[error("cannot read the input")]
    Read(#[source] io::Error),
    /// The output could not be written.
    #[error("cannot write the output")]
    Write(#[source] io::Error),
    /// A temporary file could not be made, written or read.
    #[error("cannot use a temporary file")]
    Spool(#[source] io::Error),
}
