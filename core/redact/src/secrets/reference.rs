//! Values that only speak of a secret: expressions of source code, variables, names of types.

use crate::key::{Strength, classify};

/// Words before the expression itself.
const BEFORE: &[&[u8]] =
    &[b"await ", b"new ", b"yield ", b"return ", b"typeof ", b"&mut ", b"&", b"*", b"lambda: "];

/// Words of programming languages that begin an expression.
const KEYWORDS: &[&[u8]] = &[
    b"await",
    b"new",
    b"yield",
    b"typeof",
    b"function",
    b"async",
    b"lambda",
    b"if",
    b"match",
    b"case",
    b"not",
    b"None",
    b"nil",
    b"try",
    b"sizeof",
    b"undef",
    b"return",
    b"let",
];

/// Names of types, as they follow a `:`.
const TYPES: &[&[u8]] = &[
    b"str",
    b"string",
    b"String",
    b"Str",
    b"bytes",
    b"Bytes",
    b"int",
    b"bool",
    b"boolean",
    b"Boolean",
    b"any",
    b"Any",
    b"object",
    b"Object",
    b"char",
    b"text",
    b"Text",
    b"number",
    b"integer",
    b"float",
    b"dict",
    b"list",
    b"array",
    b"binary",
    b"varchar",
    b"func",
    b"interface",
    b"void",
    b"usize",
    b"u8",
    b"u32",
    b"u64",
    b"i32",
    b"unknown",
    b"never",
    b"undefined",
    b"required",
    b"optional",
    b"nullable",
    b"SecretStr",
    b"SecretString",
    b"Option",
    b"Optional",
    b"Buffer",
    b"NSString",
    b"CharField",
    b"StringField",
    b"PasswordField",
    b"type",
    b"const",
    b"byte",
];

/// Objects whose members are settings or arguments.
const OBJECTS: &[&[u8]] = &[
    b"self",
    b"this",
    b"cls",
    b"os",
    b"sys",
    b"process",
    b"config",
    b"cfg",
    b"conf",
    b"settings",
    b"args",
    b"argv",
    b"opts",
    b"options",
    b"opt",
    b"params",
    b"param",
    b"props",
    b"req",
    b"request",
    b"response",
    b"res",
    b"resp",
    b"env",
    b"environ",
    b"ENV",
    b"System",
    b"ctx",
    b"context",
    b"app",
    b"data",
    b"event",
    b"state",
    b"session",
    b"form",
    b"body",
    b"obj",
    b"account",
    b"credentials",
    b"creds",
    b"secrets",
    b"vault",
    b"module",
    b"var",
    b"local",
    b"each",
    b"Values",
    b"kwargs",
    b"input",
    b"result",
    b"row",
    b"client",
    b"flask",
    b"django",
    b"super",
    b"base",
    b"parent",
    b"std",
    b"env_vars",
    b"user",
    b"module_params",
];

/// True for an expression of source code rather than a value: `get_password()`, `self.token`, `os.environ["X"]`,
/// `Option<String>`, `$password`. `next` is the byte after the value.
///
/// `cut`: the value ends at a blank, in the midst of an expression, and blanks around the separator say that it is one.
pub(super) fn is_expression(value: &[u8], next: Option<u8>, cut: bool) -> bool {
    let statement = value.trim_ascii_end().ends_with(b");");
    let value = trim_end(value);
    let function = value.starts_with(b"(") && value.windows(2).any(|two| two == b"=>");
    if function || (cut && (value.starts_with(b"(") || KEYWORDS.contains(&value))) || value == b"undef" {
        return true;
    }
    // `let token = if let Some(x) = y {`, `pair = (self.user + ":" + self.password)`
    let statement_of_code =
        value.starts_with(b"if let ") || value.starts_with(b"match ") && value.ends_with(b"{");
    if statement_of_code || value.starts_with(b"(") && value.windows(3).any(|three| three == b" + ") {
        return true;
    }
    let (value, prefixed) = strip_words(value);
    let path = Path::at(value);
    if path.length == 0 {
        return false;
    }
    let rest = &value[path.length..];
    let closed_outside = next == Some(b')') || next == Some(b']');
    match rest.first() {
        None => prefixed && path.is_plain(value) || path.is_reference(value),
        Some(b'(') => cut || statement || (path.may_be_called(value) && (closed_outside || ends_call(rest))),
        Some(b'[') => {
            let index = rest.get(1).copied();
            let opens = matches!(index, Some(b'"' | b'\'' | b':' | b'$' | b'0'..=b'9' | b']'))
                || index.is_some_and(is_name_start);
            opens && (cut || closed_outside || rest.contains(&b']')) && path.may_be_called(value)
        }
        Some(b'<') => {
            let generic = path.is_plain(value) && is_generic(rest);
            cut && path.names > 1 || generic && (rest.ends_with(b">") || next == Some(b'>'))
        }
        Some(b' ') => path.may_be_called(value) && is_operator(rest.trim_ascii_start()),
        Some(b'{') => rest.starts_with(b"{}") || rest.starts_with(b"{ "),
        Some(b'?' | b'!') => rest.len() == 1 && path.is_type(value),
        _ => false,
    }
}

