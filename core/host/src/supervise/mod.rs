//! Starts one worker and sees it through to its end, whatever it does.

mod caps;
mod conversation;
mod delivery;
mod ending;
mod gatekeeper;
mod listener;
mod spawn;
mod start;
mod text;

pub use caps::ReportCaps;
pub use start::{StartError, Surroundings, start};

pub(crate) use conversation::{Conversation, Interrupt, timespec};
pub(crate) use gatekeeper::Gatekeeper;
pub(crate) use spawn::{ENVIRONMENT, Worker, enter_user_namespace};
