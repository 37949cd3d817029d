//! Requests: signed files in which support asks for a report.
//!
//! What for: support names case, profile, purpose, recipients, delivery, privacy statement and expiry in one file; the customer's
//! side checks it in a fixed order before anything of it is shown, and takes it only as far as it narrows what is defined there.
//!
//! Who uses it: the command line: `candor request new` and `show`, `candor collect --request`.
//!
//! What it never does: ask anybody, read a file or a clock, decide on consent. What the circumstances are is told to it.
//!
//! Start with [`Request`], the content; [`make`] writes the file; [`Signed::open`] begins to check one, [`Signed::admit`] does all
//! of it.

mod admit;
mod fields;
mod make;
mod narrow;
mod open;
mod request;
mod scope;
mod statement;

pub use admit::{Admitted, Circumstances, Known, Refusal, ReplayError, TimeError, TrustError};
pub use fields::FieldsError;
pub use make::{Made, MakeError, Wanted, make};
pub use narrow::{NarrowError, Narrowed};
pub use open::{MAX_BYTES, OpenError, Signed};
pub use request::{FORMAT, Request};
pub use scope::{LeftOut, Scope, ScopeError};
pub use statement::{MAX_STATEMENT_BYTES, Statement, StatementError};
