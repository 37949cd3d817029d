//! Connections are made by the host, to declared addresses only.

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

use candor_manifest::Network;
use candor_sandbox::{Policy, WorkerUser};
use libc::{EACCES, EAFNOSUPPORT, EBADF, ECONNREFUSED, EFAULT, EINVAL, ENOENT, ENOTSOCK};

use crate::child::{Child, PATIENCE, confined, folder, is_root, patterns, policy, result, try_stat};

fn of_network(network: Network) -> Policy {
    Policy { network, ..policy(&[]) }
}

fn socket(family: i32, kind: i32) -> OwnedFd {
    // SAFETY: plain integers; the descriptor is new.
    unsafe { OwnedFd::from_raw_fd(result(libc::socket(family, kind, 0).into()).unwrap() as i32) }
}

/// The error of connecting; 0 when it is connected.
fn connect(socket: i32, address: &[u8]) -> i32 {
    // SAFETY: the address is as long as told.
    result(unsafe { libc::connect(socket, address.as_ptr().cast(), address.len() as u32) }.into())
        .err()
        .unwrap_or(0)
}

fn family(family: i32) -> [u8; 2] {
    (family as u16).to_ne_bytes()
}

fn ipv4(address: [u8; 4], port: u16) -> Vec<u8> {
    [&family(libc::AF_INET)[..], &port.to_be_bytes(), &address, &[0; 8]].concat()
}

fn ipv6(address: std::net::Ipv6Addr, port: u16) -> Vec<u8> {
    [&family(libc::AF_INET6)[..], &port.to_be_bytes(), &[0; 4], &address.octets(), &[0; 4]].concat()
}

fn unix(path: &[u8]) -> Vec<u8> {
    [&family(libc::AF_UNIX)[..], path].concat()
}

fn tcp_to(address: [u8; 4], port: u16) -> i32 {
    connect(socket(libc::AF_INET, libc::SOCK_STREAM).as_raw_fd(), &ipv4(address, port))
}

#[test]
fn loopback_is_the_machine_itself_and_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (port, datagram_port) =
        (listener.local_addr().unwrap().port(), datagrams.local_addr().unwrap().port());
    let mapped = std::net::Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped();
    let act = || {
        [
            tcp_to([127, 0, 0, 1], port),
            connect(
                socket(libc::AF_INET, libc::SOCK_DGRAM).as_raw_fd(),
                &ipv4([127, 0, 0, 1], datagram_port),
            ),
            tcp_to([127, 0, 0, 1], 1),
            tcp_to([192, 0, 2, 1], port),
            tcp_to([0, 0, 0, 0], port),
            connect(socket(libc::AF_INET6, libc::SOCK_STREAM).as_raw_fd(), &ipv6(mapped, port)),
            connect(socket(libc::AF_UNIX, libc::SOCK_STREAM).as_raw_fd(), &ipv4([127, 0, 0, 1], port)),
        ]
    };
    let (errors, receipt) = confined(&of_network(Network::Loopback), act);
    assert_eq!(errors, [0, 0, ECONNREFUSED, EACCES, EACCES, EACCES, EAFNOSUPPORT]);
    assert!(
        receipt
            .denied
            .iter()
            .any(|denied| denied.path == format!("192.0.2.1:{port}") && denied.operation == "connect")
    );
    let (errors, _) = confined(&of_network(Network::None), act);
    assert_eq!(errors[..6], [EACCES; 6]);
    // A connection made by the host carries what the process sends.
    let (sent, _) = confined(&of_network(Network::Loopback), || {
        let socket = socket(libc::AF_INET, libc::SOCK_STREAM);
        assert_eq!(connect(socket.as_raw_fd(), &ipv4([127, 0, 0, 1], port)), 0);
        rustix::io::write(&socket, b"hello").unwrap()
    });
    assert_eq!(sent, 5);
}

