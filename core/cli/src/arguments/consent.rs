//! Arguments of `consent`.

use std::path::PathBuf;

use candor_manifest::CollectorId;
use clap::{Args, Subcommand};

use super::Json;

/// Arguments of `consent`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 5 when the record is not signed, its signature does not hold, or it does not cover what the report holds.")]
pub struct Consent {
    #[command(subcommand)]
    pub action: ConsentAction,
}

/// What to do with a consent record
#[derive(Debug, Subcommand)]
pub enum ConsentAction {
    /// Show who asked for what, what was decided when and how, and what became of it
    Show {
        /// A report, or a `consent.json` with its `consent.json.minisig` beside it
        file: PathBuf,
        #[command(flatten)]
        json: Json,
    },
    /// Take consent back; if the report was sealed, also write the message that tells its recipients
    Withdraw {
        /// The report
        report: PathBuf,
        /// Withdraw for one collector [default: for all that were consented to]
        #[arg(long, value_name = "ID")]
        collector: Vec<CollectorId>,
        /// Where to write the message [default: the report's name with `.candor-withdrawal`]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        json: Json,
    },
}
