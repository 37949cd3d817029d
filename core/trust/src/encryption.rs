//! age files: to recipients, from identities, as streams.

use std::fmt;
use std::io::{self, Read, Write};

use age::secrecy::SecretString;
use age::stream::{StreamReader, StreamWriter};
use age::{Callbacks, DecryptError, EncryptError, IdentityFile};

use crate::recipient::{AgeRecipient, Recipient, RecipientClass};

/// First line of every age file.
const AGE_MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// Most memory and time that a password of a foreign file may cost: 2^22 rounds are 4 GiB and a minute, and age's own tool
/// uses 2^18.
const MAX_WORK_FACTOR: u8 = 20;

/// A new age identity: its text for a file that only its owner reads, and the recipient that belongs to it.
///
/// # Errors
/// Never: the text of a new key is a recipient.
pub fn new_identity() -> Result<(SecretString, Recipient), crate::RecipientError> {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string().parse()?;
    Ok((identity.to_string(), recipient))
}

/// The text of an identity, protected by a password as `age -p` does it.
///
/// # Errors
/// When the memory cannot be written, which does not happen.
pub fn protect_with_password(identity: &SecretString, password: SecretString) -> io::Result<Vec<u8>> {
    use age::secrecy::ExposeSecret;
    let mut protected = Vec::new();
    let mut writer = age::Encryptor::with_user_passphrase(password).wrap_output(&mut protected)?;
    writer.write_all(identity.expose_secret().as_bytes())?;
    writer.write_all(b"\n")?;
    writer.finish()?;
    Ok(protected)
}

/// To whom a file is encrypted: one or more, all of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipients(Vec<Recipient>);

