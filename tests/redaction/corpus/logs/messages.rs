//! What the programs of mixed logs say.

use super::super::machine::MACHINE;
use super::super::random::BASE64;
use super::MixedLogs;

impl MixedLogs {
    pub(super) fn address(&mut self) -> String {
        let random = &mut self.random;
        match random.below(8) {
            0 => format!(
                "2a02:8108:{:x}:{:x}::{:x}",
                random.below(0xffff),
                random.below(0xffff),
                random.between(1, 0xffff)
            ),
            1 => format!("192.168.{}.{}", random.below(16), random.between(2, 250)),
            2 | 3 => format!(
                "{}.{}.{}.{}",
                random.between(11, 99),
                random.below(256),
                random.below(256),
                random.between(1, 254)
            ),
            _ => format!("10.83.{}.{}", random.below(8), random.between(2, 250)),
        }
    }

    pub(super) fn user(&mut self) -> &'static str {
        self.random.pick(MACHINE.users)
    }

    pub(super) fn pid(&mut self) -> u64 {
        self.random.between(300, 98_000)
    }

    pub(super) fn message(&mut self) -> String {
        let number = self.random.below(90_000);
        let random = &mut self.random;
        let unit = random.pick(&[
            "logrotate.service",
            "apt-daily.timer",
            "session-4.scope",
            "docker.service",
            "fstrim.timer",
            "postgresql@15-main.service",
        ]);
        match random.below(14) {
            0 => format!("Started {unit} - unit of the system."),
            1 => format!("{unit}: Deactivated successfully."),
            2 => format!("{unit}: Consumed {}.{:03}s CPU time.", number % 60, number % 1000),
            3 => format!("Reached target timers.target - Timer Units ({number} jobs)."),
            4 => format!(
                "checkpoint complete: wrote {number} buffers (3.1%); 0 WAL file(s) added, write=26.{:03} s",
                number % 1000
            ),
            5 => format!(
                "worker {} finished batch {number} in {} ms, queue depth {}",
                number % 16,
                number % 5000,
                number % 77
            ),
            6 => format!(
                "retrying request id={number} attempt={} backoff={}ms",
                number % 5,
                (number % 9) * 250
            ),
            7 => format!("loaded module crypto/sha256 version 3.0.{}-1~deb12u2 ok", number % 20),
            8 => format!(
                "GC pause (young) {}M->{}M({}M) {}.{:03} ms",
                number % 900,
                number % 300,
                2048,
                number % 40,
                number % 1000
            ),
            9 => format!(
                "cache miss for key objects/{:x}/{number} (token bucket at {}%)",
                number % 256,
                number % 100
            ),
            10 => format!(
                "config reloaded: max_connections=200 password_encryption=scram-sha-256 ssl={}",
                if number.is_multiple_of(2) { "on" } else { "off" }
            ),
            11 => format!("disk usage of /var/lib/data is {}% ({number} inodes)", number % 100),
            12 => format!("digest sha256:{} verified", self.random.hex(64)),
            _ => format!("time step of {}.{:06}s, drift {} ppm", number % 3, number, number % 50),
        }
    }

    pub(super) fn with_address(&mut self) -> String {
        let address = self.address();
        let port = self.random.between(1024, 65_535);
        match self.random.below(7) {
            0 => format!("Connection closed by {address} port {port} [preauth]"),
            1 => {
                let user = self.user();
                let print = self.random.text(BASE64, 43);
                format!(
                    "Accepted publickey for {user} from {address} port {port} ssh2: ED25519 SHA256:{print}"
                )
            }
            2 => format!("Failed password for invalid user admin from {address} port {port} ssh2"),
            3 => format!("connect from unknown[{address}]"),
            4 => format!(
                "DHCPACK on {address} to 52:54:00:{:02x}:{:02x}:{:02x} via enp1s0",
                port % 256,
                port / 256,
                self.random.below(256)
            ),
            5 => {
                let user = self.user();
                format!(
                    "connection authorized: user={user} database=orders application_name=psql SSL enabled host={address}"
                )
            }
            _ => {
                format!("upstream timed out (110: Connection timed out) while connecting to {address}:{port}")
            }
        }
    }

    pub(super) fn body(&mut self) -> (&'static str, String) {
        if self.random.one_in(4) {
            (
                self.random.pick(&["sshd", "postfix/smtpd", "dhcpd", "postgres", "haproxy"]),
                self.with_address(),
            )
        } else if self.random.one_in(12) {
            let user = self.user();
            ("systemd-logind", format!("New session {} of user {user}.", self.random.below(5000)))
        } else {
            (
                self.random.pick(&["systemd", "cron", "dockerd", "postgres", "backup-agent", "kubelet"]),
                self.message(),
            )
        }
    }
}
