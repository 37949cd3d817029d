//! Files of ours that are no reports: requests, sealed reports, grants, withdrawals, cards.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use candor_pack::Places;
use candor_request::Signed;
use candor_seal::{MAX_GRANT_BYTES, SignedGrant, read_envelope};
use candor_trust::{Card, Fingerprint};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file;
use crate::summary;
use crate::terminal::printable;

/// A request has at most this many bytes, and a card less.
const MOST_BYTES: u64 = candor_request::MAX_BYTES as u64;
/// A sealed report has six entries.
const MOST_ENTRIES: usize = 6;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    Request,
    Sealed,
    ForwardGrant,
    /// An age file: a withdrawal, or a part taken out of a sealed report.
    Encrypted,
    Card,
}

impl Sort {
    /// True for files that are signed in the open.
    fn proves(self) -> bool {
        !matches!(self, Self::Encrypted | Self::Card)
    }

    /// By what is in it; `None` for a report, or what is nothing of ours.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let mut head = Vec::new();
        File::open(path).ok()?.take(64).read_to_end(&mut head).ok()?;
        if head.starts_with(b"age-encryption.org/v1\n") {
            return Some(Self::Encrypted);
        }
        if head.starts_with(b"schema = ") {
            return Some(Self::Card);
        }
        let places = Places::of(File::open(path).ok()?, MOST_ENTRIES).ok()?;
        let has = |name: &str| places.find(name).is_some();
        let sorts = [
            (has("envelope.json"), Self::Sealed),
            (has("request.json") && !has("report.json"), Self::Request),
            (has("forward.json") && !has("report.json"), Self::ForwardGrant),
        ];
        sorts.into_iter().find_map(|(is, sort)| is.then_some(sort))
    }
}

/// What is known of such a file.
#[derive(Debug, Default, Serialize)]
struct Findings {
    /// `a request`, …
    what: &'static str,
    /// Words of the key that signed it.
    signer: Option<String>,
    proven: Vec<String>,
    not_proven: Vec<String>,
}

/// Checks it and says what that proves.
pub(super) fn run(sort: Sort, path: &Path, json: bool) -> Outcome {
    let found = match sort {
        Sort::Request => request(path)?,
        Sort::Sealed => sealed(path)?,
        Sort::ForwardGrant => grant(path)?,
        Sort::Encrypted => encrypted(),
        Sort::Card => card(path)?,
    };
    if json {
        super::super::print_json(&serde_json::json!({
            "schema": 1, "verified": sort.proves(), "sort": sort, "signer": found.signer,
            "proven": found.proven, "not_proven": found.not_proven,
        }))?;
    } else {
        print(sort, &found)?;
    }
    Ok(if sort.proves() { Exit::Success } else { Exit::Unverified })
}

fn print(sort: Sort, found: &Findings) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let verdict = if sort.proves() { "Verified" } else { "Not verified" };
    writeln!(out, "{verdict}: {}", found.what)?;
    found.proven.iter().try_for_each(|sentence| writeln!(out, "Proven: {sentence}"))?;
    found.not_proven.iter().try_for_each(|sentence| writeln!(out, "Not proven: {sentence}"))?;
    out.flush()
}

fn refused(error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::of(error, Exit::Unverified).hint("ask for it again, from whoever sent it")
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let bytes = file::read(path, most).map_err(|error| {
        Failure::because(format!("cannot read {}", file::shown(path)), &error, Exit::Usage)
    })?;
    Ok(bytes.to_vec())
}

fn request(path: &Path) -> Result<Findings, Failure> {
    let signed = Signed::open(&read(path, MOST_BYTES)?).map_err(|error| refused(&error))?;
    let (request, _) = signed.read().map_err(|error| refused(&error))?;
    let words = signed.key().fingerprint().to_string();
    Ok(Findings {
        what: "a request for a report",
        proven: vec![
            format!("unaltered since it was signed by the key `{words}`"),
            "its privacy statement is the one that it names".to_owned(),
        ],
        not_proven: vec![
            format!(
                "that this is the key of {}: compare the words with them",
                printable(request.requester.name.as_str())
            ),
            "that it may be answered here: `candor request show` asks that".to_owned(),
        ],
        signer: Some(words),
    })
}

fn sealed(path: &Path) -> Result<Findings, Failure> {
    let envelope = read_envelope(path).map_err(|error| refused(&error))?;
    let words = Fingerprint::of(envelope.signer.as_str()).to_string();
    let bytes = envelope.parts.iter().map(|part| part.bytes).sum();
    let levels: Vec<_> = envelope.parts.iter().map(|part| part.level.as_str()).collect();
    Ok(Findings {
        what: "a sealed report",
        proven: vec![format!(
            "all parts ({}, {}) are those that were sealed by the key `{words}`",
            levels.join(", "),
            summary::size(bytes)
        )],
        not_proven: vec![
            "what is in it, and that it was consented to: `candor open` asks that, with a key".to_owned(),
        ],
        signer: Some(words),
    })
}

fn grant(path: &Path) -> Result<Findings, Failure> {
    let signed = SignedGrant::from_bytes(&read(path, MAX_GRANT_BYTES)?).map_err(|error| refused(&error))?;
    let grant = &signed.grant;
    let words = grant.signer.fingerprint().to_string();
    let to = printable(grant.to.name.as_str());
    let mut not_proven = vec!["which artifacts it names, without the report".to_owned()];
    if grant.expires < jiff::Timestamp::now() {
        not_proven.push(format!("that it may still be used: it expired on {}", grant.expires));
    }
    Ok(Findings {
        what: "an approval to pass artifacts on",
        proven: vec![format!(
            "installation `{words}` approves that {to}, `{}`, gets {} until {}",
            grant.to.recipient.fingerprint(),
            summary::counted(grant.leaves.len() as u64, "artifact"),
            grant.expires
        )],
        not_proven,
        signer: Some(words),
    })
}

fn encrypted() -> Findings {
    Findings {
        what: "an encrypted file: a withdrawal of consent, or a part of a sealed report",
        not_proven: vec![
            "anything: decrypt it with `age -d -i IDENTITY`; docs/format.md says how to check what is in it"
                .to_owned(),
        ],
        ..Findings::default()
    }
}

fn card(path: &Path) -> Result<Findings, Failure> {
    let text = String::from_utf8_lossy(&read(path, MOST_BYTES)?).into_owned();
    let card = Card::parse(&text).map_err(|error| refused(&error))?;
    Ok(Findings {
        what: "a card",
        not_proven: vec![format!(
            "that its keys are those of {}: anybody can write a card; compare the words (`candor key show`)",
            printable(card.name.as_str())
        )],
        ..Findings::default()
    })
}
