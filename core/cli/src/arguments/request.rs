//! Arguments of `request`.

use std::path::PathBuf;

use candor_consent::{Delivery, Line, Paragraph};
use candor_manifest::{CollectorId, Level, OptionAssignment, ProfileId};
use candor_trust::KeyName;
use clap::{Args, Subcommand};

use super::Json;

/// Arguments of `request`
#[derive(Debug, Args)]
pub struct Request {
    #[command(subcommand)]
    pub action: RequestAction,
}

/// What to do with a request
#[derive(Debug, Subcommand)]
pub enum RequestAction {
    /// Make a signed request for a report, as one file
    New(Box<NewRequest>),
    /// Check a request and explain it
    Show(ShowRequest),
}

/// Arguments of `request new`
#[derive(Debug, Args)]
#[command(after_help = "\
A recipient is an age key or a card, and `@LEVEL` the highest level that they will be able to read. The language of the statement
is that of --language. Who collects can narrow what is asked for, and nobody can widen it.")]
pub struct NewRequest {
    /// Your case
    #[arg(long, value_name = "TEXT")]
    pub case: Line,
    /// The profile that is asked for
    #[arg(long, value_name = "ID")]
    pub profile: ProfileId,
    /// Ask for this collector of the profile [default: all of them]
    #[arg(long = "collector", value_name = "ID")]
    pub collectors: Vec<CollectorId>,
    /// Set an option of a collector to a narrower value
    #[arg(long = "option", value_name = "ID.NAME=VALUE")]
    pub options: Vec<OptionAssignment>,
    /// Leave out collectors above this level
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// What the report is for, as the customer reads it
    #[arg(long, value_name = "TEXT")]
    pub purpose: Paragraph,
    /// Who will be able to read the report
    #[arg(long = "recipient", value_name = "KEY_OR_CARD[@LEVEL]", required = true)]
    pub recipients: Vec<String>,
    /// The privacy statement, a text
    #[arg(long, value_name = "FILE")]
    pub statement: PathBuf,
    /// Its version [default: the first digits of its hash]
    #[arg(long, value_name = "TEXT")]
    pub statement_version: Option<Line>,
    /// The day since which it holds, such as 2026-01-31 [default: when the file was changed]
    #[arg(long, value_name = "DATE")]
    pub statement_date: Option<jiff::civil::Date>,
    /// Why you may process the report
    #[arg(long, value_name = "TEXT", default_value = "consent")]
    pub legal_basis: Paragraph,
    /// Days that you keep the report for
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub retention_days: Option<u32>,
    /// Where the report may be sent to: `https://…` or `mailto:…`; the first is preferred
    #[arg(long, value_name = "URL")]
    pub deliver: Vec<Delivery>,
    /// Until when it may be answered: `2026-02-28`, `2026-02-28T12:00:00Z`, or from now on `14d`
    #[arg(long, value_name = "DATE_OR_DURATION")]
    pub expires: String,
    /// Sign with this key, or with the one in the folder that `key new` made
    #[arg(long, value_name = "KEYFILE")]
    pub sign: PathBuf,
    /// Take the password of the key from the first line of FILE [default: asked on the terminal]
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Who asks, as their card says [default: the card beside the key]
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    /// Who asks, instead of the card's
    #[arg(long, value_name = "NAME")]
    pub name: Option<KeyName>,
    /// Where they belong, instead of the card's
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<KeyName>,
    /// How to reach them, instead of the card's
    #[arg(long, value_name = "TEXT")]
    pub contact: Option<KeyName>,
    /// The file to write [default: CASE.candor-request]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the output file if it exists
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `request show`
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is shown of a request that is altered or that nobody signed who is trusted. To look at your own, give your card.
Exit code 5 when it would be refused.")]
pub struct ShowRequest {
    /// The request
    pub file: PathBuf,
    /// Trust this card for this look
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    /// Print the privacy statement, exactly
    #[arg(long)]
    pub show_statement: bool,
    #[command(flatten)]
    pub json: Json,
}
