//! Which files may be opened and looked at, and what is said of the others.

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;

use libc::{EACCES, ELOOP, ENOENT, ENOSYS, ENOTDIR, O_RDONLY};

use crate::child::{
    confined, folder, is_root, open, open_at, patterns, policy, read, read_from, read_link, result, try_open,
    try_open_with, try_stat,
};

#[test]
fn declared_files_are_read_and_all_others_are_refused_alike() {
    let (_kept, root) = folder();
    fs::create_dir_all(format!("{root}/declared/deep")).unwrap();
    fs::write(format!("{root}/declared/deep/file"), "content").unwrap();
    fs::write(format!("{root}/secret"), "secret").unwrap();
    let policy = policy(&[&format!("{root}/declared")]);
    let ((content, errors), _) = confined(&policy, || {
        let errors: Vec<_> =
            ["declared/absent", "declared/deep/file/x", "secret", "absent", "declared", "", "/.."]
                .iter()
                .map(|name| try_open(&format!("{root}/{name}")))
                .collect();
        (read(&format!("{root}/declared/deep/file")).unwrap(), errors)
    });
    assert_eq!(content, b"content");
    assert_eq!(errors, [ENOENT, ENOTDIR, EACCES, EACCES, 0, 0, 0]);
}

#[test]
fn a_path_means_what_the_kernel_would_take_it_for() {
    let (_kept, root) = folder();
    fs::create_dir_all(format!("{root}/a/b")).unwrap();
    fs::create_dir(format!("{root}/hidden")).unwrap();
    fs::write(format!("{root}/a/file"), "content").unwrap();
    symlink("a/b", format!("{root}/link")).unwrap();
    let policy = policy(&[&format!("{root}/a"), &format!("{root}/link")]);
    let (errors, _) = confined(&policy, || {
        let error = |path: &str| try_open(&path.replace('R', &root));
        [
            error("R//a/./file"),
            error("/R/a/b/../file"),
            // The folder above what a link leads to, and not the one that holds the link.
            error("R/link/../file"),
            error("R/a/b/../../a/file"),
            error("/../../..R/a/file"),
            error("R/a/file/"),
            error("R/a/file/."),
            error("R/a/file/.."),
            error("R/a/absent/../file"),
            // Both are refused, though one of these folders exists.
            error("R/hidden/../a/file"),
            error("R/nothing/../a/file"),
            error(""),
        ]
    });
    let declared = [0, 0, 0, 0, 0, ENOTDIR, ENOTDIR, ENOTDIR, ENOENT];
    assert_eq!(errors[..9], declared);
    assert_eq!(errors[9..], [EACCES, EACCES, ENOENT]);
}

#[test]
fn links_that_every_system_has_may_lead_to_what_is_declared_and_others_may_not() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    symlink("file", format!("{root}/link")).unwrap();
    let policy = policy(&[&format!("{root}/file"), "/usr/lib/os-release"]);
    let (errors, _) = confined(&policy, || {
        ["/lib/os-release", "/lib/absent", &format!("{root}/link"), "/usr/../lib/os-release"].map(try_open)
    });
    // Where `/lib` is no link, there is nothing declared in it.
    let merged = fs::read_link("/lib").is_ok();
    assert_eq!(errors, [if merged { 0 } else { EACCES }, EACCES, EACCES, if merged { 0 } else { EACCES }]);
}

#[test]
fn a_link_out_of_a_declared_folder_leads_nowhere() {
    let (_kept, root) = folder();
    fs::create_dir_all(format!("{root}/declared/inside")).unwrap();
    fs::create_dir(format!("{root}/outside")).unwrap();
    fs::write(format!("{root}/outside/secret"), "secret").unwrap();
    fs::write(format!("{root}/declared/inside/file"), "content").unwrap();
    for (target, link) in [
        ("outside/secret", "absolute-file"),
        ("outside", "absolute-folder"),
        ("outside/absent", "absolute-absent"),
        ("declared/inside", "within"),
    ] {
        symlink(format!("{root}/{target}"), format!("{root}/declared/{link}")).unwrap();
    }
    symlink("../outside/secret", format!("{root}/declared/relative")).unwrap();
    symlink("loop", format!("{root}/declared/loop")).unwrap();
    let policy = policy(&[&format!("{root}/declared")]);
    let ((errors, text), _) = confined(&policy, || {
        let at = |name: &str| format!("{root}/declared/{name}");
        let errors = [
            try_open(&at("absolute-file")),
            try_open(&at("absolute-folder")),
            try_open(&at("absolute-folder/secret")),
            try_open(&at("absolute-absent")),
            try_open(&at("absolute-folder/absent")),
            try_open(&at("relative")),
            try_stat(&at("relative")),
            try_open(&at("within/file")),
            try_open(&at("loop")),
            try_open_with(&at("within"), O_RDONLY | libc::O_NOFOLLOW),
            try_open_with(&at("within"), O_RDONLY | libc::O_NOFOLLOW | libc::O_DIRECTORY),
        ];
        (errors, read_link(&at("relative")).unwrap())
    });
    assert_eq!(errors[..7], [EACCES; 7], "whether there is something outside or not");
    assert_eq!(errors[7..], [0, ELOOP, ELOOP, ENOTDIR]);
    assert_eq!(text, "../outside/secret", "the link itself is declared");
}

