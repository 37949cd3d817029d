//! Lines that hold nothing to redact and look as if they did: what real logs, settings and sources are full of.

use super::model::{Document, Encoding, Packing, Syntax};
use super::random::{self, Random};

/// A family of lines, each a template with places such as `«h40»`, `«n1-99»`, `«version»`.
const FAMILIES: &[(&str, &str)] = &[
    ("versions", include_str!("benign/versions.txt")),
    ("hashes", include_str!("benign/hashes.txt")),
    ("oids-and-ids", include_str!("benign/oids-and-ids.txt")),
    ("times", include_str!("benign/times.txt")),
    ("words", include_str!("benign/words.txt")),
    ("code", include_str!("benign/code.txt")),
    ("system", include_str!("benign/system.txt")),
    ("text", include_str!("benign/text.txt")),
    ("data", include_str!("benign/data.txt")),
    ("files", include_str!("benign/files.txt")),
];

/// Times that each template is filled.
const ROUNDS: usize = 80;

const NOUNS: &[&str] = &[
    "table", "buffer", "queue", "worker", "node", "cluster", "index", "shard", "volume", "mirror", "parser",
    "lexer", "cursor", "widget", "render", "layout", "canvas", "vector", "matrix", "packet", "frame",
    "socket", "stream", "filter", "router", "bridge", "switch", "sensor", "motor", "valve", "pump", "meter",
    "gauge", "signal", "timer", "clock", "alarm", "event", "batch", "record", "field", "column", "schema",
    "query", "cache", "bucket", "object", "archive", "bundle", "module", "plugin", "driver", "device",
    "kernel", "garden", "window", "basket", "orange", "silver", "copper", "marble", "forest", "meadow",
    "island", "harvest", "lantern",
];
const PACKAGES: &[&str] = &[
    "coreutils",
    "util-linux",
    "libxml2",
    "python3-requests",
    "lodash",
    "left-pad",
    "serde",
    "tokio",
    "rails",
    "express",
    "libssl3",
    "openssh-client",
    "systemd",
    "passwd",
    "keyutils",
    "libpam-modules",
    "gnome-keyring",
    "tokenizers",
    "password-store",
    "e2fsprogs",
    "pass",
    "secretstorage",
    "webpack",
    "react-dom",
    "jackson-core",
    "log4j-api",
    "numpy",
    "pandas",
    "setuptools",
    "jsonwebtoken",
];
const IDENTIFIERS: &[&str] = &[
    "get_token",
    "key_count",
    "password_length",
    "reset_password",
    "token_type",
    "secret_name",
    "api_key_id",
    "check_key",
    "parse_tokens",
    "hash_password",
    "load_keys",
    "pass_through",
    "keyword_list",
    "auth_backend",
    "session_count",
    "next_token",
    "sort_key",
    "by_key",
];

/// All of them.
#[must_use]
pub fn documents(seed: u64) -> Vec<Document> {
    FAMILIES.iter().map(|(name, templates)| family(name, templates, seed)).collect()
}

fn family(name: &str, templates: &str, seed: u64) -> Document {
    let mut random = Random::part(seed, name);
    let mut text = String::new();
    for _ in 0..ROUNDS {
        for template in templates.lines() {
            let prefix = prefix(name, &mut random);
            text.push_str(&fill(prefix, &mut random));
            text.push_str(&fill(template, &mut random));
            text.push('\n');
        }
    }
    Document {
        name: format!("benign/{name}.txt"),
        syntax: Syntax::Text,
        encoding: Encoding::Utf8,
        packing: Packing::Bare,
        text,
        planted: Vec::new(),
    }
}

