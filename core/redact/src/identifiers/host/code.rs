//! Tells names of hosts from files, packages, attributes of programs and sentences without a blank.

use std::sync::LazyLock;

use super::name::Name;
use super::suffix::Ending;
use crate::identifiers::around::{is_one_of, word_before};
use crate::identifiers::word_set::WordSet;
use crate::site::{More, Site};

/// First labels of the packages of Java and the names of D-Bus and Android.
const PACKAGES: &[&str] = &[
    "com", "org", "net", "edu", "gov", "java", "javax", "sun", "jdk", "android", "androidx", "kotlin",
    "kotlinx", "scala", "jakarta", "groovy", "ch", "io", "de",
];
/// Packages that begin with these are rarely hosts: others may be a country's or a service's first label.
const SURE_PACKAGES: usize = 16;

/// First labels of expressions.
static OBJECTS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "self", "this", "cls", "super", "document", "window", "console", "event", "args", "kwargs", "req",
        "request", "res", "response", "config", "cfg", "settings", "options", "opts", "ctx", "context",
        "obj", "object", "user", "os", "sys", "np", "pd", "plt", "math", "logger", "log", "logging",
        "process", "module", "data", "node", "item", "msg", "message", "params", "props", "state", "session",
        "app", "el", "elem", "e", "i", "x", "s", "a", "b", "c", "f", "p", "t", "v", "ret", "result",
        "client", "server", "db", "conn", "parser", "package", "json", "asp", "system", "vb", "rc", "jail",
        "settings", "socket", "std", "core", "crate", "entry", "record", "row", "spec", "metadata", "status",
        "net", "kernel", "vm", "fs", "dev", "input", "output", "field", "model", "tag", "attr", "attrs",
        "info", "target", "source", "path", "file", "fail2ban",
    ])
});

/// Words after which the name of a host stands.
static HOST_WORDS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "host",
        "hostname",
        "server",
        "name",
        "for",
        "from",
        "to",
        "nameserver",
        "ping",
        "ssh",
        "peer",
        "proxy",
        "node",
        "at",
        "via",
        "domain",
        "search",
        "helo",
        "ehlo",
        "fqdn",
        "relay",
        "gateway",
        "dns",
        "resolve",
        "resolving",
        "lookup",
        "mx",
        "cname",
        "ptr",
        "ns",
        "soa",
        "servername",
        "server_name",
        "servername",
        "host_name",
        "rhost",
        "connect",
        "connecting",
        "endpoint",
        "realm",
    ])
});

/// True when the name is meant as one of a host.
pub(super) fn is_meant(site: &Site<'_>, name: &Name<'_>, ending: Ending) -> Result<bool, More> {
    let text = site.text;
    let count = name.labels().count();
    let before = name.start.checked_sub(1).map(|index| text[index]);
    let after =
        [site.byte(name.end)?, if site.byte(name.end)?.is_some() { site.byte(name.end + 1)? } else { None }];
    let url = matches!(before, Some(b'@'))
        || text[..name.start].ends_with(b"//")
        || text[..name.start].ends_with(b"\\/\\/");
    if url {
        return Ok(true);
    }
    let first = name.labels().next().unwrap_or_default();
    let call = after[0] == Some(b'(') && !(ending == Ending::Sure && count > 2);
    let member = matches!(
        after,
        [Some(b'['), Some(b'\'' | b'"')] | [Some(b'-'), Some(b'>')] | [Some(b'('), Some(b')')]
    );
    if call || member || is_package(name, first) || has_odd_case(name) || before == Some(b'$') {
        return Ok(false);
    }
    let word = word_before(text, name.start);
    let named = HOST_WORDS.contains(word);
    let port = after[0] == Some(b':') && after[1].is_some_and(|next| next.is_ascii_digit());
    let path = matches!(before, Some(b'/' | b'\\'));
    let object = OBJECTS.contains(first);
    let assigned = after[0] == Some(b'=');
    Ok(match ending {
        Ending::Sure if count == 2 => !object || named,
        Ending::Sure => true,
        Ending::Word if path || assigned => false,
        Ending::Word if count == 2 => (named || port || is_local(name)) && !object,
        Ending::Word => !object || named || port,
        Ending::File => named && !path && !port && count > 2,
        Ending::None => false,
    })
}

/// `org.freedesktop.login1.de`, `java.io`
fn is_package(name: &Name<'_>, first: &[u8]) -> bool {
    is_one_of(first, &PACKAGES[..SURE_PACKAGES])
        || (is_one_of(first, &PACKAGES[SURE_PACKAGES..]) && name.text.iter().any(u8::is_ascii_uppercase))
}

/// `Done.It`, `ASP.Net`, `Foo.bar.To`: an ending in capitals behind other letters, or capitals inside labels.
fn has_odd_case(name: &Name<'_>) -> bool {
    let last = name.labels().next_back().unwrap_or_default();
    let upper = last.iter().any(u8::is_ascii_uppercase);
    let lower = name.text.iter().any(u8::is_ascii_lowercase);
    upper && lower
}

/// `printer.local`: the names that machines give themselves.
fn is_local(name: &Name<'_>) -> bool {
    let last = name.labels().next_back().unwrap_or_default();
    is_one_of(last, &["local", "home", "intern", "private", "box"])
        && !is_one_of(name.text, &["java.home", "user.home", "php.home"])
}
