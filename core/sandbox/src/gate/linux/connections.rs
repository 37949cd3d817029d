//! Connects sockets of a confined process, each on a thread of its own, so that no other call waits for it.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use candor_manifest::{Network, PathPattern};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_timeout};

use super::address::Address;
use super::hosts::Hosts;
use super::listener::{Listener, last_error};
use super::supervisor::SharedTally;
use crate::Policy;
use crate::machine::WorkerUser;

/// Connections that are being made at once.
const MOST_AT_ONCE: usize = 16;
/// How long one may take.
const LONGEST: Duration = Duration::from_secs(30);

/// What of the network and of other programs' sockets may be connected to.
pub(super) struct Connections {
    network: Network,
    hosts: Arc<Hosts>,
    unix_sockets: Vec<PathPattern>,
    user: Option<WorkerUser>,
    tally: SharedTally,
    running: Arc<AtomicUsize>,
}

/// An answer to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Allowed,
    Refused,
    /// The named hosts have to be asked for, which may take long.
    AskHosts(SocketAddr),
}

/// A connection to be made: everything in it is the host's own copy.
pub(super) struct Attempt {
    pub(super) id: u64,
    pub(super) socket: OwnedFd,
    pub(super) address: Address,
    pub(super) decision: Decision,
    /// The `struct sockaddr` to connect to.
    pub(super) bytes: Vec<u8>,
    /// Keeps the file of a socket open that `bytes` leads to.
    pub(super) _file: Option<OwnedFd>,
}

impl Connections {
    /// As a policy says.
    pub(super) fn new(policy: &Policy, tally: SharedTally) -> Self {
        let hosts = match &policy.network {
            Network::Hosts(hosts) => Hosts::new(hosts),
            _ => Hosts::default(),
        };
        Self {
            network: policy.network.clone(),
            hosts: Arc::new(hosts),
            unix_sockets: policy.unix_sockets.clone(),
            user: policy.user.clone(),
            tally,
            running: Arc::default(),
        }
    }

    /// Whether the socket that really lies there may be connected to.
    pub(super) fn allow_socket(&self, real: &Path) -> bool {
        self.unix_sockets.iter().any(|pattern| pattern.matches(real))
    }

    /// Whether an address without a path may be connected to.
    pub(super) fn decide(&self, address: &Address) -> Decision {
        match (address, &self.network) {
            (Address::Internet(to), Network::Loopback) if is_loopback(to.ip()) => Decision::Allowed,
            (Address::Internet(to), Network::Hosts(_)) => Decision::AskHosts(*to),
            // The kernel itself, which tells about the network.
            (Address::Netlink { port: 0, groups: 0 }, Network::Observe) => Decision::Allowed,
            _ => Decision::Refused,
        }
    }

    /// Makes a connection and answers the call that asked for it.
    ///
    /// # Errors
    /// `EAGAIN` when too many are being made; then the caller answers.
    pub(super) fn make(&self, listener: &Arc<Listener>, attempt: Attempt) -> Result<(), Errno> {
        if self.running.fetch_add(1, Ordering::SeqCst) >= MOST_AT_ONCE {
            self.running.fetch_sub(1, Ordering::SeqCst);
            return Err(Errno::AGAIN);
        }
        // Held weakly: the gate's end has to close it, whatever is still being connected.
        let listener: Weak<Listener> = Arc::downgrade(listener);
        let (hosts, user, tally) = (Arc::clone(&self.hosts), self.user.clone(), self.tally.clone());
        let running = Running(Arc::clone(&self.running));
        let work = move || {
            let _running = running;
            let result = attempt.carry_out(&hosts, user.as_ref(), &tally);
            if let Some(listener) = listener.upgrade() {
                listener.send(attempt.id, result.map(|()| 0));
            }
        };
        let thread = std::thread::Builder::new().name("candor-connect".to_owned()).spawn(work);
        thread.map(drop).map_err(|_| Errno::AGAIN)
    }
}

