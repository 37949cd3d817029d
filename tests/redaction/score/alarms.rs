//! Which benign lines were touched, and by what.

use std::collections::{BTreeMap, HashMap};

use crate::corpus::model::Document;

/// A benign line that was changed.
#[derive(Debug, Clone)]
pub struct Alarm {
    /// Name of the document.
    pub document: String,
    /// What changed it, as far as the result shows.
    pub rule: String,
    /// The line as it was.
    pub line: String,
    /// The line after redaction.
    pub output: String,
}

/// Lines read and touched.
#[derive(Debug, Default)]
pub struct Alarms {
    /// Benign lines in all.
    pub lines: usize,
    /// Those that were touched.
    pub touched: Vec<Alarm>,
}

impl Alarms {
    /// Counts the lines of `document`, of which `output` is the redacted text. A line that is gone counts too.
    pub fn add(&mut self, document: &Document, output: &str) {
        let inputs: Vec<&str> = document.text.lines().collect();
        let outputs: Vec<&str> = output.lines().collect();
        self.lines += inputs.len();
        if inputs.len() == outputs.len() {
            let pairs = inputs.iter().zip(outputs).filter(|(line, found)| *line != found);
            pairs.for_each(|(line, found)| self.touch(document, line, found));
        } else {
            // Where lines are lost their places say nothing any more.
            let mut left: HashMap<&str, usize> = HashMap::new();
            outputs.iter().for_each(|line| *left.entry(line).or_default() += 1);
            for line in inputs {
                match left.get_mut(line).filter(|count| **count > 0) {
                    Some(count) => *count -= 1,
                    None => self.touch(document, line, ""),
                }
            }
        }
    }

    fn touch(&mut self, document: &Document, line: &str, found: &str) {
        self.touched.push(Alarm {
            document: document.name.clone(),
            rule: rule_of(found),
            line: line.to_owned(),
            output: found.to_owned(),
        });
    }

    /// The part of the lines that was touched, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    pub fn rate(&self) -> f64 {
        if self.lines == 0 { 0.0 } else { self.touched.len() as f64 / self.lines as f64 }
    }

    /// How many lines each rule touched.
    #[must_use]
    pub fn by_rule(&self) -> BTreeMap<&str, usize> {
        let mut rules = BTreeMap::new();
        for alarm in &self.touched {
            *rules.entry(alarm.rule.as_str()).or_default() += 1;
        }
        rules
    }
}

/// The rule in the first mark of a line, the kind of its first pseudonym, or `~` for one that keeps its shape.
fn rule_of(line: &str) -> String {
    let is_name = |character: &char| character.is_ascii_alphanumeric() || *character == '-';
    if let Some((_, rest)) = line.split_once("removed:") {
        return rest.chars().take_while(is_name).collect();
    }
    if let Some((before, _)) = line.split_once("-px-") {
        let kind: Vec<char> = before.chars().rev().take_while(char::is_ascii_alphanumeric).collect();
        return kind.into_iter().rev().collect::<String>() + "-px";
    }
    if line.contains('~') { "shaped pseudonym".to_owned() } else { "address or lost line".to_owned() }
}
