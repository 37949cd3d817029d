//! The kinds of names.

/// What a name names. It stands in front of the pseudonym, and equal names of two kinds have pseudonyms that do not relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameKind {
    /// A login name, or the local part of an e-mail address.
    User,
    /// The real name of a person.
    Person,
    /// A serial number or asset tag.
    Serial,
    /// The name of a wireless network.
    Ssid,
    /// A word of the customer, or a part of a distinguished name.
    Name,
    /// Coordinates, as they are spelled.
    Geo,
}

impl NameKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::User, Self::Person, Self::Serial, Self::Ssid, Self::Name, Self::Geo];

    /// The word that begins its pseudonyms.
    pub(crate) fn word(self) -> &'static [u8] {
        match self {
            Self::User => b"user",
            Self::Person => b"person",
            Self::Serial => b"serial",
            Self::Ssid => b"ssid",
            Self::Name => b"name",
            Self::Geo => b"geo",
        }
    }

    /// The tweak of the cipher. It is part of the format.
    pub(crate) fn tweak(self) -> &'static [u8] {
        self.word()
    }

    /// Whether its names mean the same in upper and lower case.
    pub(crate) fn folds_case(self) -> bool {
        matches!(self, Self::User)
    }
}