#[test]
fn relative_paths_start_at_the_folder_given() {
    let (_kept, root) = folder();
    fs::create_dir_all(format!("{root}/declared/deep")).unwrap();
    fs::write(format!("{root}/declared/deep/file"), "content").unwrap();
    fs::write(format!("{root}/secret"), "secret").unwrap();
    let policy = policy(&[&format!("{root}/declared")]);
    let ((content, errors), _) = confined(&policy, || {
        let folder = open(&format!("{root}/declared"), libc::O_DIRECTORY).unwrap();
        let file = open(&format!("{root}/declared/deep/file"), O_RDONLY).unwrap();
        let error = |folder: i32, path: &str| open_at(folder, path, O_RDONLY).err().unwrap_or(0);
        let errors = [
            error(folder.as_raw_fd(), "deep"),
            error(folder.as_raw_fd(), "../secret"),
            error(folder.as_raw_fd(), "deep/../../secret"),
            error(folder.as_raw_fd(), "absent"),
            error(file.as_raw_fd(), "x"),
            error(999, "x"),
            error(-1, "x"),
            // The working folder of a confined process is `/`.
            error(libc::AT_FDCWD, "etc/shadow"),
            error(libc::AT_FDCWD, &format!("{}/declared", &root[1..])),
            // An absolute path needs no folder.
            error(999, &format!("{root}/declared")),
        ];
        (read_from(open_at(folder.as_raw_fd(), "./deep/file", O_RDONLY).unwrap()), errors)
    });
    assert_eq!(content, b"content");
    let bad = libc::EBADF;
    assert_eq!(errors, [0, EACCES, EACCES, ENOENT, ENOTDIR, bad, bad, EACCES, 0, 0]);
}

#[test]
fn nothing_is_opened_for_writing_or_made() {
    let (_kept, root) = folder();
    fs::create_dir(format!("{root}/declared")).unwrap();
    fs::write(format!("{root}/declared/file"), "content").unwrap();
    let policy = policy(&[&format!("{root}/declared")]);
    let ((errors, removed), _) = confined(&policy, || {
        let (file, new) = (format!("{root}/declared/file"), format!("{root}/declared/new"));
        let errors = [
            try_open_with(&file, libc::O_WRONLY),
            try_open_with(&file, libc::O_RDWR),
            try_open_with(&file, libc::O_ACCMODE),
            try_open_with(&file, O_RDONLY | libc::O_TRUNC),
            try_open_with(&new, O_RDONLY | libc::O_CREAT),
            try_open_with(&new, libc::O_RDWR | libc::O_CREAT | libc::O_EXCL),
            try_open_with(&format!("{root}/declared"), libc::O_RDWR | libc::O_TMPFILE),
        ];
        let null = open("/dev/null", libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC).unwrap();
        assert_eq!(rustix::io::write(&null, b"x"), Ok(1));
        // SAFETY: the path ends in NUL.
        let removed = unsafe { libc::syscall(libc::SYS_unlinkat, libc::AT_FDCWD, c"/x".as_ptr(), 0) };
        (errors, result(removed))
    });
    assert_eq!(errors, [EACCES; 7]);
    assert_eq!(removed, Err(ENOSYS));
    assert_eq!(fs::read(format!("{root}/declared/file")).unwrap(), b"content");
    assert!(!fs::exists(format!("{root}/declared/new")).unwrap());
}

#[test]
fn a_handle_is_a_descriptor_for_reading_by_the_same_rules() {
    let (_kept, root) = folder();
    fs::create_dir(format!("{root}/declared")).unwrap();
    fs::write(format!("{root}/declared/file"), "content").unwrap();
    fs::write(format!("{root}/other"), "secret").unwrap();
    for (link, target) in [("link", "file"), ("out", "../other"), ("nowhere", "absent")] {
        std::os::unix::fs::symlink(target, format!("{root}/declared/{link}")).unwrap();
    }
    let policy = policy(&[&format!("{root}/declared")]);
    let ((contents, errors), _) = confined(&policy, || {
        let handle = |below: &str, flags| open(&format!("{root}/{below}"), libc::O_PATH | flags);
        // The kernel does not look at the other flags of a handle.
        let contents =
            [("declared/file", libc::O_WRONLY), ("declared/link", 0), ("declared/link", libc::O_NOFOLLOW)]
                .map(|(below, flags)| read_from(handle(below, flags).unwrap()));
        let errors = [
            ("declared", libc::O_DIRECTORY | libc::O_NOFOLLOW),
            ("declared/file", libc::O_DIRECTORY),
            ("declared/nowhere", libc::O_NOFOLLOW),
            ("declared/out", libc::O_NOFOLLOW),
            ("declared/out", 0),
            ("other", 0),
            ("absent", 0),
        ]
        .map(|(below, flags)| handle(below, flags).err().unwrap_or(0));
        (contents, errors)
    });
    assert_eq!(contents, [b"content"; 3]);
    assert_eq!(errors, [0, ENOTDIR, ENOENT, EACCES, EACCES, EACCES, EACCES]);
}

