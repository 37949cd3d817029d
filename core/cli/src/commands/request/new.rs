//! `candor request new`: one signed file that asks for a report.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use candor_consent::{Line, NamedRecipient};
use candor_manifest::{Language, Level, OptionName};
use candor_request::{MAX_STATEMENT_BYTES, Made, Scope, Statement, Wanted, make};
use candor_trust::{Card, Digest};
use jiff::{Timestamp, civil, tz::TimeZone};

use super::{expiry, recipient};
use crate::arguments::{Global, NewRequest};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file::{self, name_part, shown};
use crate::keys::{self, Password};
use crate::{places, terminal};

/// Runs the command.
pub fn run(global: &Global, arguments: &NewRequest) -> Outcome {
    let output = output(arguments);
    if output.symlink_metadata().is_ok() && !arguments.overwrite {
        return Err(Failure::usage(format!("{} exists already", shown(&output)))
            .hint("choose another `--output`, or allow it with `--overwrite`"));
    }
    let wanted = wanted(global, arguments)?;
    let key = keys::signing_key(&arguments.sign, &Password::from(arguments.password_file.clone()))?;
    let made = make(wanted, &key).map_err(|error| Failure::of(&error, Exit::Usage))?;
    let checked = check_scope(global, &made)?;
    write(&output, &made, arguments.overwrite)?;
    tell(arguments, &output, &made, checked)?;
    Ok(Exit::Success)
}

fn output(arguments: &NewRequest) -> PathBuf {
    let name = || match name_part(arguments.case.as_str()) {
        name if name.is_empty() => "report.candor-request".into(),
        name => format!("{name}.candor-request").into(),
    };
    arguments.output.clone().unwrap_or_else(name)
}

fn wanted(global: &Global, arguments: &NewRequest) -> Result<Wanted, Failure> {
    let now = Timestamp::now();
    let level = arguments.level.unwrap_or(Level::Secret);
    let recipients: Result<Vec<NamedRecipient>, Failure> =
        arguments.recipients.iter().map(|text| recipient::parse(text, level)).collect();
    let mut options = BTreeMap::<_, BTreeMap<OptionName, String>>::new();
    for set in &arguments.options {
        let (name, value) = (set.option.clone(), set.value.clone());
        if options.entry(set.collector.clone()).or_default().insert(name, value).is_some() {
            return Err(Failure::usage(format!("`{}.{}` is set twice", set.collector, set.option)));
        }
    }
    Ok(Wanted {
        case: arguments.case.clone(),
        purpose: arguments.purpose.clone(),
        legal_basis: arguments.legal_basis.clone(),
        retention_days: arguments.retention_days,
        created: now,
        expires: expiry::parse(&arguments.expires, now)?,
        card: card(arguments)?,
        profile: arguments.profile.clone(),
        collectors: Some(arguments.collectors.clone()).filter(|collectors| !collectors.is_empty()),
        options,
        level: arguments.level,
        recipients: recipients?,
        statement: statement(global, arguments)?,
        deliver: arguments.deliver.clone(),
    })
}

