//! What an age plugin may ask the person: to touch a key, to enter a PIN.

use std::io::{IsTerminal, Write};

use candor_trust::{Callbacks, SecretString};

use crate::terminal::{can_ask, printable};

/// Asks on the terminal; without one, nothing is answered and the plugin gives up.
#[derive(Debug, Clone, Copy)]
pub struct AgeDialog;

impl Callbacks for AgeDialog {
    fn display_message(&self, message: &str) {
        eprintln!("age: {}", printable(message));
    }

    fn confirm(&self, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let choices = no.map_or_else(|| yes.to_owned(), |no| format!("{yes}/{no}"));
        let answer = line(&format!("{} [{}]", printable(message), printable(&choices)))?;
        Some(answer.eq_ignore_ascii_case(yes) || answer.eq_ignore_ascii_case("y"))
    }

    fn request_public_string(&self, description: &str) -> Option<String> {
        line(&printable(description))
    }

    fn request_passphrase(&self, description: &str) -> Option<SecretString> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        rpassword::prompt_password(format!("age: {}: ", printable(description))).ok().map(SecretString::from)
    }
}

fn line(question: &str) -> Option<String> {
    if !can_ask() {
        return None;
    }
    eprint!("age: {question} ");
    // What cannot be written cannot be answered either.
    std::io::stderr().flush().ok()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).ok()?;
    Some(answer.trim().to_owned())
}
