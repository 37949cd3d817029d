//! `groups.json`: every group with its members.

use candor_plugin::{CollectError, Context};
use serde::Serialize;

use crate::account_file::Directory;

/// One group.
#[derive(Debug, Serialize)]
struct GroupEntry<'a> {
    name: &'a str,
    gid: u32,
    /// Those whose primary group it is included.
    members: Vec<String>,
}

pub(crate) fn deliver(context: &Context, directory: &Directory) -> Result<(), CollectError> {
    let entry =
        |group| GroupEntry { members: directory.members_of(group), name: &group.name, gid: group.gid };
    let entries: Vec<_> = directory.groups.iter().map(entry).collect();
    context.write_json("groups.json", &entries)
}
