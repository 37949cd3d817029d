//! `candor check --run`: runs the collectors of some manifests for their author, and compares what they touch with what
//! they declare. What they collect is discarded.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use candor_consent::{Choice, Deliberation, Grant, Source};
use candor_host::{Plan, PlannedCollector, ReportCaps, Stop, StopReason, entry_of};
use candor_manifest::{
    CollectorId, Diagnostic, Digest, Level, Limits, Loaded, Manifest, OptionName, OptionValue, ProfileId,
    ResolvedCollector, ResolvedProfile,
};
use candor_redact::Engine;
use candor_report::{CollectorEntry, Compression, Outcome as Ended, SESSION_SCHEMA, Session, SessionHeader};
use serde::Serialize;

use super::comparison::Comparison;
use super::listing;
use crate::arguments::{Check, Global};
use crate::enforcement::Stated;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::outlook::Outlook;
use crate::progress::Display;
use crate::running::{self, Run};
use crate::terminal::printable;
use crate::{diagnostics, places};

#[derive(Serialize)]
struct Checked<'a> {
    id: &'a str,
    manifest: &'a Path,
    ok: bool,
    outcome: Ended,
    reason: Option<&'a str>,
    enforcement: Option<&'a serde_json::Value>,
    #[serde(flatten)]
    comparison: Comparison,
}

/// Runs the command.
pub fn run(global: &Global, arguments: &Check) -> Outcome {
    let plan = plan(global, arguments)?;
    let grants = approve(&plan, &arguments.approve)?;
    let outlook = Outlook::of(&plan, global, None)?;
    let stop = Stop::new()?;
    let entries = collect(global, &plan, grants, outlook, &stop)?;
    if let Some(reason) = stop.requested() {
        eprintln!("Nothing is compared: {}", reason.sentence());
        return Ok(if reason == StopReason::Interrupted { Exit::Interrupted } else { Exit::Terminated });
    }
    let checked: Vec<_> = plan.collectors.iter().filter_map(|planned| checked(planned, &entries)).collect();
    let ok = checked.iter().all(|checked| checked.ok);
    if arguments.json.json {
        super::super::print_json(&serde_json::json!({ "schema": 1, "ok": ok, "checked": checked }))?;
    } else {
        let mut out = std::io::stdout().lock();
        checked.iter().try_for_each(|checked| print(&mut out, checked))?;
        out.flush()?;
    }
    Ok(if ok { Exit::Success } else { Exit::Incomplete })
}

/// A plan of exactly the manifests that were named.
fn plan(global: &Global, arguments: &Check) -> Result<Plan, Failure> {
    let libraries = places::libraries(global);
    let mut collectors: Vec<PlannedCollector> = Vec::new();
    for path in &arguments.paths {
        let manifest = load(path)?;
        let id = &manifest.value.id;
        if collectors.iter().any(|planned| planned.id() == id) {
            return Err(Failure::usage(format!("`{id}` is named twice")).hint("name each manifest once"));
        }
        let options = options(&manifest.value, arguments)?;
        collectors.push(PlannedCollector::build(manifest, options, &libraries));
    }
    let set = arguments.options.iter().map(|assignment| ("--option", &assignment.collector));
    let named = set.chain(arguments.approve.iter().map(|id| ("--approve", id)));
    for (flag, id) in named {
        if !collectors.iter().any(|planned| planned.id() == id) {
            return Err(Failure::usage(format!("`{flag}` names `{id}`, which is not among these manifests")));
        }
    }
    let resolved = |planned: &PlannedCollector| ResolvedCollector {
        id: planned.id().clone(),
        options: planned.options.clone(),
    };
    let profile = ResolvedProfile {
        id: ProfileId::new("check").map_err(|error| Failure::of(&error, Exit::Internal))?,
        title: BTreeMap::new(),
        summary: BTreeMap::new(),
        collectors: collectors.iter().map(resolved).collect(),
        limits: Limits::default(),
    };
    Ok(Plan { profile, collectors })
}

fn load(path: &Path) -> Result<Loaded<Manifest>, Failure> {
    let shown = path.display();
    if path.is_dir() || path.extension().is_some_and(|ending| ending == "so") {
        return Err(Failure::usage(format!("`{shown}` is no manifest"))
            .hint("naming a manifest is what approves it, so --run takes manifests only, each by its file"));
    }
    let faults = candor_manifest::check_file(path);
    if faults.iter().any(Diagnostic::is_error) {
        faults.iter().for_each(diagnostics::print);
        return Err(Failure::usage(format!("`{shown}` has errors, listed above")));
    }
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::because(format!("cannot read `{shown}`"), &error, Exit::Usage))?;
    let manifest = candor_manifest::parse_manifest(path, &String::from_utf8_lossy(&bytes))
        .map_err(|_| Failure::usage(format!("`{shown}` is no manifest of a collector")))?;
    Ok(Loaded { value: manifest, path: path.to_owned(), digest: Digest::of(&bytes) })
}

