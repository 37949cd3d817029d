//! Exit codes. They are documented in `candor help` and the README, and scripts rely on them.

use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything that was asked for is done. Refusals are fine.
    Success = 0,
    /// An error of the program or the machine.
    Internal = 1,
    /// Bad usage or invalid input.
    Usage = 2,
    /// The report is written, but some approved collector did not end as `Collected`. Of `check --run`: a manifest
    /// declares what its collector did not need, or not what it asked for, or that could not be found out. Of `redact`: the
    /// result lacks what was damaged, unreadable or too large. Of `reveal`: some values are not of this key.
    Incomplete = 3,
    /// Nothing was collected; there is no report. Of `redact`: nothing was written.
    Nothing = 4,
    /// Verification failed, also of a report that is to be changed, or something that should have been removed is still
    /// there. Of `consent`: the record is not signed, its signature does not hold, or it does not cover the report. Of
    /// `rules test`: a rule does not do what its examples say. Of `reveal`: no value is of this key.
    Unverified = 5,
    /// Interrupted by SIGINT.
    Interrupted = 130,
    /// Asked to end by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The table for help texts.
pub const TABLE: &str = "\
Exit codes:
  0    done; for collect: the report is complete (refusals are fine)
  1    internal error
  2    bad usage or invalid input
  3    report written, but some approved collector did not end as Collected;
       for check --run: the manifest and what its collector did differ;
       for redact: written, but for what is damaged, unreadable or too large;
       for reveal: some values are not of this key
  4    nothing collected; for redact: nothing written
  5    verification failed; for collect: the report still holds what should have
       been removed, do not send it; for consent: the record cannot be relied on,
       or does not cover what the report holds; for redact --check: something is to be
       redacted, or cannot be searched; for rules test: a rule does not do what
       its examples say; for reveal: no value is of this key
  130  interrupted (SIGINT); the partial report or the session is named
  143  asked to end (SIGTERM); likewise";
