//! A collector's manifest: what it reads, runs, costs and says to the person who is asked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::language::fallbacks;
use crate::option_value::OptionValue;
use crate::{
    Access, ByteSize, Category, CollectorId, CommandId, DurationText, Language, LegalBasis, Level, Necessity,
    OptionName, OptionSpec, PathPattern, PluginName,
};

/// A collector, as `manifests/collectors/<id>.toml` declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format: 1.
    #[schemars(extend("const" = 1))]
    pub schema: u32,
    /// Name of the collector, and of its file without `.toml`.
    pub id: CollectorId,
    /// The plugin with its code; `files` and `commands` are built in and need none.
    pub plugin: PluginName,
    /// How private what it reads is.
    pub level: Level,
    /// Why it is `sensitive` or `secret`, for the person who is asked; required for these two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 300))]
    pub level_reason: Option<String>,
    /// What kinds of data it may hold.
    #[schemars(length(min = 1, max = 32))]
    pub categories: Vec<Category>,
    /// How much support needs it: `optional` where absent. For the consent record; it may be refused either way.
    #[serde(default)]
    pub necessity: Necessity,
    /// The law's ground, where a request names none: `explicit_consent` for a level that is approved on its own, else
    /// `consent`, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
    /// On which systems it works: Linux only where absent.
    #[serde(default)]
    pub supports: Supports,
    /// What the person who is asked reads, by language. `en` is required.
    pub consent: BTreeMap<Language, ConsentText>,
    /// Every path that it may read.
    #[serde(default)]
    #[schemars(length(max = 1024))]
    pub reads: Vec<Read>,
    /// Every command that the host may run for it.
    #[serde(default)]
    #[schemars(length(max = 256))]
    pub commands: Vec<Command>,
    /// What it needs besides.
    #[serde(default)]
    pub access: Access,
    /// What a person may change about it.
    #[serde(default)]
    pub options: BTreeMap<OptionName, OptionSpec>,
    /// The most that it may use.
    #[serde(default)]
    pub budget: Budget,
}

/// On which systems a collector works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Supports {
    /// On Linux.
    pub linux: Support,
    /// On macOS.
    pub macos: Support,
    /// On Windows.
    pub windows: Support,
}

impl Default for Supports {
    fn default() -> Self {
        Self { linux: Support::Full, macos: Support::None, windows: Support::None }
    }
}

impl Supports {
    /// The support on the system that this program was built for.
    pub fn here(self) -> Support {
        match std::env::consts::OS {
            "linux" => self.linux,
            "macos" => self.macos,
            "windows" => self.windows,
            _ => Support::None,
        }
    }
}

/// How much of a collector works on a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// All of it.
    Full,
    /// Some of it.
    Partial,
    /// Nothing: it is skipped there.
    None,
}

/// What the person who is asked reads. `{name}` stands for the value of that option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentText {
    /// What it does, in a few words: `Record network traffic`.
    #[schemars(length(min = 1, max = 80))]
    pub title: String,
    /// What exactly is collected.
    #[schemars(length(min = 1, max = 1000))]
    pub what: String,
    /// What support learns from it.
    #[schemars(length(min = 1, max = 1000))]
    pub why: String,
    /// Private things that may be in it, in a few words each.
    #[serde(default)]
    #[schemars(length(max = 32), inner(length(min = 1, max = 160)))]
    pub may_contain: Vec<String>,
    /// Whom it is about besides the person who is asked, who cannot consent for them: `people whose names stand in logs`.
    #[serde(default)]
    #[schemars(length(max = 32), inner(length(min = 1, max = 160)))]
    pub affected: Vec<String>,
}

impl ConsentText {
    /// The text with the values of the options in place of `{name}`.
    pub fn with_options(&self, options: &BTreeMap<OptionName, OptionValue>) -> Self {
        let fill = |text: &String| {
            let mut pieces = placeholders(text);
            pieces.reverse();
            pieces.into_iter().fold(text.clone(), |mut filled, (range, name)| {
                if let Some((_, value)) = options.iter().find(|(option, _)| option.as_str() == name) {
                    filled.replace_range(range, &value.to_string());
                }
                filled
            })
        };
        Self {
            title: fill(&self.title),
            what: fill(&self.what),
            why: fill(&self.why),
            may_contain: self.may_contain.iter().map(fill).collect(),
            affected: self.affected.iter().map(fill).collect(),
        }
    }
}

