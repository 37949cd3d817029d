//! Programs that take a secret in a short option.

/// How an option holds its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// `-p x` or `-px`.
    Value,
    /// `-px` only: `mysql -p x` asks, and `x` is a database.
    Glued,
    /// `-u user:x`; a user alone stays.
    AfterColon,
    /// `-U user%x`
    AfterPercent,
    /// `-u user,x`
    AfterComma,
    /// `-passin pass:x`
    AfterPass,
    /// `htpasswd -b file user x`
    ThirdArgument,
}

/// The tools of Net-SNMP, which have their options in common.
const SNMP: &[&str] = &[
    "snmpwalk",
    "snmpget",
    "snmpset",
    "snmpbulkwalk",
    "snmpbulkget",
    "snmpgetnext",
    "snmptrap",
    "snmpinform",
    "snmpstatus",
    "snmptable",
    "snmptranslate",
    "snmpdf",
    "snmpusm",
];

/// Programs, their options, and how those hold a secret.
pub(super) const PROGRAMS: &[(&[&str], &[&str], Holds, &str)] = &[
    (
        &[
            "mysql",
            "mysqldump",
            "mysqladmin",
            "mysqlimport",
            "mysqlcheck",
            "mysqlshow",
            "mysqlbinlog",
            "mysqlslap",
            "mysqlsh",
            "mariadb",
            "mariadb-dump",
            "mariadb-admin",
            "xtrabackup",
            "mariabackup",
            "mytop",
            "mycli",
            "7z",
            "7za",
            "7zr",
            "rar",
            "unrar",
        ],
        &["p"],
        Holds::Glued,
        "password",
    ),
    (
        &[
            "sshpass",
            "mongo",
            "mongosh",
            "mongodump",
            "mongorestore",
            "mongoexport",
            "mongoimport",
            "rdesktop",
            "xfreerdp",
            "wlfreerdp",
            "crackmapexec",
            "netexec",
            "nxc",
            "beeline",
            "smbmap",
            "rabbitmqadmin",
            "useradd",
            "usermod",
            "arangosh",
            "cqlsh",
            "clickhouse-client",
            "evil-winrm",
            "cypher-shell",
        ],
        &["p"],
        Holds::Value,
        "password",
    ),
    (&["login"], &["p"], Holds::Value, "password"),
    (
        &[
            "ldapsearch",
            "ldapmodify",
            "ldapadd",
            "ldapdelete",
            "ldapwhoami",
            "ldappasswd",
            "ldapcompare",
            "ldapmodrdn",
        ],
        &["w", "s", "a"],
        Holds::Value,
        "password",
    ),
    (&["curl"], &["u", "U"], Holds::AfterColon, "password"),
    (&["http", "https", "xh"], &["a"], Holds::AfterColon, "password"),
    (&["redis-cli"], &["a"], Holds::Value, "password"),
    (
        &["smbclient", "rpcclient", "winexe", "net", "smbget", "wmic", "nmblookup", "smbcacls"],
        &["U"],
        Holds::AfterPercent,
        "password",
    ),
    (&["lftp"], &["u"], Holds::AfterComma, "password"),
    (&["plink", "pscp", "psftp", "putty"], &["pw"], Holds::Value, "password"),
    (
        &[
            "sqlcmd",
            "bcp",
            "osql",
            "isql",
            "tsql",
            "ipmitool",
            "mosquitto_pub",
            "mosquitto_sub",
            "zip",
            "unzip",
            "zipcloak",
            "influx",
        ],
        &["P"],
        Holds::Value,
        "password",
    ),
    (SNMP, &["c"], Holds::Value, "community"),
    (&["onesixtyone", "snmp-check"], &["c"], Holds::Value, "community"),
    (SNMP, &["A", "X"], Holds::Value, "passphrase"),
    (&["openssl"], &["passin", "passout", "pass", "password"], Holds::AfterPass, "password"),
    (&["openssl"], &["k", "K"], Holds::Value, "password"),
    (
        &["keytool", "jarsigner"],
        &["storepass", "keypass", "srcstorepass", "deststorepass"],
        Holds::Value,
        "password",
    ),
    (
        &["htpasswd"],
        &["b", "cb", "bc", "nb", "bn", "Bb", "bB", "cBb", "Bbn", "nbB", "bnB", "bcB", "mb", "bm"],
        Holds::ThirdArgument,
        "password",
    ),
];
