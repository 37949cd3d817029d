//! The identity of a machine is gathered from planted files, from broken ones, and from the machine that runs the tests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use candor_host::identity::{Identity, Live, Root, gather};
use candor_redact::{Kind, Known};
use tempfile::TempDir;

/// A folder that is laid out like a machine.
struct Planted(TempDir);

impl Planted {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, path: &str) -> PathBuf {
        let path = self.0.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn file(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(path), content).unwrap();
        self
    }

    fn gather(&self) -> Identity {
        self.gather_live(Live::default())
    }

    fn gather_live(&self, live: Live) -> Identity {
        gather(&Root::at(self.0.path(), live).unwrap())
    }
}

fn all(identity: &Identity) -> BTreeSet<(Known, &str)> {
    identity.known.iter().collect()
}

fn of(identity: &Identity, kind: Kind) -> Vec<&str> {
    let known = Known::Identifier(kind);
    identity.known.iter().filter(|(of, _)| *of == known).map(|(_, text)| text).collect()
}

fn secrets(identity: &Identity) -> Vec<&str> {
    identity.known.iter().filter(|(of, _)| *of == Known::Secret).map(|(_, text)| text).collect()
}

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
libvirt-qemu:x:64055:994:Libvirt Qemu,,,:/var/lib/libvirt:/usr/sbin/nologin
al:x:1000:1000:Ada van Loon,Cellar 2b,+44 20 7946 0018,0171 5550199,ada@loon.example:/home/al:/bin/bash
4711:x:1001:1001:& Figueroa:/srv/homes/figueroa:/bin/sh
svc:x:1002:1002:Service Account:/nonexistent:/bin/false
zed:x:1834200417:1834200400::/home/zed:/bin/bash
broken line
";

#[test]
fn people_are_known_and_system_accounts_are_not() {
    let root = Planted::new();
    root.file("/etc/passwd", PASSWD)
        .file("/etc/group", "mail:x:8:mail\nstaff:x:50:al,greta\nloon:x:1000:\nzedgroup:x:1834200400:\n")
        .file("/etc/subuid", "al:100000:65536\nhanna:165536:65536\n1001:200000:65536\n")
        .file(
            "/etc/aliases",
            "root: al, otto, otto@loon.example\npostmaster: root\nada.loon: al\nx: |/bin/x\n",
        )
        .file("/var/lib/AccountsService/users/ines", "")
        .file("/home/lost+found/x", "")
        .file("/home/shared/x", "")
        .file(
            "/home/jo/.gitconfig",
            "[user]\n\tname = Jo Quist\n\temail = jo@quist.example\n[core]\n\tname = no\n[remote]\n\
             url = ssh://git@git.example/x\nurl = https://tok3nq8fj2kd9slw0xz1@git.example/y\n",
        );
    let found = root.gather();
    let users = [
        "ada.loon", "al", "figueroa", "greta", "hanna", "ines", "jo", "loon", "otto", "svc", "zed",
        "zedgroup",
    ];
    assert_eq!(of(&found, Kind::User), users);
    assert_eq!(
        of(&found, Kind::Person),
        ["4711 Figueroa", "Ada", "Ada van Loon", "Jo Quist", "Loon", "Quist"]
    );
    assert_eq!(of(&found, Kind::Phone), ["+44 20 7946 0018", "0171 5550199"]);
    assert_eq!(of(&found, Kind::Email), ["ada@loon.example", "jo@quist.example", "otto@loon.example"]);
    assert_eq!(of(&found, Kind::Word), ["Cellar 2b"]);
    assert_eq!(secrets(&found), ["tok3nq8fj2kd9slw0xz1"]);
    assert_eq!(found.incomplete, Vec::<String>::new());
}

