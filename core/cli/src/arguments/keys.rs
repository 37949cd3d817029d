//! Arguments of `key` and `trust`.

use std::path::PathBuf;

use candor_trust::KeyName;
use clap::{Args, Subcommand, ValueEnum};

use super::Json;

/// Arguments of `key`
#[derive(Debug, Args)]
pub struct Key {
    #[command(subcommand)]
    pub action: KeyAction,
}

/// What to do with keys
#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// Make a signing key, an age identity, and the card with their public halves
    New(NewKey),
    /// Show public keys with their fingerprints, as words and as QR codes
    Show(ShowKey),
}

/// Arguments of `key new`
#[derive(Debug, Args)]
#[command(after_help = "\
Makes a folder of its own, which must not exist yet: `signing.key` is a minisign secret key; `identity.age` an age identity that
is protected by the same password, or `identity.txt` one without; `NAME.candor-card` is what others get.")]
pub struct NewKey {
    /// Whose keys they are: a person, a group or an organisation
    pub name: KeyName,
    /// Where they belong
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<KeyName>,
    /// How to reach them, such as an address of mail or a telephone number
    #[arg(long, value_name = "TEXT")]
    pub contact: Option<KeyName>,
    /// The folder to make [default: ~/.config/candor/keys/NAME]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub password: NewPassword,
    #[command(flatten)]
    pub json: Json,
}

/// Where a new password comes from
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct NewPassword {
    /// Take the password from the first line of FILE [default: asked on the terminal]
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Do not protect the keys: whoever can read the files can use them
    #[arg(long)]
    pub no_password: bool,
}

/// Arguments of `key show`
#[derive(Debug, Args)]
pub struct ShowKey {
    /// A card, a folder that `key new` made, or a key file of minisign's or age's [default: the key of this installation]
    pub file: Option<PathBuf>,
    /// Take the password of a protected key from the first line of FILE
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Leave the QR codes out
    #[arg(long)]
    pub no_qr: bool,
    #[command(flatten)]
    pub json: Json,
}

/// Arguments of `trust`
#[derive(Debug, Args)]
pub struct Trust {
    #[command(subcommand)]
    pub action: TrustAction,
}

/// What to do with trust
#[derive(Debug, Subcommand)]
pub enum TrustAction {
    /// Trust the keys of a card, once their fingerprints have been compared
    Add(AddTrust),
    /// List who is trusted, for what, and since when
    List(Json),
    /// Trust somebody no longer
    Remove {
        /// Their name, one of their keys, or the words of one
        who: String,
    },
}

/// Arguments of `trust add`
#[derive(Debug, Args)]
#[command(after_help = "\
Ask them for the words by telephone or in person, never by the way that the card came. Without a terminal, give the words of
each key with --fingerprint; a key of the card whose words are not given is left out.
Exit code 5 when the words are not those of the card.")]
pub struct AddTrust {
    /// Their card
    pub card: PathBuf,
    /// For what [default: request for a key that signs, receive for a key to encrypt to]
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub may: Vec<TrustedTo>,
    /// The eight words of a key, as they told you
    #[arg(long, value_name = "WORDS")]
    pub fingerprint: Vec<String>,
    /// Call them NAME here [default: as the card does]
    #[arg(long, value_name = "NAME")]
    pub name: Option<KeyName>,
}

/// What somebody is trusted to do
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrustedTo {
    /// Ask for reports
    Request,
    /// Receive reports
    Receive,
}
