//! `candor request show`: checks a request and explains it.

use std::io::Write;

use candor_manifest::Catalogue;
use candor_request::{Refusal, Request, Scope, Signed};
use candor_trust::{May, TrustFile, Trusted};

use crate::arguments::{Global, ShowRequest};
use crate::asked::{self, Explained, Memory};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::trust::Trust;
use crate::{keys, places};

/// Runs the command.
pub fn run(global: &Global, arguments: &ShowRequest) -> Outcome {
    let signed = asked::open(&arguments.file)?;
    let refused = |refusal: Refusal| asked::refused(&arguments.file, &refusal);
    let (request, statement) = signed.read().map_err(|error| refused(error.into()))?;
    let trust = trust(arguments)?;
    let trusted = signed.trusted(&trust).map_err(|error| refused(error.into()))?;
    let memory = asked::memory_of(&request.nonce)?;
    let mut problems = problems(&signed, &request, memory.as_ref());
    let scope = scope(global, &request, &mut problems);
    let (scope, trust) = (scope.as_ref(), &trust);
    let explained =
        Explained { signed: &signed, request: &request, statement: &statement, trusted, trust, scope };
    let exit = if problems.is_empty() { Exit::Success } else { Exit::Unverified };
    if arguments.json.json {
        crate::commands::print_json(&asked::explanation(&explained, problems))?;
        return Ok(exit);
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "A request for a report, signed and unaltered")?;
    asked::tell(&mut out, &explained)?;
    if arguments.show_statement {
        writeln!(out)?;
        asked::tell_statement(&mut out, &statement)?;
    }
    out.flush()?;
    if let Some(at) = memory.and_then(|memory| memory.known().collected) {
        eprintln!("note: collected for before, on {}", at.strftime("%Y-%m-%d %H:%M UTC"));
    }
    for problem in &problems {
        eprintln!("It would be refused: {problem}");
    }
    Ok(exit)
}

/// Who is trusted, and for this look whoever the card is of.
fn trust(arguments: &ShowRequest) -> Result<TrustFile, Failure> {
    let mut trust = Trust::read()?.all();
    if let Some(path) = &arguments.card {
        let card = keys::card(path)?;
        trust.trusted.push(Trusted {
            name: card.name,
            organisation: card.organisation,
            contact: card.contact,
            signing: card.signing,
            recipient: None,
            may: vec![May::Request],
            since: jiff::Timestamp::now(),
        });
    }
    Ok(trust)
}

fn problems(signed: &Signed, request: &Request, memory: Option<&Memory>) -> Vec<String> {
    let times = request.check_times(jiff::Timestamp::now()).err().map(|error| error.to_string());
    let known = memory.map(Memory::known);
    let nonce = request.check_nonce(signed.sha256(), known.as_ref()).err().map(|error| error.to_string());
    times.into_iter().chain(nonce).collect()
}

/// What it comes to here. Without manifests nothing can be said about that.
fn scope(global: &Global, request: &Request, problems: &mut Vec<String>) -> Option<Scope> {
    if places::manifest_folders(global).is_empty() {
        problems.push("there are no manifests here".to_owned());
        return None;
    }
    let catalogue: Catalogue = places::catalogue(global).ok()?;
    Scope::of(request, &catalogue).map_err(|error| problems.push(asked::sentence(&error))).ok()
}
