//! `candor trust add`: the keys of a card, once their words have been compared.

use candor_trust::{Card, Fingerprint, KeyName, May, Trusted};

use super::list::what;
use crate::arguments::{AddTrust, TrustedTo};
use crate::dialog::Prompt;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file::shown;
use crate::{keys, terminal, trust};

/// A key of a card and what it is wanted for.
struct Wanted {
    may: May,
    key: String,
    fingerprint: Fingerprint,
}

impl Wanted {
    fn sort(&self) -> &'static str {
        match self.may {
            May::Request => "signing key",
            May::Receive => "recipient",
        }
    }
}

/// Runs the command.
pub fn run(arguments: &AddTrust) -> Outcome {
    let card = keys::card(&arguments.card)?;
    let wanted = wanted(&card, &arguments.may)?;
    introduce(&card, &wanted);
    let compared = if arguments.fingerprint.is_empty() {
        ask(&wanted)?
    } else {
        compare(&wanted, &arguments.fingerprint)?
    };
    for left in wanted.iter().filter(|wanted| !compared.contains(&wanted.may)) {
        eprintln!("note: the {} was not compared and is left out", left.sort());
        if !arguments.may.is_empty() {
            return Err(not_compared(left.sort()));
        }
    }
    if compared.is_empty() {
        return Err(not_compared("card"));
    }
    let name = arguments.name.clone().unwrap_or_else(|| card.name.clone());
    let entry = entry(&card, name, &compared);
    let told: Vec<_> = compared.iter().map(|may| what(*may)).collect();
    let name = entry.name.clone();
    trust::change(|own| add(&mut own.trusted, entry, &card))?;
    eprintln!("`{name}` is trusted to {}, in {}", told.join(" and "), shown(&trust::own_file()?));
    Ok(Exit::Success)
}

fn not_compared(what: &str) -> Failure {
    Failure::usage(format!("the {what} is not trusted: its words were not confirmed"))
        .with_exit(Exit::Unverified)
        .hint("ask for a new card, and for its words by telephone")
}

/// The keys of the card that are wanted, which are all where nothing is said.
fn wanted(card: &Card, may: &[TrustedTo]) -> Result<Vec<Wanted>, Failure> {
    let signing = card.signing.as_ref().map(|key| (May::Request, key.to_string(), key.fingerprint()));
    let recipient = card.recipient.as_ref().map(|key| (May::Receive, key.to_string(), key.fingerprint()));
    for (wanted, has, lacks) in [
        (TrustedTo::Request, signing.is_some(), "no key that signs, so nobody can ask with it"),
        (TrustedTo::Receive, recipient.is_some(), "no key to encrypt to, so nobody can receive with it"),
    ] {
        if may.contains(&wanted) && !has {
            return Err(Failure::usage(format!("the card has {lacks}")));
        }
    }
    let is_wanted = |which: TrustedTo| may.is_empty() || may.contains(&which);
    let signing = signing.filter(|_| is_wanted(TrustedTo::Request));
    let recipient = recipient.filter(|_| is_wanted(TrustedTo::Receive));
    let keys = [signing, recipient].into_iter().flatten();
    Ok(keys.map(|(may, key, fingerprint)| Wanted { may, key, fingerprint }).collect())
}

fn introduce(card: &Card, wanted: &[Wanted]) {
    eprintln!("The card says that it is of");
    for (label, text) in [
        ("name", Some(&card.name)),
        ("organisation", card.organisation.as_ref()),
        ("contact", card.contact.as_ref()),
    ] {
        if let Some(text) = text {
            eprintln!("  {label:<13} {text}");
        }
    }
    eprintln!("Anybody can write that. What counts is whether they tell you these words:");
    for wanted in wanted {
        eprintln!("  {:<13} {}\n  {:<13} {}", wanted.sort(), wanted.fingerprint, "", wanted.key);
    }
}

/// The keys whose words the person confirms.
fn ask(wanted: &[Wanted]) -> Result<Vec<May>, Failure> {
    if !terminal::can_ask() {
        return Err(Failure::usage("there is no terminal to compare the words on")
            .hint("compare them first, and then give those of each key with `--fingerprint \"WORDS\"`"));
    }
    let mut prompt = Prompt::new();
    let mut confirmed = Vec::new();
    for wanted in wanted {
        let question = format!("{}: did they tell you these eight words?  [y] yes  [n] no", wanted.sort());
        loop {
            match prompt.ask(&question)? {
                Some('y') => confirmed.push(wanted.may),
                Some('n') | None => {}
                Some(_) => {
                    prompt.say("Please answer y or n.")?;
                    continue;
                }
            }
            break;
        }
    }
    Ok(confirmed)
}

/// The keys whose words are among those that were given. Words of no key are told, and nothing is trusted.
fn compare(wanted: &[Wanted], given: &[String]) -> Result<Vec<May>, Failure> {
    let is = |wanted: &Wanted, words: &String| wanted.fingerprint.is_spelled(words);
    if let Some(wrong) = given.iter().find(|words| !wanted.iter().any(|wanted| is(wanted, words))) {
        let message = format!(
            "`{}` are not the words of a key of this card that is wanted",
            terminal::printable(wrong)
        );
        return Err(Failure::usage(message)
            .with_exit(Exit::Unverified)
            .hint("nothing is trusted: somebody may have changed the card; ask for a new one"));
    }
    let compared = wanted.iter().filter(|wanted| given.iter().any(|words| is(wanted, words)));
    Ok(compared.map(|wanted| wanted.may).collect())
}

fn entry(card: &Card, name: KeyName, compared: &[May]) -> Trusted {
    let now = jiff::Timestamp::now();
    Trusted {
        name,
        organisation: card.organisation.clone(),
        contact: card.contact.clone(),
        signing: card.signing.clone().filter(|_| compared.contains(&May::Request)),
        recipient: card.recipient.clone().filter(|_| compared.contains(&May::Receive)),
        may: compared.to_vec(),
        since: jiff::Timestamp::from_second(now.as_second()).unwrap_or(now),
    }
}

/// Adds an entry, or what it adds to one of the same name that has a key of the card.
fn add(all: &mut Vec<Trusted>, entry: Trusted, card: &Card) -> Result<(), Failure> {
    let shares = |known: &Trusted| {
        (card.signing.is_some() && known.signing == card.signing)
            || (card.recipient.is_some() && known.recipient == card.recipient)
    };
    let Some(known) = all.iter_mut().find(|known| shares(known)) else {
        all.push(entry);
        return Ok(());
    };
    let fits = known.name == entry.name
        && (known.signing.is_none() || entry.signing.is_none() || known.signing == entry.signing)
        && (known.recipient.is_none() || entry.recipient.is_none() || known.recipient == entry.recipient);
    if !fits {
        return Err(Failure::usage(format!("one of these keys is trusted already, as `{}`", known.name))
            .hint(format!("take that back first: `candor trust remove \"{}\"`", known.name)));
    }
    known.signing = known.signing.take().or(entry.signing);
    known.recipient = known.recipient.take().or(entry.recipient);
    known.may.extend(entry.may);
    known.may.sort_unstable();
    known.may.dedup();
    Ok(())
}
