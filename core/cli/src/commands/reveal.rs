//! `candor reveal`: pseudonyms back to what they stand for, with the key and nothing else.

use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};

use candor_pseudonym::{Found, Pseudonyms};

use super::redact::key;
use crate::arguments::Reveal;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::printable;

/// Bytes of a line that are translated together; no pseudonym is nearly as long.
const LONGEST_LINE: usize = 1 << 20;

/// Runs the command.
pub fn run(arguments: &Reveal) -> Outcome {
    let key = key::read(&arguments.key)?;
    let pseudonyms = Pseudonyms::new(&key);
    let mut score = Score::default();
    if arguments.values == ["-"] {
        if arguments.json.json {
            return Err(Failure::usage("`--json` is for values, not for a whole text")
                .hint("give the values as arguments"));
        }
        stream(&pseudonyms, &mut score)?;
    } else if arguments.json.json {
        json(&pseudonyms, &arguments.values, &mut score)?;
    } else {
        values(&pseudonyms, &arguments.values, &mut score)?;
    }
    score.tell();
    Ok(score.exit())
}

/// How much could be translated.
#[derive(Debug, Default)]
struct Score {
    translated: u64,
    /// Of these, by an original that shows that the key is the right one.
    proved: u64,
    foreign: u64,
}

impl Score {
    fn count(&mut self, found: &[Found]) {
        for one in found {
            match one.original {
                Some(_) => self.translated += 1,
                None => self.foreign += 1,
            }
            self.proved += u64::from(one.original.is_some() && one.kind.proves_key());
        }
    }

    fn tell(&self) {
        if self.translated > 0 && self.proved == 0 {
            eprintln!(
                "Nothing here proves that the key is the right one: addresses and numbers translate with any key."
            );
        }
    }

    fn exit(&self) -> Exit {
        match (self.translated, self.foreign) {
            (0, _) => Exit::Unverified,
            (_, 0) => Exit::Success,
            _ => Exit::Incomplete,
        }
    }
}

/// One line each. What is not of this key has an empty one, so that nobody takes a pseudonym for an original.
fn values(pseudonyms: &Pseudonyms, values: &[String], score: &mut Score) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let terminal = out.is_terminal();
    for value in values {
        let revealed = pseudonyms.reveal(value.as_bytes());
        score.count(&revealed.found);
        let whole = !revealed.found.is_empty() && revealed.found.iter().all(|found| found.original.is_some());
        if revealed.found.is_empty() {
            score.foreign += 1;
        }
        match (whole, terminal) {
            (true, true) => out.write_all(printable(&revealed.display()).as_bytes())?,
            (true, false) => out.write_all(&revealed.text)?,
            (false, _) => eprintln!("Not of this key: {}", printable(value)),
        }
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn json(pseudonyms: &Pseudonyms, values: &[String], score: &mut Score) -> Result<(), Failure> {
    let told = values.iter().map(|value| {
        let revealed = pseudonyms.reveal(value.as_bytes());
        score.count(&revealed.found);
        if revealed.found.is_empty() {
            score.foreign += 1;
        }
        let found = revealed.found.iter().map(|found| {
            serde_json::json!({
                "pseudonym": found.pseudonym,
                "kind": found.kind.to_string(),
                "original": found.original.as_deref().map(String::from_utf8_lossy),
                "proves_key": found.kind.proves_key() && found.original.is_some(),
            })
        });
        serde_json::json!({ "value": value, "found": found.collect::<Vec<_>>(), "text": revealed.display() })
    });
    let told: Vec<_> = told.collect();
    super::print_json(&serde_json::json!({ "schema": 1, "key_id": pseudonyms.key_id(), "values": told }))
}

/// The whole of standard input, line by line. What is not of this key stays as it is.
fn stream(pseudonyms: &Pseudonyms, score: &mut Score) -> Result<(), Failure> {
    let mut input = BufReader::with_capacity(64 * 1024, io::stdin().lock());
    let mut out = io::BufWriter::new(io::stdout().lock());
    let terminal = io::stdout().is_terminal();
    let mut line = Vec::new();
    loop {
        let room = LONGEST_LINE.saturating_sub(line.len()) as u64;
        let read = (&mut input).take(room).read_until(b'\n', &mut line);
        let count =
            read.map_err(|error| Failure::because("cannot read standard input", &error, Exit::Internal))?;
        if count == 0 && line.is_empty() {
            return Ok(out.flush()?);
        }
        let end = if count > 0 && line.len() >= LONGEST_LINE { safe_cut(&line) } else { line.len() };
        let revealed = pseudonyms.reveal(&line[..end]);
        score.count(&revealed.found);
        if terminal {
            let text = revealed.display();
            let text =
                text.strip_suffix('\n').map_or_else(|| printable(&text), |text| printable(text) + "\n");
            out.write_all(text.as_bytes())?;
        } else {
            out.write_all(&revealed.text)?;
        }
        line.drain(..end);
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
}

/// Where a part of a line may end: behind its last blank, so that no pseudonym is cut.
fn safe_cut(line: &[u8]) -> usize {
    let from = line.len() - line.len().min(64 * 1024);
    let blank =
        line[from..].iter().rposition(|byte| matches!(byte, b'\n' | b'\t' | b',' | b'"' | b'=' | b'<'));
    blank.map_or(line.len(), |blank| from + blank + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_between_values_and_always_gets_shorter() {
        let line = [vec![b'x'; 100], b",user-px-abc".to_vec()].concat();
        assert_eq!(safe_cut(&line), 101);
        assert_eq!(safe_cut(&[b'x'; 100]), 100);
    }
}
