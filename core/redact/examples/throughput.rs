//! How fast text goes through the redactor: `cargo run --release -p candor-redact --example throughput [FILE]`.
//!
//! Without a file: journal entries as JSON lines, of which one in fifty holds a secret.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use candor_redact::Redactor;

const TEXT_BYTES: usize = 256 << 20;
const CHUNK_BYTES: usize = 256 << 10;

/// Journal entries as the `event-log` collector writes them.
fn journal() -> Vec<u8> {
    let mut text = Vec::with_capacity(TEXT_BYTES + 4096);
    let mut number = 0_u64;
    while text.len() < TEXT_BYTES {
        number += 1;
        let message = match number % 50 {
            0 => "connect to db user=app password=hunter2, attempt 3".to_owned(),
            7 => "Accepted publickey for me from 10.0.0.7 port 50023 ssh2".to_owned(),
            11 => format!("GET https://example.org/api/v1/items/{number} 200"),
            n => format!(
                "request {number} from 10.4.33.{n} took 252 ms status 200 path /api/v1/items/{number}"
            ),
        };
        let line = format!(
            "{{\"__REALTIME_TIMESTAMP\":\"17000043394{number:05}\",\"_BOOT_ID\":\"36f675cc81e74ef5e8e25d940ed90475\",\
             \"_TRANSPORT\":\"journal\",\"PRIORITY\":\"6\",\"SYSLOG_IDENTIFIER\":\"app\",\"_PID\":\"{number}\",\"_UID\":\"2\",\
             \"_COMM\":\"app\",\"_EXE\":\"/usr/bin/app\",\"_CMDLINE\":\"/usr/bin/app --config /etc/app.conf\",\
             \"_SYSTEMD_UNIT\":\"app.service\",\"_HOSTNAME\":\"device-1\",\"MESSAGE\":\"{message}\"}}\n"
        );
        text.extend_from_slice(line.as_bytes());
    }
    text
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = match std::env::args_os().nth(1) {
        Some(path) => std::fs::read(path)?,
        None => journal(),
    };
    let mut output = Vec::with_capacity(4 * CHUNK_BYTES);
    for _ in 0..3 {
        let start = Instant::now();
        let (mut redactor, mut written) = (Redactor::new(), 0);
        for chunk in text.chunks(CHUNK_BYTES) {
            redactor.push(chunk, &mut output)?;
            written += black_box(&output).len();
            output.clear();
        }
        let tally = redactor.finish(&mut output)?;
        written += output.len();
        output.clear();
        let seconds = start.elapsed().as_secs_f64();
        let rate = text.len() as f64 / seconds / 1e9;
        writeln!(
            std::io::stdout(),
            "{} bytes in, {written} out, {} removed, {rate:.2} GB/s",
            text.len(),
            tally.total()
        )?;
    }
    Ok(())
}
