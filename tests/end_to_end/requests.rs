//! Keys, trust and requests: support asks, the customer checks and answers.

mod answers;
mod desktop;
mod keys;
pub mod parties;
mod plugin;
mod refusals;
mod terminal;
mod trust;