#[test]
fn names_of_the_machine_its_hosts_and_domains_are_known_whatever_their_length() {
    let root = Planted::new();
    root.file("/etc/hostname", "x7\n")
        .file("/etc/mailname", "x7.fig.example\n")
        .file("/etc/machine-info", "PRETTY_HOSTNAME=\"Ada's box\"\nLOCATION='Cellar, rack 4'\nCONTACT=ada@fig.example\n")
        .file(
            "/etc/hosts",
            "127.0.0.1 localhost localhost.localdomain\n127.0.1.1 x7.corp.example x7b # me\n::1 ip6-localhost\n\
             10.9.8.7 nas nas.lan\nfd00:0::9 nine\n0.0.0.0 ads.example\nff02::1 ip6-allnodes\nbogus name\n",
        )
        .file("/etc/resolv.conf", "domain fig.example\nsearch lan pear.example ~.\nnameserver 10.9.8.1\n")
        .file("/etc/systemd/resolved.conf.d/a.conf", "[Resolve]\nDomains=~plum.example .\n")
        .file("/etc/krb5.conf", "[libdefaults]\n default_realm = FIG.EXAMPLE\n")
        .file("/etc/samba/smb.conf", "[global]\n NetBIOS name = X7SMB\n workgroup = ORCHARD\n")
        .file("/etc/sssd/sssd.conf", "[sssd]\ndomains = apple.example, LDAP\n[domain/x]\nldap_default_authtok = s3cr-t0k\n")
        .file("/etc/ssh/ssh_known_hosts", "[git7]:2222,10.9.8.6 ssh-ed25519 A\n@revoked old9 ssh-rsa B\n|1|ab|cd ssh-rsa C\n*.w ssh-rsa D\n");
    let live = Live { host_names: vec!["x7live".to_owned(), "(none)".to_owned()], ..Live::default() };
    let found = root.gather_live(live);
    let expected = [
        "FIG.EXAMPLE",
        "ORCHARD",
        "X7SMB",
        "apple.example",
        "corp.example",
        "fig.example",
        "git7",
        "nas",
        "nas.lan",
        "nine",
        "old9",
        "pear.example",
        "plum.example",
        "x7",
        "x7.corp.example",
        "x7.fig.example",
        "x7b",
        "x7live",
    ];
    assert_eq!(of(&found, Kind::Host), expected);
    assert_eq!(of(&found, Kind::Ipv4), ["10.9.8.6", "10.9.8.7"]);
    assert_eq!(of(&found, Kind::Ipv6), ["fd00::9"]);
    assert_eq!(of(&found, Kind::Word), ["Ada's box", "Cellar, rack 4"]);
    assert_eq!(of(&found, Kind::Email), ["ada@fig.example"]);
    assert_eq!(secrets(&found), ["s3cr-t0k"]);
}

#[test]
fn what_tells_most_is_not_crowded_out_by_blocked_hosts_or_by_what_people_write() {
    let root = Planted::new();
    let blocked: String = (0..50_000).map(|number| format!("127.0.0.1 ads{number}.example\n")).collect();
    root.file("/etc/hosts", format!("{blocked}10.1.1.1 last\n"))
        .file("/etc/hostname", "x7")
        .file("/etc/passwd", PASSWD);
    let names: String = (0..50_000).map(|number| format!("[user]\nname = Fig Loon{number}\n")).collect();
    root.file("/home/al/.gitconfig", names).file("/etc/fstab", "nas4:/x /x nfs defaults\n");
    let found = root.gather();
    assert!(found.known.len() <= 4096);
    assert!(of(&found, Kind::Host).contains(&"x7") && of(&found, Kind::Host).contains(&"nas4"));
    assert!(of(&found, Kind::User).contains(&"al"));
    assert!(found.incomplete.iter().any(|what| what.contains("/etc/hosts")), "{:?}", found.incomplete);
}

#[test]
fn a_host_name_of_a_system_account_stays_and_that_is_said() {
    let root = Planted::new();
    let found = root.file("/etc/passwd", PASSWD).file("/etc/hostname", "mail\n").gather();
    assert!(!of(&found, Kind::Host).contains(&"mail"));
    assert!(found.incomplete.iter().any(|what| what.contains("system account")));
}

