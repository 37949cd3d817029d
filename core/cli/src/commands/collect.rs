//! `candor collect`: plan, ask, run, write.

mod answering;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_consent::{Choice, Conclusion, DecisionsFile, Deliberation, Source};
use candor_host::redaction::{redact_entry, redact_options, redact_text};
use candor_host::{Plan, ReportCaps, Stop, StopReason, entry_of};
use candor_pseudonym::CaseKey;
use candor_redact::Policy;
use candor_report::{
    AssembleError, Compression, Outcome as Ended, RedactionTerms, ReportIndex, SESSION_SCHEMA, Session,
    SessionHeader,
};
use candor_trust::SigningKey;
use candor_trust::merkle::Salt;

use answering::Answering;

use crate::arguments::{Collect, Global, Packing};
use crate::dialog::View;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::outlook::Outlook;
use crate::progress::Display;
use crate::redaction::{self, Redaction};
use crate::running::{self, Run};
use crate::{answers, dialog, enforcement, installation, places, proof, record, summary, terminal};

/// Runs the command.
pub fn run(global: &Global, arguments: &Collect) -> Outcome {
    let (plan, answering) = planned(global, arguments)?;
    let answering = answering.as_ref();
    let outlook = Outlook::of(&plan, global, arguments.require_enforcement.map(Into::into))?;
    let created = jiff::Timestamp::now();
    let id = running::session_id(created);
    let mut header = header(&plan, arguments, answering, created, &id)?;
    check_output(&header.output, arguments.overwrite)?;
    // What is named must be usable before anybody is asked anything.
    let policy = redaction::policy(&arguments.redaction_policy)?;
    let named_key = arguments.key.as_deref().map(redaction::read_key).transpose()?;
    installation::existing()?;
    let language = terminal::language(global.language.as_deref());
    if let Some(answering) = answering {
        answering.introduce(arguments.show_statement)?;
    }
    let ledger = answers::earlier(&plan.profile.id);
    let terms = answering.map(Answering::terms);
    let view = View { language: &language, outlook: &outlook, ledger: &ledger, terms: terms.as_ref() };
    let Some(mut conclusion) = decide(&plan, arguments, answering, &view)? else {
        eprintln!("Nothing was collected.");
        return Ok(Exit::Nothing);
    };
    answers::remember(&plan.profile.id, &conclusion.answers, terms.as_ref());
    if conclusion.grants.is_empty() {
        return nothing_approved(&plan, arguments.json.json);
    }
    let signer = installation::key()?;
    let case = Case::open(&id, policy, named_key, arguments.key.clone())?;
    case.redact(&mut header, &mut conclusion);
    let consent = conclusion.record.to_json().map_err(|error| Failure::of(&error, Exit::Internal))?;
    // From here on a signal leads to a partial report; before, there is nothing that could be lost.
    let stop = Stop::new()?;
    running::stop_on_signals(&stop, session_note(&id))?;
    let session = Session::create(&places::session_root(), header, &consent).map_err(|error| {
        case.abandon(&id);
        Failure::of(&error, Exit::Internal)
    })?;
    let session = match answering.map_or(Ok(()), |answering| answering.attach(&session)) {
        Ok(()) => session,
        Err(failure) => {
            case.abandon(&id);
            // Nothing was collected in it; the error that matters is the first.
            let _ = session.discard();
            return Err(failure);
        }
    };
    let caps = caps(&plan, arguments, &session);
    let compression = match arguments.compression {
        Packing::Deflate => Compression::Deflate,
        Packing::Stored => Compression::Stored,
    };
    let display = Display::new(arguments.json.json);
    let run = Run { plan: &plan, session: &session, caps: &caps, stop: &stop, display: &display };
    let engine = Arc::clone(&case.redaction.engine);
    run.go(conclusion.grants, &running::options(global, outlook, compression, engine))
        .map_err(|error| Failure::of(&error, Exit::Internal).hint(session_note(&id)))?;
    let output = session.header().output.clone();
    let interrupted = stop.requested();
    let reason = interrupted.map(StopReason::sentence);
    let (overwrite, json) = (arguments.overwrite, arguments.json.json);
    let key_file = Some(case.key_file);
    let writing = Writing { interrupted: reason, overwrite, json, key_file, signer: &signer };
    let exit = write_report(session, &output, &case.redaction, &writing)?;
    Ok(match interrupted {
        _ if exit == Exit::Unverified => exit,
        Some(StopReason::Interrupted) => Exit::Interrupted,
        Some(StopReason::Terminated) => Exit::Terminated,
        None => exit,
    })
}

