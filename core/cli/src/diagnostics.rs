//! Prints what is wrong with a manifest, with the place and the fix.

use std::io::Write;

use candor_manifest::Diagnostic;
use miette::{GraphicalReportHandler, GraphicalTheme};

/// Prints one diagnostic to stderr.
pub fn print(diagnostic: &Diagnostic) {
    let mut text = String::new();
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let width = crate::terminal::width().min(120);
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    if handler.render_report(&mut text, diagnostic).is_err() {
        text = format!("{diagnostic}\n");
    }
    // Nothing can be done when stderr is gone.
    let _ = anstream::stderr().write_all(text.as_bytes());
}
