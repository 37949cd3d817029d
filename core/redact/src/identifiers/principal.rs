//! Principals of Kerberos whose name has two parts: `jane/admin@CORP.EXAMPLE`, `HTTP/web01.example.com@CORP.EXAMPLE`.

use super::around::{found, found_as, is_done, is_one_of, is_word};
use super::host::{self, Name};
use super::user::{is_personal, is_system_account};
use crate::kind::Kind;
use crate::site::{Form, More, Site, Verdict};

/// Longest first part.
const LONGEST: usize = 48;

/// First parts that name a service; the second names a host or realm then.
const SERVICES: &[&str] = &[
    "host",
    "http",
    "https",
    "cifs",
    "ldap",
    "ldaps",
    "nfs",
    "krbtgt",
    "imap",
    "imaps",
    "smtp",
    "pop",
    "ftp",
    "dns",
    "kadmin",
    "kiprop",
    "postgres",
    "ipp",
    "xmpp",
    "sip",
    "rcmd",
    "termsrv",
    "restrictedkrbhost",
    "mssqlsvc",
    "gc",
    "wsman",
    "afs",
    "sieve",
    "hdfs",
    "yarn",
    "hive",
    "hbase",
    "kafka",
    "zookeeper",
    "mapred",
    "spark",
    "impala",
    "mongodb",
    "oracle",
    "radius",
    "vnc",
    "amqp",
    "exchangemdb",
    "exchangerfr",
    "hue",
    "oozie",
    "solr",
    "libvirt",
    "qemu",
    "dogtag",
    "ipa-otpd",
    "e3514235-4b06-11d1-ab04-00c04fc2dcd2",
];
/// Second parts that tell nothing.
const INSTANCES: &[&str] = &["admin", "changepw", "root", "cron", "history", "localhost"];

/// The verdict on the parts before the `@` at `site.at`, of which the last begins at `start`. `None` when this is no
/// principal, or only the realm is left.
pub(super) fn judge(site: &Site<'_>, start: usize, realm: &Name<'_>) -> Result<Option<Verdict>, More> {
    let Some(slash) = start.checked_sub(1).filter(|slash| site.text[*slash] == b'/') else { return Ok(None) };
    let instance = &site.text[start..site.at];
    let general = is_one_of(instance, INSTANCES);
    if general && is_done(site.text, realm.start) {
        return Ok(Some(Verdict::Keep { end: realm.start }));
    }
    if !is_realm(realm.text) {
        return Ok(None);
    }
    let first = slash
        - site.run_before(slash, LONGEST, |byte| is_word(byte) || matches!(byte, b'.' | b'_' | b'-' | b'$'));
    let primary = &site.text[first..slash];
    let path = matches!(site.byte_before(first), Some(b'/' | b'\\' | b'@' | b'~'));
    if primary.is_empty() || path {
        return Ok(None);
    }
    if is_one_of(primary, SERVICES) && !general {
        let name = Name::from(site, start)?;
        if is_done(site.text, start) || start < site.floor || name.text.is_empty() || name.end != site.at {
            return Ok(None);
        }
        let kept = host::kept_labels(name.text);
        return found_as(Kind::Host, name.start, name.end, Form::Host { kept }).map(Some);
    }
    if !general && !is_system_account(instance) {
        return Ok(None);
    }
    if is_personal(primary)
        && !is_one_of(primary, SERVICES)
        && !is_done(site.text, first)
        && first >= site.floor
    {
        return found(Kind::User, first, slash).map(Some);
    }
    // Only the realm is left, as of `kadmin/changepw@CORP`.
    Ok(Some(Verdict::Found(realm.found())))
}

/// Capitals, figures, dots and hyphens.
pub(super) fn is_realm(name: &[u8]) -> bool {
    let capitals = name
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_'));
    name.len() > 2 && capitals && name.iter().any(u8::is_ascii_uppercase)
}