#[test]
fn numbers_of_the_machine_and_its_disks_are_known_and_fillers_are_not() {
    let root = Planted::new();
    let dmi = "/sys/class/dmi/id";
    root.file("/etc/machine-id", "6f1ed002ab5595859014ebf0951522d9\n")
        .file("/proc/sys/kernel/random/boot_id", "0d3a7c52-91fe-4b60-8a2e-5c6f1e2d3b4a\n")
        .file(&format!("{dmi}/product_serial"), "PF2KQ7YV\n")
        .file(&format!("{dmi}/board_serial"), "To Be Filled By O.E.M.\n")
        .file(&format!("{dmi}/chassis_asset_tag"), "LOON-0042\n")
        .file(&format!("{dmi}/board_asset_tag"), "None\n")
        .file(&format!("{dmi}/product_uuid"), "7c2b1a90-4d3e-4f5a-9b8c-1d2e3f405162\n")
        .file("/proc/device-tree/serial-number", "10000000c0ffee42\0")
        .file("/sys/block/sda/device/vpd_pg80", b"\0\x80\0\x08  S5Y1NX0R")
        .file("/sys/block/sda/device/wwid", "naa.5002538f41c7a0b1\n")
        .file("/sys/block/nvme0n1/device/serial", "S64DNL0T7        \n")
        .file("/sys/block/nvme0n1/nguid", "00000000-0000-0000-0000-000000000000\n")
        .file("/sys/block/mmcblk0/device/cid", "1b534d454231515430a1b2c3d4e5f600\n")
        .file("/sys/bus/usb/devices/1-4/serial", "4C5300019Z\n")
        .file("/sys/bus/usb/devices/usb1/serial", "0000:00:14.0\n")
        .file("/sys/class/power_supply/BAT0/serial_number", " 41733 \n")
        .file("/sys/class/power_supply/BAT1/serial_number", " BX-88213 \n")
        .file("/dev/disk/by-id/usb-Fig_Stick_AA0F77-0:0-part1", "")
        .file("/dev/disk/by-uuid/5f0c8a3e-2b1d-4c6f-9e7a-8d9b0c1a2f3e", "")
        .file("/dev/disk/by-uuid/3A7F-91C2", "")
        .file("/dev/disk/by-label/LOON\\x20DATA", "")
        .file("/dev/disk/by-label/root", "")
        .file(
            "/etc/fstab",
            "UUID=11f0c8a3-2b1d-4c6f-9e7a-8d9b0c1a2f3e / ext4 defaults 0 1\nLABEL=kiln /k xfs defaults\n\
             nas4:/x /x nfs defaults\n//smb9/share /s cifs username=al9,password=plum-pie-9,domain=ORCHARD\n",
        )
        .file("/etc/crypttab", "c UUID=22f0c8a3-2b1d-4c6f-9e7a-8d9b0c1a2f3e none luks\n");
    let found = root.gather();
    let serials = [
        "0x5002538f41c7a0b1",
        "10000000c0ffee42",
        "1b534d454231515430a1b2c3d4e5f600",
        "3A7F-91C2",
        "4C5300019Z",
        "5002538f41c7a0b1",
        "AA0F77",
        "BX-88213",
        "LOON-0042",
        "PF2KQ7YV",
        "S5Y1NX0R",
        "S64DNL0T7",
    ];
    assert_eq!(of(&found, Kind::Serial), serials);
    assert_eq!(
        of(&found, Kind::MachineId),
        ["0d3a7c5291fe4b608a2e5c6f1e2d3b4a", "6f1ed002ab5595859014ebf0951522d9"]
    );
    assert_eq!(of(&found, Kind::Uuid).len(), 5);
    assert_eq!(of(&found, Kind::Word), ["LOON DATA", "kiln"]);
    assert_eq!(of(&found, Kind::Host), ["ORCHARD", "nas4", "smb9"]);
    assert_eq!(of(&found, Kind::User), ["al9"]);
    assert_eq!(secrets(&found), ["plum-pie-9"]);
}

