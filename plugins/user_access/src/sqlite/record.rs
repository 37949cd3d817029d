//! Rows, and the names of their columns.

/// One row.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    columns: &'a [String],
    values: Vec<Value>,
}

/// What a row can hold, as far as it is wanted.
#[derive(Debug)]
enum Value {
    Integer(i64),
    Text(String),
    /// Nothing, a fraction, or bytes.
    Other,
}

impl<'a> Row<'a> {
    /// Parses the record format: the types of all values, then the values.
    pub(super) fn parse(payload: &[u8], columns: &'a [String]) -> Option<Self> {
        let mut at = 0;
        let header_bytes = usize::try_from(varint(payload, &mut at)?).ok()?;
        let mut body = header_bytes;
        let mut values = Vec::new();
        while at < header_bytes && values.len() < columns.len() {
            let kind = varint(payload, &mut at)?;
            let length = usize::try_from(value_bytes(kind)).ok()?;
            let end = body.checked_add(length)?;
            values.push(value(kind, payload.get(body..end)?));
            body = end;
        }
        Some(Self { columns, values })
    }

    /// The whole number in a column; `None` when there is none.
    pub(crate) fn integer(&self, column: &str) -> Option<i64> {
        match self.value(column)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The text in a column; `None` when there is none.
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        match self.value(column)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn value(&self, column: &str) -> Option<&Value> {
        let index = self.columns.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        self.values.get(index)
    }
}

fn value_bytes(kind: u64) -> u64 {
    match kind {
        0 | 8..=11 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        _ => (kind - 12) / 2,
    }
}

fn value(kind: u64, bytes: &[u8]) -> Value {
    match kind {
        1..=6 => Value::Integer(integer(bytes)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        13.. if kind % 2 == 1 => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        _ => Value::Other,
    }
}

/// Big-endian, two's complement, at most eight bytes.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    bytes.iter().fold(start, |number, byte| (number << 8) | i64::from(*byte))
}

/// Seven bits a byte, the highest first; the ninth byte has eight.
pub(super) fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for index in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if index == 8 {
            return Some((number << 8) | u64::from(byte));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

/// Names of the columns of `CREATE TABLE t (a INTEGER, "b" TEXT DEFAULT (1, 2), PRIMARY KEY (a))`.
pub(super) fn columns(sql: &str) -> Vec<String> {
    let Some((_, body)) = sql.split_once('(') else {
        return Vec::new();
    };
    let mut depth = 0_usize;
    let mut definitions = vec![String::new()];
    for character in body.chars() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => definitions.push(String::new()),
            _ => {}
        }
        if let Some(last) = definitions.last_mut().filter(|_| !(character == ',' && depth == 0)) {
            last.push(character);
        }
    }
    definitions.iter().filter_map(|definition| column_name(definition)).collect()
}

fn column_name(definition: &str) -> Option<String> {
    let name = definition.split_ascii_whitespace().next()?;
    let constraints = ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"];
    if constraints.iter().any(|word| name.eq_ignore_ascii_case(word)) {
        return None;
    }
    Some(name.trim_matches(['"', '`', '[', ']', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_and_constraints_are_not() {
        let sql = "CREATE TABLE t (\n a INTEGER PRIMARY KEY, \"b\" TEXT DEFAULT (1, 2), PRIMARY KEY (a, b), c) STRICT";
        assert_eq!(columns(sql), ["a", "b", "c"]);
        assert_eq!(columns("CREATE"), Vec::<String>::new());
    }

    #[test]
    fn numbers_of_all_widths_are_read() {
        assert_eq!(integer(&[0xff]), -1);
        assert_eq!(integer(&[0x01, 0x00]), 256);
        assert_eq!(integer(&[0x80, 0, 0, 0, 0, 0, 0, 0]), i64::MIN);
        let mut at = 0;
        assert_eq!(varint(&[0x81, 0x00], &mut at), Some(128));
        assert_eq!(varint(&[0xff; 9], &mut 0), Some(u64::MAX));
        assert_eq!(varint(&[0xff; 8], &mut 0), None);
    }
}
