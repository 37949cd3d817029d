//! Arguments of `redact`, `rules` and `reveal`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Json;

/// Arguments of `redact`
#[derive(Debug, Args)]
#[command(after_help = "\
Text is redacted; archives and compressed files are opened, redacted inside and packed again; what is neither cannot be
searched and is withheld, with a note in its place. Links are never followed.
Exit code 3 when the result is written and something in it was damaged, unreadable or too large and is withheld; 4 when
nothing could be written; with --check 5 when something was found, or could not be searched. Of a report --check looks
through what is below level `secret`.")]
pub struct Redact {
    /// A file, a folder, an archive, or `-` for standard input
    pub path: PathBuf,
    /// Where the result goes: a new file, for a folder a new folder, or `-` [default: standard output]
    #[arg(long, short, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Follow the redaction policy in FILE too, besides `/etc/candor/redaction.toml` and the user's own
    #[arg(long, value_name = "FILE")]
    pub policy: Vec<PathBuf>,
    /// Make pseudonyms with the key in FILE, which is made if it is not there [default: a key that nobody keeps]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Change nothing; list what would have to be redacted, by place, line and rule
    #[arg(long, conflicts_with_all = ["output", "in_place", "overwrite", "keep_binary"])]
    pub check: bool,
    /// Print what was done [default: text on a terminal, else nothing]
    #[arg(long, value_name = "FORMAT")]
    pub report: Option<ReportFormat>,
    /// Do not look for the names, accounts and addresses of this machine: for data of another one
    #[arg(long)]
    pub no_machine: bool,
    /// Pass on what is neither text nor an archive as it is; nothing in it is redacted
    #[arg(long)]
    pub keep_binary: bool,
    /// Replace the output file if it exists
    #[arg(long)]
    pub overwrite: bool,
    /// Replace the file itself, when all of it could be searched
    #[arg(long, conflicts_with_all = ["output", "overwrite"])]
    pub in_place: bool,
}

/// How it is told what was done
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Some lines on stderr
    Text,
    /// JSON with a `schema` version, on standard output, or on stderr when the result is there
    Json,
}

/// Arguments of `rules`
#[derive(Debug, Args)]
#[command(after_help = "\
Lists all that can be found, by the name that marks, tallies and `--check` give it.
Exit code 5 when a rule does not do what its examples say.")]
pub struct Rules {
    #[command(subcommand)]
    pub action: Option<RulesAction>,
    /// List one sort alone
    #[arg(long, value_name = "WHAT")]
    pub only: Option<Findable>,
    /// List what has TEXT in its name or title, in any case
    #[arg(long, value_name = "TEXT")]
    pub matching: Option<String>,
    /// Follow the redaction policy in FILE too, besides `/etc/candor/redaction.toml` and the user's own
    #[arg(long, global = true, value_name = "FILE")]
    pub policy: Vec<PathBuf>,
    #[command(flatten)]
    pub json: Json,
}

/// A sort of what can be found
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Findable {
    /// Secrets with a shape of their own
    Rules,
    /// Secrets that are known by their place
    Secrets,
    /// Kinds of identifiers
    Kinds,
}

/// What to do with the rules
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// Show what the rules find in a text, masked; without a text, try the rules' own examples
    Test {
        /// The text, or `-` for standard input
        file: Option<PathBuf>,
        #[command(flatten)]
        json: Json,
    },
}

/// Arguments of `reveal`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 3 when some of the values have no pseudonym of this key in them, 5 when none has.")]
pub struct Reveal {
    /// The key that the pseudonyms were made with
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Pseudonyms, or texts with pseudonyms in them; a single `-` for standard input, which is translated whole
    #[arg(required = true, value_name = "VALUE")]
    pub values: Vec<String>,
    #[command(flatten)]
    pub json: Json,
}
