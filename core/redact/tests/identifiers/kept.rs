//! What stays byte for byte.

use std::sync::Arc;

use candor_pseudonym::CaseKey;
use candor_redact::{Documentation, Engine, Policy, Redactor};

use crate::redact;

/// Lines without an identifier.
const LINES: &[&str] = &[
    "openjdk 17.0.21.1 v1.2.3.4 version 10.0.190.1 1.2.3.4-5ubuntu libfoo.so.1.2.3.4 Chrome/120.0.6099.109 (1.2.3.4~rc1) 1.3.6.1.4.1 linux-image-5.10.0.28",
    "3.2.1.4 Foo bar",
    "ii  libfoo:amd64  1.2.3.4  amd64  some library",
    "127.0.0.1 0.0.0.0 255.255.255.0 224.0.0.251 8.8.8.8 1.1.1.1 0.0.0.0/0 127.0.0.0/8 ::1 :: ff02::1 2001:4860:4860::8888",
    "12:53:15 std::io::Error a::b Foo::Bar::baz 1:2:3 12:53:15.123 core::fmt::Debug dead::beef 00:00:1f.2 0000:00:1f.2",
    "MD5:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99 00:00:00:00:00:00 ff:ff:ff:ff:ff:ff 33:33:00:00:00:01 01:00:5e:00:00:fb",
    "00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|",
    "java.lang.String org.freedesktop.NetworkManager com.example.App foo.conf lib.so.1 report.zip foo.service net.ipv4.ip_forward = 1 kernel.core_pattern",
    "e.g. i.e. os.path.join console.log document.id self.id x.to(foo) obj.is_valid main.rs:10:5 foo.py setup.py README.md build.sh",
    "www.w3.org github.com kernel.org http://www.w3.org/2000/svg https://github.com/foo/bar pool.ntp.org localhost localhost.localdomain ip6-localhost",
    "git@github.com:foo/bar.git getty@tty1.service user@1000.service @types/node chacha20-poly1305@openssh.com veth1@if5: eth0@if12",
    "root www-data user=root user=postgres for user root /home/*/x /run/user/1000 /root/.bashrc user: null user=1000 (root) CMD (x) systemd-timesync",
    "2026-11-22T12:53:15.123456+01:00 2026-11-22 12:53:15,123 [ 1234.567890] 1700004339412345 20261122125315 1.7e15 +0100 +01:00",
    "@@ -1,5 +1,7 @@ +1,234,567 -1.5 +20% +12345 978-3-16-148410-0 4006381333931 $1,234.56 1-2-3-4 2026-11-22-10",
    "00000000-0000-0000-0000-000000000000 c12a7328-f81f-11d2-ba4b-00a0c93ec93b 00001800-0000-1000-8000-00805f9b34fb",
    "serial8250: ttyS0 at I/O 0x3f8 (irq = 4, base_baud = 115200) is a 16550A",
    "Serial: 8250/16550 driver, 4 ports, IRQ sharing enabled",
    "usb 1-1: New USB device strings: Mfr=3, Product=2, SerialNumber=1",
    "Serial Number: Not Specified",
    "Serial Number: 0",
    "S-1-5-18 S-1-5-32-544 S-1-1-0 DE12345 GB2312",
    "translate(12.3456, 45.6789) 0.1234, 0.5678, 0.9101 1.23456 3.1415926535",
    "0644 0755 drwxr-xr-x 2 root root 4096 Nov 22 12:53 .",
    "Modem: 115200 8N1 port 8080 pid=1234567 tel: ",
    "Nov 22 12:53:15 localhost kernel: usb 1-1: new high-speed USB device number 5",
    "c=3, e=4, o=5 uid=0 gid=0 groups=0(root) uid=0(root) l=1,o=2",
    "Started Session 5 of User root. pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
    "host: could not resolve hostname: command not found  Host key verification failed. on host side",
    "sha256:36f675cc81e74ef5e8e25d940ed9047536f675cc81e74ef5e8e25d940ed90475 36f675cc81e74ef5e8e25d940ed90475",
    "Reached target timers.target - Timer Units. postgresql@15-main.service logrotate.timer",
    r#"def user_name(self): user = request.user; username: str; login = input("user: ") owner: string"#,
    "GET /users/list HTTP/1.1 GET /api/users/5 /home/index.html https://github.com/users/octocat",
    "_ipp._tcp.local _services._dns-sd._udp.local",
    "python3.11 gcc-12.2.0 libc6 2.36-9+deb12u3 6.1.0-13-amd64 #1 SMP",
    "Linux kernel 6.1 is here; Linux is nice; aes-256-cbc; utf-8; x86_64-linux-gnu; en_US.UTF-8",
    "Error at line 12.In file x.No such thing.It works.Be",
];

#[test]
fn lines_without_an_identifier_stay() {
    for line in LINES {
        assert_eq!(redact(line), *line);
    }
}

#[test]
fn what_is_reserved_for_documentation_stays_on_request() {
    const TEXT: &str = "192.0.2.7 198.51.100.7 203.0.113.7 2001:db8::7 www.example.com example.org";
    assert!(!redact(TEXT).contains("192.0.2.7") && !redact(TEXT).contains("example"));
    let mut policy = Policy::default();
    policy.options.documentation_addresses = Documentation::Keep;
    let engine = Engine::with_policy(&Default::default(), policy, &CaseKey::from_bytes([7; 32]))
        .expect("the shipped rules are valid");
    let mut redactor = Redactor::new(&Arc::new(engine));
    let mut output = Vec::new();
    redactor.push(TEXT.as_bytes(), &mut output).expect("the text can be searched");
    redactor.finish(&mut output).expect("the text can be searched");
    assert_eq!(String::from_utf8_lossy(&output), TEXT);
}
