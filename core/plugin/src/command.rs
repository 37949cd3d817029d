//! Asking the host for what a plugin may not do itself.

use candor_contract::document::{CommandResult, FirewallMessages, SocketOwners};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{CollectError, Context};

#[derive(Serialize)]
struct CommandRequest<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Nothing {}

impl Context {
    /// Has the host run a declared command, with exactly the manifest's arguments, and returns what it printed.
    ///
    /// # Errors
    /// When the manifest does not declare it or it cannot be started. A command that fails is no error: see
    /// [`CommandResult::exit_code`].
    pub fn command(&self, id: &str) -> Result<CommandResult, CollectError> {
        self.call("command", &CommandRequest { id })
    }

    /// Ids of the declared commands, in the manifest's order.
    pub fn commands(&self) -> &[String] {
        &self.request().commands
    }

    /// Has the host tell which process holds which socket. Needs the manifest's broker `socket-owners`.
    ///
    /// # Errors
    /// When the manifest does not declare the broker.
    pub fn socket_owners(&self) -> Result<SocketOwners, CollectError> {
        self.call("socket-owners", &Nothing {})
    }

    /// Has the host tell what the firewall holds, as the kernel's own messages. Needs the manifest's broker `firewall`.
    ///
    /// # Errors
    /// When the manifest does not declare the broker; `denied` when the host lacks the privilege, `unavailable` when the
    /// kernel has no nftables.
    pub fn firewall(&self) -> Result<FirewallMessages, CollectError> {
        self.call("firewall", &Nothing {})
    }

    /// Whether this host answers an operation for this collector: `command`, or the name of a broker.
    pub fn host_answers(&self, operation: &str) -> bool {
        self.request().features.iter().any(|feature| feature == operation)
    }

    fn call<Q: Serialize, A: DeserializeOwned>(
        &self,
        operation: &str,
        request: &Q,
    ) -> Result<A, CollectError> {
        let coding = |source| CollectError::Encode { subject: operation.to_owned(), source };
        let body = serde_json::to_vec(request).map_err(coding)?;
        let answer = self.sink().call(operation.into(), body.as_slice().into()).into_result();
        let answer = answer.map_err(|answer| CollectError::host(operation, &answer))?;
        serde_json::from_slice(&answer).map_err(coding)
    }
}
