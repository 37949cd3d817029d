//! Addresses of networks and cards in all spellings.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::model::{Form, Value};
use super::super::random::Random;

/// The address value called `name`, if there is one.
pub fn make(name: &str, random: &mut Random) -> Option<Value> {
    let (kind, spelling) = name.split_once('-').unwrap_or((name, "plain"));
    match kind {
        "ipv4" => Some(ipv4(spelling, random)),
        "ipv6" => Some(ipv6(spelling, random)),
        "mac" => Some(mac(spelling, random)),
        _ => None,
    }
}

fn private(random: &mut Random) -> Ipv4Addr {
    let host = random.between(2, 250) as u8;
    match random.below(3) {
        0 => Ipv4Addr::new(10, random.byte(), random.byte(), host),
        1 => Ipv4Addr::new(172, random.between(16, 31) as u8, random.byte(), host),
        _ => Ipv4Addr::new(192, 168, random.byte(), host),
    }
}

fn public(random: &mut Random) -> Ipv4Addr {
    let first =
        random.pick(&[&23, &31, &46, &62, &77, &81, &91, &109, &141, &151, &178, &185, &193, &212, &217]);
    Ipv4Addr::new(*first, random.byte(), random.between(20, 250) as u8, random.between(2, 250) as u8)
}

fn ipv4(spelling: &str, random: &mut Random) -> Value {
    let address = match spelling {
        "private" => private(random),
        "public" => public(random),
        _ if random.one_in(2) => private(random),
        _ => public(random),
    };
    let [a, b, c, d] = address.octets();
    let dotted = address.to_string();
    let dashed = format!("{a}-{b}-{c}-{d}");
    let reversed = format!("{d}.{c}.{b}.{a}");
    let value = Value::new("ipv4", spelling, dotted.clone(), Form::number).and(Form::number(dashed.clone()));
    match spelling {
        "plain" | "private" | "public" => value,
        "port" => value.spelled(spelling, format!("{dotted}:{}", random.between(1024, 65_000))),
        "cidr" => value.spelled(spelling, format!("{dotted}/{}", random.between(25, 32))),
        "mask" => value.spelled(spelling, format!("{dotted}/255.255.255.0")),
        "dashed" => value.spelled(spelling, format!("dhcp-{dashed}")),
        "cloud" => value.spelled(spelling, format!("ip-{dashed}.eu-central-1.compute.internal")),
        "leading" => value.spelled(spelling, format!("{dashed}.dynamic.{}.net", random.word(3))),
        "arpa" => value.spelled(spelling, format!("{reversed}.in-addr.arpa")).and(Form::number(reversed)),
        _ => panic!("no IPv4 spelling is called `{spelling}`"),
    }
}

fn global(random: &mut Random) -> Ipv6Addr {
    let first = *random.pick(&[&0x2a02_u16, &0x2a01, &0x2003, &0x2600, &0x2404]);
    let mut groups = [first, 0, 0, 0, 0, 0, 0, 0];
    groups[1..4].fill_with(|| 0x100 + random.below(0xfe00) as u16);
    if random.one_in(2) {
        groups[4..].fill_with(|| 0x100 + random.below(0xfe00) as u16);
    } else {
        groups[7] = random.between(1, 0xffff) as u16;
    }
    Ipv6Addr::from(groups)
}

fn local(first: u16, random: &mut Random) -> Ipv6Addr {
    let mut groups = [first, 0, 0, 0, 0, 0, 0, 0];
    groups[4..].fill_with(|| 0x100 + random.below(0xfe00) as u16);
    if first == 0xfe80 {
        groups[5] = groups[5] & 0xff00 | 0xff;
        groups[6] = groups[6] & 0xff | 0xfe00;
    } else {
        groups[1..4].fill_with(|| 0x100 + random.below(0xfe00) as u16);
    }
    Ipv6Addr::from(groups)
}

fn full(address: Ipv6Addr) -> String {
    address.segments().map(|group| format!("{group:04x}")).join(":")
}

fn reversed_nibbles(address: Ipv6Addr) -> String {
    let nibbles: Vec<String> = full(address).replace(':', "").chars().rev().map(String::from).collect();
    nibbles.join(".")
}

fn ipv6(spelling: &str, random: &mut Random) -> Value {
    if spelling == "mapped" {
        let inner = ipv4("public", random);
        let text = format!("::ffff:{}", inner.text);
        return Value { kind: "ipv6", ..inner.spelled(spelling, text) };
    }
    let address = match spelling {
        "ula" => local(0xfd00 | u16::from(random.byte()), random),
        "linklocal" | "zone" | "zonenumber" => local(0xfe80, random),
        _ => global(random),
    };
    let plain = address.to_string();
    let value = Value::new("ipv6", spelling, plain.clone(), Form::word).and(Form::word(full(address)));
    match spelling {
        "plain" | "ula" | "linklocal" => value,
        "full" => value.spelled(spelling, full(address)),
        "upper" => value.spelled(spelling, plain.to_uppercase()),
        "bracket" => value.spelled(spelling, format!("[{plain}]:{}", random.between(80, 65_000))),
        "cidr" => value.spelled(spelling, format!("{plain}/64")),
        "zone" => value.spelled(spelling, format!("{plain}%eth0")),
        "zonenumber" => value.spelled(spelling, format!("{plain}%12")),
        "arpa" => {
            let nibbles = reversed_nibbles(address);
            value.spelled(spelling, format!("{nibbles}.ip6.arpa")).and(Form::word(nibbles))
        }
        "dashed" => {
            let dashed = full(address).replace(':', "-");
            value.spelled(spelling, format!("{dashed}.ipv6-literal.net")).and(Form::word(dashed))
        }
        _ => panic!("no IPv6 spelling is called `{spelling}`"),
    }
}

fn mac(spelling: &str, random: &mut Random) -> Value {
    let octets = random.mac();
    let joined = |separator: &str| octets.map(|octet| format!("{octet:02x}")).join(separator);
    let plain = joined("");
    let dotted = format!("{}.{}.{}", &plain[..4], &plain[4..8], &plain[8..]);
    let value = Value::new("mac", spelling, joined(":"), Form::word)
        .and(Form::word(joined("-")))
        .and(Form::word(dotted.clone()))
        .and(Form::word(plain.clone()));
    match spelling {
        "plain" => value,
        "upper" => value.spelled(spelling, joined(":").to_uppercase()),
        "dash" => value.spelled(spelling, joined("-")),
        "windows" => value.spelled(spelling, joined("-").to_uppercase()),
        "cisco" => value.spelled(spelling, dotted),
        "bare" => value.spelled(spelling, plain),
        "bareupper" => value.spelled(spelling, plain.to_uppercase()),
        "enx" => value.and(Form::exact(plain.clone())).spelled(spelling, format!("enx{plain}")),
        _ => panic!("no MAC spelling is called `{spelling}`"),
    }
}
