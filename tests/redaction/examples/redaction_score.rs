//! Scores the redactor on the development corpus: `redaction_score [--details FILE] [--document FILE] [--seed N]`.
//!
//! `--details` writes every miss and false alarm; `--document` brings the generated section of a document up to date.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write};

use candor_tests::corpus;
use candor_tests::score::subject::Candor;
use candor_tests::score::{Score, report};

const USAGE: &str = "usage: redaction_score [--details FILE] [--document FILE] [--seed N]";
const PIECE_BYTES: usize = 1 << 16;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut details, mut document, mut seed) = (None, None, corpus::SEED);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        match argument.as_str() {
            "--details" => details = Some(value),
            "--document" => document = Some(value),
            "--seed" => seed = value.parse().map_err(|_| USAGE)?,
            _ => return Err(USAGE.into()),
        }
    }
    let score = Score::of(&Candor::new(PIECE_BYTES)?, &corpus::planted(seed), &corpus::benign(seed));
    writeln!(io::stdout(), "{}", report::table(&score))?;
    if let Some(path) = details {
        fs::write(path, report::details(&score))?;
    }
    if let Some(path) = document {
        let text = report::replace_section(&fs::read_to_string(&path)?, &report::section(&score))?;
        fs::write(path, text)?;
    }
    Ok(())
}
