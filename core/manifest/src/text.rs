//! Rules for single texts: which ones are names, durations, paths, and which characters no text may hold.

use serde_json::Value;

use crate::{
    ByteSize, CollectorId, CommandId, DurationText, Language, OptionName, PathPattern, PluginName, ProfileId,
};

/// What is wrong with a text.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) fix: String,
}

/// Checks a text against the type that the schema names.
pub(crate) fn check_type(type_name: &str, text: &str) -> Result<(), Fault> {
    match type_name {
        "CollectorId" => name::<CollectorId>(text, '-'),
        "ProfileId" => name::<ProfileId>(text, '-'),
        "CommandId" => name::<CommandId>(text, '-'),
        "PluginName" => name::<PluginName>(text, '_'),
        "OptionName" => name::<OptionName>(text, '_'),
        "Language" => {
            quantity::<Language>(text, "bad-language", "write `en`, `sv`, `de`, or with a region `pt-BR`")
        }
        "DurationText" => quantity::<DurationText>(
            text,
            "bad-duration",
            "write a number with its unit, such as `\"10s\"`, `\"5m\"` or `\"1h30m\"`",
        ),
        "ByteSize" => quantity::<ByteSize>(
            text,
            "bad-size",
            "write a number with its unit, such as `\"64KiB\"` or `\"256MiB\"`",
        ),
        "PathPattern" => path(text),
        _ => Ok(()),
    }
}

/// The type of the keys of a table, by the pattern that the schema gives for them.
pub(crate) fn type_of_keys(pattern: &str) -> &'static str {
    match pattern {
        "^[a-z][a-z0-9]*(-[a-z0-9]+)*$" => "CollectorId",
        "^[a-z][a-z0-9]*(_[a-z0-9]+)*$" => "OptionName",
        _ => "Language",
    }
}

fn name<T: std::str::FromStr<Err: ToString>>(text: &str, separator: char) -> Result<(), Fault> {
    text.parse::<T>().map(drop).map_err(|error| {
        let proposal = proposal(text, separator);
        let fix = match proposal.parse::<T>() {
            Ok(_) => format!("write `{proposal}`"),
            Err(_) => format!("write a name such as `door{separator}station`"),
        };
        Fault { code: "bad-name", message: error.to_string(), fix }
    })
}

/// The text made into a name: `Event Log` gives `event-log`.
fn proposal(text: &str, separator: char) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&separator.to_string())
}

fn quantity<T: std::str::FromStr<Err: ToString>>(
    text: &str,
    code: &'static str,
    fix: &str,
) -> Result<(), Fault> {
    text.parse::<T>().map(drop).map_err(|error| Fault {
        code,
        message: error.to_string(),
        fix: fix.to_owned(),
    })
}

fn path(text: &str) -> Result<(), Fault> {
    text.parse::<PathPattern>().map(drop).map_err(|error| Fault {
        code: "bad-path",
        message: error.to_string(),
        fix: error.fix().to_owned(),
    })
}

/// Checks the length that the schema gives, in characters.
pub(crate) fn check_length(schema: &Value, text: &str) -> Result<(), Fault> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
    let length = text.chars().count() as u64;
    if bound("minLength").is_some_and(|least| length < least)
        || (length > 0 && bound("minLength").is_some() && text.trim().is_empty())
    {
        let fix = "say it in a few words, for the person who is asked".to_owned();
        return Err(Fault { code: "empty-text", message: "the text is empty".to_owned(), fix });
    }
    match bound("maxLength") {
        Some(most) if length > most => Err(Fault {
            code: "too-long",
            message: format!("the text has {length} characters, at most {most} are shown"),
            fix: format!("shorten it to {most} characters"),
        }),
        _ => Ok(()),
    }
}

/// Checks for characters that change how the text around them is shown: what a person approves must be what is written.
pub(crate) fn check_characters(key: &str, text: &str) -> Result<(), Fault> {
    // Formats in arguments have use for tabs.
    let is_allowed = |letter: &char| key == "argv" && *letter == '\t';
    let Some(letter) = text.chars().find(|letter| deceives(*letter) && !is_allowed(letter)) else {
        return Ok(());
    };
    Err(Fault {
        code: "hidden-character",
        message: format!(
            "the text holds U+{:04X}, which is not shown or changes how the rest is shown",
            u32::from(letter)
        ),
        fix: "remove that character".to_owned(),
    })
}

/// A text of a file as part of a message: short, and printable.
pub(crate) fn shown(text: &str) -> String {
    shortened(text, 60)
}

/// The text as a terminal may print it, with at most so many characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let one_line = |letter| if letter == '\n' { ' ' } else { printable(letter) };
    let mut short: String = text.chars().take(most).map(one_line).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

/// The text with each character that a terminal would obey replaced by one of the same number of bytes, so that places in
/// the text stay where they are.
pub(crate) fn printable_text(text: &str) -> String {
    let mut printed = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_line = letter == '\r' && letters.peek() == Some(&'\n');
        printed.push(if ends_line || letter == '\t' { letter } else { printable(letter) });
    }
    printed
}

/// The character, or one of the same number of bytes for one that changes how the text around it is shown.
fn printable(letter: char) -> char {
    match letter.len_utf8() {
        _ if !deceives(letter) => letter,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

fn deceives(letter: char) -> bool {
    let breaks = letter.is_control() && letter != '\n';
    // Marks that turn the direction of text, joiners and spaces of no width, and Unicode's own line breaks.
    breaks
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_replaced_in_place() {
        let text = "a\u{1b}[31m\u{202e}b\u{61c}\tö\r\nc\rd\n";
        let printed = printable_text(text);
        assert_eq!(printed.len(), text.len());
        assert_eq!(printed, "a?[31m\u{fffd}b¿\tö\r\nc?d\n");
        assert_eq!(shortened("ab\ncd", 4), "ab c…");
    }

    #[test]
    fn a_name_that_breaks_the_rule_is_proposed_without_what_breaks_it() {
        let fault = check_type("PluginName", "Door-Station 2").unwrap_err();
        assert_eq!(fault.fix, "write `door_station_2`");
        assert!(check_type("PluginName", "é").unwrap_err().fix.contains("door_station"));
    }
}