/// The plan of a profile, or of the request that is answered.
fn planned(global: &Global, arguments: &Collect) -> Result<(Plan, Option<Answering>), Failure> {
    match (&arguments.request, &arguments.profile) {
        (Some(request), _) => {
            let (answering, plan) = Answering::open(global, request, &arguments.options)?;
            Ok((plan, Some(answering)))
        }
        (None, Some(profile)) => Ok((super::plan::build(global, profile, &arguments.options)?, None)),
        (None, None) => Err(Failure::usage("neither a profile nor a request is named")),
    }
}

fn header(
    plan: &Plan,
    arguments: &Collect,
    answering: Option<&Answering>,
    created: jiff::Timestamp,
    id: &str,
) -> Result<SessionHeader, Failure> {
    let salts = Salt::random().map_err(|error| Failure::of(&error, Exit::Internal))?;
    let mut header = SessionHeader {
        schema: SESSION_SCHEMA,
        id: id.to_owned(),
        created,
        profile: plan.profile.id.clone(),
        case: answering.map_or_else(|| arguments.case.clone(), |answering| Some(answering.case())),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        output: PathBuf::new(),
        redaction: RedactionTerms::default(),
        redaction_policies: arguments
            .redaction_policy
            .iter()
            .filter_map(|path| std::path::absolute(path).ok())
            .collect(),
        salts: Some(salts),
        planned: plan.collectors.iter().map(entry_of).collect(),
    };
    // Only of a request can the place be left out.
    let output = arguments.output.as_deref().unwrap_or(Path::new("."));
    header.output = output_file(output, &header);
    Ok(header)
}

/// In a folder the report gets a name of its own: `server-report-case-4711-20260131T120000Z-1a2b3c4d.zip`.
pub fn output_file(output: &Path, header: &SessionHeader) -> PathBuf {
    let absolute = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let wants_folder = output.is_dir() || output.as_os_str().as_encoded_bytes().ends_with(b"/");
    if !wants_folder {
        return absolute;
    }
    let case = header.case.as_deref().map(crate::file::name_part).filter(|case| !case.is_empty());
    let case = case.map(|case| format!("-case-{case}")).unwrap_or_default();
    absolute.join(format!("{}{case}-{}.zip", header.profile, header.id))
}

/// Finds out before anybody is asked anything that the report could not be written in the end.
fn check_output(output: &Path, overwrite: bool) -> Result<(), Failure> {
    let shown = output.display();
    if output.symlink_metadata().is_ok() && !overwrite {
        return Err(Failure::usage(format!("`{shown}` exists already"))
            .hint("choose another `--output`, or allow it with `--overwrite`"));
    }
    let folder = output.parent().unwrap_or(Path::new("/"));
    if !folder.is_dir() {
        return Err(Failure::usage(format!("`{}` is not a folder", folder.display())).hint("create it first"));
    }
    let access = rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK);
    access.map_err(|error| {
        Failure::because(
            format!("cannot write into `{}`", folder.display()),
            &std::io::Error::from(error),
            Exit::Usage,
        )
        .hint("choose another `--output`")
    })
}

