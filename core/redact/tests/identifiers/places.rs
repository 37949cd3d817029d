//! Identifiers that are told by their place: shares, users of domains, principals, tables of the kernel, records of tools.

use candor_pseudonym::{CaseKey, Pseudonyms};

use crate::redact;

/// What goes is between `«` and `»`.
const LINES: &[&str] = &[
    r"open \\«nas»\media",
    r#"{"path":"\\\\«nas»\\media\\x"}"#,
    r"\\«nas.acme.de»\media$\x",
    "//«nas»/media /mnt cifs credentials=/etc/c 0 0",
    "//«nas»/media on /mnt type cifs (rw,vers=3.1.1)",
    "mount -t cifs //«nas»/media /mnt",
    "«nas»:/export/home /home nfs4 defaults 0 0",
    "«nas»:/export on /mnt type nfs (rw)",
    "«nas»:/export  1.8T  901G  812G  53% /mnt",
    "nfs: server «nas» not responding, timed out",
    "smb://«nas»/media",
    r"logon by «CORP»\«jane» at noon",
    r#"{"user":"«CORP»\\«jane»"}"#,
    r"user '«CORP»\root' is user '«CORP»\«nina»'",
    r"[«CORP»]\[«jane»]",
    r"Subject: «WEB01»\Administrator",
    "Account Domain:\t\t«CORP»",
    "«jane»/admin@«CORP.EXAMPLE»",
    "HTTP/«web01.acme.de»@«ACMECORP»",
    "krbtgt/«ACMECORP»@«ACMECORP»",
    "kadmin/changepw@«ACMECORP»",
    "   1: «1FB2A8C0»:B2F4 «4D0C5B5B»:01BB 01 00000000:00000000 02:000A7F13 00000000  1000",
    "   1: 0000000000000000FFFF0000«1FB2A8C0»:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000",
    "eth0\t00000000\t«0100A8C0»\t0003\t0\t0\t100\t00000000\t0\t0\t0",
    "eth0\t«0000000A»\t«0100A8C0»\t0003\t0\t0\t100\t000000FF\t0\t0\t0",
    "call «08-123 456 78» or «08-12 34 56 78»",
    r"LOGONSERVER=\\«DC03»",
    "USERDOMAIN=«ACMECORP»",
    "workgroup = «ACMECORP»",
    "tel «0708-12 34 56», «031-16 10 00»",
    "call «06 12 34 56 78» today",
    "«jane»     pts/0        2026-11-22 09:40",
    "«jane»      4123  3.1  2.2 3412340 181232 pts/0    Sl   08:13   7:11 top",
    "127.0.0.1 - «jane» [22/Nov/2026:09:57:01 +0100]",
    "new user: name=«jane», UID=1003",
    "«nas» ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
    "by-id/ata-Samsung_SSD_870_EVO_1TB_«S6PUNX0T512345K»-part2",
    "by-id/usb-SanDisk_Ultra_«4C530001230523115»-0:0",
    "by-id/wwn-«0x5002538f41511a2b»",
    "FN:«Jane Doe»",
    "mail «kf.x»@«acme».de",
    "VALUES ('«Ada O''Neil»') <n>«Ada O&apos;Neil»</n> «ada.o'neil»",
    "«Boateng, Kofi» and «K. Boateng» and «kofi.boateng»",
];

/// What looks like it and is none.
const KEPT: &[&str] = &[
    "// comment and //x and https://www.w3.org//2000/svg",
    "PATH=/usr/bin:/bin file:/x C:/x",
    r#"re.compile("\\d+\\s*"), "a\\b", "C:\\Program Files\\App""#,
    r"\\?\C:\x \\.\PHYSICALDRIVE0 \\wsl.localhost\x",
    r"HKLM\Software\x NT AUTHORITY\SYSTEM BUILTIN\Users PCI\VEN_8086&DEV_1237 ROOT\CIMV2",
    r#"msg="FAILED\nnext line" and DONE\n"#,
    r"SYSTEM32\cmd.exe LIB\foo.dll",
    "kadmin/changepw user/admin a/b@c",
    "   0: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0",
    "0000000000000000: 00000002 00000000 00010000 0001 01 23123 /run/x",
    "[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable",
    "01 02 03 04 05 and 10 20 30 40 50 and 06 12 34 56 78 9a and 7f 06 12 34 56 78",
    "06-12 09:57:01.123 and 08-123 ms and 01-12-2026 and offsets 0100 0200 0300",
    "tty1 pts/0 started; on pts/0 since; user list: pts/1",
    "N: 5 FN: 3 N:x FN:lower case",
    "by-id/dm-name-x by-id/lvm-pv-uuid-x by-id/virtio-disk",
    "name=foo, add 'x', user [0] list",
    "ruser= rhost= user=",
    "Mar 20 09:55:26 localhost x[1]: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
    r"haystack = 'ABC\rabc'; JV\hn}x; ABC\Ht_1!; a@b <x@kv>",
    "we add 'len' to each of them",
    "workgroup = WORKGROUP domain=local 010-11 12 and 031-1 2 3",
    "nas is //nas/x, srv:/x is a path",
];

#[test]
fn what_stands_in_its_place_goes() {
    for line in LINES {
        let output = redact(&line.replace(['«', '»'], ""));
        let mut from = 0;
        for (index, part) in line.split(['«', '»']).enumerate() {
            if index % 2 == 0 {
                let at = output[from..].find(part).unwrap_or_else(|| panic!("{line} became {output}"));
                from += at + part.len();
            } else {
                assert!(!output[from..].starts_with(part), "{line} became {output}");
            }
        }
        assert_eq!(redact(&output), output, "a second time, from {line}");
    }
}

#[test]
fn what_is_none_stays() {
    for line in KEPT {
        assert_eq!(redact(line), *line);
    }
}

#[test]
fn the_kernels_digits_have_the_pseudonym_of_the_dotted_form() {
    let pseudonyms = Pseudonyms::new(&CaseKey::from_bytes([7; 32]));
    let octets = pseudonyms.ipv4([192, 168, 178, 31].into()).octets();
    let [d, c, b, a] = octets;
    let line = "   1: 1FB2A8C0:B2F4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0";
    let output = redact(line);
    assert!(output.contains(&format!("{a:02X}{b:02X}{c:02X}{d:02X}~:B2F4")), "{output}");
    assert_eq!(pseudonyms.reveal(output.as_bytes()).display(), line);
    let dotted = octets.map(|octet| octet.to_string()).join(".");
    assert_eq!(redact("inet 192.168.178.31"), format!("inet {dotted}~"));
}
