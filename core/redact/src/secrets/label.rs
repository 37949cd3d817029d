//! Texts about secrets that people are shown: `Enter your password`.

use super::reference::names_secret;

/// Words that sentences about secrets have and secrets seldom.
const WORDS_OF_SENTENCES: &[&str] = &[
    "password",
    "passwords",
    "passwort",
    "passphrase",
    "token",
    "secret",
    "key",
    "credentials",
    "enter",
    "your",
    "please",
    "invalid",
    "required",
    "must",
    "should",
    "cannot",
    "can't",
    "is",
    "was",
    "has",
    "been",
    "not",
    "forgot",
    "confirm",
    "incorrect",
    "wrong",
    "expired",
    "changed",
    "failed",
    "characters",
    "account",
    "ihr",
    "ihre",
    "votre",
    "su",
    "authentication",
    "update",
    "updated",
    "successfully",
    "missing",
    "for",
    "and",
    "or",
    "with",
    "from",
];

/// What forms call a secret in other languages.
const TRANSLATIONS: &[&str] = &[
    "mot de passe",
    "phrase secrète",
    "phrase de passe",
    "jeton",
    "clé api",
    "clé",
    "identifiants",
    "secrète",
    "geheimnis",
    "zugangsdaten",
    "passwort",
    "kennwort",
    "schlüssel",
    "api-schlüssel",
    "anmeldedaten",
    "passwörter",
    "contraseña",
    "clave",
    "clave api",
    "credenciales",
    "secreto",
    "ficha",
    "palabra clave",
    "frase de contraseña",
    "senha",
    "chave",
    "chave api",
    "credenciais",
    "segredo",
    "parola d'ordine",
    "chiave",
    "chiave api",
    "credenziali",
    "segreto",
    "gettone",
    "wachtwoord",
    "sleutel",
    "api-sleutel",
    "geheim",
    "inloggegevens",
    "hasło",
    "klucz",
    "klucz api",
    "poświadczenia",
    "lösenord",
    "nyckel",
    "hemlighet",
    "adgangskode",
    "nøgle",
    "passord",
    "salasana",
    "heslo",
    "klíč",
    "jelszó",
    "kulcs",
    "parolă",
    "cheie",
    "şifre",
    "parola",
    "anahtar",
    "пароль",
    "токен",
    "ключ",
    "секрет",
    "密码",
    "密碼",
    "令牌",
    "密钥",
    "パスワード",
    "トークン",
    "비밀번호",
    "토큰",
    "token",
    "api token",
];

/// True for what a form calls a secret, in one of the languages of [`TRANSLATIONS`], with a capital.
fn is_translation(text: &str) -> bool {
    let capital = text
        .chars()
        .next()
        .is_some_and(|first| first.is_uppercase() || !first.is_ascii() && !first.is_lowercase());
    let lower = text.to_lowercase();
    capital && TRANSLATIONS.iter().any(|known| *known == lower)
}

/// True for text that is shown to people: `Enter your password`, `Password:`.
pub(super) fn is_label(value: &[u8], key: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let text = text.trim();
    if !text.chars().all(|letter| letter.is_alphabetic() || " .,:;!?'’()-/…*&\"\\".contains(letter)) {
        return false;
    }
    let bare = text.trim_end_matches([':', '.', '…', '?', '!', '*', ' ']);
    if is_translation(bare) {
        return true;
    }
    let capital = bare.chars().next().is_some_and(char::is_uppercase);
    let words: Vec<&str> = bare.split([' ', '/', ',']).filter(|word| !word.is_empty()).collect();
    let spoken =
        words.iter().any(|word| WORDS_OF_SENTENCES.iter().any(|known| word.eq_ignore_ascii_case(known)));
    match words.len() {
        0 => false,
        1 => capital && (bare.as_bytes().eq_ignore_ascii_case(key) || names_label(bare)),
        2 => capital && spoken,
        _ => spoken && (capital || text.len() > bare.len()),
    }
}

/// `Password`, `API-Key`: a word that is a label where it is a value.
fn names_label(word: &str) -> bool {
    word.chars().skip(1).any(char::is_lowercase) && names_secret(word.as_bytes()) && !word.contains('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_passphrases() {
        for label in [
            "Enter your password",
            "Password",
            "Password:",
            "Invalid token.",
            "Forgot password?",
            "New password",
        ] {
            assert!(is_label(label.as_bytes(), b"password"), "{label}");
        }
        for value in
            ["password", "correct horse battery", "Correct Horse Battery", "Winter", "hunter2", "Summer2024!"]
        {
            assert!(!is_label(value.as_bytes(), b"password"), "{value}");
        }
    }
}
