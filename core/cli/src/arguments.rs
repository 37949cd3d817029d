//! The command line: one definition gives parsing, help, man pages and completions.

mod consent;
mod edit;
mod keys;
mod redact;
mod request;
mod seal;

use std::path::PathBuf;

use candor_manifest::{CollectorId, OptionAssignment, ProfileId};
use candor_sandbox::{EnforcementLevel, Pretence};
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use self::consent::{Consent, ConsentAction};
pub use self::edit::{Drop, Mask};
pub use self::keys::{AddTrust, Key, KeyAction, NewKey, NewPassword, ShowKey, Trust, TrustAction, TrustedTo};
pub use self::redact::{Findable, Redact, ReportFormat, Reveal, Rules, RulesAction};
pub use self::request::{NewRequest, Request, RequestAction, ShowRequest};
pub use self::seal::{Forward, Grant, GrantAction, GrantForward, Open, Seal};
use crate::exit;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Collects diagnostics with consent
///
/// Nothing is read before you approve it, nothing leaves this machine: the report is a zip on your disk, and what
/// happens to it is your decision.
#[derive(Debug, Parser)]
#[command(name = "candor", version, after_help = exit::TABLE, styles = STYLES, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command
#[derive(Debug, Args)]
pub struct Global {
    /// Look for manifests in DIR too (it holds `collectors/` and `profiles/`)
    #[arg(long, global = true, value_name = "DIR")]
    pub manifests: Vec<PathBuf>,
    /// Look for plugin libraries in DIR first
    #[arg(long, global = true, value_name = "DIR")]
    pub plugins: Vec<PathBuf>,
    /// Log what happens to stderr; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Format of the log
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Language of consent texts, such as `sv` [default: from LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, value_name = "LANG")]
    pub language: Option<String>,
    /// Follow the customer's policy in FILE too, besides `/etc/candor/policy.toml` and the user's own
    #[arg(long, global = true, value_name = "FILE")]
    pub policy_file: Vec<PathBuf>,
    /// Run as if this machine had no WHAT, such as `landlock` or `user-namespaces`; for tests
    #[arg(long, global = true, value_name = "WHAT", hide = true)]
    pub pretend_without: Vec<Pretence>,
}

/// Format of the log
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One readable line an event
    Text,
    /// One JSON object an event
    Json,
}

/// What to do
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the collectors and whether they can run here
    Collectors(Json),
    /// Show everything that a profile would read, run and cost, without doing any of it
    Plan(Plan),
    /// Ask for consent, collect, and write the report
    Collect(Box<Collect>),
    /// Show what a report holds, or one artifact of it
    Show(Show),
    /// Check a report, or any other file of ours, and say what that proves and what not
    Verify(Verify),
    /// Show what was consented to and what became of it, or withdraw it
    Consent(Consent),
    /// Take artifacts out of a report; what is left still verifies
    Drop(Drop),
    /// Blank lines, matches, a part of a picture, or bytes of an artifact
    Mask(Box<Mask>),
    /// Encrypt a report to its recipients: the second decision, on exact bytes
    Seal(Box<Seal>),
    /// Open a sealed report as far as your keys reach
    Open(Open),
    /// Approve that artifacts of your report are passed on
    Grant(Grant),
    /// Pass on what a customer has granted, and nothing else
    Forward(Box<Forward>),
    /// Check manifests, profiles, redaction policies and plugins
    Check(Check),
    /// List what interrupted runs left, finish it into a report, or discard it
    Sessions(Sessions),
    /// Remove secrets and replace identifiers in a file, a folder, an archive or a stream
    Redact(Box<Redact>),
    /// List what redaction finds, or try it on a text
    Rules(Rules),
    /// Translate pseudonyms back with the key that made them
    Reveal(Reveal),
    /// Make keys, and show their public halves
    Key(Key),
    /// Decide who may ask for reports and who may receive them
    Trust(Trust),
    /// Make, check and explain requests for reports
    Request(Request),
    /// Print a completion script for your shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write generated files: man pages, schemas, the collector reference
    #[command(hide = true)]
    Generate(Generate),
}

/// The output format
#[derive(Debug, Args)]
pub struct Json {
    /// Print JSON with a `schema` version
    #[arg(long)]
    pub json: bool,
}

/// Which profile, with which options
#[derive(Debug, Args)]
pub struct Profile {
    /// The profile: `minimal`, `server-report`, `crash-report`, …
    pub profile: ProfileId,
    /// Set an option of a collector
    #[arg(long = "option", value_name = "ID.NAME=VALUE")]
    pub options: Vec<OptionAssignment>,
}

/// Arguments of `plan`
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    pub profile: Profile,
    /// Show what the kernel will let each collector and each command do here
    #[arg(long)]
    pub policy: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `collect`
