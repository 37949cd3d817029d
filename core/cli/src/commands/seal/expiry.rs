//! Consent to a request lasts as long as the request.

use std::path::Path;

use candor_consent::{ConsentRecord, Moment};
use candor_manifest::CollectorId;
use candor_report::{Record, ReportIndex, replace_record};
use jiff::Timestamp;

use super::Leaving;
use crate::exit::Exit;
use crate::failure::Failure;

/// Refuses when the request has expired, and writes into the record that consent has run out with it.
pub(super) fn check(report: &Path, leaving: &Leaving, expires: Timestamp) -> Result<(), Failure> {
    if Timestamp::now() <= expires {
        return Ok(());
    }
    let refused =
        Failure::usage(format!("the request expired on {expires}, and what was consented to with it"))
            .with_exit(Exit::Unverified)
            .hint("nothing was sealed; ask support for a new request, and collect for that");
    let consent = ConsentRecord::from_json(&leaving.record.json)
        .map_err(|error| Failure::of(&error, Exit::Unverified))?;
    let given = consent.processes.iter().filter(|process| process.is_given());
    let given: Vec<CollectorId> = given.map(|process| process.collector.clone()).collect();
    let closing = |_: &[u8], _: &ReportIndex, _: &[u8]| {
        let signed = leaving.record.signed()?.ok_or("the consent record is not signed")?;
        Ok(Record::from(signed.expired(&leaving.key, &given, Moment::of(expires))?))
    };
    let written = replace_record(report, &closing);
    Err(match written {
        Ok(_) => refused,
        Err(error) => refused.hint(format!("the record could not be told of it: {error}")),
    })
}
