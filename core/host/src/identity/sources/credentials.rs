//! Credentials in the files of programs that log in by themselves: apt, dnf, ftp, curl, PostgreSQL.

use candor_redact::is_secret_key;

use crate::identity::gathering::{Gathering, MOST_LINES};
use crate::identity::syntax;

/// Of the package managers.
pub(in crate::identity) fn gather_of_packages(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/apt/apt.conf").unwrap_or_default();
    add_lines_with_urls(gathering, &text);
    gathering.each_text("/etc/apt/apt.conf.d", "", add_lines_with_urls);
    for path in ["/etc/dnf/dnf.conf", "/etc/yum.conf", "/etc/wgetrc"] {
        let text = gathering.text(path).unwrap_or_default();
        for setting in syntax::settings(&text) {
            match setting.key {
                "proxy_username" | "proxy_user" | "username" => gathering.add_foreign_user(setting.value),
                key if is_secret_key(key) => gathering.add_secret(setting.value),
                _ => {}
            }
        }
        add_lines_with_urls(gathering, &text);
    }
    let text = gathering.text("/etc/apt/auth.conf").unwrap_or_default();
    add_netrc(gathering, &text);
    gathering.each_text("/etc/apt/auth.conf.d", "", add_netrc);
}

/// Of the people.
pub(in crate::identity) fn gather_of_people(gathering: &mut Gathering<'_>) {
    gathering.each_text_in_homes(".netrc", "/home/*/.netrc", add_netrc);
    gathering.each_text_in_homes(".pgpass", "/home/*/.pgpass", |gathering, text| {
        syntax::lines(text).take(MOST_LINES).for_each(|line| add_pgpass(gathering, line));
    });
}

fn add_lines_with_urls(gathering: &mut Gathering<'_>, text: &str) {
    // apt.conf(5) has comments of its own.
    let lines = syntax::lines(text).filter(|line| !line.starts_with("//"));
    lines.for_each(|line| gathering.add_credentials_of_urls(line));
}

/// `machine web01 login ada password …`, in any number of lines; apt_auth.conf(5) has the same form.
fn add_netrc(gathering: &mut Gathering<'_>, text: &str) {
    let mut words = syntax::lines(text).flat_map(str::split_whitespace).map(syntax::unquoted);
    while let Some(word) = words.next() {
        match word {
            "machine" => {
                let machine = words.next().unwrap_or_default();
                let address = machine.rsplit("://").next().unwrap_or_default();
                gathering.add_host(syntax::without_port(address.split('/').next().unwrap_or_default()));
            }
            "login" => gathering.add_foreign_user(words.next().unwrap_or_default()),
            "password" | "account" => gathering.add_secret(words.next().unwrap_or_default()),
            _ => {}
        }
    }
}

/// `host:port:database:user:password`, a backslash before a colon of a value.
fn add_pgpass(gathering: &mut Gathering<'_>, line: &str) {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' if fields.len() < 5 => fields.push(String::new()),
            '\\' => fields.last_mut().into_iter().for_each(|field| field.extend(letters.next())),
            letter => fields.last_mut().into_iter().for_each(|field| field.push(letter)),
        }
    }
    if let [host, _, _, user, password] = fields.as_slice() {
        gathering.add_host(host);
        if user != "*" {
            gathering.add_foreign_user(user);
        }
        gathering.add_secret(password);
    }
}