#[derive(Debug, Args)]
#[command(after_help = "\
Consent: on a terminal you are asked. Without one, every collector that neither --approve nor a decisions file
approves is refused. There is no way to approve all at once.")]
pub struct Collect {
    /// The profile: `minimal`, `server-report`, `crash-report`, …
    #[arg(required_unless_present = "request", conflicts_with = "request")]
    pub profile: Option<ProfileId>,
    /// Set an option of a collector
    #[arg(long = "option", value_name = "ID.NAME=VALUE")]
    pub options: Vec<OptionAssignment>,
    /// Answer a request of support's: it says which profile; options can only narrow it
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,
    /// Print the privacy statement of the request, exactly
    #[arg(long, requires = "request")]
    pub show_statement: bool,
    /// Where to write the report: a file, or a folder in which it gets a name of its own [default with --request: the
    /// current folder]
    #[arg(long, short, value_name = "FILE_OR_DIR", required_unless_present = "request")]
    pub output: Option<PathBuf>,
    /// Approve one collector
    #[arg(long, value_name = "ID")]
    pub approve: Vec<CollectorId>,
    /// Refuse one collector
    #[arg(long, value_name = "ID")]
    pub refuse: Vec<CollectorId>,
    /// Take decisions from a TOML or JSON file; --approve and --refuse go before it
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Skip every collector that the kernel enforces less on, for this run; policy files may demand more
    #[arg(long, value_name = "LEVEL")]
    pub require_enforcement: Option<LeastEnforcement>,
    /// Follow the redaction policy in FILE too, besides `/etc/candor/redaction.toml` and the user's own
    #[arg(long, value_name = "FILE")]
    pub redaction_policy: Vec<PathBuf>,
    /// Make pseudonyms with the key in FILE, so that they are the same as in an earlier report [default: a fresh key]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The case that this report is for, as support named it; a request names its own
    #[arg(long, value_name = "TEXT", conflicts_with = "request")]
    pub case: Option<String>,
    /// Most bytes of the report, such as `500MiB`; stricter or looser than the profile's
    #[arg(long, value_name = "SIZE")]
    pub max_report: Option<candor_manifest::ByteSize>,
    /// Bytes that must stay free on the disk, such as `1GiB`
    #[arg(long, value_name = "SIZE")]
    pub min_free: Option<candor_manifest::ByteSize>,
    /// How artifacts are packed; `stored` is quicker and larger
    #[arg(long, value_name = "METHOD", default_value = "deflate")]
    pub compression: Packing,
    /// Replace the output file if it exists
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub json: Json,
}

/// The least enforcement that is accepted
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LeastEnforcement {
    /// Any
    None,
    /// Some of what the policy of a collector wants
    Partial,
    /// All of what the policy of a collector wants
    Full,
}

impl From<LeastEnforcement> for EnforcementLevel {
    fn from(least: LeastEnforcement) -> Self {
        match least {
            LeastEnforcement::None => Self::None,
            LeastEnforcement::Partial => Self::Partial,
            LeastEnforcement::Full => Self::Full,
        }
    }
}

/// How artifacts are packed
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Packing {
    /// Any desk's own tools open it
    Deflate,
    /// Not compressed
    Stored,
}

/// Arguments of `show`
#[derive(Debug, Args)]
pub struct Show {
    /// The report
    pub report: PathBuf,
    /// An artifact of it, such as `artifacts/system-info/system.json`; printed as it is
    pub artifact: Option<String>,
    /// List what each collector opened and what it was refused
    #[arg(long, conflicts_with = "artifact")]
    pub access: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// The report, or a request, sealed report, forward grant, …
    pub report: PathBuf,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `check`
#[derive(Debug, Args)]
#[command(after_help = "\
--run is for authors: naming a manifest is your approval of that collector, for this one run. What it collects is
discarded. Exit code 3 when a declaration is not needed here, something was refused, or nothing could be compared.")]
pub struct Check {
    /// Manifests, profiles, redaction policies (`.toml`), plugins (`.so`), or folders of them
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Run the collectors of these manifests and compare what they touch with what they declare
    #[arg(long)]
    pub run: bool,
    /// With --run: set an option of a collector
    #[arg(long = "option", value_name = "ID.NAME=VALUE", requires = "run")]
    pub options: Vec<OptionAssignment>,
    /// With --run: approve a collector of level `secret`, which needs more than being named
    #[arg(long, value_name = "ID", requires = "run")]
    pub approve: Vec<CollectorId>,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `sessions`
#[derive(Debug, Args)]
pub struct Sessions {
    #[command(subcommand)]
    pub action: Option<SessionAction>,
    #[command(flatten)]
    pub json: Json,
}

/// What to do with a session
#[derive(Debug, Subcommand)]
pub enum SessionAction {
    /// Remove a session and everything that it collected
    Discard {
        /// Id of the session
        id: String,
    },
    /// Write the report from what a session had collected; nothing more is collected
    Resume {
        /// Id of the session
        id: String,
        /// Where to write the report instead
        #[arg(long, short, value_name = "FILE_OR_DIR")]
        output: Option<PathBuf>,
        /// Replace the output file if it exists
        #[arg(long)]
        overwrite: bool,
    },
}

/// Arguments of `generate`
#[derive(Debug, Args)]
pub struct Generate {
    #[command(subcommand)]
    pub what: Generated,
}

/// A kind of generated file
#[derive(Debug, Subcommand)]
pub enum Generated {
    /// JSON Schemas of the file formats
    Schemas {
        /// Folder to write into
        folder: PathBuf,
    },
    /// The collector reference, from the manifests
    Reference {
        /// File to write
        file: PathBuf,
    },
    /// Man pages
    Man {
        /// Folder to write into
        folder: PathBuf,
    },
    /// A completion script
    Completions {
        /// The shell
        shell: Shell,
    },
}
