//! Makers of values to plant, by name: what templates and matrices ask for.

mod addresses;
mod names;
mod numbers;
pub mod passwords;
mod secrets;
pub mod services;

use std::collections::HashMap;

use super::model::Value;
use super::random::Random;

/// Makes values; lists are gone through in turn, so that each of their members comes.
#[derive(Debug, Clone)]
pub struct Maker {
    /// Source of everything that is not told by the turn.
    pub random: Random,
    turns: HashMap<String, usize>,
}

impl Maker {
    /// A maker with this source.
    #[must_use]
    pub fn new(random: Random) -> Self {
        Self { random, turns: HashMap::new() }
    }

    /// The next value called `name`.
    ///
    /// # Panics
    /// When no value is called so: a template is wrong.
    pub fn make(&mut self, name: &str) -> Value {
        let counter = self.turns.entry(name.to_owned()).or_default();
        let turn = *counter;
        *counter += 1;
        let random = &mut self.random;
        let style = |list: &'static [&'static str]| list[turn % list.len()];
        match name {
            "token" => services::shaped(turn, random).0,
            "password" => passwords::password(style(passwords::SAFE), random),
            "password-any" => {
                let all = passwords::SAFE.len() + passwords::AWKWARD.len();
                let list =
                    if turn % all < passwords::SAFE.len() { passwords::SAFE } else { passwords::AWKWARD };
                passwords::password(style(list), random)
            }
            "password-hex" => passwords::password("hex", random),
            "password-random" => passwords::password("random", random),
            "passphrase" => passwords::password("passphrase", random),
            _ => names::make(name, turn, random)
                .or_else(|| addresses::make(name, random))
                .or_else(|| numbers::make(name, turn, random))
                .or_else(|| secrets::make(name, turn, random))
                .unwrap_or_else(|| panic!("no value is called `{name}`")),
        }
    }
}
