//! Redaction policies: their shape, their words, and every rule with its own examples.

use std::path::Path;

use candor_manifest::{Diagnostic, Misfit, Step, check_document, top_keys};
use candor_redact::{Kind, KnownValues, Policy, Rule, RuleError, RuleSet};
use serde_json::{Value, json};

/// True for a file that has keys which a redaction policy alone has, or its name.
pub fn is_one(path: &Path) -> bool {
    let keys = top_keys(path);
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(&key.as_str()));
    let is_named = path.file_name().is_some_and(|name| name == "redaction.toml");
    !has(&["plugin", "level", "collectors", "consent"])
        && (has(&["kinds", "words", "rule", "rules"]) || is_named || keys == ["options"])
}

/// Everything that is wrong with it.
pub fn check(path: &Path) -> Vec<Diagnostic> {
    check_document(path, &schema(), &misfits)
}

fn misfits(text: &str) -> Vec<Misfit> {
    let policy: Policy = match toml::from_str(text) {
        Ok(policy) => policy,
        Err(error) => {
            let fix = "the example in docs/redaction.md shows what a policy may hold".to_owned();
            return vec![misfit(Vec::new(), "syntax", error.message().to_owned(), fix)];
        }
    };
    let mut misfits = words(&policy);
    let shipped = RuleSet::builtin().unwrap_or_default();
    for (index, rule) in policy.rules.iter().enumerate() {
        let others = shipped.iter().chain(&policy.rules[..index]);
        misfits.extend(others.filter(|other| other.id == rule.id).take(1).map(|_| {
            misfit(
                way(index, &["id"]),
                "duplicate-id",
                format!("there is a rule `{}` already", rule.id),
                "give it an id of its own, such as one that begins with your company's name".to_owned(),
            )
        }));
        misfits.extend(of_rule(index, rule));
    }
    misfits
}

fn misfit(way: Vec<Step>, code: &'static str, message: String, fix: String) -> Misfit {
    Misfit { way, code, message, fix }
}

fn way(rule: usize, keys: &[&str]) -> Vec<Step> {
    let keys = keys.iter().map(|key| Step::Key((*key).to_owned()));
    [Step::Key("rule".to_owned()), Step::Item(rule)].into_iter().chain(keys).collect()
}

/// Words that would never be found.
fn words(policy: &Policy) -> Vec<Misfit> {
    let words = &policy.words;
    let lists = [
        ("remove", &words.remove),
        ("pseudonym", &words.pseudonym),
        ("keep", &words.keep),
        ("hosts", &words.hosts),
        ("users", &words.users),
        ("people", &words.people),
    ];
    let each =
        lists.into_iter().flat_map(|(name, list)| list.iter().enumerate().map(move |word| (name, word)));
    let unfit = each.filter(|(_, (_, word))| !KnownValues::default().add(Kind::Word, word));
    unfit
        .map(|(name, (index, _))| {
            let way = vec![Step::Key("words".into()), Step::Key(name.into()), Step::Item(index)];
            let message = "this word would never be found".to_owned();
            let fix = "write 1 to 512 bytes on one line, with a letter or digit in them".to_owned();
            misfit(way, "bad-word", message, fix)
        })
        .collect()
}

fn of_rule(index: usize, rule: &Rule) -> Option<Misfit> {
    let error = RuleSet::new(vec![rule.clone()]).and_then(|set| set.try_examples()).err()?;
    Some(match error {
        RuleError::Example { example, found, expected, .. } => {
            let (list, number) = example.split_once(' ').unwrap_or((&example, "1"));
            let item = number.parse::<usize>().map_or(0, |number| number.saturating_sub(1));
            let mut way = way(index, &[list]);
            way.push(Step::Item(item));
            let message = format!("the rule `{}` finds {found} secrets here, expected {expected}", rule.id);
            let fix = match expected {
                0 => "make the pattern narrower, or move the example to `positive`",
                _ => "make the pattern fit exactly one secret of it, or move the example to `negative`",
            };
            misfit(way, "example", message, fix.to_owned())
        }
        RuleError::Unusable { problem, .. } => {
            let (message, fix) = problem.split_once(": ").unwrap_or((&problem, "see docs/redaction.md"));
            let key = blamed(rule, &problem);
            misfit(
                way(index, key.as_slice()),
                "rule",
                format!("rule `{}`: {message}", rule.id),
                fix.to_owned(),
            )
        }
        other => misfit(way(index, &[]), "rule", other.to_string(), "see docs/redaction.md".to_owned()),
    })
}

/// The key of the rule that a problem is about.
fn blamed(rule: &Rule, problem: &str) -> Option<&'static str> {
    let pattern = if rule.pattern.is_some() { "pattern" } else { "value" };
    let keys = [("an id has", "id"), ("its pattern", pattern), ("`anchor`", "anchor"), ("each `key`", "key")];
    keys.into_iter().find(|(words, _)| problem.starts_with(words)).map(|(_, key)| key)
}