fn trim_end(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii_end();
    let end = value.iter().rposition(|byte| !matches!(byte, b';' | b',' | b')')).map_or(0, |last| last + 1);
    // A closing bracket goes only with what opened before the value.
    let value_part = &value[..end];
    let opened = value_part.iter().filter(|byte| **byte == b'(').count();
    let closed = value[end..].iter().take_while(|byte| **byte == b')').take(opened).count();
    &value[..end + closed]
}

fn strip_words(value: &[u8]) -> (&[u8], bool) {
    let mut rest = value;
    while let Some(stripped) = BEFORE.iter().find_map(|word| rest.strip_prefix(*word)) {
        rest = stripped;
    }
    (rest, value.len() - rest.len() > 3)
}

fn is_operator(rest: &[u8]) -> bool {
    const OPERATORS: &[&[u8]] = &[
        b"||", b"??", b"&&", b"+ ", b"== ", b"!= ", b"if ", b"or ", b"and ", b"else ", b"as ", b"? ", b"is ",
        b"in ", b"= ", b"=> ", b"|> ", b"| ", b"unless ", b". ",
    ];
    OPERATORS.iter().any(|operator| rest.starts_with(operator))
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const JOINTS: &[&[u8]] = &[b"->", b"::", b"?.", b"!.", b"."];

/// `<String, Vec<u8>>`
fn is_generic(rest: &[u8]) -> bool {
    rest.iter().all(|byte| is_name_byte(*byte) || b"<>, &:'[]?*".contains(byte))
}

/// True when what stands behind the last bracket can follow a call.
fn ends_call(rest: &[u8]) -> bool {
    let behind = rest.iter().rposition(|byte| *byte == b')').map(|last| rest.get(last + 1));
    behind.is_some_and(|next| next.is_none_or(|next| b".;? [".contains(next)))
}

/// Names that are joined by `.`, `->`, `::` and `?.`.
struct Path {
    length: usize,
    /// Number of names.
    names: usize,
    /// Length of the first name, and where the last one starts.
    first: usize,
    last: usize,
    /// A `$` or `@` before it.
    sigil: bool,
}

impl Path {
    fn at(value: &[u8]) -> Self {
        let sigil = usize::from(matches!(value.first(), Some(b'$' | b'@')));
        let mut path = Self { length: 0, names: 0, first: 0, last: 0, sigil: sigil == 1 };
        let mut index = sigil;
        loop {
            let rest = &value[index..];
            if !rest.first().copied().is_some_and(is_name_start) {
                return path;
            }
            let name = rest.iter().take_while(|byte| is_name_byte(**byte)).count();
            path.last = index;
            index += name;
            path.names += 1;
            path.length = index;
            if path.names == 1 {
                path.first = index;
            }
            let joint = JOINTS.iter().find(|joint| value[index..].starts_with(joint));
            match joint {
                Some(joint) => index += joint.len(),
                None => return path,
            }
        }
    }

    /// One name of letters alone.
    fn is_plain(&self, value: &[u8]) -> bool {
        value[..self.length].iter().all(|byte| !byte.is_ascii_digit())
    }

    /// A name that a function or a list may have. Names with figures in them are too near to passwords.
    fn may_be_called(&self, value: &[u8]) -> bool {
        self.length >= 3
            && (self.names > 1 || self.sigil || self.is_plain(value) || value[..self.length].contains(&b'_'))
    }

    fn is_type(&self, value: &[u8]) -> bool {
        let last = &value[self.last..self.length];
        TYPES.contains(&last)
    }

    /// `config.db.password`, `user.token`, `$password`.
    fn is_reference(&self, value: &[u8]) -> bool {
        let last = &value[self.last..self.length];
        let sigil = usize::from(self.sigil);
        if self.names > 1 {
            let first = &value[sigil..self.first];
            return OBJECTS.contains(&first)
                || names_secret(last)
                || is_constant_of_type(value, self)
                || (self.sigil
                    && self.is_plain(value)
                    && value.windows(2).any(|two| two == b"->" || two == b"::"));
        }
        self.sigil
            && (names_secret(last) || last.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_'))
    }
}

/// `Token.LEFT_BRACE`, `PropTypes.string`: a member of a type.
fn is_constant_of_type(value: &[u8], path: &Path) -> bool {
    let first = &value[usize::from(path.sigil)..path.first];
    let last = &value[path.last..path.length];
    let type_name = path.names == 2
        && first.first().is_some_and(u8::is_ascii_uppercase)
        && first.iter().all(u8::is_ascii_alphabetic)
        && first.iter().any(u8::is_ascii_lowercase);
    let constant = last.len() > 2 && last.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    type_name && (constant || TYPES.contains(&last))
}

/// True for a name that is the name of a secret: `db_password`.
pub(super) fn names_secret(name: &[u8]) -> bool {
    classify(name).is_some_and(|key| key.strength == Strength::Strong)
}

/// True for a name of a type after a `:`, or for one that says what the key says: `password: String`, `token: Token`.
pub(super) fn is_type_name(value: &[u8], key: &[u8]) -> bool {
    let value = trim_end(value);
    let value = value.strip_prefix(b"&").unwrap_or(value);
    let value = value.strip_suffix(b"?").unwrap_or(value);
    if TYPES.contains(&value) {
        return true;
    }
    let is_name =
        value.iter().all(u8::is_ascii_alphabetic) && value.first().is_some_and(u8::is_ascii_uppercase);
    let humps = value.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    is_name && (value.eq_ignore_ascii_case(key) || (humps > 1 && humps < value.len() && names_secret(value)))
}

/// True for a variable that is passed on under a name that says what it is: `user_password`, `authToken`. One word
/// alone (`secret`) may well be somebody's password.
pub(super) fn is_variable(value: &[u8]) -> bool {
    let value = trim_end(value);
    let is_name = value.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let inner = value.get(1..).unwrap_or_default();
    let humps = inner.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let lower = inner.iter().any(u8::is_ascii_lowercase);
    is_name && (inner.contains(&b'_') || (humps > 0 && lower)) && names_secret(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_values() {
        for expression in [
            "get_password()",
            "get_password();",
            "lexer.next()",
            "os.environ[\"X\"]",
            "os.environ.get('X')",
            "process.env.TOKEN",
            "self.password",
            "this.token;",
            "config.db.password",
            "request.form['password']",
            "Option<String>",
            "$password",
            "$_POST['password']",
            "await fetchToken()",
            "new Password(x)",
            "args.password or None",
            "user.token,",
            "std::env::var(\"X\")",
            "$this->password;",
            "params[:password]",
        ] {
            assert!(is_expression(expression.as_bytes(), None, false), "{expression}");
        }
        for value in [
            "hunter2",
            "correct horse battery",
            "a.b.c",
            "Pa55(word)",
            "$ecret1",
            "s3cr3t[1]",
            "x",
            "letmein",
            "two words",
        ] {
            assert!(!is_expression(value.as_bytes(), None, false), "{value}");
        }
    }

    #[test]
    fn types_and_variables_are_known() {
        assert!(
            is_type_name(b"String,", b"password")
                && is_type_name(b"Token", b"token")
                && is_type_name(b"&str", b"x")
        );
        assert!(is_variable(b"user_password") && is_variable(b"authToken,"));
        assert!(!is_variable(b"password") && !is_variable(b"secret"));
    }
}
