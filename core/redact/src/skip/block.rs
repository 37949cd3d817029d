//! Block scalars of YAML.

use super::Step;

/// The lines of a block scalar, from its `|` or `>` on: all that are indented deeper than their key, and the blank
/// ones among them.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    key_indent: usize,
    /// Blanks seen since the line's start; `None` within a line.
    indent: Option<usize>,
}

impl Block {
    /// `key_indent`: blanks before the key.
    pub(crate) fn new(key_indent: usize) -> Self {
        Self { key_indent, indent: None }
    }

    pub(crate) fn advance(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        for (index, &byte) in text.iter().enumerate().skip(from) {
            match (byte, self.indent) {
                (0, indent) => return self.ended(index, indent),
                (b'\n', _) => self.indent = Some(0),
                (b'\r', Some(_)) => {}
                (b' ', Some(indent)) => self.indent = Some(indent.saturating_add(1)),
                (_, Some(indent)) if indent <= self.key_indent => return self.ended(index, Some(indent)),
                (_, Some(_)) => self.indent = None,
                (_, None) => {}
            }
        }
        if last { self.ended(text.len(), self.indent) } else { Step::Inside { upto: text.len() } }
    }

    /// Gives back the line break and the blanks before what follows the block.
    fn ended(&self, resume: usize, indent: Option<usize>) -> Step {
        let mut tail = Vec::new();
        if let Some(indent) = indent {
            tail.push(b'\n');
            tail.resize(1 + indent.min(self.key_indent), b' ');
        }
        Step::Ended { resume, tail }
    }
}
