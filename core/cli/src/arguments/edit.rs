//! `drop` and `mask`.

use std::path::PathBuf;

use candor_report::{Pattern, Region, Spans};
use clap::Args;

use super::Json;

/// Arguments of `drop`
#[derive(Debug, Args)]
#[command(after_help = "\
Bytes, name and salt of what is dropped are gone from the file; only its leaf stays, which tells nothing of it. A large
report is changed in place. Reports that you have sent or copied before are not changed by this.")]
pub struct Drop {
    /// The report
    pub report: PathBuf,
    /// Artifacts: `artifacts/event-log/boot-0.ndjson`, `artifacts/event-log/*`, or the id of a collector for all of its
    #[arg(required = true, value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// Change nothing; list what would go
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `mask`
#[derive(Debug, Args)]
#[command(after_help = "\
In a text each masked line or match becomes `[masked]`, and the number of lines stays. In a PNG picture regions become
black. Bytes of any artifact become zeros. What was there before is gone from the file.")]
pub struct Mask {
    /// The report
    pub report: PathBuf,
    /// Artifacts, as `drop` takes them
    #[arg(required = true, value_name = "ARTIFACT")]
    pub artifacts: Vec<String>,
    /// Lines of a text, from 1, such as `3-7,12`
    #[arg(long, value_name = "LINES")]
    pub lines: Vec<Spans>,
    /// What matches this regular expression, within each line of a text
    #[arg(long = "match", value_name = "REGEX")]
    pub patterns: Vec<Pattern>,
    /// A rectangle of a PNG picture, in pixels from its upper left corner
    #[arg(long, value_name = "X,Y,WIDTH,HEIGHT")]
    pub region: Vec<Region>,
    /// Bytes, from 0, such as `0-511`
    #[arg(long, value_name = "BYTES")]
    pub bytes: Vec<Spans>,
    /// Change nothing; list what would be masked
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub json: Json,
}
