//! Processes that cheat, die and flood, and gates that end early.

use std::fs;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::atomic::{AtomicBool, Ordering};

use candor_sandbox::{Gate, GateError};
use libc::{EACCES, EFAULT, EMFILE, ENAMETOOLONG, ENOSYS, EPERM, O_DIRECTORY, O_RDONLY};

use crate::child::{
    Child, PATIENCE, confined, folder, open, policy, read, read_from, result, stat_at, try_open, try_stat,
};

/// Opens what is at this address.
fn open_raw(address: usize) -> Result<std::os::fd::OwnedFd, i32> {
    use std::os::fd::FromRawFd;
    // SAFETY: the kernel and the gate check the address; the descriptor is new.
    unsafe {
        result(libc::syscall(libc::SYS_openat, libc::AT_FDCWD, address, O_RDONLY))
            .map(|number| std::os::fd::OwnedFd::from_raw_fd(number as i32))
    }
}

/// Two pages, of which the second cannot be read. Gives the address of the second.
fn edge_of_memory() -> usize {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping, half of which is given back.
    unsafe {
        let pages =
            libc::mmap(std::ptr::null_mut(), 8192, access, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0);
        assert_ne!(pages, libc::MAP_FAILED);
        assert_eq!(libc::munmap(pages.add(4096), 4096), 0);
        pages as usize + 4096
    }
}

#[test]
fn addresses_that_cannot_be_read_or_written_are_told_apart_from_paths_that_are_too_long() {
    let (_kept, root) = folder();
    let policy = policy(&[&root]);
    let (errors, _) = confined(&policy, || {
        let edge = edge_of_memory();
        let at_edge = |bytes: &[u8]| {
            let start = edge - bytes.len();
            // SAFETY: the bytes before the edge are this process's own.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), start as *mut u8, bytes.len()) };
            open_raw(start).err().unwrap_or(0)
        };
        let endless = vec![b'a'; 5000];
        let longest = [&b"/"[..], &b"a/".repeat(2047), b"\0"].concat();
        let path = std::ffi::CString::new(root.as_str()).unwrap();
        // SAFETY: the kernel and the gate check the address.
        let unwritable =
            unsafe { result(libc::syscall(libc::SYS_newfstatat, libc::AT_FDCWD, path.as_ptr(), 8, 0)) };
        [
            open_raw(0).err().unwrap_or(0),
            open_raw(usize::MAX).err().unwrap_or(0),
            open_raw(usize::MAX - 4095).err().unwrap_or(0),
            open_raw(edge).err().unwrap_or(0),
            at_edge(b"/etc/hostname"),
            at_edge(&[path.as_bytes(), b"\0"].concat()),
            open_raw(endless.as_ptr() as usize).err().unwrap_or(0),
            open_raw(longest.as_ptr() as usize).err().unwrap_or(0),
            try_open(&format!("{root}/{}", "a".repeat(256))),
            unwritable.err().unwrap_or(0),
        ]
    });
    let bad = EFAULT;
    assert_eq!(errors, [bad, bad, bad, bad, bad, 0, ENAMETOOLONG, EACCES, ENAMETOOLONG, bad]);
}

#[test]
fn a_path_that_changes_while_the_call_waits_is_judged_as_it_was_copied() {
    let (_kept, root) = folder();
    fs::create_dir(format!("{root}/a")).unwrap();
    fs::write(format!("{root}/a/file"), "content").unwrap();
    fs::create_dir(format!("{root}/b")).unwrap();
    fs::write(format!("{root}/b/file"), "secret").unwrap();
    let policy = policy(&[&format!("{root}/a")]);
    let ((opened, refused, wrong), receipt) = confined(&policy, || {
        let mut path = format!("{root}/a/file\0").into_bytes();
        let place = root.len() + 1;
        // The thread and the kernel see the same bytes, on purpose.
        let address = path.as_mut_ptr() as usize;
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    for letter in [b'b', b'a'] {
                        // SAFETY: within the path, which outlives the thread.
                        unsafe { ((address + place) as *mut u8).write_volatile(letter) };
                    }
                }
            });
            let (mut opened, mut refused, mut wrong) = (0, 0, 0);
            for _ in 0..5000 {
                match open_raw(address).map(read_from).as_deref() {
                    Ok(b"content") => opened += 1,
                    Err(&EACCES) => refused += 1,
                    _ => wrong += 1,
                }
            }
            done.store(true, Ordering::Relaxed);
            (opened, refused, wrong)
        })
    });
    assert_eq!((opened + refused, wrong), (5000, 0));
    let denied: u64 = receipt.denied.iter().map(|denied| denied.count).sum();
    assert_eq!(denied, refused);
    assert!(receipt.denied.iter().all(|denied| denied.path == format!("{root}/b/file")), "{receipt:?}");
}

