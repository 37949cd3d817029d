//! One module a command.

pub mod check;
pub mod collect;
pub mod collectors;
pub mod consent;
pub mod drop;
pub mod generate;
pub mod key;
pub mod mask;
pub mod plan;
pub mod redact;
pub mod request;
pub mod reveal;
pub mod rules;
pub mod sessions;
pub mod show;
pub mod trust;
pub mod verify;

use std::io::Write;

use serde::Serialize;

use crate::failure::Failure;

/// Prints a value as indented JSON on stdout.
fn print_json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}
