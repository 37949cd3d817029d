//! What a person is told of a request.

use std::io::{self, Write};

use candor_consent::NamedRecipient;
use candor_manifest::Level;
use candor_request::{LeftOut, Narrowed, Request, Scope, ScopeError, Signed, Statement};
use candor_trust::{KeyName, TrustFile, Trusted};
use serde::Serialize;

use crate::terminal::{printable, width, wrap};

/// Widest text that reads well.
const WIDEST: usize = 96;
const LABEL: usize = 13;

/// A request, read and with what it comes to here.
pub struct Explained<'a> {
    pub signed: &'a Signed,
    pub request: &'a Request,
    pub statement: &'a Statement,
    /// Who signed it, as they are known here.
    pub trusted: &'a Trusted,
    pub trust: &'a TrustFile,
    pub scope: Option<&'a Scope>,
}

/// Who asks for what, and what for: some lines, each of a label and a text.
///
/// # Errors
/// Those of `out`.
pub fn tell(out: &mut impl Write, explained: &Explained<'_>) -> io::Result<()> {
    for (label, text) in lines(explained) {
        let lines = wrap(&printable(&text), width().min(WIDEST).saturating_sub(LABEL + 3));
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            writeln!(out, "  {label:<LABEL$} {line}")?;
        }
    }
    Ok(())
}

fn lines(explained: &Explained<'_>) -> Vec<(&'static str, String)> {
    let Explained { request, trusted, .. } = explained;
    let retention = request.retention_days.map_or("not said".to_owned(), |days| format!("{days} days"));
    let since = trusted.since.strftime("%Y-%m-%d");
    let known = in_words(&trusted.name, trusted.organisation.as_ref(), trusted.contact.as_ref());
    let requester = &request.requester;
    let said = in_words(&requester.name, requester.organisation.as_ref(), requester.contact.as_ref());
    let mut lines = vec![
        ("From", format!("{known}; trusted since {since}")),
        ("Fingerprint", explained.signed.key().fingerprint().to_string()),
    ];
    // What they say of themselves, where it is not what is known here.
    lines.extend((said != known).then_some(("They say", said)));
    lines.extend([
        ("Case", request.case.to_string()),
        ("Purpose", request.purpose.to_string()),
        ("Legal basis", request.legal_basis.to_string()),
        ("Kept for", retention),
    ]);
    let recipients = request.recipients.iter().map(|named| recipient(named, explained.trust));
    lines.extend(recipients.map(|text| ("Readable by", text)));
    let deliver: Vec<_> = request.deliver.iter().map(ToString::to_string).collect();
    if !deliver.is_empty() {
        lines.push(("Deliver to", deliver.join(", or ")));
    }
    lines.push(("Valid until", request.expires.strftime("%Y-%m-%d %H:%M UTC").to_string()));
    lines.push(("Statement", statement(explained.statement)));
    lines.extend(asked_for(request, explained.scope));
    lines
}

/// Somebody, as a card has it.
fn in_words(name: &KeyName, organisation: Option<&KeyName>, contact: Option<&KeyName>) -> String {
    let parts = [Some(name), organisation, contact];
    parts.into_iter().flatten().map(KeyName::as_str).collect::<Vec<_>>().join(", ")
}

fn recipient(named: &NamedRecipient, trust: &TrustFile) -> String {
    let known = trust.receiver(&named.recipient);
    let who = match (known, &named.name) {
        (Some(trusted), _) => format!("{}, whom you trust to receive", trusted.name),
        (None, Some(name)) => format!("`{name}`, as the request says"),
        (None, None) => "a key that nobody is named for".to_owned(),
    };
    let role = named.role.as_ref().map(|role| format!(", {role}")).unwrap_or_default();
    format!("{who}{role}: {}; words: {}", reach(named.level), named.recipient.fingerprint())
}

/// What somebody with this level can read.
fn reach(level: Level) -> String {
    match level {
        Level::Secret => "everything, level secret included".to_owned(),
        level => format!("up to level {level}"),
    }
}

fn statement(statement: &Statement) -> String {
    format!(
        "\"{}\", version {} of {}, language {}",
        statement.title(),
        statement.version,
        statement.date,
        statement.language
    )
}

fn asked_for(request: &Request, scope: Option<&Scope>) -> Vec<(&'static str, String)> {
    let Some(scope) = scope else { return vec![("Profile", request.profile.to_string())] };
    let ids: Vec<_> = scope.profile().collectors.iter().map(|kept| kept.id.to_string()).collect();
    let mut lines = vec![("Profile", request.profile.to_string()), ("Collectors", ids.join(", "))];
    let left: Vec<_> = scope.left_out().iter().map(left_out).collect();
    if !left.is_empty() {
        lines.push(("Not asked for", left.join(", ")));
    }
    let narrowed = |narrowed: &Narrowed| {
        format!("{}.{}: {} instead of {}", narrowed.collector, narrowed.option, narrowed.to, narrowed.from)
    };
    lines.extend(scope.narrowed().iter().map(|change| ("Narrowed", narrowed(change))));
    lines
}

fn left_out(left: &LeftOut) -> String {
    match left.by_level {
        true => format!("{} (level {})", left.collector, left.level),
        false => left.collector.to_string(),
    }
}

/// The same for scripts.
#[derive(Serialize)]
pub struct Explanation<'a> {
    schema: u32,
    sha256: String,
    request: &'a Request,
    trusted: &'a Trusted,
    fingerprint: String,
    recipients: Vec<Readable<'a>>,
    statement_title: &'a str,
    statement: &'a str,
    collectors: Option<Vec<&'a str>>,
    left_out: &'a [LeftOut],
    narrowed: &'a [Narrowed],
    /// Why it would be refused, where it would.
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Readable<'a> {
    #[serde(flatten)]
    named: &'a NamedRecipient,
    fingerprint: String,
    trusted: Option<&'a str>,
}

/// Everything about a request, with a `schema` version.
pub fn explanation<'a>(explained: &Explained<'a>, problems: Vec<String>) -> Explanation<'a> {
    let scope = explained.scope;
    let readable = |named: &'a NamedRecipient| Readable {
        named,
        fingerprint: named.recipient.fingerprint().to_string(),
        trusted: explained.trust.receiver(&named.recipient).map(|trusted| trusted.name.as_str()),
    };
    Explanation {
        schema: 1,
        sha256: explained.signed.sha256().to_string(),
        request: explained.request,
        trusted: explained.trusted,
        fingerprint: explained.signed.key().fingerprint().to_string(),
        recipients: explained.request.recipients.iter().map(readable).collect(),
        statement_title: explained.statement.title(),
        statement: explained.statement.text(),
        collectors: scope
            .map(|scope| scope.profile().collectors.iter().map(|kept| kept.id.as_str()).collect()),
        left_out: scope.map(Scope::left_out).unwrap_or_default(),
        narrowed: scope.map(Scope::narrowed).unwrap_or_default(),
        problems,
    }
}

/// The statement, exactly, but for what a terminal would take for a command: there is none of that in one that was admitted.
///
/// # Errors
/// Those of `out`.
pub fn tell_statement(out: &mut impl Write, statement: &Statement) -> io::Result<()> {
    for line in statement.text().split('\n') {
        writeln!(out, "{}", line.trim_end_matches('\r'))?;
    }
    Ok(())
}

/// A message with its causes in one line.
pub fn sentence(error: &ScopeError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
