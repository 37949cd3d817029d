//! What a task says: data to stdout, all else to stderr.

use std::io::Write as _;

/// One line of progress on stderr, its verb set to the right as cargo does: `     Laying target/dist`.
pub fn progress(verb: &str, text: &str) {
    eprintln!("{verb:>12} {text}");
}

/// A line on stderr without a verb.
pub fn note(text: &str) {
    eprintln!("{text}");
}

/// A line of data on stdout. A reader that went away is no fault of ours.
pub fn data(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
