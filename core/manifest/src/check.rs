//! What the types cannot say: bounds, references inside the file, and whether the level is honest.

mod budget;
mod command;
mod option;

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Step, way};
use crate::findings::Findings;
use crate::manifest::placeholders;
use crate::{CollectorId, Level, Manifest, Network, OptionName, OptionSpec, Profile, sensitivity};

/// Checks a manifest whose shape is right.
pub(crate) fn manifest(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    english(document, manifest.consent.contains_key("en"), "consent", findings);
    placeholders_are_options(manifest, document, findings);
    repeated(manifest.categories.iter().map(|category| category.as_str()), "categories", document, findings);
    repeated(manifest.reads.iter().map(|read| read.path.as_str()), "reads", document, findings);
    repeated(
        manifest.access.linux_capabilities.iter().map(|name| name.as_str()),
        "access",
        document,
        findings,
    );
    built_in_plugin(manifest, document, findings);
    command::check(manifest, document, findings);
    hosts(manifest, document, findings);
    option::check(manifest, document, findings);
    conditions_are_options(manifest, document, findings);
    budget::check(manifest, document, findings);
    level(manifest, document, findings);
}

/// Checks a profile whose shape is right. What it refers to is checked by the catalogue.
pub(crate) fn profile(profile: &Profile, document: &Document<'_>, findings: &mut Findings<'_>) {
    english(document, profile.title.contains_key("en"), "title", findings);
    english(document, profile.summary.contains_key("en"), "summary", findings);
    repeated(profile.collectors.iter().map(CollectorId::as_str), "collectors", document, findings);
    if profile.extends.as_ref() == Some(&profile.id) {
        let message = format!("profile `{}` extends itself", profile.id);
        findings.error(
            &document.span(&way!["extends"]),
            "cycle",
            message,
            "itself",
            "name another profile, or remove `extends`",
        );
    }
    if profile.collectors.is_empty() && profile.extends.is_none() {
        let message = "the profile has no collectors";
        let fix = "add `collectors = [\"system-info\"]`, or `extends` with another profile";
        findings.error(&document.span(&way!["collectors"]), "empty-list", message, "nothing to collect", fix);
    }
    for (key, size) in [("report", profile.limits.report), ("free_disk", profile.limits.free_disk)] {
        if size.is_some_and(|size| size.get() == 0) && key == "report" {
            let message = "a report of no bytes can hold nothing";
            findings.error(
                &document.span(&way!["limits", key]),
                "out-of-range",
                message,
                "zero",
                "write `report = \"2GiB\"`",
            );
        }
    }
}

fn english(document: &Document<'_>, there: bool, key: &str, findings: &mut Findings<'_>) {
    if there {
        return;
    }
    let fix = match key {
        "consent" => "add `[consent.en]` with `title`, `what` and `why`".to_owned(),
        _ => format!("write `{key} = {{ en = \"…\" }}`"),
    };
    let message = format!("`{key}` has no English text");
    findings.error(&document.key_span(&way![key]), "no-english", message, "`en` is missing", fix);
}

/// `when` must name an option that is on or off.
fn conditions_are_options(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    for (place, read) in manifest.reads.iter().enumerate() {
        let Some(name) = &read.when else { continue };
        let span = document.span(&way!["reads", place, "when"]);
        match manifest.options.get(name) {
            Some(OptionSpec::Bool { .. }) => {}
            Some(_) => {
                let message = format!("`when` names option `{name}`, which is not a `bool`");
                findings.error(&span, "bad-condition", message, "here", "name an option of type `bool`");
            }
            None => {
                let bools =
                    manifest.options.iter().filter(|(_, spec)| matches!(spec, OptionSpec::Bool { .. }));
                let fix = match crate::suggest::nearest(name.as_str(), bools.map(|(name, _)| name.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("declare `[options.{name}]` with `type = \"bool\"`, or remove `when`"),
                };
                let message = format!("`when` names `{name}`, which is no option");
                findings.error(&span, "bad-condition", message, "here", fix);
            }
        }
    }
}

/// `{name}` in a consent text must be an option, or people read braces.
fn placeholders_are_options(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    for (language, text) in &manifest.consent {
        let language = language.as_str();
        let single = [("title", &text.title), ("what", &text.what), ("why", &text.why)];
        let single = single.map(|(key, text)| (way!["consent", language, key].to_vec(), text));
        let lists = [("may_contain", &text.may_contain), ("affected", &text.affected)];
        let listed = lists.into_iter().flat_map(|(key, list)| {
            let items = list.iter().enumerate();
            items.map(move |(item, text)| (way!["consent", language, key, item].to_vec(), text))
        });
        for (way, text) in single.into_iter().chain(listed) {
            for (_, name) in placeholders(text) {
                if !manifest.options.keys().any(|option| option.as_str() == name) {
                    unknown_placeholder(manifest, name, document, &way, findings);
                }
            }
        }
    }
}

fn unknown_placeholder(
    manifest: &Manifest,
    name: &str,
    document: &Document<'_>,
    way: &[Step],
    findings: &mut Findings<'_>,
) {
    let name = crate::text::shown(name);
    let fix = match crate::suggest::nearest(&name, manifest.options.keys().map(OptionName::as_str)) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None => format!("declare `[options.{name}]`, or write the text without braces"),
    };
    let message = format!("the text mentions `{{{name}}}`, which is no option");
    findings.error(&document.span(way), "unknown-placeholder", message, "here", fix);
}

