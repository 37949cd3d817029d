//! Writes the changed report beside the old one, which it then replaces.

use std::collections::HashSet;
use std::io;
use std::os::unix::fs::MetadataExt;

use super::error::EditError;
use super::journal::sync_folder;
use super::target::Target;
use super::{Parts, blank};
use crate::container::Container;
use crate::output::Unnamed;

/// Writes the report without what is removed, and without the places that earlier edits left blank; gives its size.
pub(super) fn write(parts: &Parts<'_>) -> Result<u64, EditError> {
    // All of it is read anyway, and a new check sum must not make damage look whole.
    parts.source.check_whole()?;
    let bytes = write_new(parts).map_err(EditError::write(&parts.source.path))?;
    sync_folder(&parts.source.path);
    if !parts.source.has_other_names {
        // Best effort: the file has no name any more, and what was removed need not lie on the disk until something else does.
        let _ = overwrite_removed(parts);
    }
    Ok(bytes)
}

fn write_new(parts: &Parts<'_>) -> io::Result<u64> {
    let source = parts.source;
    let unnamed = Unnamed::beside(&source.path)?;
    let removed: HashSet<u64> = parts.removed.iter().map(|place| place.offset).collect();
    let mut container = Container::resume(unnamed.file(), source.time, (0, 0), 0, Vec::new());
    for (number, entry) in source.entries.iter().enumerate() {
        let Some((offset, length)) = source.extent(number) else { continue };
        let is_gone = removed.contains(&offset) || blank::digits(&entry.name).is_some();
        if offset < source.tail_start && !is_gone {
            container.copy_entry(&source.file, entry.clone(), length)?;
        }
    }
    let written = parts.write_tail(container)?;
    keep_owner(parts, &unnamed)?;
    unnamed.publish(&source.path, true)?;
    Ok(written.bytes)
}

/// The new file is for those whom the old one was for.
fn keep_owner(parts: &Parts<'_>, unnamed: &Unnamed) -> io::Result<()> {
    let (old, file) = (parts.source.file.metadata()?, unnamed.file());
    if file.metadata()?.uid() != old.uid() || file.metadata()?.gid() != old.gid() {
        // Only root can; for others the file is then their own.
        let _ = std::os::unix::fs::fchown(file, Some(old.uid()), Some(old.gid()));
    }
    file.set_permissions(old.permissions())
}

fn overwrite_removed(parts: &Parts<'_>) -> io::Result<()> {
    let (file, source) = (&parts.source.file, parts.source);
    for place in parts.removed {
        file.zero(place.offset, place.length)?;
    }
    file.zero(source.tail_start, source.length - source.tail_start)?;
    Target::sync(file)
}
