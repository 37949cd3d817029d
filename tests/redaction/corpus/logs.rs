//! Mixed system logs of any size, for measuring speed: the lines of a busy server in realistic density.
//!
//! Every line but those of a stack trace names the host, about every third holds an address, a user is named now and
//! then, and one line of 500 holds a secret.

mod messages;

use std::fmt::Write as _;
use std::io::{self, Write};

use super::clock::Clock;
use super::machine::MACHINE;
use super::random::{ALNUM, Random};

const PIECE_BYTES: usize = 1 << 20;
const SECRET_EVERY: u64 = 500;

/// Writes at least `bytes` of log to `output`; ends with a whole line.
///
/// # Errors
/// When `output` does not take them.
pub fn write_mixed_logs(bytes: u64, seed: u64, output: &mut dyn Write) -> io::Result<()> {
    let mut logs = MixedLogs::new(seed);
    let mut written = 0;
    let mut piece = String::with_capacity(PIECE_BYTES + 4096);
    while written < bytes {
        while piece.len() < PIECE_BYTES && written + (piece.len() as u64) < bytes {
            logs.append(&mut piece);
        }
        output.write_all(piece.as_bytes())?;
        written += piece.len() as u64;
        piece.clear();
    }
    Ok(())
}

/// At least `bytes` of log, in memory.
#[must_use]
pub fn mixed_logs(bytes: usize, seed: u64) -> Vec<u8> {
    let mut logs = MixedLogs::new(seed);
    let mut text = String::with_capacity(bytes + 4096);
    while text.len() < bytes {
        logs.append(&mut text);
    }
    text.into_bytes()
}

/// Logs without end.
#[derive(Debug, Clone)]
pub struct MixedLogs {
    random: Random,
    clock: Clock,
    records: u64,
    uptime_micros: u64,
}

type Writer = fn(&mut MixedLogs, &mut String);

/// Each writer with its share of the records, in percent.
const WRITERS: &[(u64, Writer)] = &[
    (28, MixedLogs::syslog),
    (8, MixedLogs::syslog_5424),
    (16, MixedLogs::journal),
    (20, MixedLogs::access),
    (10, MixedLogs::audit),
    (8, MixedLogs::kernel),
    (8, MixedLogs::application),
    (2, MixedLogs::stack_trace),
];

