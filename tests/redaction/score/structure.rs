//! Compares the shape of a file before and after: the same keys, the same nesting, strings where strings were.

use saphyr_parser::{Event, Parser};

use crate::corpus::model::Syntax;

/// Whether `output` has the structure of `input`; nothing where the syntax has none.
pub fn compare(syntax: Syntax, input: &str, output: &str) -> Option<Result<(), String>> {
    let shape: fn(&str) -> Result<Vec<String>, String> = match syntax {
        Syntax::Text => return None,
        Syntax::Json => json,
        Syntax::JsonLines => json_lines,
        Syntax::Yaml => yaml,
        Syntax::Toml => toml,
        Syntax::Xml => xml,
        Syntax::Ini => ini,
        Syntax::Csv => csv,
        Syntax::Tsv => tsv,
    };
    let before = match shape(input) {
        Ok(before) => before,
        Err(why) => return Some(Err(format!("the corpus itself is wrong: {why}"))),
    };
    Some(shape(output).and_then(|after| same(&before, &after)))
}

fn same(before: &[String], after: &[String]) -> Result<(), String> {
    if before.len() != after.len() {
        return Err(format!("{} nodes became {}", before.len(), after.len()));
    }
    let differs =
        before.iter().zip(after).find(|(before, after)| before != after && !may_become(before, after));
    match differs {
        None => Ok(()),
        Some((before, after)) => Err(format!("`{before}` became `{after}`")),
    }
}

/// A number or a date that was a secret becomes a string.
fn may_become(before: &str, after: &str) -> bool {
    after.ends_with("string")
        && before.ends_with("scalar")
        && before.split(' ').next() == after.split(' ').next()
}

fn json(text: &str) -> Result<Vec<String>, String> {
    let value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut shape = Vec::new();
    json_shape(&value, 0, &mut shape);
    Ok(shape)
}

fn json_lines(text: &str) -> Result<Vec<String>, String> {
    let lines: Result<Vec<Vec<String>>, String> = text.lines().map(json).collect();
    lines.map(|lines| lines.concat())
}

fn json_shape(value: &serde_json::Value, depth: usize, shape: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            shape.push(format!("{depth} object of {}", members.len()));
            members.values().for_each(|member| json_shape(member, depth + 1, shape));
        }
        Value::Array(items) => {
            shape.push(format!("{depth} array of {}", items.len()));
            items.iter().for_each(|item| json_shape(item, depth + 1, shape));
        }
        Value::String(_) => shape.push(format!("{depth} string")),
        _ => shape.push(format!("{depth} scalar")),
    }
}

fn yaml(text: &str) -> Result<Vec<String>, String> {
    let mut shape = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        shape.push(match event {
            Event::MappingStart(..) => "mapping".to_owned(),
            Event::SequenceStart(..) => "sequence".to_owned(),
            Event::MappingEnd | Event::SequenceEnd => "end".to_owned(),
            Event::Scalar(..) => "scalar".to_owned(),
            Event::Alias(..) => "alias".to_owned(),
            Event::DocumentStart(..) => "document".to_owned(),
            _ => continue,
        });
    }
    Ok(shape)
}

fn toml(text: &str) -> Result<Vec<String>, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut shape = Vec::new();
    toml_shape(&toml::Value::Table(table), 0, &mut shape);
    Ok(shape)
}

fn toml_shape(value: &toml::Value, depth: usize, shape: &mut Vec<String>) {
    match value {
        toml::Value::Table(members) => {
            shape.push(format!("{depth} table of {}", members.len()));
            members.values().for_each(|member| toml_shape(member, depth + 1, shape));
        }
        toml::Value::Array(items) => {
            shape.push(format!("{depth} array of {}", items.len()));
            items.iter().for_each(|item| toml_shape(item, depth + 1, shape));
        }
        toml::Value::String(_) => shape.push(format!("{depth} string")),
        _ => shape.push(format!("{depth} scalar")),
    }
}

fn xml(text: &str) -> Result<Vec<String>, String> {
    let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    let shape = elements.map(|element| {
        let attributes: Vec<&str> = element.attributes().map(|attribute| attribute.name()).collect();
        format!("{} {} [{}]", element.ancestors().count(), element.tag_name().name(), attributes.join(" "))
    });
    Ok(shape.collect())
}

fn ini(text: &str) -> Result<Vec<String>, String> {
    let mut shape = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with([';', '#'])) {
        if let Some(section) = line.strip_prefix('[') {
            shape.push(section.strip_suffix(']').ok_or_else(|| format!("no section: {line}"))?.to_owned());
        } else {
            let (key, _) = line.split_once(['=', ':']).ok_or_else(|| format!("no entry: {line}"))?;
            shape.push(key.trim().to_owned());
        }
    }
    Ok(shape)
}

fn csv(text: &str) -> Result<Vec<String>, String> {
    records(text, b',')
}

fn tsv(text: &str) -> Result<Vec<String>, String> {
    records(text, b'\t')
}

fn records(text: &str, delimiter: u8) -> Result<Vec<String>, String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
    let lengths: Result<Vec<String>, csv::Error> =
        reader.records().map(|record| record.map(|record| record.len().to_string())).collect();
    lengths.map_err(|error| error.to_string())
}
