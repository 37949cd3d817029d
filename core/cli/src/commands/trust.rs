//! `candor trust`: who may ask for reports, and who may receive them.

mod add;
mod list;

use candor_trust::{TrustFile, Trusted};

use crate::arguments::{Trust, TrustAction};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file::shown;
use crate::terminal::printable;
use crate::trust;

/// Runs the command.
pub fn run(arguments: &Trust) -> Outcome {
    match &arguments.action {
        TrustAction::Add(arguments) => add::run(arguments),
        TrustAction::List(output) => list::run(output.json),
        TrustAction::Remove { who } => remove(who),
    }
}

fn remove(who: &str) -> Outcome {
    let both = trust::Trust::read()?;
    let of_machine = both.machine.trusted.iter().any(|trusted| is(trusted, who));
    let name = trust::change(|own| take_out(own, who, of_machine))?;
    eprintln!("`{name}` is trusted no longer");
    if of_machine {
        let (machine, _) = crate::places::trust_files();
        eprintln!("note: {} still trusts them, which its administrator can change", shown(&machine));
    }
    Ok(Exit::Success)
}

fn take_out(own: &mut TrustFile, who: &str, of_machine: bool) -> Result<String, Failure> {
    let mut found = own.trusted.iter().filter(|trusted| is(trusted, who));
    let (first, second) = (found.next(), found.next());
    let Some(first) = first else { return Err(nobody(who, of_machine)) };
    if second.is_some() {
        return Err(Failure::usage(format!("`{}` is the name of more than one", printable(who)))
            .hint("name one of their keys, or its eight words: `candor trust list` shows them"));
    }
    let first = first.clone();
    own.trusted.retain(|trusted| *trusted != first);
    Ok(first.name.to_string())
}

fn nobody(who: &str, of_machine: bool) -> Failure {
    let who = printable(who);
    if of_machine {
        let (machine, _) = crate::places::trust_files();
        return Failure::usage(format!("`{who}` is trusted by this machine, not by you"))
            .hint(format!("its administrator can change {}", shown(&machine)));
    }
    Failure::usage(format!("nobody whom you trust is `{who}`")).hint("`candor trust list` shows them all")
}

/// True for their name, one of their keys, or the words of one.
fn is(trusted: &Trusted, who: &str) -> bool {
    let keys = [
        trusted.signing.as_ref().map(|key| (key.to_string(), key.fingerprint())),
        trusted.recipient.as_ref().map(|key| (key.to_string(), key.fingerprint())),
    ];
    let is_key = |(key, words): (String, candor_trust::Fingerprint)| key == who || words.is_spelled(who);
    trusted.name.as_str() == who || keys.into_iter().flatten().any(is_key)
}
