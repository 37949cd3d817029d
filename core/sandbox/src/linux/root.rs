//! An empty root: a file system with nothing in it but the program of a command.

use std::ffi::OsStr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags,
    UnmountFlags,
};

use super::refusal::Refusal;

/// Enters an empty, read-only root in the mount namespace that the process has for itself. `files` are found in it under
/// the paths that they have outside, whatever links lead there; one that does not exist is left out.
pub(super) fn enter(files: &[PathBuf]) -> Result<(), String> {
    detach()?;
    let copies = files.iter().map(|path| copy_of(path)).collect::<Result<Vec<_>, _>>()?;
    let root = mount()?;
    // Folders must stay passable for the user that the process becomes.
    let mask = rustix::process::umask(Mode::WGRP | Mode::WOTH);
    let placed = files.iter().zip(&copies).try_for_each(|(path, copy)| match copy {
        Some(copy) => place(root.as_fd(), path, copy.as_fd()),
        None => Ok(()),
    });
    rustix::process::umask(mask);
    placed.map_err(Refusal::of("a program in an empty root"))?;
    move_into(root.as_fd())?;
    check()
}

/// The same without files, in async-signal-safe calls, for trying whether it works.
pub(super) fn enter_bare() -> Result<(), Refusal> {
    detach()?;
    move_into(mount()?.as_fd())
}

/// Lets nothing that is mounted from now on reach the host.
fn detach() -> Result<(), Refusal> {
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    rustix::mount::mount_change(c"/", private).map_err(Refusal::of("private mounts"))
}

/// A mount of the file alone, not placed anywhere yet.
fn copy_of(path: &Path) -> Result<Option<OwnedFd>, String> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let copy = match rustix::mount::open_tree(CWD, path, flags) {
        Ok(copy) => copy,
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
        Err(error) => return Err(Refusal { wish: "a mount of a program", error }.into()),
    };
    let kind = rustix::fs::fstat(&copy).map_err(Refusal::of("telling what a program is"))?.st_mode;
    if FileType::from_raw_mode(kind) != FileType::RegularFile {
        return Err(format!("`{}` is no program", path.display()));
    }
    set_read_only(copy.as_fd()).map_err(Refusal::of("a read-only program"))?;
    Ok(Some(copy))
}

/// An empty file system above everything else. Whoever has a root already does not see it yet.
fn mount() -> Result<OwnedFd, Refusal> {
    let make = || {
        let context = rustix::mount::fsopen(c"tmpfs", FsOpenFlags::FSOPEN_CLOEXEC)?;
        let context = context.as_fd();
        for (key, value) in [(c"size", c"64k"), (c"nr_inodes", c"64"), (c"mode", c"0755")] {
            rustix::mount::fsconfig_set_string(context, key, value)?;
        }
        rustix::mount::fsconfig_create(context)?;
        let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID
            | MountAttrFlags::MOUNT_ATTR_NODEV
            | MountAttrFlags::MOUNT_ATTR_NOEXEC;
        let root = rustix::mount::fsmount(context, FsMountFlags::FSMOUNT_CLOEXEC, attributes)?;
        rustix::mount::move_mount(&root, c"", CWD, c"/", MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
        Ok(root)
    };
    make().map_err(Refusal::of("an empty file system"))
}

/// Puts the mount of a file where its path says, below `root`.
fn place(root: BorrowedFd<'_>, path: &Path, copy: BorrowedFd<'_>) -> Result<(), Errno> {
    let names = normal_names(path).ok_or(Errno::INVAL)?;
    let Some((file, folders)) = names.split_last() else {
        return Err(Errno::INVAL);
    };
    let mut folder = root.try_clone_to_owned().map_err(|_| Errno::MFILE)?;
    for name in folders {
        match rustix::fs::mkdirat(&folder, *name, Mode::from_raw_mode(0o755)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        folder = rustix::fs::openat(&folder, *name, flags, Mode::empty())?;
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    match rustix::fs::openat(&folder, *file, flags, Mode::from_raw_mode(0o444)) {
        Ok(_) => rustix::mount::move_mount(copy, c"", folder, *file, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH),
        // The same file was named twice.
        Err(Errno::EXIST) => Ok(()),
        Err(error) => Err(error),
    }
}

fn normal_names(path: &Path) -> Option<Vec<&OsStr>> {
    let mut components = path.components();
    if components.next() != Some(Component::RootDir) {
        return None;
    }
    components
        .map(|component| match component {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// Makes it read-only and the root of the process, and lets go of everything that was mounted before.
fn move_into(root: BorrowedFd<'_>) -> Result<(), Refusal> {
    let enter = || {
        set_read_only(root)?;
        rustix::process::fchdir(root)?;
        // The old root ends up above the new one, and is taken off again.
        rustix::process::pivot_root(c".", c".")?;
        rustix::mount::unmount(c".", UnmountFlags::DETACH)?;
        rustix::process::chdir(c"/")
    };
    enter().map_err(Refusal::of("an empty root"))
}

fn set_read_only(mount: BorrowedFd<'_>) -> Result<(), Errno> {
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    // SAFETY: an empty path and a structure of the size that is told, both alive until the call returns.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            AtFlags::EMPTY_PATH.bits(),
            &raw const attributes,
            size_of_val(&attributes),
        )
    };
    if result == 0 { Ok(()) } else { Err(Refusal::last("").error) }
}

/// Asks the kernel what the root is now.
fn check() -> Result<(), String> {
    let root = rustix::fs::statvfs(c"/").map_err(Refusal::of("telling what the root is"))?;
    let kind = rustix::fs::statfs(c"/").map_err(Refusal::of("telling what the root is"))?.f_type;
    if kind == libc::TMPFS_MAGIC && root.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) {
        Ok(())
    } else {
        Err("the kernel tells of another root".to_owned())
    }
}
