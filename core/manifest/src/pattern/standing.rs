//! How a path stands to a pattern, in one walk over its names.

use super::Component;

/// How one path stands to a pattern.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// See [`super::PathPattern::matches`].
    pub matches: bool,
    /// See [`super::PathPattern::reaches`].
    pub reached: bool,
    /// See [`super::PathPattern::may_hold`].
    pub leads: bool,
}

/// Steps through the names with the set of places in the pattern that are still possible: linear in both lengths'
/// product, whatever the wildcards.
pub(super) fn standing_after(pattern: &[Component], names: std::path::Components<'_>) -> Standing {
    let end = pattern.len();
    let mut possible = vec![false; end + 1];
    let mut next = possible.clone();
    possible[0] = true;
    skip_any_depth(pattern, &mut possible);
    let mut reached = possible[end];
    for name in names {
        let std::path::Component::Normal(name) = name else {
            return Standing::default();
        };
        let name = name.to_string_lossy();
        next.fill(false);
        for (place, component) in pattern.iter().enumerate().filter(|(place, _)| possible[*place]) {
            match component {
                Component::AnyDepth => next[place] = true,
                _ => next[place + 1] |= component.matches(&name),
            }
        }
        std::mem::swap(&mut possible, &mut next);
        skip_any_depth(pattern, &mut possible);
        reached |= possible[end];
        if !reached && !possible.contains(&true) {
            return Standing::default();
        }
    }
    Standing { matches: possible[end], reached, leads: possible[..end].contains(&true) }
}

fn skip_any_depth(pattern: &[Component], possible: &mut [bool]) {
    for (place, component) in pattern.iter().enumerate() {
        if *component == Component::AnyDepth && possible[place] {
            possible[place + 1] = true;
        }
    }
}

/// True when the whole text matches: `*` is any text, `?` one character.
pub(crate) fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut place, mut at) = (0, 0);
    // Where to go on when what follows the last star fits no more: the star then takes one character more.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(place) {
            Some(b'*') => {
                place += 1;
                retry = Some((place, at));
            }
            Some(b'?') => {
                place += 1;
                at += character_length(text[at]);
            }
            Some(byte) if *byte == text[at] => {
                place += 1;
                at += 1;
            }
            _ => {
                let Some((after, taken)) = retry else { return false };
                at = taken + character_length(text[taken]);
                retry = Some((after, at));
                place = after;
            }
        }
    }
    pattern[place..].iter().all(|byte| *byte == b'*')
}

/// Bytes of the UTF-8 character that starts with this byte.
fn character_length(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}
