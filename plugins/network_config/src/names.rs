//! The machine's own names, and how names are looked up: `resolv.conf`, `hosts`, `nsswitch.conf`, systemd-resolved.

use std::net::IpAddr;

use candor_plugin::{Context, WalkLimits};
use serde::Serialize;

const FILE_BYTES: u64 = 1024 * 1024;
/// Lists that block advertisements have a hundred thousand lines.
const MOST_HOSTS: usize = 5_000;
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// What systemd-resolved asks, where `resolv.conf` names only itself.
const UPSTREAM: &str = "/run/systemd/resolve/resolv.conf";
const RESOLVED_CONF: [&str; 2] = ["/etc/systemd/resolved.conf", "/etc/systemd/resolved.conf.d/*.conf"];

/// Names of the machine and how it finds others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Names {
    /// What the kernel says: uname(2).
    pub(crate) host_name: String,
    /// What `/etc/hostname` gives it at the next start.
    pub(crate) static_host_name: Option<String>,
    /// Domain for name lookups: of the own name in `hosts`, else of `resolv.conf`.
    pub(crate) domain: Option<String>,
    /// NIS domain of the kernel.
    pub(crate) nis_domain: Option<String>,
    /// `/etc/resolv.conf`, parsed.
    pub(crate) resolver: Option<Resolver>,
    /// What systemd-resolved asks itself, where it runs.
    pub(crate) upstream_resolver: Option<Resolver>,
    /// Where `/etc/resolv.conf` leads, when it is a link.
    pub(crate) resolver_link: Option<String>,
    /// Settings of systemd-resolved.
    pub(crate) resolved_settings: Vec<ResolvedSetting>,
    /// Where names are looked up, in order: `files`, `dns`, `myhostname`.
    pub(crate) lookup_order: Vec<String>,
    /// `/etc/hosts`, parsed.
    pub(crate) hosts: Vec<Host>,
}

/// resolv.conf(5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Resolver {
    /// Servers in order; only the first three are asked.
    pub(crate) name_servers: Vec<String>,
    /// Domains that are tried behind a short name.
    pub(crate) search: Vec<String>,
    /// `edns0`, `timeout:2`, …
    pub(crate) options: Vec<String>,
    #[serde(skip)]
    text: String,
}

/// One setting of resolved.conf(5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ResolvedSetting {
    /// The file that has it.
    pub(crate) file: String,
    /// `DNS`, `FallbackDNS`, `Domains`, …
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: String,
}

/// One line of hosts(5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Host {
    /// The address.
    pub(crate) address: IpAddr,
    /// Its names; the first is the full one.
    pub(crate) names: Vec<String>,
}

impl Names {
    /// The text of `/etc/resolv.conf`.
    pub(crate) fn resolver_text(&self) -> Option<&str> {
        self.resolver.as_ref().map(|resolver| resolver.text.as_str())
    }
}

/// Reads all of it.
pub(crate) fn read(context: &Context) -> Names {
    let kernel = rustix::system::uname();
    let host_name = kernel.nodename().to_string_lossy().into_owned();
    let hosts = read_text(context, "/etc/hosts").map(|text| hosts(&text)).unwrap_or_default();
    if hosts.len() > MOST_HOSTS {
        context.note_partial(format!("`/etc/hosts` was cut at {MOST_HOSTS} entries"));
    }
    let resolver = read_text(context, RESOLV_CONF).map(|text| self::resolver(&text));
    let nis_domain = kernel.domainname().to_string_lossy().into_owned();
    Names {
        static_host_name: read_text(context, "/etc/hostname").and_then(|text| static_name(&text)),
        domain: domain(&host_name, &hosts, resolver.as_ref()),
        nis_domain: Some(nis_domain).filter(|name| !name.is_empty() && name != "(none)"),
        host_name,
        resolver,
        upstream_resolver: read_text(context, UPSTREAM).map(|text| self::resolver(&text)),
        // Only the name of the target: whether it may be read is for the declared reads to say.
        resolver_link: std::fs::read_link(RESOLV_CONF).ok().map(|target| target.display().to_string()),
        resolved_settings: resolved(context),
        lookup_order: read_text(context, "/etc/nsswitch.conf")
            .map(|text| lookup_order(&text))
            .unwrap_or_default(),
        hosts: hosts.into_iter().take(MOST_HOSTS).collect(),
    }
}

fn read_text(context: &Context, path: &str) -> Option<String> {
    context.read_text(path, FILE_BYTES).map_err(|error| context.note_input(&error)).ok()
}