/// Who asks: the card that is named or lies beside the key, less what the flags say.
fn card(arguments: &NewRequest) -> Result<Card, Failure> {
    let folder =
        if arguments.sign.is_dir() { Some(arguments.sign.as_path()) } else { arguments.sign.parent() };
    let beside =
        || keys::card_in(folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let card = match (&arguments.card, &arguments.name) {
        (Some(card), _) => Some(keys::card(card)?),
        (None, None) => beside().map(|card| keys::card(&card)).transpose()?,
        (None, Some(_)) => None,
    };
    let name = arguments.name.clone().or_else(|| card.as_ref().map(|card| card.name.clone()));
    let name = name.ok_or_else(|| {
        Failure::usage("nobody knows who asks")
            .hint("name your card with `--card`, or yourself with `--name`")
    })?;
    let of_card = |part: fn(Card) -> Option<candor_trust::KeyName>| card.clone().and_then(part);
    Ok(Card {
        schema: 1,
        name,
        organisation: arguments.organisation.clone().or_else(|| of_card(|card| card.organisation)),
        contact: arguments.contact.clone().or_else(|| of_card(|card| card.contact)),
        signing: None,
        recipient: None,
    })
}

fn statement(global: &Global, arguments: &NewRequest) -> Result<Statement, Failure> {
    let path = &arguments.statement;
    let cannot = |error: &(dyn std::error::Error + 'static)| {
        Failure::because(format!("cannot use the privacy statement {}", shown(path)), error, Exit::Usage)
    };
    let bytes = file::read(path, MAX_STATEMENT_BYTES as u64).map_err(|error| cannot(&error))?;
    let digits: String = Digest::of(&bytes).to_string().chars().take(8).collect();
    let version: Line = match &arguments.statement_version {
        Some(version) => version.clone(),
        None => digits.parse().map_err(|error| cannot(&error))?,
    };
    let date = arguments.statement_date.map_or_else(|| changed(path), Ok).map_err(|error| cannot(&error))?;
    let language =
        Language::new(terminal::language(global.language.as_deref())).map_err(|error| cannot(&error))?;
    Statement::new(version, date, language, &bytes).map_err(|error| cannot(&error))
}

/// The day on which a file was changed, UTC.
fn changed(path: &Path) -> std::io::Result<civil::Date> {
    let time = Timestamp::try_from(std::fs::metadata(path)?.modified()?).map_err(std::io::Error::other)?;
    Ok(time.to_zoned(TimeZone::UTC).date())
}

/// Finds out here what the customer's side would refuse. False when nobody can tell, because the profile is not defined here.
fn check_scope(global: &Global, made: &Made) -> Result<bool, Failure> {
    if places::manifest_folders(global).is_empty() {
        return Ok(false);
    }
    let catalogue = places::catalogue(global)?;
    if catalogue.profile(&made.request.profile).is_none() {
        return Ok(false);
    }
    let hint = "a request can only narrow what the profile collects";
    match Scope::of(&made.request, &catalogue) {
        Ok(_) => Ok(true),
        Err(candor_request::ScopeError::Option(error)) => {
            Err(Failure::of(&error, Exit::Usage).hint(error.fix()).hint(hint))
        }
        Err(error) => Err(Failure::of(&error, Exit::Usage).hint(hint)),
    }
}

fn write(output: &Path, made: &Made, overwrite: bool) -> Result<(), Failure> {
    let absolute = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let written = match overwrite {
        true => file::replace(&absolute, &made.file, 0o644),
        false => file::create(&absolute, &made.file, 0o644),
    };
    written.map_err(|error| {
        Failure::because(format!("cannot write the request {}", shown(output)), &error, Exit::Usage)
    })
}

fn tell(arguments: &NewRequest, output: &Path, made: &Made, checked: bool) -> Result<(), Failure> {
    if arguments.json.json {
        return crate::commands::print_json(&serde_json::json!({
            "schema": 1, "path": output, "sha256": made.sha256, "request": made.request,
            "fingerprint": made.request.requester.key.fingerprint().to_string(), "checked": checked,
        }));
    }
    eprintln!("Request: {}", shown(output));
    eprintln!("  Case          {}", made.request.case);
    eprintln!("  Valid until   {}", made.request.expires.strftime("%Y-%m-%d %H:%M UTC"));
    eprintln!("  Signed by     {}", made.request.requester.key.fingerprint());
    if !checked {
        eprintln!(
            "note: the profile `{}` is not defined here, so nobody knows yet whether it can be followed",
            made.request.profile
        );
    }
    if !std::io::stdout().is_terminal() {
        use std::io::Write;
        writeln!(std::io::stdout(), "{}", output.display())?;
    }
    Ok(())
}