#[test]
fn cards_addresses_and_wireless_networks_are_known() {
    let root = Planted::new();
    root.file("/sys/class/net/eth0/address", "3C:51:07:08:09:0A\n")
        .file("/sys/class/net/lo/address", "00:00:00:00:00:00\n")
        .file("/sys/class/net/tun0/address", "\n")
        .file("/proc/net/fib_trie", "Main:\n |-- 10.20.30.40\n  /32 host LOCAL\n |-- 10.20.30.0\n  /24 link UNICAST\n |-- 127.0.0.1\n  /32 host LOCAL\n")
        .file("/proc/net/if_inet6", "fd00000000000000000000000000002a 02 40 00 80 eth0\n00000000000000000000000000000001 01 80 10 80 lo\n")
        .file("/etc/NetworkManager/system-connections/Blue Fig.nmconnection",
            "[wifi]\nssid=Blue Fig\nbssid=3C:51:07:00:00:01\nseen-bssids=3C:51:07:00:00:02;\n[wifi-security]\npsk=apple-tree-77\npsk-flags=0\n[802-1x]\nidentity=al\n")
        .file("/etc/wpa_supplicant/wpa_supplicant-wlan0.conf", "network={\n ssid=\"Pear\"\n psk=\"pear pie 12\"\n}\n")
        .file("/var/lib/iwd/Kiln Net.psk", "[Security]\nPassphrase=kiln-pass-9\n")
        .file("/var/lib/iwd/=436166c3a9.open", "")
        .file("/etc/netplan/50-cloud.yaml", "network:\n  wifis:\n    w:\n      access-points:\n        \"Quince\":\n          password: \"quince-jam\"\n")
        .file("/etc/network/interfaces", "iface w inet dhcp\n  wpa-ssid Medlar\n  wpa-psk medlar-12\n");
    let live =
        Live { hardware_addresses: vec![[0x3c, 0x51, 7, 0xaa, 0xbb, 0xcc], [0; 6]], ..Live::default() };
    let found = root.gather_live(live);
    assert_eq!(of(&found, Kind::Ssid), ["Blue Fig", "Café", "Kiln Net", "Medlar", "Pear", "Quince"]);
    assert_eq!(
        of(&found, Kind::Mac),
        ["3c:51:07:00:00:01", "3c:51:07:00:00:02", "3c:51:07:08:09:0a", "3c:51:07:aa:bb:cc"]
    );
    assert_eq!(of(&found, Kind::Ipv4), ["10.20.30.40"]);
    assert_eq!(of(&found, Kind::Ipv6), ["fd00::2a"]);
    assert_eq!(secrets(&found), ["apple-tree-77", "kiln-pass-9", "medlar-12", "pear pie 12", "quince-jam"]);
    assert_eq!(found.incomplete, Vec::<String>::new());
}

#[test]
fn secrets_of_the_environment_and_of_programs_that_log_in_are_known() {
    let root = Planted::new();
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let environment = vec![
        variable("SUDO_USER", "greta"),
        variable("API_TOKEN", "tok-91ab7"),
        variable("DB_PASSWORD", "password"),
        variable("SHORT_TOKEN", "abc"),
        variable("HTTPS_PROXY", "http://pxuser:p%40ss-word1@squid9:3128"),
        variable("EDITOR", "vi-improved"),
        variable("PWD", "/srv/somewhere"),
    ];
    root.file("/proc/self/environ", "A_SECRET=own-env-5\0TERM=xterm-256\0")
        .file(
            "/etc/environment",
            "http_proxy=\"http://u2:etc-env-7@proxy.example:8080/\"\nPATH=/usr/bin:/bin\n",
        )
        .file("/etc/profile.d/site.sh", "export BUILD_TOKEN='site-tok-3' # why\n")
        .file(
            "/etc/apt/apt.conf.d/01proxy",
            "// http://no:comment-9@x\nAcquire::http::Proxy \"http://apt:apt-pass-4@10.1.2.3:3142\";\n",
        )
        .file(
            "/etc/apt/auth.conf.d/a.conf",
            "machine https://deb.example/x login deb7\npassword deb-pass-2\n",
        )
        .file("/home/al/.netrc", "machine ftp9\nlogin al\npassword net-rc-88\n")
        .file("/root/.pgpass", "db7:5432:*:pguser:pg\\:pass\\\\8\n");
    let live = Live { environment, ..Live::default() };
    let found = root.gather_live(live);
    let expected = [
        "apt-pass-4",
        "deb-pass-2",
        "etc-env-7",
        "net-rc-88",
        "own-env-5",
        "p%40ss-word1",
        "p@ss-word1",
        r"pg:pass\8",
        "site-tok-3",
        "tok-91ab7",
    ];
    assert_eq!(secrets(&found), expected);
    assert_eq!(of(&found, Kind::User), ["al", "deb7", "greta", "pguser", "pxuser", "u2"]);
    assert_eq!(of(&found, Kind::Host), ["db7", "deb.example", "ftp9", "proxy.example", "squid9"]);
}

