//! `candor collect --request`: what a request changes about a collection.

use std::path::Path;

use candor_consent::Terms;
use candor_host::Plan;
use candor_manifest::OptionAssignment;
use candor_report::Session;
use candor_request::{Admitted, NarrowError};
use candor_trust::TrustFile;

use crate::arguments::Global;
use crate::asked::{self, Explained};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::trust::Trust;
use crate::{dialog, places};

/// The request that is answered.
pub struct Answering {
    admitted: Admitted,
    trust: TrustFile,
}

impl Answering {
    /// Does every check of the request, narrows it by what the person wants, and plans what is left. The request is remembered.
    ///
    /// # Errors
    /// When it is refused, or an option is wider than it.
    pub fn open(global: &Global, path: &Path, options: &[OptionAssignment]) -> Result<(Self, Plan), Failure> {
        let catalogue = places::catalogue(global)?;
        let mut admitted = asked::admit(path, &catalogue)?;
        for assignment in options {
            admitted.scope_mut().narrow(&catalogue, assignment).map_err(|error| wider(&error))?;
        }
        asked::remember(&admitted)?;
        let mut plan =
            Plan::build(&catalogue, admitted.scope().profile().clone(), &places::libraries(global));
        let terms = admitted.terms().sha256().map_err(|error| Failure::of(&error, Exit::Internal))?;
        plan.bind(terms);
        Ok((Self { admitted, trust: Trust::read()?.all() }, plan))
    }

    /// The case that it is for.
    pub fn case(&self) -> String {
        self.admitted.request().case.to_string()
    }

    /// What a consent to it is given for.
    pub fn terms(&self) -> Terms {
        self.admitted.terms()
    }

    /// Says who asks for what, on stderr.
    ///
    /// # Errors
    /// When stderr cannot be written.
    pub fn introduce(&self, show_statement: bool) -> std::io::Result<()> {
        use std::io::Write;
        let mut out = anstream::stderr().lock();
        let bold = anstyle::Style::new().bold();
        writeln!(out, "{bold}{} asks for a report:{bold:#}", self.admitted.trusted().name)?;
        asked::tell(&mut out, &self.explained())?;
        if let Some(at) = self.admitted.collected() {
            writeln!(
                out,
                "note: collected for this request before, on {}",
                at.strftime("%Y-%m-%d %H:%M UTC")
            )?;
        }
        if show_statement {
            writeln!(out)?;
            asked::tell_statement(&mut out, self.admitted.statement())?;
        }
        Ok(())
    }

    /// Asks whether to go on to the questions, with the statement at hand. False when the person leaves.
    ///
    /// # Errors
    /// When the terminal fails.
    pub fn goes_on(&self) -> std::io::Result<bool> {
        dialog::ask_on(&self.explained())
    }

    /// Adds the request to the session, and remembers that it was collected for.
    ///
    /// # Errors
    /// When one of them cannot be written.
    pub fn attach(&self, session: &Session) -> Result<(), Failure> {
        asked::attach(session, &self.admitted).map_err(|error| Failure::of(&error, Exit::Internal))?;
        asked::remember_collecting(&self.admitted, &session.header().id)
    }

    fn explained(&self) -> Explained<'_> {
        let admitted = &self.admitted;
        Explained {
            signed: admitted.signed(),
            request: admitted.request(),
            statement: admitted.statement(),
            trusted: admitted.trusted(),
            trust: &self.trust,
            scope: Some(admitted.scope()),
        }
    }
}

fn wider(error: &NarrowError) -> Failure {
    let failure = Failure::because("an option cannot be set so for this request", error, Exit::Usage);
    failure.hint(error.fix()).hint("a request can be narrowed, not widened")
}