/// Decisions from flags, then from the file, then from the person. `None` when the person leaves.
fn decide(
    plan: &Plan,
    arguments: &Collect,
    answering: Option<&Answering>,
    view: &View<'_>,
) -> Result<Option<Conclusion>, Failure> {
    let mut questions = Deliberation::new(plan.subjects());
    if let Some(terms) = view.terms {
        questions.asked_by(terms.clone());
    }
    for planned in &plan.collectors {
        questions.describe(&planned.manifest.value);
        if let Some(expected) = view.outlook.expected(planned.id()) {
            questions.expect_enforcement(planned.id(), expected.level);
        }
    }
    if let Some(path) = &arguments.decisions {
        apply_file(path, &mut questions)?;
    }
    apply_flags(arguments, &mut questions)?;
    let asks = questions.undecided().next().is_some() && terminal::can_ask() && !arguments.json.json;
    let goes_on = |answering: &Answering| answering.goes_on();
    if asks && !(answering.map_or(Ok(true), goes_on)? && dialog::ask(plan, &mut questions, view)?) {
        return Ok(None);
    }
    let case = answering.map(Answering::case).or_else(|| arguments.case.clone());
    let concluded = questions.conclude(plan.profile.id.as_str(), case.as_deref(), view.language);
    concluded.map(Some).map_err(|error| Failure::of(&error, Exit::Internal))
}

fn apply_file(path: &Path, questions: &mut Deliberation) -> Result<(), Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::because(format!("cannot read decisions `{shown}`"), &error, Exit::Usage))?;
    let file = DecisionsFile::parse(&text).map_err(|error| {
        Failure::because(format!("cannot take decisions from `{shown}`"), &error, Exit::Usage)
    })?;
    for unknown in file.apply(questions) {
        eprintln!("note: `{shown}` decides on `{unknown}`, which this profile does not collect");
    }
    Ok(())
}

fn apply_flags(arguments: &Collect, questions: &mut Deliberation) -> Result<(), Failure> {
    if let Some(both) = arguments.approve.iter().find(|id| arguments.refuse.contains(id)) {
        return Err(Failure::usage(format!("`{both}` is both approved and refused")));
    }
    let answers = [(&arguments.approve, Choice::Approved), (&arguments.refuse, Choice::Refused)];
    for (collectors, choice) in answers {
        for collector in collectors {
            questions.decide(collector, choice, Source::Flag).map_err(|error| {
                let known: Vec<_> =
                    questions.subjects().iter().map(|subject| subject.collector.to_string()).collect();
                Failure::of(&error, Exit::Usage).hint(format!("its collectors are: {}", known.join(", ")))
            })?;
        }
    }
    Ok(())
}

/// How this case is redacted.
struct Case {
    redaction: Redaction,
    key_file: PathBuf,
    /// The key was made for this run.
    fresh: bool,
}

impl Case {
    /// Looks at the machine and sees to the key, which is on disk before anything is collected.
    fn open(
        id: &str,
        policy: Policy,
        named: Option<CaseKey>,
        file: Option<PathBuf>,
    ) -> Result<Self, Failure> {
        let fresh = named.is_none();
        let (key, key_file) = match (named, file) {
            (Some(key), Some(file)) => (key, file),
            _ => redaction::create_key(id)?,
        };
        let redaction = Redaction::new(policy, &key, true).inspect_err(|_| {
            if fresh {
                let _ = redaction::remove_key(id);
            }
        })?;
        Ok(Self { redaction, key_file, fresh })
    }

    /// What the session's own documents say in others' words.
    fn redact(&self, header: &mut SessionHeader, conclusion: &mut Conclusion) {
        let Redaction { engine, key_id, incomplete } = &self.redaction;
        header.planned.iter_mut().for_each(|entry| redact_entry(entry, engine));
        for process in &mut conclusion.record.processes {
            redact_options(&mut process.subject.options, engine);
        }
        let incomplete = incomplete.iter().map(|phrase| redact_text(phrase, engine)).collect();
        header.redaction = RedactionTerms { key_id: Some(key_id.clone()), incomplete };
    }

    /// Nothing came of it.
    fn abandon(&self, id: &str) {
        if self.fresh {
            // The error that matters is told by the caller.
            let _ = redaction::remove_key(id);
        }
    }
}