#[test]
fn nothing_outside_of_the_root_is_read() {
    let (root, outside) = (Planted::new(), Planted::new());
    outside.file("hostname", "outside9\n").file("homes/eve9/x", "");
    root.file("/etc/real", "inside9\n").file("/etc/samba/x", "");
    let outer = outside.0.path();
    symlink(outer.join("hostname"), root.path("/etc/hostname")).unwrap();
    let climbing = Path::new("../../../../../../../../../../").join(outer.strip_prefix("/").unwrap());
    symlink(climbing.join("hostname"), root.path("/etc/mailname")).unwrap();
    symlink(outer.join("homes"), root.path("/home")).unwrap();
    // As it would on that machine, an absolute link leads to a file below the root.
    symlink("/etc/real", root.path("/proc/sys/kernel/hostname")).unwrap();
    symlink("loop", root.path("/etc/loop")).unwrap();
    symlink("/etc/loop", root.path("/etc/hosts")).unwrap();
    let found = root.gather();
    assert_eq!(all(&found), BTreeSet::from([(Known::Identifier(Kind::Host), "inside9")]));
    assert_eq!(found.incomplete.len(), 1, "{:?}", found.incomplete);
    assert!(found.incomplete[0].contains("`/etc/hosts` cannot be read"));
}

#[test]
fn pipes_sockets_and_folders_in_the_place_of_files_are_not_waited_for() {
    let root = Planted::new();
    for path in ["/etc/hostname", "/etc/passwd", "/home/al/.netrc"] {
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, root.path(path), rustix::fs::FileType::Fifo, mode, 0).unwrap();
    }
    let _listener = std::os::unix::net::UnixListener::bind(root.path("/etc/hosts")).unwrap();
    fs::create_dir_all(root.path("/etc/machine-id/x")).unwrap();
    let found = root.gather();
    assert_eq!(all(&found), BTreeSet::from([(Known::Identifier(Kind::User), "al")]));
    let shown = ["/etc/passwd", "/etc/hostname", "/etc/machine-id", "/etc/hosts", "/home/*/.netrc"];
    let expected: Vec<_> = shown.iter().map(|path| format!("`{path}` is not a regular file")).collect();
    assert_eq!(found.incomplete, expected);
}

#[test]
fn garbage_and_huge_lines_are_survived_within_bounds() {
    let root = Planted::new();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut garbage = || -> Vec<u8> {
        let byte = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Many line ends, separators and quotes.
            *b"\n\n::=='\"\\[]{}.@-/ \0\xff\xc3a1%xf#,"
                .get((state >> 33) as usize % 48)
                .unwrap_or(&(state as u8))
        };
        (0..20_000).map(byte).collect()
    };
    for path in SOURCES {
        root.file(path, garbage());
    }
    root.file("/etc/hostname", vec![b'a'; 3 << 20]).file("/etc/environment", "X=".repeat(1 << 20));
    let found = root.gather();
    assert!(found.known.iter().all(|(_, text)| text.len() <= 256 && !text.contains(char::is_control)));
    assert!(
        found.incomplete.iter().any(|what| what.contains("`/etc/hostname` is long")),
        "{:?}",
        found.incomplete
    );
}

/// One file of each form that is read.
const SOURCES: &[&str] = &[
    "/etc/NetworkManager/system-connections/a",
    "/etc/aliases",
    "/etc/apt/apt.conf",
    "/etc/apt/auth.conf",
    "/etc/crypttab",
    "/etc/fstab",
    "/etc/gitconfig",
    "/etc/group",
    "/etc/hosts",
    "/etc/krb5.conf",
    "/etc/login.defs",
    "/etc/machine-id",
    "/etc/machine-info",
    "/etc/netplan/a.yaml",
    "/etc/network/interfaces",
    "/etc/passwd",
    "/etc/profile",
    "/etc/resolv.conf",
    "/etc/samba/smb.conf",
    "/etc/ssh/ssh_known_hosts",
    "/etc/sssd/sssd.conf",
    "/etc/subuid",
    "/etc/systemd/resolved.conf",
    "/etc/wpa_supplicant/a.conf",
    "/proc/cpuinfo",
    "/proc/net/fib_trie",
    "/proc/net/if_inet6",
    "/proc/self/environ",
    "/proc/self/mountinfo",
    "/root/.netrc",
    "/root/.pgpass",
    "/sys/block/a/device/vpd_pg80",
    "/sys/block/a/device/wwid",
    "/sys/class/dmi/id/product_serial",
    "/sys/class/dmi/id/product_uuid",
    "/sys/class/net/a/address",
    "/var/lib/NetworkManager/seen-bssids",
    "/var/lib/iwd/a.psk",
];

