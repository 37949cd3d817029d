//! The command line of one task, taken apart option by option.
//!
//! Each task takes what it knows and then calls [`Arguments::finish`], which refuses what is left. A word that a task
//! did not ask for can thus never be dropped without a sound.

use std::collections::VecDeque;
use std::str::FromStr;

use crate::failure::Failure;

/// What is left of a command line, and the words after a lone `--`.
#[derive(Debug)]
pub struct Arguments {
    task: String,
    words: VecDeque<String>,
    rest: Vec<String>,
}

impl Arguments {
    /// Splits `words` at the first `--`.
    pub fn new(task: &str, words: impl IntoIterator<Item = String>) -> Self {
        let mut words: VecDeque<String> = words.into_iter().collect();
        let mut rest = Vec::new();
        if let Some(place) = words.iter().position(|word| word == "--") {
            rest = words.split_off(place).into_iter().skip(1).collect();
        }
        Self { task: task.to_owned(), words, rest }
    }

    /// Takes a switch such as `--check`; true when it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// Takes `--name VALUE` or `--name=VALUE`.
    ///
    /// # Errors
    /// When the value is missing, or the option stands there twice.
    pub fn value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let Some(found) = self.take_value(name)? else {
            return Ok(None);
        };
        match self.take_value(name)? {
            None => Ok(Some(found)),
            Some(_) => Err(self.complain(&format!("`{name}` is given twice"))),
        }
    }

    fn take_value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let joined = format!("{name}=");
        let place = self.words.iter().position(|word| word == name || word.starts_with(&joined));
        let Some(word) = place.and_then(|place| self.words.remove(place)) else {
            return Ok(None);
        };
        if let Some(value) = word.strip_prefix(&joined) {
            return Ok(Some(value.to_owned()));
        }
        match place.and_then(|place| self.words.remove(place)) {
            Some(value) if !value.starts_with("--") => Ok(Some(value)),
            _ => Err(self.complain(&format!("`{name}` needs a value"))),
        }
    }

    /// Takes `--name VALUE` as a number, or answers `otherwise`.
    ///
    /// # Errors
    /// When the value is no such number.
    pub fn number<T: FromStr>(&mut self, name: &str, otherwise: T) -> Result<T, Failure> {
        let Some(text) = self.value(name)? else {
            return Ok(otherwise);
        };
        text.parse().map_err(|_| self.complain(&format!("`{name}` needs a number, not `{text}`")))
    }

    /// Takes the next word that is no option.
    pub fn positional(&mut self) -> Option<String> {
        let place = self.words.iter().position(|word| !word.starts_with('-'))?;
        self.words.remove(place)
    }

    /// Takes the words after `--`, which belong to another program.
    pub fn rest(&mut self) -> Vec<String> {
        std::mem::take(&mut self.rest)
    }

    /// Refuses whatever nobody took.
    ///
    /// # Errors
    /// When a word is left.
    pub fn finish(self) -> Result<(), Failure> {
        match self.words.front().or(self.rest.first()) {
            None => Ok(()),
            Some(word) => Err(self.complain(&format!("unexpected `{word}`"))),
        }
    }

    fn complain(&self, what: &str) -> Failure {
        Failure::usage(what).hint(format!("see `cargo xtask {} --help`", self.task))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new("task", line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn an_option_takes_its_value_joined_or_apart() {
        let mut both = arguments("--for test --runs=7 name -- --for x");
        assert_eq!(both.value("--for").unwrap().as_deref(), Some("test"));
        assert_eq!(both.number("--runs", 1_u32).unwrap(), 7);
        assert_eq!(both.positional().as_deref(), Some("name"));
        assert_eq!(both.rest(), ["--for", "x"]);
        both.finish().unwrap();
    }

    #[test]
    fn what_nobody_takes_is_refused() {
        assert_eq!(arguments("--chekc").finish().unwrap_err().to_string(), "unexpected `--chekc`");
        assert_eq!(arguments("-- x").finish().unwrap_err().to_string(), "unexpected `x`");
    }

    #[test]
    fn a_value_that_is_missing_or_given_twice_is_an_error() {
        assert!(arguments("--for").value("--for").is_err());
        assert!(arguments("--for --check").value("--for").is_err());
        assert!(arguments("--for a --for b").value("--for").is_err());
        assert!(arguments("--runs many").number("--runs", 1_u32).is_err());
    }
}
