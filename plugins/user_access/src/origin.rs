//! From where somebody came.

use std::net::IpAddr;

use serde::Serialize;

use crate::utmp::Record;

/// The other end of a login over the network; both `null` for logins at the machine itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Origin {
    /// Name or address, as the service that let them in wrote it; `:0` is the screen.
    pub(crate) host: Option<String>,
    pub(crate) address: Option<IpAddr>,
}

impl Origin {
    pub(crate) fn of(record: &Record) -> Self {
        Self { host: given(&record.host), address: record.address }
    }

    pub(crate) fn of_host(host: &str) -> Self {
        Self { host: given(host), address: host.parse().ok() }
    }
}

/// `None` for an empty text.
pub(crate) fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
