//! A machine that is full of names and secrets, all of them made up.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use candor_tests::{Finished, Sandbox, program};

/// Its short name.
pub(super) const HOST: &str = "zq7";
/// One of its users.
pub(super) const USER: &str = "mvolkova";

/// What no report may hold, whole or as a word.
pub(super) const PLANTED: &[&str] = &[
    // Names of hosts, of two letters and more.
    HOST,
    "vexholm",
    "qx",
    "vbe",
    // Users and people.
    USER,
    "tjo",
    "Volkova",
    "Tor Fjellander",
    // Numbers of the machine.
    "SN7QX4-88213",
    "5d41c7e09b3a4f6f8e2b1a7c90d3e4f5",
    // Networks.
    "Kattens Gast 5G",
    "5A:41:9C:E0:7B:33",
    "10.83.2.77",
    "2a0d:5600:24:1a7::77",
    // Secrets.
    "Pr0xyW0rt-77",
    "wicklung-9988",
    "Moln-Kattunge-31",
    "q9Zk-arg-s3cret",
    "r4Hx-unit-s3cret",
    "MIIEpQIBAAKCAQEAvexholm",
    "kattunge-psk-4471",
];

/// Runs the program among what is planted.
pub(super) struct Machine {
    sandbox: Sandbox,
}

/// A report, and where its key is.
pub(super) struct Collected {
    pub(super) path: PathBuf,
    pub(super) key: PathBuf,
}

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
mvolkova:x:1007:1007:Marta Volkova,Room 4,+46 8 555 123 45:/home/mvolkova:/bin/bash
tjo:x:1008:1008:Tor Fjellander:/home/tjo:/bin/sh
";

