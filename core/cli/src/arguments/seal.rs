//! Arguments of `seal`, `open`, `grant` and `forward`.

use std::path::PathBuf;

use candor_consent::Paragraph;
use clap::{Args, Subcommand};

use super::Json;

/// Arguments of `seal`
#[derive(Debug, Args)]
#[command(after_help = "\
This is the second decision: on exactly these bytes, to exactly these recipients. On a terminal you are asked. Without one, say
which bytes you mean with --release: `--dry-run` prints them as a root. A report that was collected for a request can be sealed to its
recipients only; `@LEVEL` lets somebody open less.
Exit code 4 when nothing is released, 5 when the report does not verify, holds what nobody consented to, or still holds what
should have been removed.")]
pub struct Seal {
    /// The report
    pub report: PathBuf,
    /// Seal to the recipients of this request, which must be the one that the report was collected for
    #[arg(long, value_name = "FILE", conflicts_with = "recipients")]
    pub request: Option<PathBuf>,
    /// Seal to this age key or card, up to LEVEL [default: the recipients of the request; up to `secret`]
    #[arg(long = "recipient", value_name = "KEY_OR_CARD[@LEVEL]")]
    pub recipients: Vec<String>,
    /// The file to write [default: the report's name with `.candor`]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Release the report whose released root begins with ROOT, without being asked
    #[arg(long, value_name = "ROOT")]
    pub release: Option<String>,
    /// Check everything and show what would leave, and seal nothing
    #[arg(long, conflicts_with = "release")]
    pub dry_run: bool,
    /// Follow the redaction policy in FILE too, besides `/etc/candor/redaction.toml` and the user's own
    #[arg(long, value_name = "FILE")]
    pub redaction_policy: Vec<PathBuf>,
    /// Replace the output file if it exists
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `open`
#[derive(Debug, Args)]
#[command(after_help = "\
What your keys do not reach stays closed, and the report says so. Exit code 3 when some parts stayed closed, 4 when all did, 5 when the
file was changed or is not what it claims to be; then nothing is written.")]
pub struct Open {
    /// The sealed report
    pub file: PathBuf,
    /// A key to open it with: an age identity file, or the folder that `key new` made
    #[arg(long, short, value_name = "FILE", required = true)]
    pub identity: Vec<PathBuf>,
    /// Take the password of protected identities from the first line of FILE
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// The report to write [default: the file's name with `.zip`]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the output file if it exists
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `grant`
#[derive(Debug, Args)]
pub struct Grant {
    #[command(subcommand)]
    pub action: GrantAction,
}

/// What to grant
#[derive(Debug, Subcommand)]
pub enum GrantAction {
    /// Approve that artifacts of your report are passed on to an outside vendor
    Forward(Box<GrantForward>),
}

/// Arguments of `grant forward`
#[derive(Debug, Args)]
#[command(after_help = "\
The file that is written goes to whom you sent the sealed report. It names the artifacts by their leaves, so it tells nothing to others.")]
pub struct GrantForward {
    /// Your report, from which the sealed one was made
    #[arg(long, value_name = "FILE")]
    pub report: PathBuf,
    /// Who may have them: their card, or an age key with --name
    #[arg(long, value_name = "KEY_OR_CARD")]
    pub to: String,
    /// Who they are, when --to is a key
    #[arg(long, value_name = "NAME")]
    pub name: Option<candor_trust::KeyName>,
    /// An artifact, such as `artifacts/picture/front.png`
    #[arg(long = "artifact", value_name = "PATH", required = true)]
    pub artifacts: Vec<String>,
    /// What they may use them for
    #[arg(long, value_name = "TEXT")]
    pub purpose: Paragraph,
    /// Until when they may be passed on: `2026-02-28`, `2026-02-28T12:00:00Z`, or from now on `14d`
    #[arg(long, value_name = "DATE_OR_DURATION")]
    pub expires: String,
    /// The file to write [default: the report's name with `.candor-forward`]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the output file if it exists
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `forward`
#[derive(Debug, Args)]
#[command(after_help = "\
Seals exactly the granted artifacts to exactly the key that the customer named, and refuses anything else. They go from one file to the
other without resting in between.
Exit code 5 when the grant is not for this report, is altered, or has expired.")]
pub struct Forward {
    /// The sealed report of the customer
    pub file: PathBuf,
    /// The customer's approval
    #[arg(long, value_name = "FILE")]
    pub grant: PathBuf,
    /// A key to open it with: an age identity file, or the folder that `key new` made
    #[arg(long, short, value_name = "FILE", required = true)]
    pub identity: Vec<PathBuf>,
    /// Sign with this key, or with the one in the folder that `key new` made
    #[arg(long, value_name = "KEYFILE")]
    pub sign: PathBuf,
    /// Take the password of protected keys from the first line of FILE
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// The file to write [default: the file's name with `.forwarded.candor`]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the output file if it exists
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub json: Json,
}
