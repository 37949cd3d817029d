//! Identifiers with a checksum or a layout: mail, telephone, cards, accounts, UUIDs, places on earth.

use super::super::model::{Form, Value};
use super::super::random::{DIGITS, Random};

/// The value called `name`, if there is one.
pub fn make(name: &str, turn: usize, random: &mut Random) -> Option<Value> {
    let (kind, spelling) = name.split_once('-').unwrap_or((name, "plain"));
    match kind {
        "email" => Some(email(spelling, random)),
        "phone" => Some(phone(spelling, turn, random)),
        "card" => Some(card(spelling, turn, random)),
        "iban" => Some(iban(spelling, turn, random)),
        "uuid" => Some(uuid(spelling, random)),
        "geo" => Some(place(spelling, random)),
        _ => None,
    }
}

fn email(spelling: &str, random: &mut Random) -> Value {
    let (first, last, domain) = (random.word(2), random.word(3), random.word(4));
    let suffix = random.pick(&["com", "net", "de", "co.uk", "org", "io"]);
    let host = format!("{domain}.{suffix}");
    let local = match spelling {
        "plain" | "upper" => format!("{first}.{last}"),
        "short" => first.clone(),
        "plus" => format!("{first}_{last}+{}", random.word(2)),
        "host" => format!("{last}{}", random.between(10, 99)),
        "quoted" => format!("\"{first} {last}\""),
        _ => panic!("no e-mail spelling is called `{spelling}`"),
    };
    let host = if spelling == "host" { format!("mx1.{host}") } else { host };
    let text = format!("{local}@{host}");
    let bare = local.trim_matches('"').to_owned();
    let value = Value::new("email", spelling, bare, Form::word).and(Form::word(domain));
    let text = if spelling == "upper" { text.to_uppercase() } else { text };
    value.spelled(spelling, text)
}