/// The defaults of the manifest, and what `--option` says.
fn options(manifest: &Manifest, arguments: &Check) -> Result<BTreeMap<OptionName, OptionValue>, Failure> {
    let defaults = manifest.options.iter().map(|(name, spec)| (name.clone(), spec.default_value()));
    let mut options: BTreeMap<_, _> = defaults.collect();
    for assignment in arguments.options.iter().filter(|assignment| assignment.collector == manifest.id) {
        let (id, name) = (&manifest.id, &assignment.option);
        let Some(spec) = manifest.options.get(name) else {
            let known: Vec<_> = manifest.options.keys().map(OptionName::to_string).collect();
            return Err(Failure::usage(format!("`{id}` has no option `{name}`"))
                .hint(format!("its options are: {}", known.join(", "))));
        };
        let value = spec.parse_text(&assignment.value).map_err(|error| {
            Failure::because(
                format!("the value of the option `{name}` of `{id}` does not fit"),
                &error,
                Exit::Usage,
            )
        })?;
        options.insert(name.clone(), value);
    }
    Ok(options)
}

/// Naming a manifest approves its collector, but not one of level `secret`.
fn approve(plan: &Plan, approved: &[CollectorId]) -> Result<Vec<Grant>, Failure> {
    let mut questions = Deliberation::new(plan.subjects());
    for planned in &plan.collectors {
        let id = planned.id();
        if planned.level() == Level::Secret && !approved.contains(id) {
            return Err(Failure::usage(format!(
                "`{id}` is of level `secret`: naming its manifest does not approve it"
            ))
            .hint(format!("add `--approve {id}`; what it collects is discarded")));
        }
        questions
            .decide(id, Choice::Approved, Source::Flag)
            .map_err(|error| Failure::of(&error, Exit::Internal))?;
    }
    let concluded = questions.conclude(plan.profile.id.as_str(), None, "en");
    concluded.map(|conclusion| conclusion.grants).map_err(|error| Failure::of(&error, Exit::Internal))
}

/// Runs the plan in a session that is discarded, whatever comes of it.
fn collect(
    global: &Global,
    plan: &Plan,
    grants: Vec<Grant>,
    outlook: Outlook,
    stop: &Stop,
) -> Result<Vec<CollectorEntry>, Failure> {
    let created = jiff::Timestamp::now();
    let id = running::session_id(created);
    let note = format!("what was collected is left behind: `candor sessions discard {id}`");
    running::stop_on_signals(stop, note.clone())?;
    let header = SessionHeader {
        schema: SESSION_SCHEMA,
        output: std::env::temp_dir().join(format!("check-{id}.zip")),
        id,
        created,
        profile: plan.profile.id.clone(),
        case: None,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        redaction: Default::default(),
        redaction_policies: Vec::new(),
        salts: None,
        planned: plan.collectors.iter().map(entry_of).collect(),
    };
    let session = Session::create(&places::session_root(), header, b"{}")
        .map_err(|error| Failure::of(&error, Exit::Internal))?;
    let limits = plan.limits();
    let caps = ReportCaps::new(limits.report, limits.free_disk, session.folder());
    // Progress would only repeat what is printed in the end.
    let display = Display::new(true);
    let run = Run { plan, session: &session, caps: &caps, stop, display: &display };
    // Names stay: the receipts are compared with the declarations, and then everything is discarded.
    let entries =
        run.go(grants, &running::options(global, outlook, Compression::Stored, Engine::secrets_only()));
    session.discard().map_err(|error| Failure::of(&error, Exit::Internal).hint(note))?;
    entries.map_err(|error| Failure::of(&error, Exit::Internal))
}

fn checked<'a>(planned: &'a PlannedCollector, entries: &'a [CollectorEntry]) -> Option<Checked<'a>> {
    let entry = entries.iter().find(|entry| entry.id == *planned.id())?;
    let comparison = Comparison::of(&planned.manifest.value, &planned.options, entry);
    let failed = matches!(entry.outcome, Ended::Failed | Ended::TimedOut | Ended::Refused);
    Some(Checked {
        id: planned.id().as_str(),
        manifest: &planned.manifest.path,
        ok: comparison.is_tight() && !failed,
        outcome: entry.outcome,
        reason: entry.reason.as_deref(),
        enforcement: entry.enforcement.as_ref(),
        comparison,
    })
}

fn print(out: &mut impl Write, checked: &Checked<'_>) -> std::io::Result<()> {
    let reason = checked.reason.map(|reason| format!(": {}", printable(reason))).unwrap_or_default();
    writeln!(out, "{} {}{reason}", checked.id, checked.outcome)?;
    if let Some(stated) = Stated::of(checked.enforcement) {
        writeln!(out, "  enforced {}", stated.sentence())?;
    }
    listing::lines(&checked.comparison).iter().try_for_each(|line| writeln!(out, "  {line}"))
}
