//! Proxy settings of the whole machine, with the credentials in them masked.
//!
//! Of each file only the proxy settings are kept; everything else in it, which may be secret, is dropped at once.

use candor_plugin::{Context, WalkLimits};
use serde::Serialize;

const FILE_BYTES: u64 = 256 * 1024;

/// Files of shell variables and of `key=value` lines.
const ASSIGNMENT_FILES: [&str; 7] = [
    "/etc/environment",
    "/etc/profile",
    "/etc/profile.d/*.sh",
    "/etc/sysconfig/proxy",
    "/etc/dnf/dnf.conf",
    "/etc/yum.conf",
    "/etc/wgetrc",
];
const APT_FILES: [&str; 2] = ["/etc/apt/apt.conf", "/etc/apt/apt.conf.d/*"];

const KEYS: [&str; 8] = [
    "proxy",
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "all_proxy",
    "socks_proxy",
    "rsync_proxy",
    "no_proxy",
];

/// One proxy setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ProxySetting {
    /// The file that has it.
    pub(crate) file: String,
    /// `http_proxy`, `Acquire::http::Proxy`, …
    pub(crate) key: String,
    /// Its value; user name and password are masked.
    pub(crate) value: String,
}

/// Reads all of them.
pub(crate) fn read(context: &Context) -> Vec<ProxySetting> {
    let mut settings = Vec::new();
    collect(context, &ASSIGNMENT_FILES, assignments, &mut settings);
    collect(context, &APT_FILES, apt, &mut settings);
    settings
}

type Parse = fn(&str) -> Vec<(String, String)>;

fn collect(context: &Context, patterns: &[&str], parse: Parse, settings: &mut Vec<ProxySetting>) {
    for pattern in patterns {
        let found = context.expand(pattern, WalkLimits { files: 500, depth: 1 });
        found.failed.iter().for_each(|error| context.note_input(error));
        if found.truncated {
            context.note_partial(format!("`{pattern}` stands for too many files"));
        }
        for path in found.files {
            match context.read_text(&path, FILE_BYTES) {
                Ok(text) => settings.extend(parse(&text).into_iter().map(|(key, value)| ProxySetting {
                    file: path.display().to_string(),
                    key,
                    value: masked(&value),
                })),
                Err(error) => context.note_input(&error),
            }
        }
    }
}

/// The redactor's mark for credentials, as it stands in a URL.
const REMOVED: &str = "removed:url-credentials";

/// `user:password@` goes from an address with and without a scheme.
fn masked(value: &str) -> String {
    if let Some(masked) = candor_redact::mask_url_credentials(value) {
        return masked;
    }
    let (scheme, rest) = value.split_once("://").map_or(("", value), |(scheme, rest)| (scheme, rest));
    let Some((_, host)) = rest.rsplit_once('@') else {
        return value.to_owned();
    };
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}{REMOVED}@{host}")
}

/// `export HTTP_PROXY="…"`, `proxy = …`.
pub(crate) fn assignments(text: &str) -> Vec<(String, String)> {
    let setting = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (key, value) = line.split_once('=')?;
        let key = key.trim();
        let wanted = KEYS.contains(&key.to_ascii_lowercase().as_str());
        wanted.then(|| (key.to_owned(), unquoted(value.trim()).to_owned()))
    };
    text.lines().filter_map(setting).filter(|(_, value)| !value.is_empty()).collect()
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or(rest);
        }
    }
    value.split([' ', '\t', ';']).next().unwrap_or(value)
}

/// Settings `Acquire::…::Proxy` of apt.conf(5), written in one line or in nested blocks.
pub(crate) fn apt(text: &str) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    let mut blocks: Vec<String> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for token in tokens(text) {
        match token.as_str() {
            "{" => blocks.push(words.drain(..).next().unwrap_or_default()),
            "}" => {
                blocks.pop();
                words.clear();
            }
            ";" => {
                settings.extend(setting(&blocks, &words));
                words.clear();
            }
            // A deeper nesting or longer statement than anybody writes is not followed.
            _ if words.len() < 4 && blocks.len() < 16 => words.push(token),
            _ => {}
        }
    }
    settings
}

fn setting(blocks: &[String], words: &[String]) -> Option<(String, String)> {
    let [name, value] = words else {
        return None;
    };
    let parts: Vec<&str> =
        blocks.iter().map(String::as_str).chain([name.as_str()]).filter(|part| !part.is_empty()).collect();
    let key = parts.join("::");
    let lower = key.to_ascii_lowercase();
    // `…::Proxy`, and `…::Proxy::host` for one host.
    let is_proxy = lower.starts_with("acquire::") && lower.split("::").any(|part| part == "proxy");
    is_proxy.then(|| (key, value.trim_start_matches('"').to_owned()))
}

/// Words, `{`, `}` and `;`. A quoted word keeps its opening quote, so that a quoted `;` is none.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("//") || first == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let end = rest[1..].find('"').map_or(rest.len(), |end| end + 1);
            tokens.push(rest[..end].to_owned());
            (end + 1).min(rest.len())
        } else if matches!(first, '{' | '}' | ';') {
            tokens.push(first.to_string());
            1
        } else {
            let end = rest.find(|next: char| next.is_whitespace() || matches!(next, '{' | '}' | ';' | '"'));
            let end = end.unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        };
        rest = &rest[taken..];
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(found: &[(String, String)]) -> Vec<(&str, &str)> {
        found.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    #[test]
    fn only_proxy_variables_are_kept() {
        let text = "PATH=/bin\nAPI_TOKEN=verysecret\nexport HTTP_PROXY=\"http://p.example:3128\" # x\n\
                    no_proxy='localhost,.example'\n# ftp_proxy=old\nhttps_proxy=http://q.example; export https_proxy\nall_proxy=\n";
        assert_eq!(
            pairs(&assignments(text)),
            [
                ("HTTP_PROXY", "http://p.example:3128"),
                ("no_proxy", "localhost,.example"),
                ("https_proxy", "http://q.example"),
            ]
        );
    }

    #[test]
    fn proxies_of_apt_are_found_in_lines_and_in_blocks() {
        let text = "// Acquire::http::Proxy \"http://no\";\nAcquire::http::Proxy \"http://a:1\";\n\
                    Acquire { https { Proxy \"http://b;c\"; Timeout \"5\"; }; /* x */ http::Proxy::local.example \"DIRECT\"; };\n\
                    Acquire::http::Password \"verysecret\";\nAPT::Proxy \"z\";";
        assert_eq!(
            pairs(&apt(text)),
            [
                ("Acquire::http::Proxy", "http://a:1"),
                ("Acquire::https::Proxy", "http://b;c"),
                ("Acquire::http::Proxy::local.example", "DIRECT"),
            ]
        );
    }

    #[test]
    fn credentials_are_masked_with_and_without_a_scheme() {
        for value in
            ["http://ada:s3cret@p.example:3128", "ada:s3cret@p.example:3128", "http://ada:s3@cret@p.example"]
        {
            let masked = masked(value);
            assert!(!masked.contains("s3") && masked.contains("p.example"), "{masked}");
        }
        assert_eq!(masked("http://p.example:3128"), "http://p.example:3128");
    }

    proptest! {
        #[test]
        fn any_text_ends_without_a_panic(text in "[a-zA-Z:;{}\"/*# \nö=_]{0,200}") {
            let _ = (apt(&text), assignments(&text), masked(&text));
        }
    }
}
