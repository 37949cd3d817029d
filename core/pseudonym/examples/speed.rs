//! How long each kind takes: `cargo run --release -p candor-pseudonym --example speed`.

use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

use candor_pseudonym::{CaseKey, Ipv4Spelling, MacSpelling, NameKind, Pseudonyms, Unfit};

const ROUNDS: u32 = 20_000;
const WARM_UP: u32 = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let pseudonyms = Pseudonyms::new(&CaseKey::generate()?);
    let p = &pseudonyms;
    measure("ipv4", |_| {
        black_box(p.ipv4([10, 0, 5, 7].into()));
        Ok(())
    })?;
    measure("ipv4, text", |out| {
        p.ipv4_text([10, 0, 5, 7].into(), Ipv4Spelling::Dotted, out);
        Ok(())
    })?;
    measure("ipv6, text", |out| {
        p.ipv6_text([0x2001, 0xdb8, 1, 2, 3, 4, 5, 6].into(), out);
        Ok(())
    })?;
    measure("mac, text", |out| p.mac_text([0x52, 0x54, 0, 0x12, 0x34, 0x56], MacSpelling::COLONS, out))?;
    measure("user of 5", |out| p.name(NameKind::User, b"alice", out))?;
    measure("person of 12", |out| p.name(NameKind::Person, b"Alice Miller", out))?;
    measure("name of 60", |out| p.name(NameKind::Name, &[b'n'; 60], out))?;
    measure("host of 3 labels", |out| p.host(b"web01.corp.example.com", 1, out))?;
    measure("e-mail", |out| p.email(b"alice", b"example.com", 1, out))?;
    measure("uuid", |out| p.uuid(b"0d3f6c1e-98f2-4a51-b8e0-6a2d5c7f1b94", out))?;
    measure("sid", |out| p.sid(b"S-1-5-21-1180699209-877415012-3182924384-1004", out))?;
    measure("telephone", |out| p.digits(b"+49 5550 113 927", out))?;
    measure("card", |out| p.digits(b"4000123412341234", out))?;
    measure("iban", |out| p.iban(b"DE00500105175407324931", out))?;
    let mut log = Vec::new();
    p.host(b"web01.corp.example.com", 1, &mut log)?;
    log.extend_from_slice(b" sshd[713]: Accepted publickey for ");
    p.name(NameKind::User, b"alice", &mut log)?;
    log.extend_from_slice(b" from ");
    p.ipv4_text([10, 0, 5, 7].into(), Ipv4Spelling::Dotted, &mut log);
    measure("reveal of a line", |_| {
        black_box(p.reveal(&log));
        Ok(())
    })
}

fn measure(
    what: &str,
    mut call: impl FnMut(&mut Vec<u8>) -> Result<(), Unfit>,
) -> Result<(), Box<dyn Error>> {
    let mut out = Vec::with_capacity(256);
    let mut start = Instant::now();
    for round in 0..WARM_UP + ROUNDS {
        if round == WARM_UP {
            start = Instant::now();
        }
        out.clear();
        call(black_box(&mut out))?;
    }
    writeln!(io::stdout(), "{what:18} {:8.0} ns", start.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS))?;
    Ok(())
}
