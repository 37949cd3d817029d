//! Counts what a redactor does with the corpus: values missed, benign lines touched, files broken.
//!
//! Start with [`Score::of`]; [`subject`] is what is scored.

mod alarms;
mod recall;
pub mod report;
mod structure;
pub mod subject;
mod views;

pub use alarms::{Alarm, Alarms};
pub use recall::{Miss, Recall, Tallied};

use crate::corpus::model::{Document, Packing};
use subject::Subject;

/// What came out over a whole corpus.
#[derive(Debug)]
pub struct Score {
    /// Planted values caught and missed.
    pub recall: Recall,
    /// Benign lines touched.
    pub alarms: Alarms,
    /// Files whose structure is another than before, with what differs.
    pub broken: Vec<String>,
    /// Files that a second pass changes again.
    pub unstable: Vec<String>,
    /// Files that were not redacted at all, with the reason.
    pub withheld: Vec<String>,
    /// Files whose structure was compared.
    pub structured_files: usize,
}

impl Score {
    /// The score of `subject` over these documents.
    #[must_use]
    pub fn of(subject: &dyn Subject, planted: &[Document], benign: &[Document]) -> Self {
        let mut score = Self {
            recall: Recall::default(),
            alarms: Alarms::default(),
            broken: Vec::new(),
            unstable: Vec::new(),
            withheld: Vec::new(),
            structured_files: 0,
        };
        for document in planted {
            score.add_planted(subject, document);
        }
        for document in benign {
            match redacted(subject, document) {
                Ok(output) => score.alarms.add(document, &output),
                Err(why) => score.withheld.push(format!("{}: {why}", document.name)),
            }
        }
        score
    }

    fn add_planted(&mut self, subject: &dyn Subject, document: &Document) {
        let output = match redacted(subject, document) {
            Ok(output) => output,
            Err(why) => return self.withheld.push(format!("{}: {why}", document.name)),
        };
        self.recall.add(document, &output);
        let again = Document {
            text: output.clone(),
            planted: Vec::new(),
            packing: Packing::Bare,
            ..document.clone()
        };
        if redacted(subject, &again).is_ok_and(|again| again != output) {
            self.unstable.push(document.name.clone());
        }
        match structure::compare(document.syntax, &document.text, &output) {
            None => {}
            Some(Ok(())) => self.structured_files += 1,
            Some(Err(why)) => {
                self.structured_files += 1;
                self.broken.push(format!("{}: {why}", document.name));
            }
        }
    }
}

/// The document's text after redaction, unpacked and decoded.
fn redacted(subject: &dyn Subject, document: &Document) -> Result<String, String> {
    let encoded = document.encoded();
    let packed = document.packing.pack("entry", &encoded).map_err(|error| error.to_string())?;
    let output = subject.redact(document.packing, &packed)?;
    let unpacked =
        document.packing.unpack(&output).map_err(|error| format!("cannot be unpacked: {error}"))?;
    Ok(document.encoding.decode(&unpacked))
}
