//! Who gets this machine's mail.

use crate::identity::gathering::{Gathering, MOST_LINES};
use crate::identity::syntax;

/// See aliases(5): `root: ada, bob@example.com`. A target that is an alias itself is a role.
pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    let table = gathering.text("/etc/aliases").unwrap_or_default();
    let aliases: Vec<(&str, &str)> =
        syntax::lines(&table).take(MOST_LINES).filter_map(|line| line.split_once(':')).collect();
    for (alias, targets) in &aliases {
        let targets =
            targets.split(',').map(|target| syntax::unquoted(target.trim()).trim_start_matches('\\'));
        for target in targets {
            if target.contains('@') {
                gathering.add_email(target);
            } else if !target.starts_with(['/', '|', ':']) && !aliases.iter().any(|(name, _)| *name == target)
            {
                gathering.add_user(target);
            }
        }
        if alias.split_once('.').is_some_and(|(first, last)| first.len() > 1 && last.len() > 1) {
            gathering.add_user(alias);
        }
    }
}
