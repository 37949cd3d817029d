//! Which process holds which socket, from `/proc/PID/fd`: the host looks, so that no plugin has to be able to.

use candor_contract::document::{SocketOwner, SocketOwners};

/// Most owners that are told.
const MOST_OWNERS: usize = 100_000;

/// Looks through all processes.
pub(super) fn owners() -> SocketOwners {
    let mut found = SocketOwners::default();
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return SocketOwners { restricted: true, ..found };
    };
    for process in processes.flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        match inodes(pid) {
            Ok(inodes) if inodes.is_empty() => {}
            Ok(inodes) => {
                let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
                let name = name.trim_end().to_owned();
                found.owners.extend(inodes.into_iter().map(|inode| SocketOwner {
                    inode,
                    pid,
                    name: name.clone(),
                }));
            }
            // A process that ended meanwhile holds nothing any more.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(_) => found.restricted = true,
        }
        if found.owners.len() > MOST_OWNERS {
            found.owners.truncate(MOST_OWNERS);
            found.restricted = true;
            break;
        }
    }
    found
}

fn inodes(pid: u32) -> std::io::Result<Vec<u64>> {
    let mut inodes = Vec::new();
    for descriptor in std::fs::read_dir(format!("/proc/{pid}/fd"))? {
        let Ok(target) = std::fs::read_link(descriptor?.path()) else {
            continue;
        };
        let inode = target
            .to_str()
            .and_then(|text| text.strip_prefix("socket:[")?.strip_suffix(']')?.parse::<u64>().ok());
        inodes.extend(inode);
    }
    inodes.dedup();
    Ok(inodes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_socket_of_this_process_is_found_under_its_name() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let fd = std::os::fd::AsRawFd::as_raw_fd(&listener);
        let inode = std::fs::metadata(format!("/proc/self/fd/{fd}")).unwrap().ino();
        let found = owners();
        let owner = found.owners.iter().find(|owner| owner.inode == inode).unwrap();
        assert_eq!(owner.pid, std::process::id());
    }
}
