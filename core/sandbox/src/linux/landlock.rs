//! Landlock: the kernel's own refusal of every path, port and signal, beneath the system call filter.

use std::path::Path;

use ::landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use candor_manifest::{Network, PathPattern};
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::{Measure, Policy};

/// The newest rights that are known here. An older kernel refuses what it knows.
const NEWEST: ABI = ABI::V9;
/// `LANDLOCK_CREATE_RULESET_VERSION`.
const TELL_VERSION: libc::c_uint = 1;

/// The version of Landlock that this kernel has.
pub(super) fn version() -> Result<u32, String> {
    // SAFETY: with this flag the call takes no structure and only answers a number.
    let answer = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<libc::c_void>(), 0, TELL_VERSION)
    };
    match u32::try_from(answer) {
        Ok(version) => Ok(version),
        Err(_) if std::io::Error::last_os_error().raw_os_error() == Some(libc::EOPNOTSUPP) => {
            Err("Landlock is switched off in this kernel".to_owned())
        }
        Err(_) => Err("this kernel has no Landlock".to_owned()),
    }
}

/// Refuses the process everything that Landlock knows, but for the paths that it has to open itself.
pub(super) fn restrict(policy: &Policy) -> Result<(), String> {
    if rustix::thread::no_new_privs() != Ok(true) {
        return Err("it needs `no-new-privileges`".to_owned());
    }
    let status = ruleset(policy).and_then(RulesetCreated::restrict_self).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{error}{cause}")
    })?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err("this kernel has no Landlock".to_owned());
    }
    check()
}

fn ruleset(policy: &Policy) -> Result<RulesetCreated, RulesetError> {
    let ruleset =
        Ruleset::default().handle_access(AccessFs::from_all(NEWEST))?.scope(Scope::from_all(NEWEST))?;
    let ruleset = match connects_itself(policy) {
        true => ruleset,
        false => ruleset.handle_access(AccessNet::from_all(NEWEST))?,
    };
    let mut ruleset = ruleset.create()?.no_new_privs(false);
    for path in &policy.execute {
        ruleset = allow(ruleset, path, AccessFs::Execute | AccessFs::ReadFile)?;
    }
    if policy.wants(Measure::ExactReads) {
        return Ok(ruleset);
    }
    for pattern in policy.reads.iter().chain(&policy.program_reads).chain(&policy.runtime_reads) {
        ruleset = allow(ruleset, &pattern.literal_prefix(), AccessFs::ReadFile | AccessFs::ReadDir)?;
    }
    for path in policy.unix_sockets.iter().map(PathPattern::literal_prefix) {
        ruleset = allow(ruleset, &path, AccessFs::ResolveUnix.into())?;
    }
    Ok(ruleset)
}

/// True when nobody connects for it although it may connect.
fn connects_itself(policy: &Policy) -> bool {
    let may_connect = matches!(policy.network, Network::Loopback | Network::Hosts(_));
    may_connect && !policy.wants(Measure::ExactConnections)
}

/// Adds a rule for what is there: a folder with everything below it, or a file. What is not there needs none.
fn allow(
    ruleset: RulesetCreated,
    path: &Path,
    rights: BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    let Ok(place) = PathFd::new(path) else {
        return Ok(ruleset);
    };
    let is_folder = rustix::fs::fstat(&place)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory);
    let rights = if is_folder { rights } else { rights & AccessFs::from_file(NEWEST) };
    ruleset.add_rule(PathBeneath::new(place, rights))
}

/// Tries what everybody else may: to write to `/dev/null`, or where there is none, to list the root.
fn check() -> Result<(), String> {
    let tries = [(c"/dev/null", OFlags::WRONLY), (c"/", OFlags::DIRECTORY)];
    let answers =
        tries.map(|(path, flags)| rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty()).map(drop));
    match answers {
        [Err(Errno::NOENT), Err(Errno::ACCESS)] | [Err(Errno::ACCESS), _] => Ok(()),
        _ => Err("the kernel still opens files".to_owned()),
    }
}
