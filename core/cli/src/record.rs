//! The consent record of a finished report: who signed it, whether it covers what the report holds, and how it is renewed when the
//! report changes.
//!
//! The one place where `verify`, `consent` and whatever changes a report ask about it.

use std::error::Error;

use candor_consent::{Gap, check_chain};
use candor_report::{AttachedName, INDEX_PATH, ReadError, Record, ReportIndex, ReportReader};
use candor_request::Signed;
use candor_trust::{Digest, SigningKey, VerifyingKey};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::installation;

/// What the record says about itself and its report.
#[derive(Debug, Default, Serialize)]
pub struct Standing {
    /// The key that signed it, where that holds.
    pub signer: Option<VerifyingKey>,
    /// Words of the key, to be compared.
    pub fingerprint: Option<String>,
    /// What is wrong with signature or consent, each a sentence.
    pub problems: Vec<String>,
}

/// Checks signature and consent chain of a report.
///
/// # Errors
/// When the report cannot be read.
pub fn standing(reader: &mut ReportReader) -> Result<Standing, ReadError> {
    let record = reader.record()?;
    let index_json = reader.read_document(INDEX_PATH)?;
    let mut attached = Vec::new();
    for name in AttachedName::ALL {
        match reader.read_document(name.as_str()) {
            Ok(bytes) => attached.push((name, bytes)),
            Err(ReadError::Missing(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let mut standing = of(&record);
    let terms = terms_of(attached).unwrap_or_else(|problem| {
        standing.problems.push(problem);
        None
    });
    let chain = chain(&record, standing.signer.as_ref(), reader.index(), &index_json, terms);
    standing.problems.extend(chain.iter().map(told));
    Ok(standing)
}

/// Checks the signature of a record alone.
pub fn of(record: &Record) -> Standing {
    match signer(record) {
        Ok(key) => Standing {
            fingerprint: Some(key.fingerprint().to_string()),
            signer: Some(key),
            problems: Vec::new(),
        },
        Err(problem) => Standing { problems: vec![problem], ..Standing::default() },
    }
}

fn chain(
    record: &Record,
    signer: Option<&VerifyingKey>,
    index: &ReportIndex,
    index_json: &[u8],
    terms: Option<Digest>,
) -> Vec<Gap> {
    let (Some(signer), Ok(Some(signed))) = (signer, record.signed()) else { return Vec::new() };
    let claims = index.claims(Some(index_json), terms);
    claims.map(|claims| check_chain(&signed, signer, &claims)).unwrap_or_default()
}

/// The break with what may not be in the report because of it.
fn told(gap: &Gap) -> String {
    match gap.artifacts.as_slice() {
        [] => gap.to_string(),
        [one] => format!("{gap}; `{one}` may not be in the report"),
        [first, rest @ ..] => format!("{gap}; `{first}` and {} more may not be in the report", rest.len()),
    }
}

/// The key that signed the record, which is the one that it names.
fn signer(record: &Record) -> Result<VerifyingKey, String> {
    let signed = record.signed().map_err(|error| sentence(&error))?;
    let signed = signed.ok_or("the consent record is not signed: nobody says what was consented to")?;
    let key = signed.stated_signer().map_err(|error| sentence(&error))?;
    signed.open(&key).map_err(|error| sentence(&error))?;
    Ok(key)
}

/// The message and those of its causes, in one line.
fn sentence(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Hash of the terms of the request that is attached; `None` where none is.
///
/// # Errors
/// A sentence, when what is attached is not a whole and signed request.
pub fn terms_of(attached: Vec<(AttachedName, Vec<u8>)>) -> Result<Option<Digest>, String> {
    if !attached.iter().any(|(name, _)| AttachedName::OF_REQUEST.contains(name)) {
        return Ok(None);
    }
    let mut documents = AttachedName::OF_REQUEST
        .map(|name| attached.iter().find(|(attached, _)| *attached == name).map(|(_, bytes)| bytes.clone()));
    let [Some(json), Some(signature), Some(statement)] = documents.each_mut().map(Option::take) else {
        return Err("of request, signature and statement not all are attached".to_owned());
    };
    let unsound = |error: &dyn Error| format!("the attached request cannot be relied on: {error}");
    let signed = Signed::of(json, signature, statement).map_err(|error| unsound(&error))?;
    let (request, _) = signed.read().map_err(|error| unsound(&error))?;
    request.terms(signed.sha256()).sha256().map(Some).map_err(|error| unsound(&error))
}

/// The key of this installation, when it is the one that signed the record: only it can add to it.
///
/// # Errors
/// When the record is signed by a key that this installation does not have, or its signature does not hold.
pub fn own_key(record: &Record) -> Result<SigningKey, Failure> {
    let signer = signer(record).map_err(|problem| Failure::usage(problem).with_exit(Exit::Unverified))?;
    let own = installation::existing()?.filter(|own| *own.verifying_key() == signer);
    own.ok_or_else(|| {
        Failure::usage(
            "the report is signed by another installation, and only that one can add to its record",
        )
        .hint(format!("it is the installation `{}`", signer.fingerprint()))
    })
}

/// Completes the record of a report that was edited. `before` is the record as it was, signed by `key`.
pub fn renewal(
    before: Record,
    key: SigningKey,
) -> impl Fn(&[u8], &ReportIndex, &[u8]) -> Result<Record, Box<dyn Error + Send + Sync>> {
    move |_, index, index_json| Ok(candor_report::close_again(&before, index, index_json, &key)?)
}
