//! What `drop` and `mask` share: which artifacts are meant, what is left, and what a person does about errors.

mod account;
mod selection;

use std::path::Path;

use candor_report::{EditError, Edited, Editor, MaskError, finish_edit};

pub use self::account::Account;
pub use self::selection::select;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::record;
use crate::terminal::printable;

/// Finishes an edit of the report that was cut off. Whatever reads a report calls this first.
///
/// # Errors
/// When it cannot be finished now.
pub fn finish_unfinished(report: &Path) -> Result<(), Failure> {
    if finish_edit(report).map_err(|error| failed(&error, report))? {
        eprintln!("Finished an edit of `{}` that was cut off", printable(&report.to_string_lossy()));
    }
    Ok(())
}

/// Opens a report that this installation may change.
///
/// # Errors
/// When it cannot be edited, or is another installation's.
pub fn open(report: &Path) -> Result<Editor, Failure> {
    let editor = Editor::open(report).map_err(|error| failed(&error, report))?;
    record::own_key(editor.record())?;
    Ok(editor)
}

/// Writes the changed report.
///
/// # Errors
/// When it cannot be written.
pub fn finish(editor: Editor, report: &Path) -> Result<Edited, Failure> {
    let before = editor.record().clone();
    let key = record::own_key(&before)?;
    let edited = editor.finish(jiff::Timestamp::now(), &record::renewal(before, key));
    let edited = edited.map_err(|error| failed(&error, report))?;
    if edited.has_other_names {
        eprintln!(
            "warning: `{}` had another name (a hard link), under which the report is as it was",
            printable(&report.to_string_lossy())
        );
    }
    Ok(edited)
}

/// The error with what to do about it.
pub fn failed(error: &EditError, report: &Path) -> Failure {
    let report = printable(&report.to_string_lossy());
    let (exit, hint) = match error {
        EditError::Damaged { .. } | EditError::Leaf(_) | EditError::Edits(_) => {
            (Exit::Unverified, format!("`candor verify {report}` says more"))
        }
        EditError::InUse(_) => (Exit::Usage, "try again when that is done".to_owned()),
        EditError::NoProof => (Exit::Usage, "collect again with this version".to_owned()),
        EditError::Missing(_) | EditError::Twice(_) => {
            (Exit::Usage, format!("`candor show {report}` lists what there is"))
        }
        EditError::Journal { .. } => (
            Exit::Usage,
            "if no edit of this report was cut off, move that file away; else put the report that it belongs to back"
                .to_owned(),
        ),
        EditError::DiskFull { .. } => (Exit::Internal, "nothing was changed: make room and try again".to_owned()),
        EditError::Unfinished { .. } => (
            Exit::Internal,
            format!("do not send the report now; `candor verify {report}` finishes the edit, once there is room"),
        ),
        EditError::Mask { source, .. } => (Exit::Usage, mask_hint(source)),
        EditError::Read(_) | EditError::File(_) | EditError::NotAFile(_) => {
            return Failure::of(error, Exit::Usage);
        }
        _ => return Failure::of(error, Exit::Internal),
    };
    let failure = Failure::of(error, exit);
    if hint.is_empty() { failure } else { failure.hint(hint) }
}

fn mask_hint(error: &MaskError) -> String {
    let hint = match error {
        MaskError::Nothing => "say what: `--lines`, `--match`, `--region` or `--bytes`",
        MaskError::NotText(_) | MaskError::Binary { .. } => {
            "`--bytes A-B` blanks bytes of any artifact, `candor drop` takes it out"
        }
        MaskError::NotAPicture(_) | MaskError::Picture(_) => {
            "`candor drop` takes it out; `--bytes A-B` blanks bytes of any artifact"
        }
        MaskError::Mixed => "mask with one sort of option after the other",
        _ => "",
    };
    hint.to_owned()
}
