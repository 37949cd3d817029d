//! Short names of hosts, where a key, a URL or `uname` says that they are one.

use std::sync::LazyLock;

use super::name::{Name, judge};
use crate::anchors::Classes;
use crate::decode::opens_text;
use crate::detector::Detector;
use crate::identifiers::around::{is_done, is_one_of, line_start, pass, stands_at, word_before};
use crate::identifiers::labelled::{Keys, Opening, key_length};
use crate::identifiers::no_value::NO_VALUE;
use crate::identifiers::word_set::WordSet;
use crate::site::{More, Site, Verdict};

pub(crate) const LABELLED: Detector = Detector::at_words(
    "host-labelled",
    &[
        "host=",
        "host:",
        "host ",
        "host\"",
        "host\\",
        "host'",
        "host>",
        "host]",
        "hostname",
        "host_name",
        "host-name",
        "rhost",
        "nodename",
        "node_name",
        "node-name",
        "node=",
        "node:",
        "node\"",
        "server name",
        "server_name",
        "servername",
        "computer",
        "workstation",
        "netbios name",
        "fqdn",
        "static hostname",
        "remote host",
        "remote_host",
        "remotehost",
        "remote-host",
        "machine name",
        "machinename",
        "logon server",
        "logonserver",
        "sysname",
    ],
    labelled,
);
pub(crate) const AUTHORITY: Detector = Detector::at("host-authority", Classes::SCHEME, authority);
pub(crate) const UNAME: Detector = Detector::at_words("host-uname", &["linux "], uname);

const KEYS: &[&str] = &[
    "host",
    "hostname",
    "host name",
    "rhost",
    "nodename",
    "node name",
    "node",
    "server name",
    "computer",
    "computer name",
    "workstation",
    "workstation name",
    "netbios name",
    "fqdn",
    "static hostname",
    "remote host",
    "machine name",
    "logon server",
    "hostnamectl",
    "sysname",
];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));

/// What stands behind such keys and is no name.
static NOTHING: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(&[NO_VALUE, OF_HOSTS].concat()));

/// Such words that could name a user.
const OF_HOSTS: &[&str] = &[
    "default",
    "command",
    "unreachable",
    "down",
    "up",
    "names",
    "localhost",
    "bridge",
    "controller",
    "system",
    "machine",
    "address",
    "unix",
    "auto",
    "dynamic",
    "option",
    "tcp",
    "udp",
    "http",
    "https",
    "server",
    "socket",
    "url",
    "uri",
    "header",
    "example",
    "yourhost",
    "your-host",
    "hostname",
    "domain",
];

/// Schemes whose URLs name a host.
static SCHEMES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "http",
        "https",
        "ws",
        "wss",
        "ftp",
        "ftps",
        "sftp",
        "ssh",
        "scp",
        "ldap",
        "ldaps",
        "smb",
        "cifs",
        "nfs",
        "rsync",
        "mysql",
        "mariadb",
        "postgres",
        "postgresql",
        "mongodb",
        "redis",
        "rediss",
        "amqp",
        "amqps",
        "mqtt",
        "mqtts",
        "kafka",
        "tcp",
        "udp",
        "tls",
        "ssl",
        "rtsp",
        "rtmp",
        "rdp",
        "vnc",
        "telnet",
        "git",
        "svn",
        "imap",
        "imaps",
        "smtp",
        "smtps",
        "pop3",
        "pop3s",
        "ntp",
        "dns",
        "syslog",
        "grpc",
        "oracle",
        "sqlserver",
        "clickhouse",
        "elasticsearch",
        "nats",
        "snmp",
        "socks5",
        "socks5h",
        "socks4",
        "proxy",
        "ipp",
        "ipps",
        "lpd",
        "afp",
        "file",
        "iscsi",
        "zookeeper",
        "etcd",
        "memcached",
        "couchdb",
        "influxdb",
        "statsd",
        "stun",
        "turn",
        "xmpp",
        "sip",
        "sips",
        "coap",
        "gopher",
        "dav",
        "davs",
        "wais",
        "spice",
        "x11",
    ])
});

/// True for what may be the one label, or the full name, of a host.
pub(crate) fn is_short_name(name: &[u8]) -> bool {
    let letters = name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    letters && (1..=253).contains(&name.len()) && !NOTHING.contains(name) && !name.ends_with(b".service")
}