#[test]
fn names_in_latin_1_are_read() {
    let root = Planted::new();
    root.file("/etc/passwd", b"al:x:1000:1000:J\xfcrg L\xf6we:/home/al:/bin/sh\n");
    assert_eq!(of(&root.gather(), Kind::Person), ["Jürg", "Jürg Löwe", "Löwe"]);
}

#[test]
fn homes_on_other_machines_are_not_looked_into() {
    let root = Planted::new();
    root.file("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 a rw\n2 1 0:9 / /home/al rw - nfs4 s:/al rw\n")
        .file("/home/al/.netrc", "password far-away-1")
        .file("/home/jo/.netrc", "password near-by-1");
    let found = root.gather();
    assert_eq!(secrets(&found), ["near-by-1"]);
    assert_eq!(of(&found, Kind::User), ["al", "jo"]);
    assert!(found.incomplete.iter().any(|what| what.contains("`/home/*/.netrc` is on another machine's")));
}

#[test]
fn an_ordinary_user_gets_what_is_readable_and_is_told_of_the_rest() {
    let root = Planted::new();
    root.file("/etc/hostname", "x7\n").file("/home/al/.netrc", "password not-for-you");
    fs::set_permissions(root.0.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(root.path("/home/al/.netrc"), fs::Permissions::from_mode(0o0)).unwrap();
    let found =
        std::thread::scope(|scope| scope.spawn(|| as_ordinary_user(|| root.gather())).join().unwrap());
    assert_eq!(of(&found, Kind::Host), ["x7"]);
    assert!(secrets(&found).is_empty());
    assert_eq!(found.incomplete, ["`/home/*/.netrc` cannot be read: permission denied"]);
}

/// Looks at files as `nobody` would when run by root. Changes the calling thread for good.
fn as_ordinary_user<T>(act: impl FnOnce() -> T) -> T {
    if rustix::process::geteuid().is_root() {
        // SAFETY: changes no memory, only the rights of the calling thread, which ends after this.
        unsafe { libc::setfsuid(65534) };
    }
    act()
}

#[test]
fn what_is_shown_holds_no_value() {
    let root = Planted::new();
    root.file("/etc/hostname", "x7secretname\n");
    let live =
        Live { environment: vec![("API_TOKEN".to_owned(), "tok-91ab7".to_owned())], ..Live::default() };
    let shown = format!("{live:?} {:?}", root.gather_live(live.clone()));
    assert!(!shown.contains("x7secretname") && !shown.contains("tok-91ab7"), "{shown}");
    assert!(shown.contains("2 values"), "{shown}");
}

#[test]
fn this_machine_knows_its_own_name_and_an_address_of_its_own() {
    let found = gather(&Root::of_this_machine().unwrap());
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let name = name.trim();
    assert!(of(&found, Kind::Host).contains(&name), "{:?}", found.incomplete);
    let cards = fs::read_dir("/sys/class/net").unwrap().map(|card| card.unwrap().path().join("address"));
    let addresses = cards.filter_map(|path| fs::read_to_string(path).ok());
    let mut addresses = addresses.filter(|text| {
        text.trim().len() == 17 && text.bytes().any(|byte| byte.is_ascii_hexdigit() && byte != b'0')
    });
    assert!(addresses.all(|address| of(&found, Kind::Mac).contains(&address.trim())));
    assert!(!of(&found, Kind::Host).contains(&"localhost") && !of(&found, Kind::User).contains(&"root"));
}