/// Lines are met bare, indented, in a log and in a comment.
fn prefix(family: &str, random: &mut Random) -> &'static str {
    match (family, random.below(10)) {
        ("code", 0..3) => "    ",
        ("code", 5..) => "src/«word»/«word»_«word».c:«n1-2999»: ",
        ("words", 4..) => "/etc/«word»/«word»-«word».conf:«n1-999»:",
        ("code", 3) => "+",
        ("code", 4) => "// ",
        ("system", 0..3) => "«syslog» localhost ",
        (_, 0) => "«syslog» localhost «word»[«n300-99999»]: ",
        (_, 1) => "«iso».«n100-999»Z INFO  [main] «word»: ",
        (_, 2) => "\t",
        (_, 3) => "# ",
        (_, 4) => "[«n1-99999».«n100000-999999»] ",
        _ => "",
    }
}

fn fill(template: &str, random: &mut Random) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((literal, place)) = rest.split_once('\u{ab}') {
        let Some((place, after)) = place.split_once('\u{bb}') else {
            panic!("a place does not end: {place}")
        };
        text.push_str(literal);
        text.push_str(&made(place, random));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn made(place: &str, random: &mut Random) -> String {
    let noun = |random: &mut Random| random.pick(NOUNS).to_owned();
    match place {
        "word" => noun(random),
        "Word" => capital(&noun(random)),
        "ident" => random.pick(IDENTIFIERS).to_owned(),
        "camel" => noun(random) + &capital(&noun(random)),
        "Camel" => capital(&noun(random)) + &capital(&noun(random)),
        "module" => format!("{}.{}_{}", noun(random), noun(random), noun(random)),
        "package" => random.pick(PACKAGES).to_owned(),
        "unit" => format!(
            "{}-{}.{}",
            noun(random),
            noun(random),
            random.pick(&["service", "timer", "socket", "mount", "scope"])
        ),
        "path" => format!(
            "usr/share/{}/{}.{}",
            noun(random),
            noun(random),
            random.pick(&["txt", "so", "gz", "py", "md", "sh"])
        ),
        "file" => format!(
            "{}-{}.{}",
            noun(random),
            random.below(100),
            random.pick(&["log", "iso", "zip", "deb", "bin", "rs", "md"])
        ),
        "debver" => debian_version(random),
        "iso" => format!("2026-03-{:02}T{}", random.between(1, 28), time_of_day(random)),
        "syslog" => format!("Mar {:>2} {}", random.between(1, 28), time_of_day(random)),
        "pciaddr" => format!("{:02x}:{:02x}.{}", random.below(256), random.below(32), random.below(8)),
        _ => characters(place, random),
    }
}

fn characters(place: &str, random: &mut Random) -> String {
    let (class, rest) = place.split_at(1);
    if class == "n" {
        let (least, most) = rest.split_once('-').unwrap_or((rest, rest));
        let bound = |text: &str| text.parse::<u64>().unwrap_or_else(|_| panic!("no number in `{place}`"));
        return random.between(bound(least), bound(most)).to_string();
    }
    let length = rest.parse().unwrap_or_else(|_| panic!("no place is called `{place}`"));
    let alphabet = match class {
        "h" => random::HEX,
        "H" => "0123456789ABCDEF",
        "b" => random::BASE64,
        "l" => "abcdefghijklmnopqrstuvwxyz234567",
        _ => panic!("no place is called `{place}`"),
    };
    random.text(alphabet, length)
}

fn debian_version(random: &mut Random) -> String {
    let upstream = format!("{}.{}.{}", random.below(20), random.below(40), random.below(20));
    match random.below(5) {
        0 => format!("{upstream}-{}ubuntu{}~22.04", random.between(1, 9), random.between(1, 9)),
        1 => format!("{upstream}-{}+deb12u{}", random.between(1, 9), random.between(1, 9)),
        2 => format!("2:{upstream}+dfsg-{}", random.between(1, 9)),
        3 => format!("{upstream}~rc{}-{}", random.between(1, 9), random.between(1, 9)),
        _ => format!("{upstream}.{}-{}", random.below(30), random.between(1, 9)),
    }
}

fn time_of_day(random: &mut Random) -> String {
    format!("{:02}:{:02}:{:02}", random.below(24), random.below(60), random.below(60))
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