/// `hostname=web01`, `"_HOSTNAME":"web01"`, `Host: web01:8080`, `on host web01`
fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    let word = &site.text[site.at..site.at + key];
    // `node: ready` is a sentence of many programs.
    let weak = word.eq_ignore_ascii_case(b"node") || word.eq_ignore_ascii_case(b"computer");
    if weak && !(opening.separator == Some(b'=') || opening.quoted_key) {
        return pass(site);
    }
    let start = opening.start;
    if opening.separator == Some(b'>')
        && !opening.is_quoted()
        && site.byte_before(site.at) != Some(b'<')
        && !opening.quoted_key
    {
        return pass(site);
    }
    let name = Name::from(site, start)?;
    if name.start != start || name.end <= start || is_done(site.text, start) || !is_short_name(name.text) {
        return pass(site);
    }
    let next = site.byte(name.end)?;
    let code =
        matches!(next, Some(b'~' | b'=' | b'(' | b'[' | b'$' | b'{' | b'@' | b'%' | b'*' | b'/' | b'\\'))
            && !(next == Some(b'\\') && opening.is_quoted());
    let dotted = name.text.contains(&b'.') && !super::has_suffix(name.text);
    if code || dotted || (opening.separator.is_none() && !opening.is_quoted() && !is_told(site, word, &name))
    {
        return pass(site);
    }
    // Sentences go on: `host: could not resolve`.
    let goes_on = opening.separator == Some(b':')
        && !opening.is_quoted()
        && next == Some(b' ')
        && !ends_value(site, name.end)?;
    if goes_on && !looks_numbered(name.text) { pass(site) } else { judge(site, &name) }
}

/// Behind a blank only: `on host web01`, and `Host web01` of settings.
fn is_told(site: &Site<'_>, word: &[u8], name: &Name<'_>) -> bool {
    let starts_line = line_start(site, site.at, 16)
        .is_some_and(|start| site.text[start..site.at].iter().all(|byte| matches!(byte, b' ' | b'\t')));
    let next = site.text.get(name.end);
    // `host web01 {` of dhcpd, `host-name web01;` of Junos.
    let block = is_one_of(word, &["host"]) && stands_at(site.text, name.end, b" {");
    let setting = starts_line
        && is_one_of(word, &["host", "hostname", "host-name", "sysname"])
        && (matches!(next, None | Some(b'\n' | b'\r')) || next == Some(&b';') || block);
    let sentence = is_one_of(
        word_before(site.text, site.at),
        &["on", "from", "to", "for", "at", "by", "of", "the", "unknown", "remote", "to"],
    );
    setting || (sentence && is_one_of(word, &["host", "hostname"]) && looks_numbered(name.text))
}

/// True when the line ends behind a blank at `end`, or another key begins there.
fn ends_value(site: &Site<'_>, end: usize) -> Result<bool, More> {
    let rest = site.ahead(end, 32)?;
    let word = rest
        .iter()
        .skip(1)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count();
    Ok(matches!(rest.get(word + 1), Some(b'=' | b':'))
        || matches!(rest.get(1), None | Some(b'\n' | b'\r' | b'#' | b'(')))
}

/// `web01`, `kiosk-north`: no word of a sentence.
fn looks_numbered(name: &[u8]) -> bool {
    name.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'))
}

/// `http://intranet/`
fn authority(site: &Site<'_>) -> Result<Verdict, More> {
    let slashes = if site.text.get(site.at + 1) == Some(&b'\\') { 5 } else { 3 };
    let scheme = site.run_before(site.at, 16, |byte| byte.is_ascii_alphanumeric());
    if !SCHEMES.contains(&site.text[site.at - scheme..site.at]) {
        return pass(site);
    }
    short_authority(site, site.at + slashes)
}

/// A name without dots where a URL has its host.
pub(crate) fn short_authority(site: &Site<'_>, start: usize) -> Result<Verdict, More> {
    let name = Name::from(site, start)?;
    let fits =
        name.start == start && name.end > start && !name.text.contains(&b'.') && is_short_name(name.text);
    // What is text in Base64 is redacted inside.
    if !fits || start < site.floor || is_done(site.text, start) || opens_text(name.text) {
        return pass(site);
    }
    let ends = match site.byte(name.end)? {
        Some(b':') => is_port(site, name.end + 1)?,
        Some(byte) => matches!(
            byte,
            b'/' | b'?'
                | b'#'
                | b'"'
                | b'\''
                | b' '
                | b'\n'
                | b'\r'
                | b'\t'
                | b'>'
                | b')'
                | b','
                | b';'
                | b'\\'
                | b'<'
                | b']'
                | b'}'
                | b'|'
        ),
        None => true,
    };
    if ends { judge(site, &name) } else { pass(site) }
}

/// One to five digits, and nothing behind them that an address or a password would have.
fn is_port(site: &Site<'_>, start: usize) -> Result<bool, More> {
    let digits = site.run(start, 6, |byte| byte.is_ascii_digit())?;
    let joined = site
        .byte(start + digits)?
        .is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b':' | b'@' | b'~'));
    Ok((1..=5).contains(&digits) && !joined)
}

/// `Linux web01 6.1.0-13-amd64 #1 SMP …`
fn uname(site: &Site<'_>) -> Result<Verdict, More> {
    let text = site.ahead(site.at, 6)?;
    if !stands_at(text, 0, b"linux ") {
        return pass(site);
    }
    let start = site.at + 6;
    let name = Name::from(site, start)?;
    if name.start != start || name.end <= start || is_done(site.text, start) || !is_short_name(name.text) {
        return pass(site);
    }
    let rest = site.ahead(name.end, 64)?;
    let release = matches!(rest, [b' ', b'0'..=b'9', b'.', ..] | [b' ', b'0'..=b'9', b'0'..=b'9', b'.', ..]);
    if release && memchr::memmem::find(rest, b" #").is_some() { judge(site, &name) } else { pass(site) }
}
