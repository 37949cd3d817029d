//! Domains, realms and workgroups that this machine belongs to.

use candor_redact::is_secret_key;

use crate::identity::gathering::Gathering;
use crate::identity::syntax::{self, Setting};

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    gather_resolver(gathering);
    gather_resolved(gathering);
    gather_kerberos(gathering);
    gather_samba(gathering);
    gather_sssd(gathering);
}

/// See resolv.conf(5).
fn gather_resolver(gathering: &mut Gathering<'_>) {
    let paths = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf", "/run/resolvconf/resolv.conf"];
    for path in paths {
        for words in syntax::words(&gathering.text(path).unwrap_or_default()) {
            if let Some((&("search" | "domain"), domains)) = words.split_first() {
                domains.iter().for_each(|domain| gathering.add_domain(domain));
            }
        }
    }
}

/// See resolved.conf(5) and systemd.network(5).
fn gather_resolved(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/systemd/resolved.conf").unwrap_or_default();
    add_routing_domains(gathering, &text);
    gathering.each_text("/etc/systemd/resolved.conf.d", ".conf", add_routing_domains);
    gathering.each_text("/etc/systemd/network", ".network", add_routing_domains);
}

fn add_routing_domains(gathering: &mut Gathering<'_>, text: &str) {
    let domains = syntax::settings(text).into_iter().filter(|setting| setting.key == "Domains");
    for domain in domains.flat_map(|setting| setting.value.split_whitespace()) {
        gathering.add_domain(domain);
    }
}

fn gather_kerberos(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/krb5.conf").unwrap_or_default();
    for setting in syntax::settings(&text) {
        if setting.section == "libdefaults" && setting.key == "default_realm" {
            gathering.add_domain(setting.value);
        }
    }
}

/// See smb.conf(5), whose keys are written in any case.
fn gather_samba(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/samba/smb.conf").unwrap_or_default();
    for Setting { key, value, .. } in syntax::settings(&text) {
        match key.to_ascii_lowercase().as_str() {
            "netbios name" => gathering.add_own_host(value),
            "netbios aliases" => value.split_whitespace().for_each(|name| gathering.add_host(name)),
            "workgroup" | "realm" => gathering.add_domain(value),
            _ => {}
        }
    }
}

/// See sssd.conf(5) and sssd-ldap(5).
fn gather_sssd(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/sssd/sssd.conf").unwrap_or_default();
    add_sssd(gathering, &text);
    gathering.each_text("/etc/sssd/conf.d", ".conf", add_sssd);
}

fn add_sssd(gathering: &mut Gathering<'_>, text: &str) {
    for setting in syntax::settings(text) {
        match setting.key {
            "domains" if setting.section == "sssd" => {
                setting.value.split(',').for_each(|name| gathering.add_domain(name));
            }
            "ad_domain" | "ipa_domain" | "krb5_realm" | "dns_discovery_domain" => {
                gathering.add_domain(setting.value);
            }
            "ad_hostname" | "ipa_hostname" => gathering.add_own_host(setting.value),
            "ad_server" | "ipa_server" | "krb5_server" => {
                setting
                    .value
                    .split(',')
                    .for_each(|name| gathering.add_host(syntax::without_port(name.trim())));
            }
            "ldap_default_authtok" => gathering.add_secret(setting.value),
            key if is_secret_key(key) => gathering.add_secret(setting.value),
            _ => {}
        }
    }
}