/// The JSON Schema (draft 2020-12) of a redaction policy.
pub fn schema() -> Value {
    let kinds: serde_json::Map<_, _> = Kind::ALL
        .iter()
        .map(|kind| {
            let about = format!("What is done with identifiers of the kind `{}`.", kind.as_str());
            (kind.as_str().to_owned(), json!({ "$ref": "#/$defs/Treatment", "description": about }))
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Candor redaction policy",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "kinds": {
                "description": "What is done with identifiers, by kind; pseudonyms take the place of those that are not named.",
                "type": "object",
                "additionalProperties": false,
                "properties": kinds,
            },
            "options": {
                "description": "What counts as an identifier.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "documentation-addresses": {
                        "description": "What is done with addresses and names that are reserved for documentation.",
                        "enum": ["treat", "keep"],
                    },
                },
            },
            "words": words_schema(),
            "rule": {
                "description": "Your own rules.",
                "type": "array",
                "items": { "$ref": "#/$defs/Rule" },
            },
        },
        "$defs": {
            "Treatment": { "description": "What is done with an identifier.", "enum": ["keep", "pseudonym", "remove"] },
            "Rule": rule_schema(),
        },
    })
}

fn words_schema() -> Value {
    let list = |about: &str| json!({ "description": about, "type": "array", "items": { "type": "string" } });
    json!({
        "description": "Literal words, matched on word boundaries in any case.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "remove": list("Removed as secrets are."),
            "pseudonym": list("Replaced by pseudonyms."),
            "keep": list("Left alone where they would be identifiers of their own."),
            "hosts": list("Names of hosts."),
            "users": list("Login names."),
            "people": list("Names of people."),
        },
    })
}

fn rule_schema() -> Value {
    let text =
        |about: &str| json!({ "description": about, "type": "string", "contentMediaType": "text/plain" });
    let texts = |about: &str| {
        let item = json!({ "type": "string", "contentMediaType": "text/plain" });
        json!({ "description": about, "type": "array", "minItems": 1, "items": item })
    };
    json!({
        "description": "A rule: a `pattern`, or a `key` with a `value`.",
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "title", "source", "positive", "negative"],
        "properties": {
            "id": text("Kebab-case and unique; stands in the mark: `acme-token`."),
            "title": text("What is found, for people."),
            "source": text("The document that names the format."),
            "pattern": text("Regular expression over bytes, tried at word starts. Group 1 is the secret, or the whole match."),
            "anchor": text("Literal inside the match at which the pattern is tried, for one without a literal beginning."),
            "key": texts("Words of which one stands in the assignment's key."),
            "value": text("Regular expression that matches the assigned value wholly."),
            "entropy": { "description": "Least Shannon entropy of the secret, in bits a character." },
            "positive": texts("Texts in which the rule finds exactly one secret each."),
            "negative": texts("Texts in which it finds nothing."),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("redaction.toml");
        std::fs::write(&path, text).unwrap();
        assert!(is_one(&path));
        let diagnostics = check(&path);
        diagnostics
            .iter()
            .map(|one| format!("{}:{}: {}: {one}", one.line(), one.column(), one.code()))
            .collect()
    }

    const RULE: &str =
        "[[rule]]\nid = \"acme-token\"\ntitle = \"t\"\nsource = \"s\"\npattern = 'acme_[a-z0-9]{24}'\n";

    #[test]
    fn a_good_policy_has_nothing_wrong() {
        let examples = "positive = [\"a\\tacme_0123456789abcdef01234567\\n\"]\nnegative = [\"acme_short\"]\n";
        let text =
            format!("[kinds]\nuuid = \"keep\"\n[words]\nremove = [\"Project Falcon\"]\n{RULE}{examples}");
        assert_eq!(told(&text), Vec::<String>::new());
    }

    #[test]
    fn faults_are_told_with_their_places() {
        assert_eq!(
            told("[kinds]\nuid = \"keep\"\nphone = \"delete\"\n"),
            [
                "2:1: unknown-key: unknown key `uid` in `kinds`",
                "3:9: unknown-value: `phone` cannot be `delete`",
            ]
        );
        assert_eq!(told("[words]\nremove = [\"\"]\n"), ["2:11: bad-word: this word would never be found"]);
        let text = format!("{RULE}positive = [\"acme_short\"]\nnegative = [\"x\"]\n");
        assert_eq!(told(&text), ["6:13: example: the rule `acme-token` finds 0 secrets here, expected 1"]);
        let text = RULE.replace("{24}", "+") + "positive = [\"a\"]\nnegative = [\"x\"]\n";
        assert_eq!(told(&text)[0].split(": ").take(2).collect::<Vec<_>>(), ["5:11", "rule"]);
        assert_eq!(told(RULE)[0], "1:1: missing-key: `rule` has no `positive`");
    }
}
