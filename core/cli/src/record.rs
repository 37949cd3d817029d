//! The consent record of a finished report: who signed it, and how it is renewed when the report changes.
//!
//! The one place where `verify`, `drop` and `mask` ask about it. The chain from each artifact to its consent belongs here too.

use candor_report::{CONSENT_PATH, CONSENT_SIGNATURE_PATH, ReadError, Record, ReportIndex, ReportReader};
use candor_trust::{Purpose, Signature, VerifyingKey};
use serde::Serialize;

use crate::failure::Failure;

/// The field of `consent.json` that names the key of the installation.
const SIGNER: &str = "candor:signer";

/// What the record says about itself.
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
    let json = reader.read_document(CONSENT_PATH)?;
    let signature = match reader.read_document(CONSENT_SIGNATURE_PATH) {
        Ok(signature) => Some(signature),
        Err(ReadError::Missing(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(of(&Record { json, signature }))
}

fn of(record: &Record) -> Standing {
    match signer(record) {
        Ok(None) => Standing::default(),
        Ok(Some(key)) => Standing {
            fingerprint: Some(key.fingerprint().to_string()),
            signer: Some(key),
            problems: Vec::new(),
        },
        Err(problem) => Standing { problems: vec![problem], ..Standing::default() },
    }
}

/// The key that signed the record; `None` where none is stated and there is no signature.
fn signer(record: &Record) -> Result<Option<VerifyingKey>, String> {
    let stated = stated_signer(&record.json);
    match (&record.signature, stated) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err("the consent record names a signer, and its signature is missing".to_owned()),
        (Some(_), None) => Err("the consent record is signed, and names no signer".to_owned()),
        (Some(signature), Some(key)) => {
            let key: VerifyingKey = key
                .parse()
                .map_err(|error| format!("the signer of the consent record is no key: {error}"))?;
            let held = Signature::from_bytes(signature)
                .and_then(|signature| key.verify(Purpose::Record, &record.json, &signature));
            held.map(|()| Some(key)).map_err(|error| format!("the consent record: {error}"))
        }
    }
}

fn stated_signer(json: &[u8]) -> Option<String> {
    let record: serde_json::Value = serde_json::from_slice(json).ok()?;
    Some(record.get(SIGNER)?.as_str()?.to_owned())
}

/// Refuses a report that another installation signed: only that one can sign its record anew.
///
/// # Errors
/// When the record is signed by a key that this installation does not have, or its signature does not hold.
pub fn check_own(record: &Record) -> Result<(), Failure> {
    match signer(record) {
        Ok(None) => Ok(()),
        Ok(Some(key)) => Err(Failure::usage(
            "the report is signed by another installation, and only that one can change it",
        )
        .hint(format!("it is the installation `{}`", key.fingerprint()))),
        Err(problem) => Err(Failure::usage(problem).with_exit(crate::exit::Exit::Unverified)),
    }
}

/// The record of a changed report. One that is not signed says nothing of the report's index and stays as it is.
///
/// # Errors
/// Never yet: [`check_own`] lets no signed record come here.
pub fn renew(
    json: &[u8],
    _index: &ReportIndex,
    _index_json: &[u8],
) -> Result<Record, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Record { json: json.to_vec(), signature: None })
}