#[test]
fn a_folder_that_becomes_a_link_while_it_is_walked_lets_nothing_out() {
    let (_kept, root) = folder();
    for name in ["declared/real", "outside"] {
        fs::create_dir_all(format!("{root}/{name}")).unwrap();
    }
    fs::write(format!("{root}/declared/real/file"), "content").unwrap();
    fs::write(format!("{root}/outside/file"), "secret").unwrap();
    let (link, new) = (format!("{root}/declared/link"), format!("{root}/new"));
    std::os::unix::fs::symlink("real", &link).unwrap();
    let policy = policy(&[&format!("{root}/declared")]);
    let mut child = Child::start(
        || {},
        || {
            let contents = (0..3000).map(|_| read(&format!("{root}/declared/link/file")));
            contents.filter(|content| !matches!(content.as_deref(), Ok(b"content") | Err(&EACCES))).count()
        },
    );
    let gate = child.gate(&policy, None);
    child.go();
    let pidfd = child.pidfd.try_clone().unwrap();
    let swapper = std::thread::spawn(move || {
        // Until the child is over.
        while rustix::process::pidfd_send_signal(&pidfd, rustix::process::Signal::CONT).is_ok()
            && !is_over(pidfd.as_fd())
        {
            for target in ["../outside", "real"] {
                std::os::unix::fs::symlink(target, &new).unwrap();
                fs::rename(&new, &link).unwrap();
            }
        }
    });
    assert_eq!(child.answer::<usize>(), 0);
    child.wait_for_end();
    gate.close(PATIENCE);
    swapper.join().unwrap();
}

fn is_over(pidfd: std::os::fd::BorrowedFd<'_>) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut wait = [PollFd::from_borrowed_fd(pidfd, PollFlags::IN)];
    poll(&mut wait, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() > 0
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn ten_thousand_opens_leave_nothing_open_in_the_host() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root]);
    let before = open_descriptors();
    let ((), receipt) = confined(&policy, || {
        for _ in 0..10_000 {
            assert_eq!(try_open(&format!("{root}/file")), 0);
            assert_eq!(try_open("/etc/shadow"), EACCES);
        }
        let folder = open(&root, O_DIRECTORY).unwrap();
        for _ in 0..1000 {
            stat_at(folder.as_raw_fd(), "file", 0).unwrap();
            stat_at(folder.as_raw_fd(), "", libc::AT_EMPTY_PATH).unwrap();
        }
    });
    assert_eq!(receipt.opened.iter().map(|access| access.count).max(), Some(10_000));
    // Other tests may have something open, though not so much.
    assert!(open_descriptors() < before + 500);
}

#[test]
fn a_process_without_room_for_more_descriptors_is_told_so() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root]);
    let (error, _) = confined(&policy, || {
        let bound = libc::rlimit { rlim_cur: 64, rlim_max: 64 };
        // SAFETY: `bound` is of the right type.
        unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const bound) };
        let mut files = Vec::new();
        loop {
            match open(&format!("{root}/file"), O_RDONLY) {
                Ok(file) => files.push(file),
                Err(error) => return (error, files.len() < 64),
            }
        }
    });
    assert_eq!(error, (EMFILE, true));
}

#[test]
fn threads_are_answered_and_forked_processes_are_not() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root]);
    let ((threads, forked), _) = confined(&policy, || {
        let threads = std::thread::scope(|scope| {
            let ask = || (0..200).map(|_| try_open(&format!("{root}/file"))).max().unwrap();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).max().unwrap()
        });
        // SAFETY: the child of the child makes one call and ends.
        unsafe {
            let forked = libc::fork();
            if forked == 0 {
                libc::_exit(try_open(&format!("{root}/file")));
            }
            let mut status = 0;
            libc::waitpid(forked, &raw mut status, 0);
            (threads, libc::WEXITSTATUS(status))
        }
    });
    assert_eq!((threads, forked), (0, EPERM));
}