fn phone(spelling: &str, turn: usize, random: &mut Random) -> Value {
    let (three, four) = (format!("{}{}", random.between(2, 9), random.digits(2)), random.digits(4));
    let area = format!("{}{}", random.between(2, 9), random.between(10, 89));
    let six = random.digits(6);
    let text = match (spelling, turn % 8) {
        ("plain", 0) => format!("+49151{}{six}", random.digits(2)),
        ("plain", 1) => format!("+1{area}{three}{four}"),
        ("plain", 2) => format!("+44 20 7{} {four}", random.digits(3)),
        ("plain", 3) => format!("+49 (0)30 {six}"),
        ("plain", 4) => format!("+1 ({area}) {three}-{four}"),
        ("plain", 5) => format!("+33 6 {} {} {} {}", &six[..2], &six[2..4], &six[4..], random.digits(2)),
        ("plain", 6) => format!("+45 {} {} {} {}", random.digits(2), &six[..2], &six[2..4], &six[4..]),
        ("plain", _) => format!("+1-{area}-{three}-{four}"),
        ("local", 0 | 4) => format!("({area}) {three}-{four}"),
        ("local", 1 | 5) => format!("{area}-{three}-{four}"),
        ("local", 2 | 6) => format!("0171 {six}{}", random.digits(1)),
        ("local", 3) => format!("020 7{} {four}", random.digits(3)),
        ("local", _) => format!("030/{six}"),
        _ => panic!("no telephone spelling is called `{spelling}`"),
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    Value::new("phone", spelling, text, Form::number).and(Form::number(digits))
}

fn luhn_digit(digits: &str) -> u32 {
    let sum: u32 =
        digits.bytes().rev().enumerate().map(|(place, byte)| weigh(place, u32::from(byte - b'0'))).sum();
    (10 - sum % 10) % 10
}

fn weigh(place: usize, digit: u32) -> u32 {
    let doubled = digit * 2;
    if !place.is_multiple_of(2) {
        digit
    } else if doubled > 9 {
        doubled - 9
    } else {
        doubled
    }
}

fn card(spelling: &str, turn: usize, random: &mut Random) -> Value {
    let (prefix, length) =
        [("4539", 16), ("5425", 16), ("3714", 15), ("6011", 16), ("3566", 16), ("2223", 16), ("4916", 16)]
            [turn % 7];
    let body = format!("{prefix}{}", random.text(DIGITS, length - prefix.len() - 1));
    let number = format!("{body}{}", luhn_digit(&body));
    let groups: &[usize] = if length == 15 { &[4, 6, 5] } else { &[4, 4, 4, 4] };
    let text = match spelling {
        "plain" => number.clone(),
        "spaced" => grouped(&number, groups, " "),
        "dashed" => grouped(&number, groups, "-"),
        _ => panic!("no card spelling is called `{spelling}`"),
    };
    Value::new("card", spelling, text, Form::number).and(Form::number(number))
}

fn grouped(text: &str, groups: &[usize], separator: &str) -> String {
    let mut rest = text;
    let mut parts = Vec::new();
    for length in groups {
        let (part, tail) = rest.split_at((*length).min(rest.len()));
        parts.push(part);
        rest = tail;
    }
    parts.retain(|part| !part.is_empty());
    parts.join(separator)
}

/// Country, then what its accounts are made of: `n` a digit, `a` a letter.
const IBANS: &[(&str, &str)] = &[
    ("DE", "nnnnnnnnnnnnnnnnnn"),
    ("GB", "aaaannnnnnnnnnnnnn"),
    ("FR", "nnnnnnnnnnnnnnnnnnnnnnn"),
    ("NL", "aaaannnnnnnnnn"),
    ("ES", "nnnnnnnnnnnnnnnnnnnn"),
    ("NO", "nnnnnnnnnnn"),
    ("PL", "nnnnnnnnnnnnnnnnnnnnnnnn"),
    ("CH", "nnnnnnnnnnnnnnnnn"),
];

fn iban(spelling: &str, turn: usize, random: &mut Random) -> Value {
    let (country, shape) = IBANS[turn % IBANS.len()];
    let account: String = shape
        .chars()
        .map(|place| random.text(if place == 'a' { "ABCDEFGHKLMNPRSTUVW" } else { DIGITS }, 1))
        .collect();
    let check = 98 - remainder_97(&format!("{account}{country}00"));
    let plain = format!("{country}{check:02}{account}");
    let text = match spelling {
        "plain" => plain.clone(),
        "spaced" => grouped(&plain, &[4; 9], " "),
        "lower" => plain.to_lowercase(),
        _ => panic!("no IBAN spelling is called `{spelling}`"),
    };
    Value::new("iban", spelling, text, Form::word).and(Form::word(plain))
}

fn remainder_97(text: &str) -> u32 {
    let digits = text.chars().filter_map(|character| character.to_digit(36));
    digits.fold(0, |rest, digit| (rest * if digit < 10 { 10 } else { 100 } + digit) % 97)
}

fn uuid(spelling: &str, random: &mut Random) -> Value {
    let plain = random.uuid();
    let text = match spelling {
        "plain" => plain.clone(),
        "upper" => plain.to_uppercase(),
        "braced" => format!("{{{}}}", plain.to_uppercase()),
        "urn" => format!("urn:uuid:{plain}"),
        _ => panic!("no UUID spelling is called `{spelling}`"),
    };
    Value::new("uuid", spelling, plain, Form::word).spelled(spelling, text)
}

fn place(spelling: &str, random: &mut Random) -> Value {
    let (latitude, longitude) = (random.between(36, 64), random.between(3, 28));
    let (north, east) = (random.digits(5), random.digits(5));
    let (lat, lon) = (format!("{latitude}.{north}"), format!("{longitude}.{east}"));
    let pair = |text: String| {
        Value::new("coordinates", spelling, lat.clone(), Form::number)
            .and(Form::number(lon.clone()))
            .spelled(spelling, text)
    };
    match spelling {
        "plain" => pair(format!("lat={lat} lon={lon}")),
        "words" => pair(format!("latitude: {lat}, longitude: {lon}")),
        "json" => pair(format!("\"latitude\":{lat},\"longitude\":{lon}")),
        "uri" => pair(format!("geo:{lat},{lon}")),
        "iso" => pair(format!("+{latitude}.{north}+0{longitude:02}.{east}/"))
            .and(Form::number(format!("{longitude:02}.{east}"))),
        "map" => pair(format!("?q={lat},{lon}&z=15")),
        "degrees" => {
            let (minutes, seconds) = (random.between(10, 59), random.between(10, 59));
            let north = format!("{latitude}\u{b0}{minutes}'{seconds}\"N");
            let east = format!("{longitude}\u{b0}{seconds}'{minutes}\"E");
            let value = Value::new("coordinates", spelling, north.clone(), Form::exact)
                .and(Form::exact(east.clone()));
            value.spelled(spelling, format!("{north} {east}"))
        }
        "nmea" => {
            let north = format!("{latitude}{}.{}", random.between(10, 59), random.digits(4));
            let east = format!("0{longitude:02}{}.{}", random.between(10, 59), random.digits(4));
            let value = Value::new("coordinates", spelling, north.clone(), Form::number)
                .and(Form::number(east.clone()));
            value.spelled(
                spelling,
                format!("$GPGGA,092750.000,{north},N,{east},E,1,8,1.03,61.7,M,55.2,M,,*76"),
            )
        }
        _ => panic!("no spelling of coordinates is called `{spelling}`"),
    }
}
