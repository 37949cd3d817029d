//! Reports: verifying and reading them, and editing what verifies.
#![no_main]

use candor_fuzz::OnDisk;
use candor_report::{Editor, ReportReader, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = OnDisk::with(bytes);
    let sound = verify(file.path()).is_ok_and(|verification| verification.is_intact());
    if let Ok(mut reader) = ReportReader::open(file.path()) {
        let paths: Vec<String> = reader.index().artifacts().map(|artifact| artifact.path.clone()).collect();
        for path in &paths {
            let read = reader.read_artifact(path, std::io::sink());
            assert!(read.is_ok() || !sound, "{path} of a sound report cannot be read");
        }
        // A restored report proves itself by what was sealed.
        let _ = candor_seal::check_restored(&mut reader);
        let _ = reader.redactions();
    }
    if let Ok(mut editor) = Editor::open(file.path()) {
        let first = editor.index().artifacts().next().map(|artifact| artifact.path.clone());
        let dropped = first.is_some_and(|path| editor.drop_artifact(&path).is_ok());
        let unsigned = |json: &[u8], _: &candor_report::ReportIndex, _: &[u8]| {
            Ok(candor_report::Record { json: json.to_vec(), signature: None })
        };
        if dropped && editor.finish(jiff::Timestamp::UNIX_EPOCH, &unsigned).is_ok() && sound {
            assert!(verify(file.path()).is_ok_and(|verification| verification.is_intact()));
        }
    }
    file.is_alone();
});
