//! Starts one worker and sees it through to its end, whatever it does.

mod caps;
mod content;
mod conversation;
mod delivery;
mod ending;
mod gatekeeper;
mod listener;
mod names;
mod packed;
mod spawn;
mod start;
mod text;

pub use caps::ReportCaps;
pub use start::{StartError, Surroundings, start};

pub(crate) use content::{Treatment, treatment};
pub(crate) use conversation::{Conversation, Interrupt, timespec};
pub(crate) use gatekeeper::Gatekeeper;
pub(crate) use spawn::{ENVIRONMENT, Worker, enter_user_namespace};