fn resolved(context: &Context) -> Vec<ResolvedSetting> {
    let mut settings = Vec::new();
    for pattern in RESOLVED_CONF {
        let found = context.expand(pattern, WalkLimits { files: 100, depth: 1 });
        found.failed.iter().for_each(|error| context.note_input(error));
        for path in found.files {
            let file = path.display().to_string();
            for (key, value) in read_text(context, &file).as_deref().map(assignments).unwrap_or_default() {
                settings.push(ResolvedSetting { file: file.clone(), key, value });
            }
        }
    }
    settings
}

/// `Key=value` lines of a systemd file.
fn assignments(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';', '[']));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn static_name(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned)
}

/// resolv.conf(5): the last `search` or `domain` wins, name servers and options add up.
pub(crate) fn resolver(text: &str) -> Resolver {
    let mut resolver = Resolver { text: text.to_owned(), ..Resolver::default() };
    for line in text.lines().filter(|line| !line.starts_with(['#', ';'])) {
        let mut words = line.split_whitespace();
        let keyword = words.next();
        let words = words.take_while(|word| !word.starts_with(['#', ';'])).map(str::to_owned);
        match keyword {
            Some("nameserver") => resolver.name_servers.extend(words.take(1)),
            Some("search" | "domain") => resolver.search = words.collect(),
            Some("options") => resolver.options.extend(words),
            _ => {}
        }
    }
    resolver
}

/// hosts(5), one more than the most at most.
pub(crate) fn hosts(text: &str) -> Vec<Host> {
    let entry = |line: &str| {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        // A link-local address may have the name of its link behind it.
        let address = words.next()?.split('%').next()?.parse().ok()?;
        Some(Host { address, names: words.map(str::to_owned).collect() })
    };
    text.lines().filter_map(entry).take(MOST_HOSTS + 1).collect()
}

fn lookup_order(text: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix("hosts:"));
    let line = line.unwrap_or_default().split('#').next().unwrap_or_default();
    line.split_whitespace().map(str::to_owned).collect()
}

/// As `hostname --domain` finds it, without asking anybody.
fn domain(host_name: &str, hosts: &[Host], resolver: Option<&Resolver>) -> Option<String> {
    let behind = |name: &str| Some(name.split_once('.')?.1.to_owned());
    let own = hosts.iter().filter(|host| host.names.iter().any(|name| name == host_name));
    behind(host_name)
        .or_else(|| own.filter_map(|host| host.names.first()).find_map(|name| behind(name)))
        .or_else(|| resolver?.search.first().cloned())
        .filter(|domain| !domain.is_empty() && domain != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_search_wins_and_servers_add_up() {
        let text = "# made by hand\nnameserver 192.0.2.53\nnameserver 2001:db8::53 # second\ndomain old.example\n\
                    search a.example b.example\noptions edns0 timeout:2\n;nameserver 9.9.9.9\nnameserver\n";
        let resolver = resolver(text);
        assert_eq!(resolver.name_servers, ["192.0.2.53", "2001:db8::53"]);
        assert_eq!(resolver.search, ["a.example", "b.example"]);
        assert_eq!(resolver.options, ["edns0", "timeout:2"]);
    }

    #[test]
    fn the_domain_comes_from_the_own_name_then_hosts_then_search() {
        let hosts = hosts("127.0.0.1 localhost\n127.0.1.1 gate.plant.example gate # own\n\nnonsense here\n");
        assert_eq!(hosts.len(), 2);
        let search = resolver("search corp.example\n");
        assert_eq!(domain("gate.x.example", &hosts, Some(&search)).as_deref(), Some("x.example"));
        assert_eq!(domain("gate", &hosts, Some(&search)).as_deref(), Some("plant.example"));
        assert_eq!(domain("other", &hosts, Some(&search)).as_deref(), Some("corp.example"));
        assert_eq!(domain("other", &hosts, None), None);
    }

    #[test]
    fn a_long_list_of_hosts_is_bounded() {
        assert_eq!(hosts(&"0.0.0.0 ads.example\n".repeat(20_000)).len(), MOST_HOSTS + 1);
    }

    #[test]
    fn the_order_of_lookups_is_read_from_its_line_alone() {
        let text = "passwd:  files systemd\nhosts:   files mdns4_minimal [NOTFOUND=return] dns # comment\n";
        assert_eq!(lookup_order(text), ["files", "mdns4_minimal", "[NOTFOUND=return]", "dns"]);
    }

    #[test]
    fn settings_of_resolved_leave_comments_out() {
        let text = "[Resolve]\n#DNS=\nDNS=192.0.2.53\n; x=y\nDomains = ~.\n";
        assert_eq!(
            assignments(text),
            [("DNS".to_owned(), "192.0.2.53".to_owned()), ("Domains".to_owned(), "~.".to_owned())]
        );
    }
}
