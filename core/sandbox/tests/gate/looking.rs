//! What is told of files: `stat`, `access`, `readlink`, `statfs`.

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, symlink};

use libc::{EACCES, ENOENT, ENOTDIR, O_RDONLY};

use crate::child::{confined, folder, open, policy, result, stat_at, try_access, try_open, try_stat};

#[test]
fn looking_at_a_file_gives_what_the_kernel_gives() {
    let (_kept, root) = folder();
    fs::create_dir(format!("{root}/declared")).unwrap();
    fs::write(format!("{root}/declared/file"), "content").unwrap();
    symlink("file", format!("{root}/declared/link")).unwrap();
    fs::write(format!("{root}/secret"), "").unwrap();
    let policy = policy(&[&format!("{root}/declared")]);
    let (seen, _) = confined(&policy, || {
        let at = |name: &str, flags| stat_at(libc::AT_FDCWD, &format!("{root}/{name}"), flags);
        let file = open(&format!("{root}/declared/file"), O_RDONLY).unwrap();
        [
            at("declared/file", 0),
            at("declared/link", 0),
            at("declared/link", libc::AT_SYMLINK_NOFOLLOW),
            stat_at(file.as_raw_fd(), "", libc::AT_EMPTY_PATH),
            stat_at(file.as_raw_fd(), "", 0),
            at("declared/absent", 0),
            at("secret", 0),
            at("declared/file", 0x4000_0000),
            at("declared/link/", libc::AT_SYMLINK_NOFOLLOW),
        ]
    });
    let status = |name: &str| {
        let status = fs::symlink_metadata(format!("{root}/declared/{name}")).unwrap();
        Ok((status.ino(), status.mode()))
    };
    let (file, link) = (status("file"), status("link"));
    let expected =
        [file, file, link, file, Err(ENOENT), Err(ENOENT), Err(EACCES), Err(libc::EINVAL), Err(ENOTDIR)];
    assert_eq!(seen, expected);
}

#[test]
fn the_standard_library_works_as_ever() {
    let (_kept, root) = folder();
    fs::create_dir(format!("{root}/folder")).unwrap();
    fs::write(format!("{root}/folder/file"), "content").unwrap();
    let policy = policy(&[&root]);
    let (seen, _) = confined(&policy, || {
        let metadata = fs::metadata(format!("{root}/folder/file")).unwrap();
        let names: Vec<_> =
            fs::read_dir(format!("{root}/folder")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        let content = fs::read_to_string(format!("{root}/folder/file")).unwrap();
        let hidden = fs::metadata("/etc/shadow").unwrap_err().kind() == std::io::ErrorKind::PermissionDenied;
        // SAFETY: the path ends in NUL and the structure is of the right type.
        let file_system = unsafe {
            let mut status: libc::statfs = std::mem::zeroed();
            let path = std::ffi::CString::new(root.as_str()).unwrap();
            (libc::statfs(path.as_ptr(), &raw mut status), status.f_bsize > 0)
        };
        (metadata.len(), names, content, hidden, file_system)
    });
    assert_eq!(seen, (7, vec!["file".into()], "content".to_owned(), true, (0, true)));
}

#[test]
fn what_may_be_done_with_a_file_is_reading() {
    let (_kept, root) = folder();
    fs::create_dir(format!("{root}/declared")).unwrap();
    fs::write(format!("{root}/declared/file"), "content").unwrap();
    let policy = policy(&[&format!("{root}/declared")]);
    let (answers, _) = confined(&policy, || {
        let (file, folder) = (format!("{root}/declared/file"), format!("{root}/declared"));
        [
            try_access(&file, libc::F_OK),
            try_access(&file, libc::R_OK),
            try_access(&file, libc::W_OK),
            try_access(&file, libc::X_OK),
            try_access(&folder, libc::R_OK | libc::X_OK),
            try_access(&folder, libc::W_OK),
            try_access(&format!("{root}/declared/absent"), libc::F_OK),
            try_access(&format!("{root}/absent"), libc::F_OK),
            try_access(&file, 99),
        ]
    });
    assert_eq!(answers, [0, 0, EACCES, EACCES, 0, EACCES, ENOENT, EACCES, libc::EINVAL]);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn old_calls_are_answered_like_new_ones() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    symlink("file", format!("{root}/link")).unwrap();
    let policy = policy(&[&root]);
    let (seen, _) = confined(&policy, || {
        let path = |name: &str| std::ffi::CString::new(format!("{root}/{name}")).unwrap();
        let (file, link, hidden) = (path("file"), path("link"), c"/etc/shadow");
        let mut text = [0_u8; 16];
        // SAFETY: the paths end in NUL, the structures are of the right type, the buffer is as long as told.
        unsafe {
            let mut status: libc::stat = std::mem::zeroed();
            let call = |number, path: *const libc::c_char, second: usize, third: usize| {
                result(libc::syscall(number, path, second, third)).map(|value| value.min(100))
            };
            let address = &raw mut status as usize;
            let answers = [
                call(libc::SYS_open, file.as_ptr(), O_RDONLY as usize, 0).map(|_| 0),
                call(libc::SYS_open, hidden.as_ptr(), O_RDONLY as usize, 0),
                call(libc::SYS_stat, link.as_ptr(), address, 0),
                call(libc::SYS_lstat, link.as_ptr(), address, 0),
                call(libc::SYS_access, link.as_ptr(), libc::R_OK as usize, 0),
                call(libc::SYS_readlink, link.as_ptr(), text.as_mut_ptr() as usize, 3),
                call(libc::SYS_readlink, file.as_ptr(), text.as_mut_ptr() as usize, 3),
            ];
            (answers, text[..4].to_vec(), status.st_mode & libc::S_IFMT == libc::S_IFLNK)
        }
    });
    let answers = [Ok(0), Err(EACCES), Ok(0), Ok(0), Ok(0), Ok(3), Err(libc::EINVAL)];
    assert_eq!(seen, (answers, b"fil\0".to_vec(), true));
}

#[test]
fn mount_points_tell_their_size_where_the_policy_says_so() {
    let (_kept, root) = folder();
    let mut policy = policy(&[&format!("{root}/declared")]);
    let act = || {
        let errors =
            ["/", "/proc", "/proc/", "/proc/1", "/etc", "/absent", "/proc/1/..", &root].map(|path| {
                let path = std::ffi::CString::new(path).unwrap();
                // SAFETY: the path ends in NUL and the structure is of the right type.
                unsafe {
                    let mut status: libc::statfs = std::mem::zeroed();
                    result(libc::syscall(libc::SYS_statfs, path.as_ptr(), &raw mut status)).err().unwrap_or(0)
                }
            });
        (errors, try_stat("/proc"), try_open("/proc"))
    };
    // The folders on the way to what is declared are no secret.
    let refused = [0, EACCES, EACCES, EACCES, EACCES, EACCES, EACCES, 0];
    assert_eq!(confined(&policy, act).0, (refused, EACCES, EACCES));
    policy.file_systems = true;
    let told = [0, 0, 0, EACCES, EACCES, EACCES, EACCES, 0];
    assert_eq!(confined(&policy, act).0, (told, EACCES, EACCES));
}
