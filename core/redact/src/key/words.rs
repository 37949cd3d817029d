//! The words of keys: which name a secret, which make one of `key` or `pin`, which speak about one.

/// Words that name a secret by themselves, wherever the key's last word is one of them.
pub(super) fn word_id(word: &[u8]) -> Option<&'static str> {
    Some(match word {
        b"password" | b"passwords" | b"passwd" | b"pass" | b"passcode" | b"pwd" | b"bindpw" | b"rootpw"
        | b"rootbindpw" | b"adminpw" | b"rootpwmodpw" | b"requirepass" | b"masterauth" | b"dbpass"
        | b"userpass" | b"rootpass" | b"adminpass" | b"smtppass" | b"ftppass" | b"authpass" | b"mypass"
        | b"sshpass" | b"pgpass" | b"mailpass" | b"sqlpass" | b"keypass" | b"storepass" | b"dbpwd"
        | b"userpwd" | b"rootpwd" | b"adminpwd" | b"mysqlpwd" | b"dbpw" | b"userpw" | b"authtok" | b"pw"
        | b"pswd" | b"passwrd" | b"pword" | b"encpasswd" => "password",
        b"passwort" | b"kennwort" | b"passord" | b"wachtwoord" | b"parola" | b"senha" | b"salasana"
        | b"heslo" | b"jelszo" | b"motdepasse" | b"contrasena" | b"haslo" | b"losenord" | b"adgangskode"
        | b"kodeord" | b"lozinka" | b"geslo" | b"parool" | b"sifre" => "password",
        b"l\xC3\xB6senord" | b"contrase\xC3\xB1a" | b"has\xC5\x82o" | b"jelsz\xC3\xB3" => "password",
        // Russian, Chinese, Japanese, Korean and Turkish.
        b"\xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C"
        | b"\xE5\xAF\x86\xE7\xA0\x81"
        | b"\xE3\x83\x91\xE3\x82\xB9\xE3\x83\xAF\xE3\x83\xBC\xE3\x83\x89"
        | b"\xEB\xB9\x84\xEB\xB0\x80\xEB\xB2\x88\xED\x98\xB8"
        | b"\xC5\x9Fifre" => "password",
        b"passphrase" | b"passphrases" => "passphrase",
        b"secret" | b"secrets" => "secret",
        b"token" | b"jwt" | b"authtoken" => "token",
        b"psk" | b"presharedkey" => "psk",
        b"credential" | b"credentials" | b"creds" | b"dockerconfigjson" | b"dockercfg" => "credential",
        b"pskvalue" => "psk",
        b"cvv" | b"cvc" | b"cvv2" | b"cvc2" => "pin",
        b"apikey" | b"apikeys" => "api-key",
        b"privatekey" | b"privkey" => "private-key",
        b"secretkey" => "secret-key",
        b"accesskey" => "access-key",
        b"authkey" => "key",
        b"rocommunity" | b"rwcommunity" | b"trapcommunity" => "community",
        _ => return None,
    })
}

/// A word that ends like this names a secret too: `dbpassword`, `accesstoken`, `clientsecret`.
const SECRET_ENDINGS: &[(&[u8], &str)] = &[
    (b"password", "password"),
    (b"passwd", "password"),
    (b"passwort", "password"),
    (b"passphrase", "passphrase"),
    (b"token", "token"),
    (b"secret", "secret"),
    (b"apikey", "api-key"),
    (b"secretkey", "secret-key"),
    (b"privatekey", "private-key"),
    (b"accesskey", "access-key"),
];

/// What stands before `pass`, `pwd` and `pw` in one word where they mean a password: `remotepass`, `controlpwd`. Of other
/// words (`bypass`, `compass`, `surpass`) they are a part.
const OWNERS: &[&[u8]] = &[
    b"remote",
    b"control",
    b"local",
    b"server",
    b"client",
    b"proxy",
    b"web",
    b"http",
    b"ldap",
    b"bind",
    b"admin",
    b"master",
    b"slave",
    b"repl",
    b"replication",
    b"root",
    b"host",
    b"vpn",
    b"wifi",
    b"wlan",
    b"ssh",
    b"key",
    b"store",
    b"keystore",
    b"truststore",
    b"trust",
    b"cert",
    b"pem",
    b"zip",
    b"pdf",
    b"imap",
    b"pop",
    b"smtp",
    b"mail",
    b"email",
    b"sender",
    b"redis",
    b"mongo",
    b"pg",
    b"postgres",
    b"mysql",
    b"sql",
    b"mssql",
    b"oracle",
    b"ora",
    b"rabbit",
    b"amqp",
    b"mqtt",
    b"ftp",
    b"sftp",
    b"smb",
    b"cifs",
    b"samba",
    b"nas",
    b"cam",
    b"camera",
    b"rtsp",
    b"router",
    b"enable",
    b"snmp",
    b"priv",
    b"login",
    b"account",
    b"my",
    b"svn",
    b"git",
    b"docker",
    b"registry",
    b"vnc",
    b"rdp",
    b"sip",
    b"pppoe",
    b"ppp",
    b"chap",
    b"pap",
    b"radius",
    b"bot",
    b"irc",
    b"nick",
    b"nickserv",
    b"oper",
    b"rcon",
    b"app",
    b"api",
    b"site",
    b"wp",
    b"panel",
    b"cpanel",
    b"dav",
    b"backup",
    b"crypt",
    b"gpg",
    b"sign",
    b"db",
    b"database",
    b"user",
    b"auth",
    b"group",
    b"service",
    b"system",
    b"sys",
    b"sa",
    b"sudo",
    b"become",
    b"agent",
    b"monitor",
    b"net",
    b"network",
];