#[test]
fn an_opened_file_is_as_it_was_asked_for() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root]);
    let (flags, _) = confined(&policy, || {
        let path = format!("{root}/file");
        [O_RDONLY, O_RDONLY | libc::O_CLOEXEC, O_RDONLY | libc::O_NONBLOCK].map(|flags| {
            let file = open(&path, flags).unwrap();
            let how = rustix::fs::fcntl_getfl(&file).unwrap();
            let closes = rustix::io::fcntl_getfd(&file).unwrap().contains(rustix::io::FdFlags::CLOEXEC);
            let mode = how & rustix::fs::OFlags::ACCMODE;
            (
                closes,
                how.contains(rustix::fs::OFlags::NONBLOCK),
                mode.bits(),
                rustix::io::write(&file, b"x").is_err(),
            )
        })
    });
    assert_eq!(flags, [(false, false, 0, true), (true, false, 0, true), (false, true, 0, true)]);
}

#[test]
fn a_setting_that_only_root_may_read_is_read_by_a_host_that_is_root() {
    let setting = "/proc/sys/kernel/cad_pid";
    let policy = policy(&["/proc/sys/kernel/*"]);
    let ((content, written), _) = confined(&policy, || {
        if is_root() {
            // SAFETY: plain integers.
            assert_eq!(unsafe { libc::setresuid(65534, 65534, 65534) }, 0);
        }
        let file = open(setting, O_RDONLY);
        let written = file.as_ref().map(|file| rustix::io::write(file, b"1").is_ok()).map_err(|error| *error);
        (file.map(|file| String::from_utf8(read_from(file)).unwrap()), written)
    });
    let expected = fs::read_to_string(setting).map_err(|_| EACCES);
    assert_eq!((content, written), (expected.clone(), expected.map(|_| false)));
}

#[test]
fn opening_does_nothing_to_others() {
    let (_kept, root) = folder();
    let socket = std::os::unix::net::UnixListener::bind(format!("{root}/socket")).unwrap();
    let fifo = std::ffi::CString::new(format!("{root}/fifo")).unwrap();
    // SAFETY: the path ends in NUL.
    assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
    let mut policy = policy(&[&root, "/dev/z*", "/dev/full"]);
    policy.runtime_reads = patterns(&["/dev/null", "/dev/urandom"]);
    let (errors, _) = confined(&policy, || {
        [
            try_open(&format!("{root}/socket")),
            try_open(&format!("{root}/fifo")),
            // By a wildcard only.
            try_open("/dev/zero"),
            try_open("/dev/full"),
            try_open("/dev/urandom"),
            try_open_with("/dev/full", libc::O_RDWR),
        ]
    });
    drop(socket);
    assert_eq!(errors, [EACCES, EACCES, EACCES, 0, 0, EACCES]);
}

#[test]
fn what_is_too_private_is_refused_though_a_pattern_reaches_it() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/server.key"), "secret").unwrap();
    fs::write(format!("{root}/plain"), "content").unwrap();
    symlink("server.key", format!("{root}/link")).unwrap();
    let mut policy = policy(&[&root, "/etc/**"]);
    let asked = ["server.key", "absent.key", "link", "plain"];
    let errors = |policy: &candor_sandbox::Policy| {
        let act = || asked.map(|name| try_open(&format!("{root}/{name}")));
        confined(policy, || (act(), [try_open("/etc/shadow"), try_stat("/etc/shadow")])).0
    };
    assert_eq!(errors(&policy), ([EACCES, EACCES, EACCES, 0], [EACCES, EACCES]));
    policy.program_reads = patterns(&[&format!("{root}/server.key")]);
    assert_eq!(errors(&policy).0, [0, EACCES, 0, 0], "what the program needs is not weighed");
    policy.program_reads.clear();
    policy.level = candor_manifest::Level::Secret;
    assert_eq!(errors(&policy).0, [0, ENOENT, 0, 0]);
}

#[test]
fn folders_on_the_way_to_a_declared_file_are_seen_and_files_beside_it_are_not() {
    let (_kept, root) = folder();
    fs::create_dir_all(format!("{root}/a/app")).unwrap();
    fs::create_dir(format!("{root}/b")).unwrap();
    fs::write(format!("{root}/a/app/x.conf"), "content").unwrap();
    fs::write(format!("{root}/a/file"), "hidden").unwrap();
    let policy = policy(&[&format!("{root}/a/*/*.conf")]);
    let (errors, _) = confined(&policy, || {
        [
            "",
            "/a",
            "/a/app",
            "/a/app/x.conf",
            "/a/absent",
            "/a/file",
            "/a/file/x.conf",
            "/b",
            "/c",
            "/a/app/x",
        ]
        .map(|name| (try_open(&format!("{root}{name}")), try_stat(&format!("{root}{name}"))))
    });
    let expected = [0, 0, 0, 0, ENOENT, ENOENT, ENOENT, EACCES, EACCES, EACCES];
    assert_eq!(errors, expected.map(|error| (error, error)));
}