/// Every `{name}` of a text with its place.
pub(crate) fn placeholders(text: &str) -> Vec<(std::ops::Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|place| place + from) {
        let Some(length) = text[open..].find(['}', '\n']) else {
            break;
        };
        let close = open + length;
        let name = &text[open + 1..close];
        from = close;
        if text[close..].starts_with('}') && !name.contains('{') {
            found.push((open..close + 1, name));
        } else {
            from = open + 1;
        }
    }
    found
}

/// A path that a collector may read, with everything under it when it is a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The path.
    pub path: PathPattern,
    /// What it is read for.
    #[schemars(length(min = 1, max = 300))]
    pub reason: String,
    /// A `bool` option without which it is not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<OptionName>,
}

/// A command that the host may run for a collector: exactly this, without a shell, in a locked process of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Under which name the collector asks for it.
    pub id: CommandId,
    /// The program by its absolute path, and its arguments.
    #[schemars(length(min = 1, max = 64), inner(length(max = 4096)))]
    pub argv: Vec<String>,
    /// What it is run for.
    #[schemars(length(min = 1, max = 300))]
    pub reason: String,
    /// When it is killed: 10s where absent, at most 5m.
    #[serde(default = "default_timeout")]
    pub timeout: DurationText,
    /// Most bytes of its output: 1MiB where absent.
    #[serde(default = "default_command_output")]
    pub output: ByteSize,
    /// Whether it is of use only when root runs it.
    #[serde(default)]
    pub root: bool,
}

fn default_timeout() -> DurationText {
    DurationText::seconds(10)
}

fn default_command_output() -> ByteSize {
    ByteSize::mib(1)
}

/// The most that a collector may use. The host enforces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Time until it is killed: 60s where absent.
    pub wall: DurationText,
    /// Address space: 256MiB where absent.
    pub memory: ByteSize,
    /// Bytes of artifacts before compression: 64MiB where absent.
    pub output: ByteSize,
    /// Number of artifacts: 10000 where absent.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub files: u32,
    /// Bytes that it may write to its standard error: 64KiB where absent.
    pub stderr: ByteSize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            wall: DurationText::seconds(60),
            memory: ByteSize::mib(256),
            output: ByteSize::mib(64),
            files: 10_000,
            stderr: ByteSize::kib(64),
        }
    }
}

/// Why a manifest's declared level cannot be lower.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelReason {
    /// What was declared: ``reads `/etc/**` ``.
    pub declared: String,
    /// What that reaches: `password hashes`.
    pub reaches: String,
}

impl std::fmt::Display for LevelReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.declared, self.reaches)
    }
}

impl Manifest {
    /// The reads that these options ask for.
    pub fn reads_with<'a>(
        &'a self,
        options: &'a BTreeMap<OptionName, OptionValue>,
    ) -> impl Iterator<Item = &'a Read> {
        self.reads.iter().filter(|read| match &read.when {
            None => true,
            Some(option) => options.get(option) == Some(&OptionValue::Bool(true)),
        })
    }

    /// The law's ground where a request names none.
    pub fn legal_basis(&self) -> LegalBasis {
        let own = self.level.needs_own_approval();
        self.legal_basis.unwrap_or(if own { LegalBasis::ExplicitConsent } else { LegalBasis::Consent })
    }

    /// The texts in the language nearest to the one wanted: `sv_FI.UTF-8` falls back to `sv-FI`, `sv`, `en`.
    pub fn consent_text(&self, language: &str) -> &ConsentText {
        static NONE: ConsentText = ConsentText {
            title: String::new(),
            what: String::new(),
            why: String::new(),
            may_contain: Vec::new(),
            affected: Vec::new(),
        };
        // A manifest that was read by this crate has English; one that a program made by hand may have nothing.
        fallbacks(language)
            .find_map(|tag| self.consent.get(tag.as_ref()))
            .or_else(|| self.consent.values().next())
            .unwrap_or(&NONE)
    }

    /// The least level that its categories, reads, commands and access allow, with the reason where that is more than
    /// `technical`.
    pub fn least_level(&self) -> (Level, Option<LevelReason>) {
        crate::sensitivity::demands(self)
            .into_iter()
            .rev()
            .max_by_key(|demand| demand.level)
            .map_or((Level::Technical, None), |demand| (demand.level, Some(demand.reason)))
    }
}
