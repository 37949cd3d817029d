//! What the customer demands of every run: their policy files and the flag of one run, the strictest of them all.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use candor_consent::PolicyFile;
use candor_host::Required;
use candor_sandbox::EnforcementLevel;

use crate::arguments::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::places;
use crate::terminal::printable;

/// Most bytes of a policy file.
const MOST_BYTES: u64 = 1 << 20;

/// Everything that is demanded here. `flag` is what `--require-enforcement` says.
///
/// # Errors
/// When a file is there and cannot be read or understood: what it demands is then not known, so nothing may run.
pub fn required(global: &Global, flag: Option<EnforcementLevel>) -> Result<Required, Failure> {
    let mut demands = Vec::new();
    for path in places::policy_files() {
        // Not `exists`, which takes every error for absence.
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            _ => demands.push((shown(&path), load(&path)?)),
        }
    }
    for path in &global.policy_file {
        demands.push((shown(path), load(path)?));
    }
    if let Some(level) = flag {
        demands.push(("`--require-enforcement`".to_owned(), PolicyFile::demanding(level)));
    }
    Ok(strictest(&demands))
}

fn shown(path: &Path) -> String {
    format!("`{}`", printable(&path.to_string_lossy()))
}

fn load(path: &Path) -> Result<PolicyFile, Failure> {
    let hint = "nothing runs as long as it is not known what the file demands: mend it, or remove it";
    let text = read(path).map_err(|error| {
        let message = format!("cannot read the policy file {}", shown(path));
        Failure::because(message, &error, Exit::Usage).hint(hint)
    })?;
    PolicyFile::parse(&text).map_err(|error| {
        let message = format!("cannot follow the policy file {}", shown(path));
        Failure::because(message, &error, Exit::Usage).hint(hint).hint(
            "it holds `schema = 1`, `enforcement = \"none|partial|full\"`, and the same below `[collectors.ID]`",
        )
    })
}

fn read(path: &Path) -> io::Result<String> {
    // Asked before it is opened: opening a FIFO waits for somebody to write.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut text = String::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

/// Of each collector the strictest demand. The source names all who demand something.
fn strictest(demands: &[(String, PolicyFile)]) -> Required {
    let nothing = PolicyFile::demanding(EnforcementLevel::None);
    let all = demands.iter().fold(nothing, |all, (_, policy)| all.and(policy));
    let sources: Vec<&str> = demands
        .iter()
        .filter(|(_, policy)| policy.demands_anything())
        .map(|(source, _)| source.as_str())
        .collect();
    Required {
        default: all.enforcement,
        collectors: all.collectors.into_iter().map(|(id, policy)| (id, policy.enforcement)).collect(),
        source: sources.join(" or "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_demand_counts_and_only_who_demands_something_is_named() {
        let partial = PolicyFile::parse("schema = 1\n[collectors.a]\nenforcement = \"full\"\n").unwrap();
        let demands = [
            ("`one`".to_owned(), partial),
            ("`two`".to_owned(), PolicyFile::demanding(EnforcementLevel::None)),
            ("`three`".to_owned(), PolicyFile::demanding(EnforcementLevel::Partial)),
        ];
        let required = strictest(&demands);
        assert_eq!(required.of(&"a".parse().unwrap()), EnforcementLevel::Full);
        assert_eq!(required.of(&"b".parse().unwrap()), EnforcementLevel::Partial);
        assert_eq!(required.source, "`one` or `three`");
    }

    #[test]
    fn no_demand_is_no_source() {
        assert_eq!(strictest(&[]), Required::default());
    }
}
