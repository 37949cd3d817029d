//! To whom a report is sealed.

use candor_consent::{NamedRecipient, RecordedRecipient};
use candor_manifest::Level;
use candor_report::{AttachedName, ReportReader};
use candor_request::{Request, Signed};

use super::unreadable;
use crate::arguments::Seal;
use crate::asked;
use crate::commands::request::recipient;
use crate::exit::Exit;
use crate::failure::Failure;

/// The recipients that are named, or those of the request that the report answers. Nobody gets more than the request says.
pub(super) fn of(
    arguments: &Seal,
    asked_for: Option<(Signed, Request)>,
) -> Result<Vec<RecordedRecipient>, Failure> {
    if let Some(file) = &arguments.request {
        let given = asked::open(file)?;
        let same = asked_for.as_ref().is_some_and(|(signed, _)| signed.sha256() == given.sha256());
        if !same {
            return Err(Failure::usage("the report was not collected for this request")
                .hint("what was consented to is for the recipients of the request that was shown"));
        }
    }
    let named = arguments.recipients.iter().map(|text| recipient::parse(text, Level::Secret));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let request = asked_for.map(|(_, request)| request);
    let chosen = match (&request, named.is_empty()) {
        (Some(request), true) => request.recipients.clone(),
        (None, true) => {
            return Err(Failure::usage(
                "the report was collected without a request, so nobody is named to seal it to",
            )
            .hint("name them: `--recipient KEY_OR_CARD@LEVEL`"));
        }
        (Some(request), false) => {
            named.into_iter().map(|named| within(&named, request)).collect::<Result<_, _>>()?
        }
        (None, false) => named,
    };
    Ok(chosen.iter().map(RecordedRecipient::from).collect())
}

/// A recipient of the request, with no more than the request gives them. Consent was given for these.
fn within(named: &NamedRecipient, request: &Request) -> Result<NamedRecipient, Failure> {
    let found = request.recipients.iter().find(|asked| asked.recipient == named.recipient);
    let found = found.ok_or_else(|| {
        Failure::usage(format!("`{}` is not a recipient of the request", named.recipient))
            .with_exit(Exit::Usage)
            .hint(
                "consent was given for the recipients of the request; a report for others is collected anew",
            )
    })?;
    Ok(NamedRecipient { level: named.level.min(found.level), ..found.clone() })
}

/// The request that is attached to the report.
pub(super) fn request_of(reader: &mut ReportReader) -> Result<Option<(Signed, Request)>, Failure> {
    let mut documents = Vec::new();
    for name in AttachedName::OF_REQUEST {
        documents.extend(reader.document(name.as_str()).map_err(|error| unreadable(&error))?);
    }
    let Ok([json, signature, statement]) = <[Vec<u8>; 3]>::try_from(documents) else { return Ok(None) };
    let unsound = |error: &(dyn std::error::Error + 'static)| {
        Failure::because("cannot rely on the request in the report", error, Exit::Unverified)
    };
    let signed = Signed::of(json, signature, statement).map_err(|error| unsound(&error))?;
    let (request, _) = signed.read().map_err(|error| unsound(&error))?;
    Ok(Some((signed, request)))
}
