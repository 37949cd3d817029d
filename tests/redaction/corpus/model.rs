//! What a corpus is made of: documents, and what is planted in them.

/// How a planted value is judged, each with a promise of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// It has a shape, a fixed place or a checksum, or this machine knows it.
    Structured,
    /// Only the name of its key or flag, its value and its entropy tell.
    Generic,
}

/// How a raw form is looked for in the redacted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    /// These bytes, anywhere.
    Exact,
    /// In any case, with no letter or digit on either side.
    Word,
    /// In any case, with no digit on either side.
    Number,
}

/// One spelling of a planted value that must not survive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Form {
    /// The spelling.
    pub text: String,
    /// How to look for it.
    pub matching: Match,
}

impl Form {
    /// A form that is looked for byte by byte.
    #[must_use]
    pub fn exact(text: impl Into<String>) -> Self {
        Self { text: text.into(), matching: Match::Exact }
    }

    /// A form that is a word.
    #[must_use]
    pub fn word(text: impl Into<String>) -> Self {
        Self { text: text.into(), matching: Match::Word }
    }

    /// A form of digits and separators.
    #[must_use]
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), matching: Match::Number }
    }
}

/// A value to plant.
#[derive(Debug, Clone)]
pub struct Value {
    /// Kind of identifier or family of rules: `ipv4`, `url-credential`.
    pub kind: &'static str,
    /// Spelling, service or syntax within the kind: `dashed`, `github`.
    pub spelling: String,
    /// How it is judged.
    pub family: Family,
    /// As it stands in a plain text.
    pub text: String,
    /// What must not survive.
    pub forms: Vec<Form>,
}

impl Value {
    /// A value whose own text is the one form.
    #[must_use]
    pub fn new(
        kind: &'static str,
        spelling: &str,
        text: impl Into<String>,
        form: fn(String) -> Form,
    ) -> Self {
        let text = text.into();
        let forms = vec![form(text.clone())];
        Self { kind, spelling: spelling.to_owned(), family: Family::Structured, text, forms }
    }

    /// The same with another form beside.
    #[must_use]
    pub fn and(mut self, form: Form) -> Self {
        self.forms.push(form);
        self
    }

    /// The same under another spelling and text, with the forms it has.
    #[must_use]
    pub fn spelled(mut self, spelling: &str, text: impl Into<String>) -> Self {
        spelling.clone_into(&mut self.spelling);
        self.text = text.into();
        self
    }

    /// The same as a secret that only its place tells.
    #[must_use]
    pub fn generic(mut self) -> Self {
        self.family = Family::Generic;
        self
    }
}

/// A value that was planted.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Kind of identifier or family of rules.
    pub kind: &'static str,
    /// Spelling, service or syntax within the kind.
    pub spelling: String,
    /// How it is judged.
    pub family: Family,
    /// As it stands in the document.
    pub value: String,
    /// Line of the document, counted from one.
    pub line: usize,
    /// What must not survive.
    pub forms: Vec<Form>,
}

/// What a document must still be after redaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// Nothing in particular.
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    JsonLines,
    /// YAML, one document or several.
    Yaml,
    /// TOML.
    Toml,
    /// XML.
    Xml,
    /// Sections, keys and values.
    Ini,
    /// Records with commas.
    Csv,
    /// Records with tabs.
    Tsv,
}

/// How the text of a document is written in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, little end first, with a mark.
    Utf16Le,
    /// UTF-16, big end first, with a mark.
    Utf16Be,
    /// ISO 8859-1.
    Latin1,
}

/// What a document is packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Packing {
    /// Nothing.
    Bare,
    /// gzip.
    Gzip,
    /// xz.
    Xz,
    /// Zstandard.
    Zstd,
    /// bzip2.
    Bzip2,
    /// A zip with this one entry.
    Zip,
    /// A tar with this one entry.
    Tar,
    /// A tar in gzip.
    TarGzip,
}

/// One file of the corpus.
#[derive(Debug, Clone)]
pub struct Document {
    /// File name, unique, without the ending of a packing.
    pub name: String,
    /// What it must still be afterwards.
    pub syntax: Syntax,
    /// How it is written.
    pub encoding: Encoding,
    /// What it is packed in.
    pub packing: Packing,
    /// Its text.
    pub text: String,
    /// What is planted in it; empty for a benign one.
    pub planted: Vec<Planted>,
}

impl Document {
    /// The text in its encoding, not packed.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        self.encoding.encode(&self.text)
    }
}

impl Encoding {
    /// `text` in this encoding. A character that Latin-1 lacks becomes `?`.
    #[must_use]
    pub fn encode(self, text: &str) -> Vec<u8> {
        let units = || std::iter::once(0xfeff_u16).chain(text.encode_utf16());
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16Le => units().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => units().flat_map(u16::to_be_bytes).collect(),
            Self::Latin1 => text.chars().map(|character| u8::try_from(character).unwrap_or(b'?')).collect(),
        }
    }

    /// What `bytes` in this encoding say; damaged parts become U+FFFD.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        let units = |join: fn([u8; 2]) -> u16| {
            let units: Vec<u16> =
                bytes.chunks(2).map(|pair| join([pair[0], *pair.get(1).unwrap_or(&0)])).collect();
            String::from_utf16_lossy(&units).trim_start_matches('\u{feff}').to_owned()
        };
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16Le => units(u16::from_le_bytes),
            Self::Utf16Be => units(u16::from_be_bytes),
            Self::Latin1 => bytes.iter().copied().map(char::from).collect(),
        }
    }
}
