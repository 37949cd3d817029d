//! `connect`: the host connects the process's own socket, to declared addresses only.

use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::net::SocketType;
use rustix::net::sockopt::{socket_domain, socket_type};

use super::super::address::{Address, MOST_BYTES};
use super::super::connections::{Attempt, Decision};
use super::super::paths::{Step, take_apart};
use super::super::supervisor::{Answer, Refusal, Request, Supervisor};
use super::super::system_links;

impl Supervisor {
    pub(in super::super) fn connect(
        &mut self,
        request: Request<'_>,
        socket: i32,
        address: u64,
        length: u32,
    ) -> Result<Answer, Refusal> {
        if length > MOST_BYTES {
            return Err(Errno::INVAL.into());
        }
        let mut bytes = vec![0; length as usize];
        request.bytes(address, &mut bytes)?;
        let address = Address::of(&bytes)?;
        let socket = request.descriptor(socket)?;
        check_kind(&socket, &bytes)?;
        let attempt = match &address {
            Address::Path(path) => {
                let file = self.socket_file(path)?;
                let bytes = address_of_file(&file);
                Attempt {
                    id: request.id,
                    socket,
                    address,
                    decision: Decision::Allowed,
                    bytes,
                    _file: Some(file),
                }
            }
            _ => match self.connections.decide(&address) {
                Decision::Refused => return self.refuse_connection(&address),
                decision => Attempt { id: request.id, socket, address, decision, bytes, _file: None },
            },
        };
        self.connections.make(&self.listener, attempt)?;
        Ok(Answer::Later)
    }

    fn refuse_connection<T>(&self, address: &Address) -> Result<T, Refusal> {
        self.tally.lock().denied_connection(&address.to_string());
        Err(Errno::ACCESS.into())
    }

    /// The file of a socket that may be connected to: this very file, whatever its path becomes.
    fn socket_file(&self, path: &Path) -> Result<OwnedFd, Refusal> {
        let refused = || self.refuse_connection(&Address::Path(path.to_owned()));
        let Some(plain) = without_dots(path) else {
            return refused();
        };
        if !system_links::leads_to(&plain, |path| self.connections.allow_socket(path)) {
            return refused();
        }
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let file = match rustix::fs::openat2(CWD, &plain, flags, Mode::empty(), ResolveFlags::NO_MAGICLINKS) {
            Ok(file) => file,
            // What a link does not lead to is not told.
            Err(error) if rustix::fs::readlink(&plain, Vec::new()).is_err() => return Err(error.into()),
            Err(_) => return refused(),
        };
        let real = self.finder.real_path(&file)?;
        let kind = FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode);
        if kind != FileType::Socket || !self.connections.allow_socket(&real) {
            return refused();
        }
        Ok(file)
    }
}

/// The kernel would check it as well, each protocol in its own way.
fn check_kind(socket: &OwnedFd, address: &[u8]) -> Result<(), Errno> {
    let family = address.first_chunk().map(|family| u16::from_ne_bytes(*family)).ok_or(Errno::INVAL)?;
    if socket_domain(socket)?.as_raw() != family {
        return Err(Errno::AFNOSUPPORT);
    }
    let raw = socket_type(socket)? == SocketType::RAW;
    if raw && i32::from(family) != libc::AF_NETLINK { Err(Errno::ACCESS) } else { Ok(()) }
}

/// The path from `/`; None where it goes back up.
fn without_dots(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::from("/");
    for step in take_apart(path.as_os_str().as_bytes()).steps {
        match step {
            Step::Name(name) => plain.push(name),
            Step::Up => return None,
        }
    }
    Some(plain)
}

/// A `struct sockaddr_un` that leads to a file that the host holds open.
fn address_of_file(file: &OwnedFd) -> Vec<u8> {
    let path = format!("/proc/self/fd/{}\0", file.as_raw_fd());
    [&(libc::AF_UNIX as u16).to_ne_bytes()[..], path.as_bytes()].concat()
}