const LOG: &str = "\
Nov 22 12:00:01 zq7 sshd[811]: Accepted publickey for mvolkova from 10.83.2.77 port 50122 ssh2
Nov 22 12:00:02 zq7 app[812]: connecting to qx and vbe.vexholm.example as tjo (Tor Fjellander)
Nov 22 12:00:03 zq7 app[812]: GET http://svc:Pr0xyW0rt-77@proxy.vexholm.example:3128/?user=Marta%20Volkova
Nov 22 12:00:04 zq7 app[812]: config {\"db\": {\"password\": \"wicklung-9988\"}, \"host\": \"zq7.vexholm.example\"}
Nov 22 12:00:05 zq7 kernel: serial SN7QX4-88213, machine 5d41c7e09b3a4f6f8e2b1a7c90d3e4f5
Nov 22 12:00:06 zq7 wpa[9]: associated with 5a:41:9c:e0:7b:33 (SSID='Kattens Gast 5G')
Nov 22 12:00:07 zq7 app[812]: peer [2a0d:5600:24:1a7::77]:443 closed
Nov 22 12:00:08 zq7 cron[1]: (tjo) CMD (/home/mvolkova/run --password=q9Zk-arg-s3cret)
Nov 22 12:00:09 zq7 app[812]: proxy password is still Pr0xyW0rt-77 says the old client
-----BEGIN RSA PRIVATE KEY-----
MIIEpQIBAAKCAQEAvexholm0000000000000000000000000000000000000000
-----END RSA PRIVATE KEY-----
";

const HOSTS: &str = "127.0.0.1 localhost
10.83.2.77 zq7.vexholm.example zq7
10.83.2.78 qx
10.83.2.79 vbe.vexholm.example vbe
";

const UNIT: &str = "[Unit]
Description=of zq7
[Service]
User=mvolkova
Environment=API_TOKEN=r4Hx-unit-s3cret
ExecStart=/usr/bin/app --password q9Zk-arg-s3cret --host zq7.vexholm.example
";

const WIRELESS: &str = "[connection]
id=home
uuid=7c1d8e52-4f0b-4a7e-9d55-0b6f2a913c48
type=wifi
[wifi]
ssid=Kattens Gast 5G
bssid=5A:41:9C:E0:7B:33
[wifi-security]
key-mgmt=wpa-psk
psk=kattunge-psk-4471
";

const MANIFEST: &str = r#"schema = 1
id = "planted-files"
plugin = "files"
level = "identifying"
categories = ["ext:Settings"]
[consent.en]
title = "Planted files"
what = "What the test has planted."
why = "Shows that nothing of it is left."
[[reads]]
path = "GROUND/srv/**"
reason = "an archive and a unit"
"#;

const PROFILE: &str = r#"schema = 1
id = "planted"
extends = "server-report"
collectors = ["planted-files"]
title = { en = "Planted" }
summary = { en = "Planted" }
"#;

/// Covers folders of this machine, runs the program and lets it check the report. `$1` is the ground.
const SCRIPT: &str = r#"set -e
ground=$1; shift
hostname zq7
mount -t overlay overlay -o "lowerdir=$ground/etc:/etc" /etc
mount --bind "$ground/log" /var/log
mount --bind "$ground/home" /home
mount -t tmpfs tmpfs /sys/class/power_supply
mkdir /sys/class/power_supply/BAT0
echo SN7QX4-88213 > /sys/class/power_supply/BAT0/serial_number
sh -c 'while :; do sleep 1; done' app --password=q9Zk-arg-s3cret --user=mvolkova > /dev/null 2>&1 &
trap "kill $!" EXIT
code=0
"$@" || code=$?
# On the machine itself, where its names are known.
"$1" redact --check "$REPORT" >&2 || exit 97
exit $code
"#;

impl Machine {
    /// Makes its files.
    pub(super) fn new() -> Self {
        let sandbox = Sandbox::new();
        for (path, text) in [
            ("ground/etc/passwd", PASSWD),
            ("ground/etc/hosts", HOSTS),
            ("ground/etc/hostname", "zq7\n"),
            ("ground/etc/machine-id", "5d41c7e09b3a4f6f8e2b1a7c90d3e4f5\n"),
            ("ground/etc/environment", "http_proxy=http://svc:Pr0xyW0rt-77@proxy.vexholm.example:3128\n"),
            ("ground/etc/default/app", "APP_PASSWORD=wicklung-9988\nAPP_HOST=qx\nAPP_USER=tjo\n"),
            ("ground/etc/device/app.conf", "[db]\npassword = Moln-Kattunge-31\nhost = vbe.vexholm.example\n"),
            ("ground/etc/NetworkManager/system-connections/home.nmconnection", WIRELESS),
            ("ground/home/mvolkova/.keep", ""),
            ("ground/home/tjo/.keep", ""),
            ("ground/log/app.log", LOG),
            ("ground/srv/app.service", UNIT),
            ("ground/srv/mvolkova/notes.txt", "bXZvbGtvdmE6UHIweHlXMHJ0LTc3 is what Basic sends\n"),
            ("ground/inside/var/log/app.log", LOG),
            ("manifests/profiles/planted.toml", PROFILE),
        ] {
            sandbox.write(path, text);
        }
        let ground = sandbox.path("ground");
        sandbox.write(
            "manifests/collectors/planted-files.toml",
            MANIFEST.replace("GROUND", ground.to_str().unwrap()),
        );
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(ground.join("srv/bundle.tar.gz")).arg("-C").arg(ground.join("inside")).arg("var");
        assert!(tar.status().unwrap().success());
        make_journal(&ground.join("log/journal/5d41c7e09b3a4f6f8e2b1a7c90d3e4f5"));
        Self { sandbox }
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Collects everything that a server report has, all of it approved.
    #[track_caller]
    pub(super) fn report(&self, name: &str) -> Collected {
        let path = self.sandbox.output(name);
        let mut unshare = Command::new("unshare");
        self.sandbox.furnish(&mut unshare);
        unshare.env("https_proxy", "http://svc:Pr0xyW0rt-77@proxy.vexholm.example:3128");
        unshare.env("APP_PASSWORD", "Moln-Kattunge-31").env("REPORT", &path);
        if !rustix::process::geteuid().is_root() {
            unshare.args(["--user", "--map-root-user"]);
        }
        unshare.args(["--mount", "--uts", "sh", "-c", SCRIPT, "sh"]).arg(self.sandbox.path("ground"));
        unshare.arg(program()).arg("--manifests").arg(self.sandbox.path("manifests"));
        unshare.args(["collect", "planted", "--json", "--output"]).arg(&path);
        for id in ["system-info", "user-access", "event-log", "settings", "network-config", "planted-files"] {
            unshare.args(["--approve", id]);
        }
        let done = Finished::of(unshare);
        assert_ne!(done.code, 97, "`redact --check` does not agree: {}", done.stderr);
        assert!([0, 3].contains(&done.code), "{}\n{}", done.code, done.stderr);
        let told = done.json();
        assert_eq!(told["proof"]["found"], 0, "{}", told["proof"]);
        Collected { path, key: PathBuf::from(told["key"].as_str().unwrap()) }
    }
}

/// Where systemd keeps its tool that makes journals; it is never on `PATH`.
const JOURNAL_REMOTE: [&str; 2] =
    ["/usr/lib/systemd/systemd-journal-remote", "/lib/systemd/systemd-journal-remote"];

/// A journal of now with the lines of the log.
fn make_journal(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let program = JOURNAL_REMOTE.iter().find(|path| Path::new(path).exists());
    let program = program.expect("systemd-journal-remote is missing: `cargo xtask setup` installs it");
    let mut remote = Command::new(program);
    remote.arg("--output").arg(folder.join("system.journal")).arg("-");
    remote.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut remote = remote.spawn().unwrap();
    let now = jiff::Timestamp::now().as_microsecond();
    let mut entries = String::new();
    for (line, number) in LOG.lines().zip(1..) {
        let time = now - 1_000_000 + number;
        entries.push_str(&format!(
            "__REALTIME_TIMESTAMP={time}\n__MONOTONIC_TIMESTAMP={number}\n\
             _BOOT_ID=0f1e2d3c4b5a69788796a5b4c3d2e1f0\n_MACHINE_ID=5d41c7e09b3a4f6f8e2b1a7c90d3e4f5\n\
             _HOSTNAME=zq7\nPRIORITY=6\nSYSLOG_IDENTIFIER=app\n_CMDLINE=app --password=q9Zk-arg-s3cret\n\
             MESSAGE={line}\n\n"
        ));
    }
    remote.stdin.take().unwrap().write_all(entries.as_bytes()).unwrap();
    assert!(remote.wait().unwrap().success());
}
