//! Host names, label by label, so that a short name and the full name relate.

use super::folded;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::INFIX;
use crate::unfit::Unfit;

/// The word that begins the pseudonym of a host, and the tweak of its labels.
pub(crate) const HOST: &[u8] = b"host";

impl Pseudonyms {
    /// Writes the pseudonym of a host name of one or more labels and keeps its last `kept_labels` labels, the public suffix:
    /// `web01.example.com` with 1 becomes `host-px-….px-….com`.
    ///
    /// Case is folded. Empty labels and `*` stay; so does a name that is all suffix.
    pub fn host(&self, name: &[u8], kept_labels: usize, out: &mut Vec<u8>) -> Result<(), Unfit> {
        let start = out.len();
        self.labels(name, kept_labels, out).inspect_err(|_| out.truncate(start))
    }

    fn labels(&self, name: &[u8], kept_labels: usize, out: &mut Vec<u8>) -> Result<(), Unfit> {
        let (name, root) = match name.strip_suffix(b".") {
            Some(name) => (name, &b"."[..]),
            None => (name, &b""[..]),
        };
        let name = folded(name);
        let hidden = name.split(is_dot).count().saturating_sub(kept_labels);
        let mut first = true;
        for (index, label) in name.split(is_dot).enumerate() {
            if index > 0 {
                out.push(b'.');
            }
            if index >= hidden || matches!(label, b"" | b"*") {
                out.extend_from_slice(label);
                continue;
            }
            let body = self.names.encrypt(HOST, label)?;
            if std::mem::take(&mut first) {
                out.extend_from_slice(HOST);
                out.push(b'-');
            }
            out.extend_from_slice(INFIX);
            out.extend_from_slice(&body);
        }
        out.extend_from_slice(root);
        Ok(())
    }
}

fn is_dot(byte: &u8) -> bool {
    *byte == b'.'
}