/// Why nothing can be encrypted to these.
#[derive(Debug, thiserror::Error)]
pub enum RecipientsError {
    /// There is none.
    #[error("there is nobody to encrypt to")]
    None,
    /// Their keys are of different strength.
    #[error("`{first}` is a {} key and `{second}` a {} one: a file is encrypted to keys of one class", first_class.as_str(), second_class.as_str())]
    Mixed {
        /// One of them.
        first: String,
        /// Its class.
        first_class: RecipientClass,
        /// One of another class.
        second: String,
        /// Its class.
        second_class: RecipientClass,
    },
    /// The plugin that a key names is not there.
    #[error("the age plugin `age-plugin-{0}` that a recipient needs is not installed")]
    Plugin(String),
    /// The age library refuses.
    #[error("cannot encrypt to these recipients")]
    Age(#[source] EncryptError),
    /// The destination cannot be written.
    #[error("cannot write the encrypted file")]
    Write(#[source] io::Error),
}

impl Recipients {
    /// Takes them together; the same key twice counts once.
    ///
    /// # Errors
    /// When there is none, or two are of different classes.
    pub fn new(recipients: impl IntoIterator<Item = Recipient>) -> Result<Self, RecipientsError> {
        let mut all: Vec<Recipient> = Vec::new();
        for recipient in recipients {
            if !all.contains(&recipient) {
                all.push(recipient);
            }
        }
        let first = all.first().ok_or(RecipientsError::None)?;
        if let Some(other) = all.iter().find(|other| other.class() != first.class()) {
            return Err(RecipientsError::Mixed {
                first: first.to_string(),
                first_class: first.class(),
                second: other.to_string(),
                second_class: other.class(),
            });
        }
        Ok(Self(all))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Recipient> {
        self.0.iter()
    }

    /// Writes age's header to `output`; what is written to the value that comes back is encrypted. It has to be finished.
    ///
    /// # Errors
    /// When a plugin is missing or refuses, or `output` cannot be written.
    pub fn encrypt<W: Write>(
        &self,
        output: W,
        callbacks: &impl Callbacks,
    ) -> Result<Encrypted<W>, RecipientsError> {
        let mut keys: Vec<Box<dyn age::Recipient>> = Vec::new();
        let mut of_plugins: Vec<age::plugin::Recipient> = Vec::new();
        for recipient in &self.0 {
            match recipient.of_age().ok_or(RecipientsError::None)? {
                AgeRecipient::X25519(key) => keys.push(Box::new(key)),
                AgeRecipient::Tag(key) => keys.push(Box::new(key)),
                AgeRecipient::TagPostQuantum(key) => keys.push(Box::new(key)),
                AgeRecipient::Plugin(key) => of_plugins.push(key),
            }
        }
        let mut names: Vec<_> = of_plugins.iter().map(age::plugin::Recipient::plugin).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let plugin = age::plugin::RecipientPluginV1::new(name, &of_plugins, &[], callbacks.clone());
            keys.push(Box::new(plugin.map_err(|_| RecipientsError::Plugin(name.to_owned()))?));
        }
        let encryptor =
            age::Encryptor::with_recipients(keys.iter().map(Box::as_ref)).map_err(RecipientsError::Age)?;
        Ok(Encrypted(encryptor.wrap_output(output).map_err(RecipientsError::Write)?))
    }
}

/// A destination that encrypts. Dropped before [`finish`](Self::finish), the file is cut short and no reader takes it for whole.
pub struct Encrypted<W: Write>(StreamWriter<W>);

impl<W: Write> Encrypted<W> {
    /// Writes the last block.
    ///
    /// # Errors
    /// When the destination cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Encrypted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Keys that open: what one or more identity files hold.
pub struct Identities(Vec<Box<dyn age::Identity + Send + Sync>>);

/// An identity file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// It holds something else. The cause names the line.
    #[error("not an age identity file")]
    Format(#[source] io::Error),
    /// It is a public key.
    #[error("this is a public key; an identity is the secret one, which begins with `AGE-SECRET-KEY-`")]
    Public,
    /// It holds no key.
    #[error("there is no key in the file")]
    Empty,
    /// It is protected, and no password was given.
    #[error("the identity is protected by a password")]
    PasswordNeeded,
    /// The password is wrong, or the file is damaged.
    #[error("wrong password, or the identity file is damaged")]
    Password,
    /// The plugin that a key names is not there.
    #[error("cannot use the age plugin that the identity names")]
    Plugin(#[source] DecryptError),
}

impl Identities {
    /// Nothing, to which files are added.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// Takes the bytes of an identity file: lines of `AGE-SECRET-KEY-1…` or `AGE-PLUGIN-…`, or such lines protected by a password.
    ///
    /// # Errors
    /// When it is none, or protected and the password is missing or wrong.
    pub fn add<C: Callbacks>(
        &mut self,
        file: &[u8],
        password: Option<SecretString>,
        callbacks: C,
    ) -> Result<(), IdentityError> {
        let identities = identity_file(file, password)?.with_callbacks(callbacks);
        let keys = identities.into_identities().map_err(IdentityError::Plugin)?;
        if keys.is_empty() {
            return Err(IdentityError::Empty);
        }
        self.0.extend(keys);
        Ok(())
    }

    /// Opens an age file, of which the plain bytes can then be read.
    ///
    /// # Errors
    /// When none of the keys opens it, or it is no age file.
    pub fn decrypt<R: Read>(&self, input: R) -> Result<Decrypted<R>, OpenError> {
        let decryptor = age::Decryptor::new(input).map_err(OpenError::of)?;
        let keys = self.0.iter().map(|key| key.as_ref() as &dyn age::Identity);
        decryptor.decrypt(keys).map(Decrypted).map_err(OpenError::of)
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identities({} keys)", self.0.len())
    }
}

/// The recipients that belong to the keys of an identity file, where the key tells: that of a plugin does not.
///
/// # Errors
/// When it is none, or protected and the password is missing or wrong.
pub fn recipients_of_identity(
    file: &[u8],
    password: Option<SecretString>,
) -> Result<Vec<Recipient>, IdentityError> {
    let identities = identity_file(file, password)?;
    let mut lines = Vec::new();
    // Of a file of plugin keys alone there is nothing to write, which age calls an error.
    let _ = identities.write_recipients_file(&mut lines);
    let lines = String::from_utf8_lossy(&lines);
    Ok(lines.lines().filter_map(|line| line.parse().ok()).collect())
}

/// The keys of an identity file, protected or not.
fn identity_file(
    file: &[u8],
    password: Option<SecretString>,
) -> Result<IdentityFile<age::NoCallbacks>, IdentityError> {
    let opened;
    let lines = if file.starts_with(AGE_MAGIC) {
        let password = password.ok_or(IdentityError::PasswordNeeded)?;
        opened = zeroize::Zeroizing::new(open_with_password(file, password).ok_or(IdentityError::Password)?);
        &opened[..]
    } else {
        file
    };
    if lines.trim_ascii_start().starts_with(b"age1") || lines.starts_with(b"untrusted comment:") {
        return Err(IdentityError::Public);
    }
    IdentityFile::from_buffer(lines).map_err(IdentityError::Format)
}

fn open_with_password(file: &[u8], password: SecretString) -> Option<Vec<u8>> {
    let mut identity = age::scrypt::Identity::new(password);
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let decryptor = age::Decryptor::new(file).ok()?;
    let mut reader = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).ok()?;
    let mut lines = Vec::new();
    reader.read_to_end(&mut lines).ok()?;
    Some(lines)
}

/// Why an age file is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// None of the keys is one that it was encrypted to.
    #[error("none of your keys opens it")]
    NoKey,
    /// It is not an age file, or its header is damaged.
    #[error("not an age file, or a damaged one")]
    Damaged(#[source] DecryptError),
    /// It cannot be read.
    #[error("cannot read the encrypted file")]
    Read(#[source] io::Error),
}

impl OpenError {
    fn of(error: DecryptError) -> Self {
        match error {
            DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => Self::NoKey,
            DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => Self::Read(error),
            error => Self::Damaged(error),
        }
    }
}

/// The plain bytes of an age file, each block checked before it is given out. A file that is cut short gives an error at its end.
pub struct Decrypted<R: Read>(StreamReader<R>);

impl<R: Read> Read for Decrypted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read + io::Seek> io::Seek for Decrypted<R> {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        self.0.seek(position)
    }
}

#[cfg(test)]
mod tests {
    use age::NoCallbacks;
    use age::secrecy::ExposeSecret;

    use super::*;

    fn sealed(recipients: &Recipients, plain: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut writer = recipients.encrypt(&mut file, &NoCallbacks).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap();
        file
    }

    fn opened(file: &[u8], secret: &SecretString) -> Result<Vec<u8>, OpenError> {
        let mut identities = Identities::none();
        identities.add(secret.expose_secret().as_bytes(), None, NoCallbacks).unwrap();
        let mut plain = Vec::new();
        identities.decrypt(file)?.read_to_end(&mut plain).map_err(OpenError::Read)?;
        Ok(plain)
    }

    #[test]
    fn each_recipient_opens_and_nobody_else() {
        let keys: Vec<_> = (0..3).map(|_| new_identity().unwrap()).collect();
        let recipients = Recipients::new(keys.iter().take(2).map(|(_, key)| key.clone())).unwrap();
        let file = sealed(&recipients, b"plain");
        assert_eq!(opened(&file, &keys[0].0).unwrap(), b"plain");
        assert_eq!(opened(&file, &keys[1].0).unwrap(), b"plain");
        assert!(matches!(opened(&file, &keys[2].0), Err(OpenError::NoKey)));
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_found() {
        let (secret, recipient) = new_identity().unwrap();
        let file = sealed(&Recipients::new([recipient]).unwrap(), b"some plain text");
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, &secret).is_err(), "byte {at}");
            assert!(opened(&file[..at], &secret).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_protected_identity_opens_with_its_password() {
        let (secret, recipient) = new_identity().unwrap();
        let protected = protect_with_password(&secret, "pass".into()).unwrap();
        let file = sealed(&Recipients::new([recipient]).unwrap(), b"plain");
        let mut identities = Identities::none();
        let wrong = identities.add(&protected, Some("word".into()), NoCallbacks);
        assert!(matches!(wrong, Err(IdentityError::Password)));
        let none = identities.add(&protected, None, NoCallbacks);
        assert!(matches!(none, Err(IdentityError::PasswordNeeded)));
        identities.add(&protected, Some("pass".into()), NoCallbacks).unwrap();
        let mut plain = Vec::new();
        identities.decrypt(&file[..]).unwrap().read_to_end(&mut plain).unwrap();
        assert_eq!(plain, b"plain");
    }

    #[test]
    fn what_is_no_identity_is_told() {
        let (_, recipient) = new_identity().unwrap();
        let mut identities = Identities::none();
        let mut add = |text: &str| identities.add(text.as_bytes(), None, NoCallbacks);
        assert!(matches!(add(recipient.as_str()), Err(IdentityError::Public)));
        assert!(matches!(add("# nothing\n"), Err(IdentityError::Empty)));
        assert!(matches!(add("hello"), Err(IdentityError::Format(_))));
        assert!(matches!(Recipients::new([]), Err(RecipientsError::None)));
    }
}
