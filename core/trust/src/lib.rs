//! Keys, signatures, encryption, fingerprints, and the tree that proves what a report held.
//!
//! What for: whoever receives a file of ours can check with tools that are not ours who signed it, and nobody but its recipients
//! can read it. Signatures are minisign's, encryption is age's, trees are those of RFC 6962. Everything cryptographic that this
//! project does goes through here.
//!
//! Who uses it: `candor-consent` signs records, `candor-report` proves artifacts, `candor-request` and `candor-seal` make and
//! open the files that travel between customer and vendor.
//!
//! What it never does: open a file, ask for a password, print. Bytes and texts come in, bytes and texts go out. The one process
//! that is started here is an age plugin, by the age library, when a key names one.
//!
//! Start with [`SigningKey`] and [`VerifyingKey`], then [`Recipients`] and [`Identities`], then [`merkle`].

mod canonical;
mod card;
mod digest;
mod encryption;
mod fingerprint;
pub mod merkle;
mod nonce;
mod recipient;
mod signing;
mod store;
mod text;

pub use age::Callbacks;
pub use age::secrecy::{ExposeSecret, SecretString};
pub use canonical::{CanonicalError, from_canonical, to_canonical};
pub use card::{Card, CardError, KeyName, KeyNameError};
pub use digest::{Digest, DigestError, Hasher};
pub use encryption::{
    Decrypted, Encrypted, Identities, IdentityError, OpenError, Recipients, RecipientsError,
};
pub use encryption::{new_identity, protect_with_password, recipients_of_identity};
pub use fingerprint::Fingerprint;
pub use nonce::{Nonce, NonceError};
pub use recipient::{Recipient, RecipientClass, RecipientError};
pub use signing::{
    Purpose, Signature, SignatureError, SigningKey, SigningKeyError, VerifyingKey, VerifyingKeyError,
};
pub use store::{May, TrustFile, TrustFileError, Trusted};
pub use text::{PlainText, PlainTextError, is_hidden};