#[test]
fn a_process_that_is_killed_within_its_calls_leaves_a_receipt() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root]);
    for _ in 0..20 {
        let mut child = Child::start(
            || {},
            || {
                std::thread::scope(|scope| {
                    for _ in 0..4 {
                        scope.spawn(|| {
                            loop {
                                try_open(&format!("{root}/file"));
                                try_stat("/etc/shadow");
                            }
                        });
                    }
                });
            },
        );
        let gate = child.gate(&policy, None);
        child.go();
        while !gate_has_answered(child.pid) {
            std::thread::yield_now();
        }
        // SAFETY: plain integers.
        unsafe { libc::kill(child.pid, libc::SIGKILL) };
        child.wait_for_end();
        let receipt = gate.close(PATIENCE);
        assert!(receipt.complete);
    }
}

/// Whether the process has had an answer: its threads are there, which they are after `go`.
fn gate_has_answered(pid: i32) -> bool {
    fs::read_dir(format!("/proc/{pid}/task")).is_ok_and(|threads| threads.count() == 5)
}

#[test]
fn a_gate_that_is_closed_early_leaves_the_process_refused() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root]);
    for dropped in [false, true] {
        let mut child = Child::start(
            || {},
            || {
                // It opens until it is refused, however long the gate takes to end.
                loop {
                    match try_open(&format!("{root}/file")) {
                        0 => {}
                        error => return (error, try_open("/etc/shadow")),
                    }
                }
            },
        );
        let gate = child.gate(&policy, None);
        child.go();
        if dropped {
            drop(gate);
        } else {
            assert!(gate.close(PATIENCE).complete);
        }
        assert_eq!(child.answer::<(i32, i32)>(), (ENOSYS, ENOSYS));
    }
}

#[test]
fn what_is_no_listener_opens_no_gate() {
    let mut child = Child::start(|| {}, || 0);
    let open = |number| Gate::open(child.pidfd.as_fd(), child.pid as u32, number, &policy(&[]), None);
    for number in [0, 999, -1] {
        assert!(matches!(open(number), Err(GateError::TakeOver(_))), "{number}");
    }
    let gate = open(child.listener).unwrap();
    child.go();
    assert_eq!(child.answer::<i32>(), 0);
    gate.close(PATIENCE);
}

#[test]
fn nonsense_is_answered_with_errors() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root]);
    let (calls, receipt) = confined(&policy, || {
        // Whatever is written where the path is, the paths asked for are nonsense only.
        let mut path = vec![0_u8; 64 << 10];
        path[..root.len()].copy_from_slice(root.as_bytes());
        let mut buffer = vec![0_u8; 64 << 10];
        let values = [
            0,
            1,
            path.as_mut_ptr() as usize,
            buffer.as_mut_ptr() as usize,
            libc::AT_FDCWD as usize,
            usize::MAX,
            1 << 31,
            0x7fff_ffff_f000,
        ];
        let mut seed = 12345_usize;
        let mut next = || {
            // Numerical Recipes' generator: the same arguments each time.
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            values[(seed >> 16) % values.len()]
        };
        let numbers = [
            libc::SYS_openat,
            libc::SYS_newfstatat,
            libc::SYS_statx,
            libc::SYS_faccessat2,
            libc::SYS_readlinkat,
            libc::SYS_statfs,
            libc::SYS_getdents64,
            libc::SYS_connect,
        ];
        let mut calls = 0;
        for round in 0..8000 {
            let number = numbers[round % numbers.len()];
            // SAFETY: the calls write to the two long buffers or fail: no other value above is an address that can be
            // written. No result is longer than they are.
            let value = unsafe { libc::syscall(number, next(), next(), next(), next(), next(), 0) };
            if number == libc::SYS_openat && value > 2 {
                // SAFETY: the descriptor is new.
                unsafe { libc::close(value as i32) };
            }
            calls += 1;
        }
        calls
    });
    assert_eq!(calls, 8000);
    assert!(receipt.complete);
}