fn nothing_approved(plan: &Plan, json: bool) -> Outcome {
    if json {
        super::print_json(&serde_json::json!({ "schema": 1, "path": null, "report": null }))?;
    }
    let flags: Vec<_> = plan.collectors.iter().map(|planned| format!("--approve {}", planned.id())).collect();
    eprintln!("Nothing was collected: no collector is approved.");
    if !terminal::can_ask() {
        eprintln!("hint: without a terminal, approve each collector that may be read: {}", flags.join(" "));
    }
    Ok(Exit::Nothing)
}

fn session_note(id: &str) -> String {
    format!("what was collected is kept: `candor sessions resume {id}`")
}

fn caps(plan: &Plan, arguments: &Collect, session: &Session) -> ReportCaps {
    let limits = plan.limits();
    ReportCaps::new(
        arguments.max_report.unwrap_or(limits.report),
        arguments.min_free.unwrap_or(limits.free_disk),
        session.folder(),
    )
}

/// How a report is written.
pub struct Writing<'a> {
    /// Why the run ended early, where it did.
    pub interrupted: Option<&'a str>,
    /// Replace what is there.
    pub overwrite: bool,
    /// Tell about it as JSON.
    pub json: bool,
    /// The key of the pseudonyms, where it is known.
    pub key_file: Option<PathBuf>,
    /// Signs the consent record.
    pub signer: &'a SigningKey,
}

/// Makes the report of a session, proves it, tells about it, and removes the session. Shared with `sessions resume`.
pub fn write_report(
    session: Session,
    output: &Path,
    redaction: &Redaction,
    writing: &Writing<'_>,
) -> Outcome {
    let attached = session.attached().map_err(|error| Failure::of(&error, Exit::Internal))?;
    let terms = record::terms_of(attached).map_err(Failure::internal)?;
    let closing = |draft: &[u8], index: &ReportIndex, json: &[u8]| {
        Ok(candor_report::close(draft, index, json, writing.signer, terms)?)
    };
    let assembled = session
        .assemble_with(output, writing.interrupted, writing.overwrite, &closing)
        .map_err(|error| not_written(&error, &session))?;
    let index = &assembled.index;
    let proof = proof::of(&assembled.path, &redaction.engine)?;
    let exit = if proof.holds() { exit_of(index) } else { Exit::Unverified };
    if writing.json {
        let document = serde_json::json!({
            "schema": 1, "path": assembled.path, "exit": exit as u8, "enforcement": enforcement::least(index),
            "key": writing.key_file, "proof": proof, "report": index,
        });
        super::print_json(&document)?;
    } else {
        eprintln!("{}", summary::report_line(&assembled.path, index));
        if let Some(key) = &writing.key_file {
            eprintln!("{}", summary::key_line(key));
        }
        for hint in
            index.collectors.iter().flat_map(|entry| entry.hints.iter().map(move |hint| (&entry.id, hint)))
        {
            eprintln!("hint: {}: {}", hint.0, terminal::printable(hint.1));
        }
        if !std::io::stdout().is_terminal() {
            writeln!(std::io::stdout(), "{}", assembled.path.display())?;
        }
    }
    proof::tell(&proof, &assembled.path);
    // The report is written; a session that cannot be removed is told, not fatal.
    if let Err(error) = session.discard() {
        Failure::of(&error, Exit::Internal).print();
    }
    Ok(exit)
}

fn not_written(error: &AssembleError, session: &Session) -> Failure {
    Failure::because("cannot write the report", error, Exit::Internal).hint(format!(
        "what was collected is kept; once that is mended: `candor sessions resume {} --output FILE_OR_DIR`",
        session.header().id
    ))
}

fn exit_of(index: &ReportIndex) -> Exit {
    let ended = |outcomes: &[Ended]| {
        index.collectors.iter().filter(|entry| outcomes.contains(&entry.outcome)).count()
    };
    if index.artifacts().next().is_none() && ended(&[Ended::Collected, Ended::Partial]) == 0 {
        Exit::Nothing
    } else if ended(&[Ended::Collected, Ended::Refused]) == index.collectors.len() {
        Exit::Success
    } else {
        Exit::Incomplete
    }
}
