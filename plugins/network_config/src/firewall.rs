//! The firewall: its outline from the kernel, and the text of the tools that are installed. The host asks and runs them.

use candor_plugin::{CollectError, Context};
use serde::Serialize;

use crate::netlink::NetlinkError;
use crate::nftables::{self, Table, Told};

/// Declared commands and the artifacts that their output becomes.
const COMMANDS: [(&str, &str, &str); 6] = [
    ("nft-ruleset", "firewall/nft-ruleset.txt", "text/plain; charset=utf-8"),
    ("nft-ruleset-json", "firewall/nft-ruleset.json", "application/json"),
    ("iptables-save", "firewall/iptables.txt", "text/plain; charset=utf-8"),
    ("ip6tables-save", "firewall/ip6tables.txt", "text/plain; charset=utf-8"),
    ("iptables-legacy-save", "firewall/iptables-legacy.txt", "text/plain; charset=utf-8"),
    ("ip6tables-legacy-save", "firewall/ip6tables-legacy.txt", "text/plain; charset=utf-8"),
];

/// What is known of the firewall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Firewall {
    /// Tables of nftables; `None` when the kernel did not tell.
    pub(crate) tables: Option<Vec<Table>>,
    /// What the tools answered.
    pub(crate) tools: Vec<Tool>,
    /// Their output.
    #[serde(skip)]
    pub(crate) texts: Vec<RuleText>,
}

/// What one tool answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Tool {
    /// Id of the declared command.
    pub(crate) command: &'static str,
    /// `read`, `empty`, `cut` (there was more), `failed`, `denied`, `unavailable` (not installed).
    pub(crate) state: &'static str,
    /// Its exit code.
    pub(crate) exit_code: Option<i32>,
}

/// Output of one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleText {
    pub(crate) artifact: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) text: String,
}

/// Asks the kernel and the tools. `absent` gathers what this kernel does not have.
pub(crate) fn read(context: &Context, absent: &mut Vec<&'static str>) -> Firewall {
    let mut firewall = Firewall::default();
    for (id, artifact, media_type) in COMMANDS {
        if context.commands().iter().any(|declared| declared == id) {
            let (tool, text) = ask(context, id);
            firewall.texts.extend(text.map(|text| RuleText { artifact, media_type, text }));
            firewall.tools.push(tool);
        }
    }
    let answered =
        |tool: &Tool| matches!(tool.state, "read" | "empty" | "cut") && tool.command.starts_with("nft");
    let nft_answered = firewall.tools.iter().any(answered);
    match outline(context) {
        Ok((tables, whole)) => {
            firewall.tables = Some(tables);
            if !whole {
                context.note_partial("the list of firewall rules is not whole");
            }
        }
        Err(Untold::Denied) if nft_answered => {}
        Err(Untold::Denied) => {
            context.note_partial("the firewall's rules need a privilege, and the tool `nft` did not answer");
        }
        Err(Untold::Absent) => absent.push("nftables"),
        Err(Untold::Failed(reason)) => context.note_partial(reason),
    }
    firewall
}

/// Why there is no outline.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Untold {
    /// A privilege is missing.
    Denied,
    /// This kernel has no nftables.
    Absent,
    /// Anything else, in words.
    Failed(String),
}

impl From<NetlinkError> for Untold {
    fn from(error: NetlinkError) -> Self {
        if error.is_denied() {
            return Self::Denied;
        }
        if error.is_absent() { Self::Absent } else { Self::Failed(error.to_string()) }
    }
}

impl From<CollectError> for Untold {
    fn from(error: CollectError) -> Self {
        let CollectError::Host { source, .. } = error else {
            return Self::Failed(error.to_string());
        };
        tracing::debug!(%source, "the host does not tell the firewall");
        match source.kind.as_str() {
            "denied" => Self::Denied,
            "unavailable" => Self::Absent,
            _ => Self::Failed(source.message),
        }
    }
}

/// Has the host ask the kernel, or asks where it does not know how to.
fn outline(context: &Context) -> Result<(Vec<Table>, bool), Untold> {
    if !context.host_answers("firewall") {
        return Ok(nftables::read(None)?);
    }
    let told = Told::decode(&context.firewall()?)
        .ok_or_else(|| Untold::Failed("the host's answer about the firewall cannot be read".to_owned()))?;
    Ok(nftables::read(Some(&told))?)
}

fn ask(context: &Context, command: &'static str) -> (Tool, Option<String>) {
    let tool = |state, exit_code| Tool { command, state, exit_code };
    let result = match context.command(command) {
        Ok(result) => result,
        // Not installed: nothing is missing from a machine without it. Without root the kernel refuses its own list too,
        // which is noted there, once.
        Err(CollectError::Host { source, .. }) if source.kind == "unavailable" => {
            return (tool("unavailable", None), None);
        }
        Err(CollectError::Host { source, .. }) if source.kind == "denied" => {
            return (tool("denied", None), None);
        }
        Err(error) => {
            context.note_partial(error.to_string());
            return (tool("failed", None), None);
        }
    };
    if result.truncated {
        context.note_partial(format!("the output of the command `{command}` was cut"));
        // Half a JSON document is none; the same rules are in the text.
        let text = (!command.ends_with("-json")).then_some(result.stdout);
        return (tool("cut", result.exit_code), text);
    }
    if result.timed_out || result.exit_code != Some(0) {
        context.note_partial(format!("the command `{command}` failed"));
        return (tool("failed", result.exit_code), None);
    }
    if result.stdout.trim().is_empty() {
        return (tool("empty", result.exit_code), None);
    }
    (tool("read", result.exit_code), Some(result.stdout))
}