/// Tells of everything that is listed twice under `key`.
fn repeated<'item>(
    items: impl Iterator<Item = &'item str>,
    key: &str,
    document: &Document<'_>,
    findings: &mut Findings<'_>,
) {
    let mut seen = std::collections::BTreeMap::new();
    for (place, item) in items.enumerate() {
        let way: Vec<Step> = match key {
            "reads" => way![key, place, "path"].to_vec(),
            "access" => way![key, "linux_capabilities", place].to_vec(),
            _ => way![key, place].to_vec(),
        };
        let span = document.span(&way);
        if let Some(first) = seen.get(item) {
            let message = format!("`{item}` is listed twice");
            let diagnostic = Diagnostic::error(findings.source(), &span, "repeated", message, "again")
                .with_fix("remove one of the two")
                .with_related(findings.source(), first, "the first is here");
            findings.push(diagnostic);
        } else {
            seen.insert(item, span);
        }
    }
}

/// The plugins that need no code do nothing without what they work on.
fn built_in_plugin(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    let (missing, what) = match manifest.plugin.as_str() {
        "files" if manifest.reads.is_empty() => {
            ("[[reads]]", "copies the declared paths, and none is declared")
        }
        "commands" if manifest.commands.is_empty() => {
            ("[[commands]]", "runs the declared commands, and none is declared")
        }
        _ => return,
    };
    let message = format!("the plugin `{}` {what}", manifest.plugin);
    findings.error(
        &document.span(&way!["plugin"]),
        "nothing-declared",
        message,
        "has nothing to do",
        format!("add a `{missing}`"),
    );
}

fn hosts(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    let Network::Hosts(hosts) = &manifest.access.network else {
        return;
    };
    for (item, host) in hosts.iter().enumerate().filter(|(_, host)| !is_host(host)) {
        let message = format!("`{}` is no host", crate::text::shown(host));
        let span = document.span(&way!["access", "network", "hosts", item]);
        findings.error(
            &span,
            "bad-host",
            message,
            "here",
            "write `name`, `name:port`, `10.0.0.7:554` or `[fe80::1]:80`, without `http://`",
        );
    }
}

/// True for `name`, `name:port`, an address, and `[address]:port` of IPv6.
fn is_host(text: &str) -> bool {
    let name = match (text.strip_prefix('['), text.rsplit_once(':')) {
        (Some(rest), _) => {
            let Some((address, port)) = rest.split_once(']') else {
                return false;
            };
            let port_fits =
                port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
            return port_fits && address.parse::<std::net::Ipv6Addr>().is_ok();
        }
        (None, Some((name, port))) if !name.contains(':') => {
            if port.parse::<u16>().is_err() {
                return false;
            }
            name
        }
        _ => text,
    };
    let label = |label: &str| {
        let fits = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_';
        (1..=63).contains(&label.len())
            && label.bytes().all(fits)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.parse::<std::net::Ipv6Addr>().is_ok() || (name.len() <= 253 && name.split('.').all(label))
}

/// The declared level must be at least what the declarations reach, and say why where it is high.
fn level(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    let declared = manifest.level;
    if declared.needs_own_approval() && manifest.level_reason.is_none() {
        let message = format!("a `{declared}` collector must say why it is `{declared}`");
        let fix = "add `level_reason = \"…\"`, for the person who is asked";
        findings.error(
            &document.span(&way!["level"]),
            "missing-key",
            message,
            "`level_reason` is missing",
            fix,
        );
    }
    if declared.needs_own_approval()
        && manifest.consent.get("en").is_some_and(|text| text.may_contain.is_empty())
    {
        let message = format!("a `{declared}` collector should list what private things may be in it");
        let label = "`may_contain` is missing";
        let diagnostic = Diagnostic::error(
            findings.source(),
            &document.span(&way!["consent", "en"]),
            "no-may-contain",
            message,
            label,
        )
        .with_fix("add `may_contain = [\"passwords\", …]`")
        .warning();
        findings.push(diagnostic);
    }
    let demands = sensitivity::demands(manifest);
    let Some(most) = demands.iter().map(|demand| demand.level).max().filter(|most| *most > declared) else {
        return;
    };
    let mut told = BTreeSet::new();
    for demand in demands.into_iter().filter(|demand| demand.level > declared) {
        let span = document.span(&demand.way);
        if !told.insert(span.start) {
            continue;
        }
        let message = format!("level `{declared}` is too low: {}", demand.reason);
        let diagnostic = Diagnostic::error(
            findings.source(),
            &span,
            "level-too-low",
            message,
            format!("needs `{}`", demand.level),
        )
        .with_fix(level_fix(most, demand.level, &demand.way))
        .with_related(
            findings.source(),
            &document.span(&way!["level"]),
            format!("the declared level is `{declared}`"),
        );
        findings.push(diagnostic);
    }
}

fn level_fix(most: Level, needed: Level, way: &[Step]) -> String {
    let reason = if most.needs_own_approval() { " with a `level_reason`" } else { "" };
    let narrower = match way.first() {
        Some(Step::Key(key)) if key == "reads" => ", or name exactly the files that are needed",
        Some(Step::Key(key)) if key == "commands" => ", or run a narrower command",
        _ => "",
    };
    match needed == most {
        true => format!("write `level = \"{most}\"`{reason}{narrower}"),
        false => format!("write `level = \"{most}\"`{reason}, which other declarations need{narrower}"),
    }
}
