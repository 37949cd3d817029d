//! A request, somebody who trusts its key, and a small catalogue.

use std::collections::BTreeMap;
use std::path::Path;

use candor_consent::NamedRecipient;
use candor_manifest::{Catalogue, Level};
use candor_request::{Admitted, Circumstances, Known, Made, Refusal, Signed, Statement, Wanted, make};
use candor_trust::{Card, May, SigningKey, TrustFile, Trusted};
use jiff::Timestamp;

pub const CREATED: &str = "2026-01-31T12:00:00Z";
pub const EXPIRES: &str = "2026-02-28T12:00:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Both ends.
pub struct Both {
    pub key: SigningKey,
    pub trust: TrustFile,
    pub catalogue: Catalogue,
    _folder: tempfile::TempDir,
}

const LOGS: &str = r#"
schema = 1
id = "logs"
plugin = "files"
level = "identifying"
categories = ["ext:EventLog"]
[consent.en]
title = "Logs"
what = "Lines of the log."
why = "Shows what happened."
[[reads]]
path = "/var/log/syslog"
reason = "the log"
[options.lines]
type = "integer"
default = 100
min = 0
max = 1000
summary = "how many lines"
[options.since]
type = "duration"
default = "7d"
min = "0s"
max = "30d"
summary = "how far back"
[options.most]
type = "size"
default = "1MiB"
max = "2MiB"
summary = "how much"
[options.units]
type = "list"
default = ["ssh", "cron"]
summary = "which units"
[options.kernel]
type = "bool"
default = true
summary = "the kernel's too"
"#;

const FACTS: &str = r#"
schema = 1
id = "facts"
plugin = "files"
level = "technical"
categories = ["dpv-pd:DeviceOperatingSystem"]
[consent.en]
title = "Facts"
what = "The name of the operating system."
why = "Shows what runs."
[[reads]]
path = "/usr/lib/os-release"
reason = "the name of the operating system"
"#;

const PROFILE: &str = r#"
schema = 1
id = "both"
collectors = ["facts", "logs"]
[title]
en = "Both"
[summary]
en = "Facts and logs."
[options.logs]
lines = 50
"#;

fn catalogue(folder: &Path) -> Catalogue {
    for (name, text) in
        [("collectors/logs.toml", LOGS), ("collectors/facts.toml", FACTS), ("profiles/both.toml", PROFILE)]
    {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let (catalogue, diagnostics) = Catalogue::load(&[folder.to_owned()]);
    assert!(diagnostics.iter().all(|diagnostic| !diagnostic.is_error()), "{diagnostics:?}");
    catalogue
}

impl Both {
    pub fn new() -> Self {
        let key = SigningKey::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let trusted = Trusted {
            name: "Support of Example".parse().unwrap(),
            organisation: None,
            contact: None,
            signing: Some(key.verifying_key().clone()),
            recipient: None,
            may: vec![May::Request],
            since: at(CREATED),
        };
        let trust = TrustFile { schema: 1, trusted: vec![trusted] };
        Self { key, trust, catalogue: catalogue(folder.path()), _folder: folder }
    }

    pub fn wanted(&self) -> Wanted {
        let (_, recipient) = candor_trust::new_identity().unwrap();
        Wanted {
            case: "4711".parse().unwrap(),
            purpose: "find out why it hangs".parse().unwrap(),
            legal_basis: "consent".parse().unwrap(),
            retention_days: Some(90),
            created: at(CREATED),
            expires: at(EXPIRES),
            card: Card {
                schema: 1,
                name: "Support".parse().unwrap(),
                organisation: Some("Example AB".parse().unwrap()),
                contact: None,
                signing: None,
                recipient: None,
            },
            profile: "both".parse().unwrap(),
            collectors: None,
            options: BTreeMap::new(),
            level: None,
            recipients: vec![NamedRecipient { name: None, role: None, recipient, level: Level::Secret }],
            statement: Statement::new(
                "3".parse().unwrap(),
                "2026-01-01".parse().unwrap(),
                "en".parse().unwrap(),
                b"Privacy\n\nWe delete it.\n",
            )
            .unwrap(),
            deliver: vec!["https://intake.example.com/".parse().unwrap()],
        }
    }

    pub fn make(&self, wanted: Wanted) -> Made {
        make(wanted, &self.key).unwrap()
    }

    /// What becomes of a file, at this time and with this memory.
    pub fn admit(&self, file: &[u8], now: &str, known: Option<&Known>) -> Result<Admitted, Refusal> {
        let known = |_: &candor_trust::Nonce| known.cloned();
        let circumstances =
            Circumstances { trust: &self.trust, now: at(now), known: &known, catalogue: &self.catalogue };
        Signed::open(file).map_err(Refusal::from)?.admit(&circumstances)
    }
}
