//! The user that the process runs as.

use rustix::process::{Gid, Uid};

use super::refusal::Refusal;
use crate::WorkerUser;

/// Becomes that user; without one, checks that the process is not root anyhow.
pub(super) fn switch(user: Option<&WorkerUser>) -> Result<(), String> {
    match user {
        Some(user) => become_user(user.uid, user.gid)?,
        None if rustix::process::geteuid().is_root() => return Err("it runs as root".to_owned()),
        None => {}
    }
    Ok(())
}

/// Async-signal-safe. Group first: afterwards there is no right left to change it.
pub(super) fn become_user(uid: u32, gid: u32) -> Result<(), Refusal> {
    let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
    rustix::thread::set_thread_groups(&[]).map_err(Refusal::of("leaving all groups"))?;
    rustix::thread::set_thread_res_gid(gid, gid, gid).map_err(Refusal::of("another group"))?;
    rustix::thread::set_thread_res_uid(uid, uid, uid).map_err(Refusal::of("another user"))
}

/// Asks the kernel who the process is.
pub(super) fn check(user: Option<&WorkerUser>) -> Result<(), String> {
    let (uids, gids) = (user_ids()?, group_ids()?);
    let as_wanted = match user {
        Some(user) => {
            let no_groups = rustix::process::getgroups().is_ok_and(|groups| groups.is_empty());
            uids == [user.uid; 3] && gids == [user.gid; 3] && no_groups
        }
        None => !uids.contains(&0),
    };
    if as_wanted { Ok(()) } else { Err("the kernel tells of another user".to_owned()) }
}

fn user_ids() -> Result<[u32; 3], Refusal> {
    let mut ids = [0; 3];
    let [real, effective, saved] = &mut ids;
    // SAFETY: three numbers that live until the call returns.
    let result = unsafe { libc::getresuid(real, effective, saved) };
    if result == 0 { Ok(ids) } else { Err(Refusal::last("telling the user")) }
}

fn group_ids() -> Result<[u32; 3], Refusal> {
    let mut ids = [0; 3];
    let [real, effective, saved] = &mut ids;
    // SAFETY: three numbers that live until the call returns.
    let result = unsafe { libc::getresgid(real, effective, saved) };
    if result == 0 { Ok(ids) } else { Err(Refusal::last("telling the group")) }
}
