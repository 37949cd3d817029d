//! Speed of redaction over a file, with everything on: `throughput FILE [ROUNDS]`. Prints MiB/s of each round, by the clock and by the
//! processor time that this program got.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Kind, KnownValues, Policy, Redactor};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: throughput FILE [ROUNDS]")?;
    let rounds: u32 = arguments.next().map_or(Ok(3), |text| text.parse())?;
    let mut known = KnownValues::default();
    known.add(Kind::Host, "web01");
    known.add(Kind::User, "jdoe");
    let begun = Instant::now();
    let engine =
        std::sync::Arc::new(Engine::with_policy(&known, Policy::default(), &CaseKey::from_bytes([7; 32]))?);
    writeln!(out, "engine: {:?}", begun.elapsed())?;
    let text = std::fs::read(file)?;
    let mebibytes = text.len() as f64 / f64::from(1 << 20);
    for _ in 0..rounds {
        let (begun, processor) = (Instant::now(), processor_seconds());
        let mut redactor = Redactor::new(&engine);
        let (mut output, mut written) = (Vec::new(), 0);
        for piece in text.chunks(256 * 1024) {
            output.clear();
            redactor.push(piece, &mut output)?;
            written += output.len();
        }
        output.clear();
        let tally = redactor.finish(&mut output)?;
        written += output.len();
        let seconds = begun.elapsed().as_secs_f64();
        let processor = processor_seconds() - processor;
        writeln!(
            out,
            "{:.0} MiB/s, {:.0} by processor time, {} found, {written} bytes",
            mebibytes / seconds,
            mebibytes / processor,
            tally.total()
        )?;
        for (name, count) in tally.iter() {
            writeln!(out, "  {name}: {}", count.count)?;
        }
    }
    Ok(())
}

fn processor_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
