//! Names of hosts, people and networks, known to this machine or told by their place.

use super::super::machine::MACHINE;
use super::super::model::{Form, Value};
use super::super::random::{ALNUM, Random, UPPER_ALNUM};

/// The name called `name`, if there is one.
pub fn make(name: &str, turn: usize, random: &mut Random) -> Option<Value> {
    let known = |list: &[&str]| list[turn % list.len()].to_owned();
    let value = match name {
        "host" => Value::new("host", "known", MACHINE.host, Form::word),
        "host-upper" => Value::new("host", "known, upper case", MACHINE.host.to_uppercase(), Form::word),
        "host-own-fqdn" => own_fqdn(),
        "host-local" => Value::new("host", "known, .local", MACHINE.host, Form::word)
            .spelled("known, .local", format!("{}.local", MACHINE.host)),
        "host-other" => Value::new("host", "known, other", known(MACHINE.other_hosts), Form::word),
        "fqdn" => fqdn(random),
        "fqdn-upper" => {
            let value = fqdn(random);
            let text = value.text.to_uppercase();
            value.spelled("FQDN, upper case", text)
        }
        "user" => Value::new("user", "known", known(MACHINE.users), Form::word),
        "person" => Value::new("person", "known", known(MACHINE.persons), Form::word),
        "serial" => Value::new("serial", "known", known(MACHINE.serials), Form::word),
        "machine-id" => Value::new("machine-id", "known", MACHINE.machine_id, Form::word),
        "ssid" => Value::new("ssid", "known", known(MACHINE.ssids), Form::word),
        "mac-known" => Value::new("mac", "known", known(MACHINE.macs), Form::word),
        "mac-known-bare" => {
            Value::new("mac", "known, bare", known(MACHINE.macs).replace(':', ""), Form::word)
        }
        "address-known" => Value::new("address", "known", known(MACHINE.addresses), Form::word),
        _ => return by_place(name, random),
    };
    Some(value)
}

fn by_place(name: &str, random: &mut Random) -> Option<Value> {
    let login = format!("{}{}", random.word(3), random.between(1, 99));
    let value =
        match name {
            "home" => Value::new("home", "Linux", login.clone(), Form::word)
                .spelled("Linux", format!("/home/{login}")),
            "home-mac" => Value::new("home", "macOS", login.clone(), Form::word)
                .spelled("macOS", format!("/Users/{login}")),
            "home-windows" => Value::new("home", "Windows", login.clone(), Form::word)
                .spelled("Windows", format!("C:\\Users\\{login}")),
            "serial-labelled" => Value::new("serial", "labelled", serial(random), Form::word),
            "machine-id-labelled" => Value::new("machine-id", "labelled", random.hex(32), Form::word),
            "ssid-labelled" => {
                let text = format!("{}-{}", capital(&random.word(3)), random.between(2, 99));
                Value::new("ssid", "labelled", text, Form::word)
            }
            "dn" => distinguished_name(random),
            "dn-windows" => directory_name(random),
            "sid" => sid(random),
            _ => return None,
        };
    Some(value)
}

fn own_fqdn() -> Value {
    let middle = MACHINE.domain.split('.').next().unwrap_or_default();
    Value::new("host", "known, FQDN", MACHINE.host, Form::word)
        .and(Form::word(middle))
        .spelled("known, FQDN", format!("{}.{}", MACHINE.host, MACHINE.domain))
}

fn fqdn(random: &mut Random) -> Value {
    let label = match random.below(4) {
        0 => format!("{}{:02}", random.word(2), random.below(100)),
        1 => format!("{}-{}", random.word(2), random.word(2)),
        2 => format!("srv-{}-{}", random.word(2), random.between(1, 9)),
        _ => random.word(3),
    };
    let domain = random.word(4);
    let suffix = random.pick(&[
        "com", "net", "org", "de", "co.uk", "io", "fr", "local", "lan", "internal", "com.au", "jp", "cloud",
    ]);
    Value::new("host", "FQDN", label.clone(), Form::word)
        .and(Form::word(domain.clone()))
        .spelled("FQDN", format!("{label}.{domain}.{suffix}"))
}

fn serial(random: &mut Random) -> String {
    match random.below(4) {
        0 => random.text(UPPER_ALNUM, 7).replacen(|_: char| true, "7", 1),
        1 => format!("PF{}", random.text(UPPER_ALNUM, 6)),
        2 => format!("S{}NX0R{}", random.digits(1), random.digits(6)),
        _ => format!("WD-WX{}A{}", random.digits(2), random.text(UPPER_ALNUM, 7)),
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn distinguished_name(random: &mut Random) -> Value {
    let (user, unit, domain) = (random.word(4), capital(&random.word(3)), random.word(4));
    let text = format!("uid={user},ou={unit},dc={domain},dc=com");
    Value::new("dn", "POSIX", user, Form::word)
        .and(Form::word(unit))
        .and(Form::word(domain))
        .spelled("POSIX", text)
}

fn directory_name(random: &mut Random) -> Value {
    let (first, last, domain) = (capital(&random.word(2)), capital(&random.word(3)), random.word(4));
    let person = format!("{first} {last}");
    let text = format!("CN={person},OU=Staff,DC={domain},DC=local");
    Value::new("dn", "Active Directory", person, Form::word)
        .and(Form::word(domain))
        .spelled("Active Directory", text)
}

fn sid(random: &mut Random) -> Value {
    let authority = format!(
        "{}-{}-{}",
        random.between(1_000_000_000, 4_200_000_000),
        random.between(1_000_000_000, 4_200_000_000),
        random.between(100_000_000, 4_200_000_000)
    );
    let text = format!("S-1-5-21-{authority}-{}", random.between(1000, 9999));
    Value::new("sid", "with relative id", authority, Form::number).spelled("with relative id", text)
}

/// A user name and password joined by a colon, for headers.
pub fn login_pair(random: &mut Random) -> (String, String) {
    (random.word(3), random.text(ALNUM, 12))
}
