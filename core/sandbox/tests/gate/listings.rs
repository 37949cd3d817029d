//! Listings hold what is declared and nothing else.

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;

use libc::{EACCES, EBADF, EFAULT, EINVAL, ENOTDIR, O_DIRECTORY, O_RDONLY};

use crate::child::{confined, folder, list, list_from, open, open_at, policy, read_from, result, try_open};

#[test]
fn a_listing_shows_what_is_declared_and_the_ways_to_it() {
    let (_kept, root) = folder();
    for name in ["etc/app.d", "etc/other.d/deep", "etc/hidden", "etc/x.d"] {
        fs::create_dir_all(format!("{root}/{name}")).unwrap();
    }
    for name in [
        "etc/os-release",
        "etc/passwd",
        "etc/app.d/a.conf",
        "etc/app.d/b.txt",
        "etc/app.d/c.key.conf",
        "etc/y.d",
    ] {
        fs::write(format!("{root}/{name}"), "").unwrap();
    }
    symlink("hidden", format!("{root}/etc/z.d")).unwrap();
    let policy = policy(&[&format!("{root}/etc/*-release"), &format!("{root}/etc/*.d/*.conf")]);
    let (listings, _) = confined(&policy, || {
        ["", "etc", "etc/app.d", "etc/hidden", "etc/z.d", "absent"]
            .map(|name| list(&format!("{root}/{name}")))
    });
    let names = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let expected = [
        names(&["etc"]),
        // The file `y.d` is none that leads anywhere, the link `z.d` may be.
        names(&["app.d", "os-release", "other.d", "x.d", "z.d"]),
        names(&["a.conf", "c.key.conf"]),
        Err(EACCES),
        Err(EACCES),
        Err(EACCES),
    ];
    assert_eq!(listings, expected);
}

#[test]
fn what_is_too_private_does_not_occur() {
    let (_kept, root) = folder();
    for name in ["a", "server.key", "id_rsa", ".env"] {
        fs::write(format!("{root}/{name}"), "").unwrap();
    }
    let (names, _) = confined(&policy(&[&root]), || list(&root));
    assert_eq!(names, Ok(vec!["a".to_owned()]));
    let (names, _) = confined(&policy(&["/etc/**"]), || list("/etc").unwrap());
    assert!(
        names.contains(&"passwd".to_owned()) && !names.iter().any(|name| name.contains("shadow")),
        "{names:?}"
    );
}

#[test]
fn a_long_listing_is_whole_and_one_without_anything_declared_ends() {
    let (_kept, root) = folder();
    for number in 0..3000 {
        fs::write(format!("{root}/hidden-{number}"), "").unwrap();
    }
    fs::write(format!("{root}/shown"), "").unwrap();
    let (first, _) = confined(&policy(&[&format!("{root}/shown")]), || list(&root));
    assert_eq!(first, Ok(vec!["shown".to_owned()]));
    let (all, _) = confined(&policy(&[&root]), || list(&root).map(|names| names.len()));
    assert_eq!(all, Ok(3001));
    let (none, _) = confined(&policy(&[&format!("{root}/absent")]), || list(&root));
    assert_eq!(none, Ok(Vec::new()));
}

#[test]
fn links_of_sysfs_are_followed_under_the_name_asked_for() {
    let policy = policy(&["/sys/class/net/*/mtu"]);
    let ((listing, below, errors, relative), _) = confined(&policy, || {
        let folder = open("/sys/class/net/lo", O_DIRECTORY).unwrap();
        let errors = [
            try_open("/sys/class/net/lo/mtu"),
            try_open("/sys/class/net/lo/address"),
            try_open("/sys/devices/virtual/net/lo/mtu"),
            open_at(folder.as_raw_fd(), "address", O_RDONLY).err().unwrap_or(0),
        ];
        let relative = read_from(open_at(folder.as_raw_fd(), "mtu", O_RDONLY).unwrap());
        (list("/sys/class/net").unwrap(), list_from(&folder).unwrap(), errors, relative)
    });
    assert!(listing.contains(&"lo".to_owned()), "{listing:?}");
    assert_eq!(below, ["mtu"]);
    assert_eq!(errors, [0, EACCES, EACCES, EACCES]);
    assert_eq!(relative, fs::read("/sys/class/net/lo/mtu").unwrap());
}

#[test]
fn processes_are_listed_where_something_of_each_is_declared() {
    let (names, _) = confined(&policy(&["/proc/*/stat"]), || {
        (
            list("/proc").unwrap(),
            list("/proc/1").unwrap(),
            try_open("/proc/1/stat"),
            try_open("/proc/1/status"),
        )
    });
    let (processes, first, stat, status) = names;
    assert!(
        processes.contains(&"1".to_owned()) && !processes.contains(&"cpuinfo".to_owned()),
        "{processes:?}"
    );
    assert_eq!((first, stat, status), (vec!["stat".to_owned()], 0, EACCES));
    let (names, _) = confined(&policy(&["/proc/cpuinfo"]), || list("/proc"));
    assert_eq!(names, Ok(vec!["cpuinfo".to_owned()]));
}

#[test]
fn a_listing_that_cannot_be_given_says_why() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "").unwrap();
    let (errors, _) = confined(&policy(&[&root]), || {
        let (folder, file) =
            (open(&root, O_DIRECTORY).unwrap(), open(&format!("{root}/file"), O_RDONLY).unwrap());
        let mut buffer = [0_u8; 1024];
        let list = |number: i32, address: usize, size: usize| {
            // SAFETY: the kernel checks the address; what is written stays within the buffer.
            result(unsafe { libc::syscall(libc::SYS_getdents64, number, address, size) }).err().unwrap_or(0)
        };
        let address = buffer.as_mut_ptr() as usize;
        [
            list(file.as_raw_fd(), address, 1024),
            list(999, address, 1024),
            list(folder.as_raw_fd(), address, 8),
            list(folder.as_raw_fd(), address, 0),
            list(folder.as_raw_fd(), 8, 1024),
        ]
    });
    assert_eq!(errors, [ENOTDIR, EBADF, EINVAL, EINVAL, EFAULT]);
}