/// Counts one connection less when it is dropped.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Attempt {
    fn carry_out(&self, hosts: &Hosts, user: Option<&WorkerUser>, tally: &SharedTally) -> Result<(), Errno> {
        if let Decision::AskHosts(address) = self.decision
            && !hosts.include(address)
        {
            tally.lock().denied_connection(&self.address.to_string());
            return Err(Errno::ACCESS);
        }
        if let Some(user) = user {
            act_as(user)?;
        }
        let blocks = !rustix::fs::fcntl_getfl(&self.socket)?.contains(OFlags::NONBLOCK);
        if !blocks {
            return self.connect();
        }
        // A call that times out says that it goes on; here it does not.
        let before = socket_timeout(&self.socket, Timeout::Send)?;
        set_socket_timeout(
            &self.socket,
            Timeout::Send,
            Some(before.map_or(LONGEST, |own| own.min(LONGEST))),
        )?;
        let result = self.connect();
        set_socket_timeout(&self.socket, Timeout::Send, before)?;
        match result {
            Err(Errno::INPROGRESS) if before.is_none() => Err(Errno::TIMEDOUT),
            result => result,
        }
    }

    fn connect(&self) -> Result<(), Errno> {
        // SAFETY: `bytes` is as long as the kernel is told.
        let result = unsafe {
            libc::connect(
                self.socket.as_raw_fd(),
                self.bytes.as_ptr().cast(),
                self.bytes.len() as libc::socklen_t,
            )
        };
        if result < 0 { Err(last_error()) } else { Ok(()) }
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Gives the calling thread, for the rest of its life, the effective user of the confined process: whoever is connected
/// to is told this user, and would else be told root.
///
/// The real and the saved user stay: a thread that were wholly of another user could be signalled by that user's other
/// processes, and with it the host.
fn act_as(user: &WorkerUser) -> Result<(), Errno> {
    static DUMPABLE: Mutex<()> = Mutex::new(());
    const STAY: libc::c_long = -1;
    let _one_at_a_time = DUMPABLE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: `prctl` with these options takes and gives plain integers.
    let dumpable = unsafe { libc::prctl(libc::PR_GET_DUMPABLE) };
    let steps: [(libc::c_long, [libc::c_long; 3]); 3] = [
        (libc::SYS_setgroups, [0, 0, 0]),
        (libc::SYS_setresgid, [STAY, libc::c_long::from(user.gid), STAY]),
        (libc::SYS_setresuid, [STAY, libc::c_long::from(user.uid), STAY]),
    ];
    for (call, [first, second, third]) in steps {
        // SAFETY: the raw calls change the calling thread alone, and take no pointer but the null one of an empty list.
        if unsafe { libc::syscall(call, first, second, third) } < 0 {
            return Err(last_error());
        }
    }
    if dumpable == 1 {
        // A change of user clears it for the whole process.
        // SAFETY: as above.
        unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 1) };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tally::Tally;
    use super::*;

    fn connections(network: Network) -> Connections {
        Connections {
            network,
            hosts: Arc::default(),
            unix_sockets: vec![PathPattern::new("/run/x/*").unwrap()],
            user: None,
            tally: SharedTally::new(Tally::new(&[])),
            running: Arc::default(),
        }
    }

    #[test]
    fn each_network_has_its_addresses() {
        let internet = |text: &str| Address::Internet(text.parse().unwrap());
        let kernel = Address::Netlink { port: 0, groups: 0 };
        let hosts = Network::Hosts(vec!["example.org".to_owned()]);
        let there: SocketAddr = "192.0.2.1:80".parse().unwrap();
        for (network, address, expected) in [
            (Network::None, internet("127.0.0.1:80"), Decision::Refused),
            (Network::Loopback, internet("127.0.0.1:80"), Decision::Allowed),
            (Network::Loopback, internet("[::1]:80"), Decision::Allowed),
            (Network::Loopback, internet("0.0.0.0:80"), Decision::Refused),
            (Network::Loopback, internet("192.0.2.1:80"), Decision::Refused),
            (Network::Loopback, kernel.clone(), Decision::Refused),
            (Network::Observe, kernel, Decision::Allowed),
            (Network::Observe, Address::Netlink { port: 1, groups: 0 }, Decision::Refused),
            (Network::Observe, internet("127.0.0.1:80"), Decision::Refused),
            (hosts, internet("192.0.2.1:80"), Decision::AskHosts(there)),
            (Network::Loopback, Address::Other("@x".to_owned()), Decision::Refused),
        ] {
            assert_eq!(connections(network.clone()).decide(&address), expected, "{network} and {address}");
        }
    }

    #[test]
    fn sockets_are_named_exactly() {
        let connections = connections(Network::None);
        assert!(connections.allow_socket(Path::new("/run/x/bus")));
        assert!(!connections.allow_socket(Path::new("/run/x/deep/bus")));
    }
}
