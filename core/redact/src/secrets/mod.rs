//! Secrets that are known by their place: the values of keys, credentials in URLs, key blocks. One file each, behind
//! one list.

mod assignment;
mod catalogue;
mod char_array;
mod command_line;
mod credential_pair;
mod device_config;
mod dsn;
mod encoded_block;
mod headers;
mod key_part;
mod label;
mod netrc;
mod password_files;
mod password_lines;
mod piped;
mod private_key;
mod programs;
mod reference;
mod shape;
mod table;
mod unnamed_token;
mod url_credentials;

pub use catalogue::{SECRETS_BY_PLACE, SecretByPlace};
pub(crate) use private_key::ID as PRIVATE_KEY;
pub(crate) use table::{Cell, Step as TableStep, Table};
pub use url_credentials::mask_url_credentials;

use crate::detector::Detector;

/// In the order in which they are asked at the same place.
pub(crate) const DETECTORS: &[Detector] = &[
    private_key::DETECTOR,
    table::HEADER,
    table::STATEMENT,
    table::LIST,
    url_credentials::DETECTOR,
    encoded_block::DETECTOR,
    headers::DETECTOR,
    command_line::OPTION,
    command_line::WINDOWS,
    device_config::DETECTOR,
    netrc::DETECTOR,
    piped::DETECTOR,
    credential_pair::DETECTOR,
    char_array::DETECTOR,
    password_files::PGPASS,
    password_files::SHADOW,
    password_files::SMBPASSWD,
    password_files::SCHEME,
    password_lines::SEPARATED,
    password_lines::DIGEST,
    password_lines::MAIL,
    password_lines::POINT_TO_POINT,
    password_lines::COOKIES,
    unnamed_token::ASANA,
    unnamed_token::AZURE,
    key_part::DETECTOR,
    dsn::AT,
    dsn::ORACLE,
    assignment::DETECTOR,
    assignment::VALUE,
];