impl MixedLogs {
    /// The same lines for the same `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), clock: Clock::new(), records: 0, uptime_micros: 4_113_000 }
    }

    /// Appends the next record, mostly one line.
    pub fn append(&mut self, out: &mut String) {
        self.clock.tick(&mut self.random);
        self.records += 1;
        if self.records.is_multiple_of(SECRET_EVERY) {
            return self.secret(out);
        }
        let mut share = self.random.below(100);
        for (percent, writer) in WRITERS {
            if share < *percent {
                return writer(self, out);
            }
            share -= percent;
        }
        self.syslog(out);
    }

    fn syslog(&mut self, out: &mut String) {
        let (program, message) = self.body();
        let pid = self.pid();
        push(out, format_args!("{} {} {program}[{pid}]: {message}\n", self.clock.syslog(), MACHINE.host));
    }

    fn syslog_5424(&mut self, out: &mut String) {
        let (program, message) = self.body();
        let (pid, priority) = (self.pid(), self.random.below(192));
        push(
            out,
            format_args!(
                "<{priority}>1 {}.{:06}Z {}.{} {program} {pid} ID{} [origin software=\"rsyslogd\" swVersion=\"8.2302.0\"] {message}\n",
                self.clock.iso(),
                self.clock.micros(),
                MACHINE.host,
                MACHINE.domain,
                pid % 60,
            ),
        );
    }

    fn journal(&mut self, out: &mut String) {
        let (program, message) = self.body();
        let message = message.replace('"', "\\\"");
        let pid = self.pid();
        let boot = "5c0be6a31f0e4d6c9c8de1f2a7443310";
        push(
            out,
            format_args!(
                "{{\"__REALTIME_TIMESTAMP\":\"{}{:06}\",\"__MONOTONIC_TIMESTAMP\":\"{}\",\"_BOOT_ID\":\"{boot}\",\"_MACHINE_ID\":\"{}\",\"_HOSTNAME\":\"{}\",\"PRIORITY\":\"{}\",\"_UID\":\"{}\",\"_PID\":\"{pid}\",\"_COMM\":\"{program}\",\"_CMDLINE\":\"/usr/sbin/{program} --foreground\",\"_SYSTEMD_UNIT\":\"{program}.service\",\"MESSAGE\":\"{message}\"}}\n",
                self.clock.unix(),
                self.clock.micros(),
                self.uptime_micros,
                MACHINE.machine_id,
                MACHINE.host,
                pid % 7,
                pid % 1100,
            ),
        );
    }

    fn access(&mut self, out: &mut String) {
        let address = self.address();
        let number = self.random.below(1_000_000);
        let path = self.random.pick(&[
            "/api/v2/orders",
            "/static/app.3f9c1d77.js",
            "/health",
            "/login",
            "/img/logo.svg",
            "/metrics",
        ]);
        let agent = self.random.pick(&[
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.127 Safari/537.36",
            "curl/8.5.0",
            "kube-probe/1.29",
        ]);
        push(
            out,
            format_args!(
                "{} {address} - - [{}] \"GET {path}?page={}&sort=asc HTTP/1.1\" {} {number} \"-\" \"{agent}\" rt=0.{:03} uct=0.000\n",
                MACHINE.host,
                self.clock.access(),
                number % 40,
                self.random.pick(&["200", "200", "200", "304", "404", "502"]),
                number % 1000,
            ),
        );
    }

    fn audit(&mut self, out: &mut String) {
        let (serial, pid) = (self.random.below(4_000_000), self.pid());
        let stamp = format!("audit({}.{:03}:{serial})", self.clock.unix(), self.clock.micros() / 1000);
        if self.random.one_in(4) {
            let (user, address) = (self.user(), self.address());
            push(
                out,
                format_args!(
                    "node={} type=USER_LOGIN msg={stamp}: pid={pid} uid=0 auid=1000 ses={} msg='op=login acct=\"{user}\" exe=\"/usr/sbin/sshd\" hostname={address} addr={address} terminal=ssh res=success'\n",
                    MACHINE.host,
                    pid % 900,
                ),
            );
        } else {
            push(
                out,
                format_args!(
                    "node={} type=SYSCALL msg={stamp}: arch=c000003e syscall=59 success=yes exit=0 a0=55d3{:08x} a1=7ffc{:08x} a2=7ffc{:08x} a3=8 items=2 ppid={} pid={pid} auid=4294967295 uid=0 gid=0 tty=(none) ses=4294967295 comm=\"run-parts\" exe=\"/usr/bin/run-parts\" subj=unconfined key=(null)\n",
                    MACHINE.host,
                    serial,
                    serial * 3,
                    serial * 5,
                    pid / 2,
                ),
            );
        }
    }

    fn kernel(&mut self, out: &mut String) {
        self.uptime_micros += self.random.below(3_000_000);
        let stamp = format!("[{:>5}.{:06}]", self.uptime_micros / 1_000_000, self.uptime_micros % 1_000_000);
        let number = self.random.below(0xffff);
        let message = match self.random.below(6) {
            0 => format!("pci 0000:{:02x}:1f.3: [8086:{number:04x}] type 00 class 0x040300", number % 64),
            1 => format!(
                "usb 1-{}: New USB device found, idVendor=046d, idProduct={number:04x}, bcdDevice=12.{:02x}",
                number % 9,
                number % 100
            ),
            2 => format!("EXT4-fs (dm-{}): re-mounted. Quota mode: none.", number % 9),
            3 => format!("IPv6: ADDRCONF(NETDEV_CHANGE): veth{:07x}: link becomes ready", number * 31),
            4 => format!("BIOS-e820: [mem 0x00000000{number:08x}-0x00000000{:08x}] usable", number * 17),
            _ => {
                let (from, to) = (self.address(), self.address());
                format!(
                    "[UFW BLOCK] IN=enp1s0 OUT= MAC=52:54:00:1f:90:c3:00:1b:21:{:02x}:{:02x}:07:08:00 SRC={from} DST={to} LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID={number} DF PROTO=TCP SPT={number} DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0",
                    number % 256,
                    number / 256
                )
            }
        };
        push(out, format_args!("{} {} kernel: {stamp} {message}\n", self.clock.syslog(), MACHINE.host));
    }

    fn application(&mut self, out: &mut String) {
        let level = self.random.pick(&["INFO", "INFO", "INFO", "DEBUG", "WARN"]);
        let message = if self.random.one_in(4) { self.with_address() } else { self.message() };
        let number = self.random.below(64);
        push(
            out,
            format_args!(
                "{}.{:03}Z {} {level:<5} [http-nio-8080-exec-{number}] c.e.shop.order.OrderService : {message}\n",
                self.clock.iso(),
                self.clock.micros() / 1000,
                MACHINE.host,
            ),
        );
    }

    fn stack_trace(&mut self, out: &mut String) {
        let address = self.address();
        push(
            out,
            format_args!(
                "{}.{:03}Z {} ERROR [pool-3-thread-1] c.e.shop.order.OrderRepository : query failed\norg.postgresql.util.PSQLException: Connection to {address}:5432 refused. Check that the hostname and port are correct\n",
                self.clock.iso(),
                self.clock.micros() / 1000,
                MACHINE.host,
            ),
        );
        for _ in 0..self.random.between(6, 24) {
            let frame = self.random.pick(&[
                "org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:",
                "com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:",
                "org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:",
                "java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:",
                "jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:",
            ]);
            push(out, format_args!("\tat {frame}{})\n", self.random.between(20, 1400)));
        }
    }

    fn secret(&mut self, out: &mut String) {
        let value = self.random.mixed(20);
        let text = match self.random.below(5) {
            0 => format!("connecting with postgresql://orders:{value}@vx1:5432/orders"),
            1 => format!("env: SMTP_PASSWORD={value} SMTP_PORT=587"),
            2 => format!("> Authorization: Bearer {}", self.random.text(ALNUM, 40)),
            3 => format!("payload {{\"user\":\"svc\",\"password\":\"{value}\"}}"),
            _ => format!(
                "using key AKIA{} for bucket backups",
                self.random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
            ),
        };
        push(
            out,
            format_args!("{} {} app[{}]: {text}\n", self.clock.syslog(), MACHINE.host, self.records % 9000),
        );
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}
