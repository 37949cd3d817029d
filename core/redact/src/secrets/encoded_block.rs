//! `private-key`, `vault`: bodies behind a line that announces them: PuTTY's `Private-Lines: 8`, Ansible's
//! `$ANSIBLE_VAULT;1.1;AES256`.

use super::private_key::ID as PRIVATE_KEY;
use crate::detector::Detector;
use crate::mark;
use crate::site::{More, Site, Verdict};
use crate::skip::{Encoded, Skip, Step};

pub(super) const DETECTOR: Detector =
    Detector::at_words("encoded-block", &["private-lines", "ANSIBLE_VAULT"], examine);

const VAULT: &str = "vault";
/// Longest body that is removed where its line breaks are escaped.
const LONGEST_ESCAPED: usize = 16 * 1024;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let (id, end) = if site.starts_with(site.at, b"Private-Lines:")? {
        (PRIVATE_KEY, site.at + b"Private-Lines:".len())
    } else if site.starts_with(site.at, b"ANSIBLE_VAULT;")? {
        (VAULT, site.at + b"ANSIBLE_VAULT;".len())
    } else {
        return Ok(pass);
    };
    let end = end + site.run(end, 64, |byte| byte.is_ascii_alphanumeric() || b" .;_-".contains(&byte))?;
    let breaks = site.run(end, 64, |byte| byte.is_ascii_whitespace())?;
    let mask = mark::removed(id).into_bytes();
    if breaks > 0 {
        let skip = Skip::Encoded(Encoded::default());
        let first = skip.clone().advance(site.ahead(end + breaks, 1024)?, 0, true);
        return Ok(match first {
            Step::Ended { resume: 0, .. } => pass,
            _ => Verdict::Remove { id, start: end + breaks, mask, skip },
        });
    }
    let backslashes = site.run(end, 8, |byte| byte == b'\\')?;
    let start = end + backslashes + 1;
    if backslashes == 0 || !matches!(site.byte(start - 1)?, Some(b'n' | b'r')) {
        return Ok(pass);
    }
    let length =
        site.run(start, LONGEST_ESCAPED, |byte| byte.is_ascii_alphanumeric() || b"+/=\\ ".contains(&byte))?;
    let trailing = site.run_before(start + length, length, |byte| byte == b'\\');
    let length = length - trailing;
    Ok(if length < 16 { pass } else { Verdict::Remove { id, start, mask, skip: Skip::Exactly(length) } })
}