pub(super) fn strong_ending(word: &[u8]) -> Option<&'static str> {
    let owner = [&b"pass"[..], b"pwd", b"pw"].iter().find_map(|ending| word.strip_suffix(*ending));
    if owner.is_some_and(|owner| OWNERS.contains(&owner)) {
        return Some("password");
    }
    SECRET_ENDINGS.iter().find(|(ending, _)| word.ends_with(ending)).map(|(_, id)| *id)
}

/// Words with such an ending that name a program, a tag of sudoers or an absence.
pub(super) fn is_never_secret(word: &[u8]) -> bool {
    matches!(
        word,
        b"nopasswd"
            | b"nopassword"
            | b"nopass"
            | b"chpasswd"
            | b"gpasswd"
            | b"htpasswd"
            | b"kpasswd"
            | b"yppasswd"
            | b"oldpwd"
    )
}

/// Words whose value is a secret only when it looks like one.
pub(super) fn weak_word_id(word: &[u8]) -> Option<&'static str> {
    Some(match word {
        b"auth" | b"authorization" | b"authentication" | b"bearer" => "authorization",
        b"sig" | b"signature" | b"hmac" => "signature",
        b"cookie" | b"cookies" => "cookie",
        b"session" | b"sessionid" | b"sessid" | b"phpsessid" | b"jsessionid" | b"sid" => "session-id",
        b"nonce" | b"cnonce" | b"seed" | b"salt" => "key",
        b"pepper" => "key",
        b"hash" | b"code" | b"pin" | b"access" | b"assertion" | b"ticket" | b"otp" | b"totp" | b"csrf"
        | b"xsrf" => "secret",
        b"tokens" => "token",
        _ => return None,
    })
}

/// Words before `key` that make it a secret: `api_key`, `WEP_KEY0`.
pub(super) fn key_id_after(previous: &[u8]) -> Option<&'static str> {
    Some(match previous {
        b"api" => "api-key",
        b"access" => "access-key",
        b"private" | b"priv" => "private-key",
        b"secret" => "secret-key",
        b"shared" | b"preshared" => "psk",
        b"encryption" | b"decryption" | b"signing" | b"master" | b"session" | b"auth" | b"authentication"
        | b"wep" | b"wireless" | b"storage" | b"account" | b"subscription" | b"deploy" | b"consumer"
        | b"hmac" | b"aes" | b"cipher" | b"crypt" | b"crypto" | b"app" | b"application" | b"service"
        | b"registration" | b"root" | b"client" | b"license" | b"admin" => "key",
        _ => return None,
    })
}

/// Words before `key` after which even a random value is none.
pub(super) fn key_is_public_after(previous: &[u8]) -> bool {
    matches!(
        previous,
        b"public"
            | b"pub"
            | b"primary"
            | b"foreign"
            | b"host"
            | b"sort"
            | b"partition"
            | b"cache"
            | b"hot"
            | b"object"
            | b"unique"
            | b"map"
            | b"row"
            | b"registry"
            | b"index"
            | b"dedup"
            | b"group"
            | b"routing"
            | b"lookup"
            | b"known"
    )
}

pub(super) fn community_after(previous: &[u8]) -> bool {
    matches!(
        previous,
        b"def"
            | b"snmp"
            | b"read"
            | b"write"
            | b"ro"
            | b"rw"
            | b"trap"
            | b"readonly"
            | b"readwrite"
            | b"snmpv"
    )
}

pub(super) fn pin_after(previous: &[u8]) -> bool {
    matches!(
        previous,
        b"sim"
            | b"wps"
            | b"user"
            | b"security"
            | b"unlock"
            | b"door"
            | b"card"
            | b"wpa"
            | b"bluetooth"
            | b"admin"
            | b"alarm"
            | b"atm"
            | b"bank"
            | b"ap"
            | b"login"
            | b"voicemail"
    )
}

/// Words that may follow the name of a secret and leave it one: `password_hash`, `token_value`.
pub(super) fn leaves_secret(word: &[u8]) -> bool {
    matches!(
        word,
        b"value"
            | b"text"
            | b"plain"
            | b"plaintext"
            | b"string"
            | b"str"
            | b"raw"
            | b"hex"
            | b"base64"
            | b"b64"
            | b"encoded"
            | b"encrypted"
            | b"hash"
            | b"hashed"
            | b"salt"
            | b"old"
            | b"new"
            | b"current"
            | b"default"
            | b"confirm"
            | b"confirmation"
            | b"again"
            | b"repeat"
            | b"data"
            | b"base"
            | b"bytes"
    )
}

/// Words before `pass` that make it something else: nginx's `proxy_pass`, `first_pass`.
pub(super) fn pass_is_no_secret_after(word: &[u8]) -> bool {
    matches!(
        word,
        b"proxy"
            | b"fastcgi"
            | b"uwsgi"
            | b"scgi"
            | b"grpc"
            | b"memcached"
            | b"by"
            | b"low"
            | b"high"
            | b"band"
            | b"multi"
            | b"all"
            | b"first"
            | b"second"
            | b"single"
            | b"test"
            | b"tests"
            | b"num"
            | b"no"
    )
}