#[test]
fn named_hosts_are_their_addresses() {
    let listener = TcpListener::bind("127.0.0.9:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let act = || [tcp_to([127, 0, 0, 9], port), tcp_to([127, 0, 0, 1], port), tcp_to([127, 0, 0, 9], 1)];
    let (errors, _) = confined(&of_network(Network::Hosts(vec![format!("127.0.0.9:{port}")])), act);
    assert_eq!(errors, [0, EACCES, EACCES]);
}

#[test]
fn the_kernel_may_be_asked_about_the_network() {
    let kernel = [&family(libc::AF_NETLINK)[..], &[0; 10]].concat();
    let group = [&family(libc::AF_NETLINK)[..], &[0; 6], &1_u32.to_ne_bytes()].concat();
    let act = || {
        [&kernel, &group]
            .map(|address| connect(socket(libc::AF_NETLINK, libc::SOCK_RAW).as_raw_fd(), address))
    };
    assert_eq!(confined(&of_network(Network::Observe), act).0, [0, EACCES]);
    assert_eq!(confined(&of_network(Network::Loopback), act).0, [EACCES, EACCES]);
}

#[test]
fn sockets_of_services_are_connected_to_by_their_real_path() {
    let (_kept, root) = folder();
    std::fs::create_dir(format!("{root}/run")).unwrap();
    std::fs::write(format!("{root}/run/file"), "").unwrap();
    let _listeners =
        ["run/service", "other"].map(|name| UnixListener::bind(format!("{root}/{name}")).unwrap());
    std::os::unix::fs::symlink(format!("{root}/other"), format!("{root}/run/link")).unwrap();
    std::os::unix::fs::symlink("run/service", format!("{root}/alias")).unwrap();
    let name = format!("candor-test-{}", std::process::id());
    let _abstract = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    let policy = Policy { unix_sockets: patterns(&[&format!("{root}/run/*")]), ..policy(&[]) };
    let (errors, receipt) = confined(&policy, || {
        let to = |path: &[u8]| connect(socket(libc::AF_UNIX, libc::SOCK_STREAM).as_raw_fd(), &unix(path));
        let at = |name: &str| to(format!("{root}/{name}\0").as_bytes());
        [
            at("run/service"),
            at("run/absent"),
            at("alias"),
            at("run/link"),
            at("run/file"),
            at("other"),
            at("absent"),
            at("run/../run/service"),
            to(format!("\0{name}").as_bytes()),
            to(b""),
        ]
    });
    assert_eq!(errors[..2], [0, ENOENT]);
    assert_eq!(errors[2..], [EACCES; 8]);
    assert!(receipt.denied.iter().any(|denied| denied.path == format!("@{name}")), "{receipt:?}");
}

#[test]
fn a_service_is_told_the_user_of_the_process_and_not_of_the_host() {
    if !is_root() {
        println!("not run: an ordinary user's gate has no other user to connect as");
        return;
    }
    let (_kept, root) = folder();
    let path = format!("{root}/service");
    let listener = UnixListener::bind(&path).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&root, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o666)).unwrap();
    let closed = UnixListener::bind(format!("{root}/closed")).unwrap();
    std::fs::set_permissions(format!("{root}/closed"), PermissionsExt::from_mode(0o600)).unwrap();
    let user = WorkerUser { name: "nobody".to_owned(), uid: 65534, gid: 65533 };
    let unix_sockets = patterns(&[&path, &format!("{root}/closed")]);
    let policy = Policy { unix_sockets, user: Some(user), ..policy(&[]) };
    // SAFETY: plain integers.
    let dumpable = || unsafe { libc::prctl(libc::PR_GET_DUMPABLE) };
    let before = dumpable();
    let (errors, _) = confined(&policy, || {
        ["service", "closed"].map(|name| {
            let socket = socket(libc::AF_UNIX, libc::SOCK_STREAM);
            connect(socket.as_raw_fd(), &unix(format!("{root}/{name}\0").as_bytes()))
        })
    });
    drop(closed);
    assert_eq!(errors, [0, EACCES], "as for any process of that user");
    let (stream, _) = listener.accept().unwrap();
    let peer = rustix::net::sockopt::socket_peercred(&stream).unwrap();
    assert_eq!((peer.uid.as_raw(), peer.gid.as_raw()), (65534, 65533));
    assert_eq!((dumpable(), is_root()), (before, true));
}

#[test]
fn a_connection_that_waits_holds_nothing_else_up() {
    let (_kept, root) = folder();
    let path = format!("{root}/service");
    let listener = UnixListener::bind(&path).unwrap();
    // SAFETY: plain integers.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
    let full = UnixStream::connect(&path).unwrap();
    let policy = Policy { unix_sockets: patterns(&[&path]), ..policy(&[&root]) };
    let (mut here, there) = UnixStream::pair().unwrap();
    let act = || {
        std::thread::scope(|scope| {
            let address = unix(format!("{path}\0").as_bytes());
            let quick = socket(libc::AF_UNIX, libc::SOCK_STREAM | libc::SOCK_NONBLOCK);
            let refused = connect(quick.as_raw_fd(), &address);
            let connect = move || connect(socket(libc::AF_UNIX, libc::SOCK_STREAM).as_raw_fd(), &address);
            let waiting = scope.spawn(connect);
            let looked = (0..100).map(|_| try_stat(&root)).max();
            (&there).write_all(b"x").unwrap();
            (refused, looked, waiting.join().unwrap())
        })
    };
    let mut child = Child::start(|| {}, act);
    let gate = child.gate(&policy, None);
    child.go();
    // It looked at files while its connection waited; now there is room for that.
    here.read_exact(&mut [0]).unwrap();
    let accepted = listener.accept().unwrap();
    assert_eq!(child.answer::<(i32, Option<i32>, i32)>(), (libc::EAGAIN, Some(0), 0));
    child.wait_for_end();
    assert!(gate.close(PATIENCE).complete);
    drop((full, accepted));
}

#[test]
fn what_is_no_address_or_no_socket_is_refused() {
    let (errors, _) = confined(&of_network(Network::Loopback), || {
        let tcp = socket(libc::AF_INET, libc::SOCK_STREAM);
        let number = tcp.as_raw_fd();
        let raw = |address: usize, length: u32| {
            // SAFETY: the kernel and the gate check the address.
            result(unsafe { libc::syscall(libc::SYS_connect, number, address, length) }).err().unwrap_or(0)
        };
        let address = ipv4([127, 0, 0, 1], 1);
        [
            connect(number, &address[..10]),
            connect(number, &[0; 129]),
            connect(number, &[]),
            raw(8, 16),
            connect(999, &address),
            connect(0, &address),
            connect(number, &[0; 16]),
        ]
    });
    let not_a_socket = if errors[5] == EAFNOSUPPORT { EAFNOSUPPORT } else { ENOTSOCK };
    assert_eq!(errors, [EINVAL, EINVAL, EINVAL, EFAULT, EBADF, not_a_socket, EAFNOSUPPORT]);
}
