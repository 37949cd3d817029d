//! Wireless networks in netplan's YAML.

use candor_redact::is_secret_key;

use crate::identity::gathering::Gathering;

/// See netplan-yaml(5). Read line by line, by indentation, which is how netplan and the installers write it.
pub(super) fn gather(gathering: &mut Gathering<'_>) {
    for folder in ["/etc/netplan", "/run/netplan", "/usr/lib/netplan"] {
        gathering.each_text(folder, ".yaml", |gathering, text| {
            for found in read(text) {
                match found {
                    Found::Ssid(name) => gathering.add_ssid(&name),
                    Found::Setting(key, value) => add(gathering, &key, &value),
                }
            }
        });
    }
}

fn add(gathering: &mut Gathering<'_>, key: &str, value: &str) {
    match key {
        "bssid" | "macaddress" => gathering.add_mac(value),
        "identity" | "anonymous-identity" => gathering.add_foreign_user(value),
        key if is_secret_key(key) => gathering.add_secret(value),
        _ => {}
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Found {
    Ssid(String),
    Setting(String, String),
}

fn read(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    // Indentation of `access-points:`, and of the names below it.
    let mut within: Option<(usize, Option<usize>)> = None;
    for line in text.lines() {
        let bare = line.trim_start();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let depth = line.len() - bare.len();
        let Some((key, rest)) = entry(bare) else { continue };
        within = within.filter(|(outer, _)| depth > *outer);
        if let Some((_, inner)) = &mut within
            && *inner.get_or_insert(depth) == depth
        {
            found.push(Found::Ssid(key));
            found.extend(flow_settings(rest));
        } else if key == "access-points" {
            within = Some((depth, None));
        } else if rest.starts_with('{') {
            found.extend(flow_settings(rest));
        } else {
            found.push(Found::Setting(key, scalar(rest).0));
        }
    }
    found
}

/// `key: rest`, the key plain or in quotes.
fn entry(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix("- ").unwrap_or(text).trim_start();
    let (key, rest) = if text.starts_with(['"', '\'']) {
        scalar(text)
    } else {
        let end = text.find(": ").or_else(|| text.strip_suffix(':').map(str::len))?;
        (text[..end].to_owned(), &text[end..])
    };
    Some((key, rest.trim_start().strip_prefix(':')?.trim()))
}

/// The settings in `{password: "…", bssid: …}`.
fn flow_settings(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut rest = text.strip_prefix('{').unwrap_or_default();
    while let Some((key, behind)) = entry_in_flow(rest) {
        let (value, behind) = scalar(behind);
        found.push(Found::Setting(key, value));
        rest = behind.trim_start_matches(|letter| ", }".contains(letter));
    }
    found
}

fn entry_in_flow(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let (key, rest) = if text.starts_with(['"', '\'']) {
        scalar(text)
    } else {
        let end = text.find(':')?;
        (text[..end].trim().to_owned(), &text[end..])
    };
    Some((key, rest.trim_start().strip_prefix(':')?.trim_start_matches([' ', '{'])))
}

/// The scalar at the start of a text, and what stands behind it.
fn scalar(text: &str) -> (String, &str) {
    match text.chars().next() {
        Some('"') => double_quoted(&text[1..]),
        Some('\'') => single_quoted(&text[1..]),
        _ => {
            let end = [" #", ", ", "}"].iter().filter_map(|stop| text.find(stop)).min().unwrap_or(text.len());
            (text[..end].trim().to_owned(), &text[end..])
        }
    }
}

fn double_quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            letter => value.push(letter),
        }
    }
    (value, "")
}

fn single_quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\'') {
        value.push_str(before);
        match behind.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return (value, behind),
        }
    }
    (value + rest, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(key: &str, value: &str) -> Found {
        Found::Setting(key.to_owned(), value.to_owned())
    }

    #[test]
    fn networks_are_told_from_their_settings_by_indentation() {
        let text = "network:
  wifis:
    wlan0:
      access-points:
        \"Blue \\\"Fig\\\"\":
          password: \"correct: horse # battery\"
          bssid: 3c:51:07:08:09:0a  # upstairs
        'Ada''s net': {password: 'plum pudding', band: 5GHz}
        plain: {}
      dhcp4: true
    wlan1:
      auth:
        password: pear-tree
";
        let found = read(text);
        let ssids: Vec<_> = found.iter().filter(|one| matches!(one, Found::Ssid(_))).collect();
        let expected = ["Blue \"Fig\"", "Ada's net", "plain"].map(|name| Found::Ssid(name.to_owned()));
        assert_eq!(ssids, expected.iter().collect::<Vec<_>>());
        for expected in [
            setting("password", "correct: horse # battery"),
            setting("bssid", "3c:51:07:08:09:0a"),
            setting("password", "plum pudding"),
            setting("password", "pear-tree"),
            setting("dhcp4", "true"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
    }

    #[test]
    fn broken_lines_are_passed_over() {
        for text in
            ["access-points:\n  \"open\n", "{", "a: {b", "'", "\"\\", ": :", "access-points:\n x: {y: 'z"]
        {
            read(text);
        }
    }
}
