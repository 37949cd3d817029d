//! What is found, in which spelling, and what takes its place. The key is always the same, and so are the pseudonyms.

use crate::redact;

/// A line, and what it becomes.
const LINES: &[(&str, &str)] = &[
    ("addr=10.0.0.1", "addr=10.226.32.119~"),
    ("/10.0.0.1:80", "/10.226.32.119~:80"),
    ("[10.0.0.1]", "[10.226.32.119~]"),
    ("from 17.0.21.1 port 22", "from 26.82.251.48~ port 22"),
    ("http://91.12.44.3:8080/x", "http://65.52.133.225~:8080/x"),
    ("route 10.0.0.0/24 via 10.0.0.254/24", "route 10.226.32.0~/24 via 10.226.32.220~/24"),
    ("10.0.0.1-10.0.0.9", "10.226.32.119~-10.226.32.120~"),
    (r#"{"ip":"91.12.44.3"}"#, r#"{"ip":"65.52.133.225~"}"#),
    ("inet 91.12.44.3/24 brd 91.12.44.255", "inet 65.52.133.225~/24 brd 65.52.133.95~"),
    ("IP 10.83.2.77.52344 > 91.3.4.5.53: UDP", "IP 10.161.145.210~.52344 > 65.59.126.64~.53: UDP"),
    ("ip-10-0-0-1.ec2.internal", "ip-10-226-32-119~.host-px-6pmggjidhh.internal"),
    ("dhcp-192-168-0-66", "dhcp-192-168-31-190~"),
    ("66.0.168.192.in-addr.arpa", "190.31.168.192~.in-addr.arpa"),
    ("0.168.192.in-addr.arpa", "31.168.192~.in-addr.arpa"),
    ("::ffff:10.0.0.1", "::ffff:10.226.32.119~"),
    ("2a02:8108:9640:1a2c::77", "4649:85C2:23BD:1E1F:1A8F:F26F:99BA:7735"),
    ("2a02:8108:9640:1a2c:0000:0000:0000:0077", "4649:85C2:23BD:1E1F:1A8F:F26F:99BA:7735"),
    ("2A02:8108:9640:1A2C::77", "4649:85C2:23BD:1E1F:1A8F:F26F:99BA:7735"),
    ("[2a02:8108:9640:1a2c::77]:443", "[4649:85C2:23BD:1E1F:1A8F:F26F:99BA:7735]:443"),
    ("addr:fe80::5054:ff:fe12:3456%eth0", "addr:FEB0:0000:0000:0000:0EB6:21E4:38FA:BE0D%eth0"),
    ("fd3a:91c7:5e02:4::/64", "FCE4:5FF0:AFB3:7226:0000:0000:0000:0000/64"),
    (
        "7.7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.2.a.1.0.4.6.9.8.0.1.8.2.0.a.2.ip6.arpa",
        "5.3.7.7.a.b.9.9.f.6.2.f.f.8.a.1.f.1.e.1.d.b.3.2.2.c.5.8.9.4.6.4~.ip6.arpa",
    ),
    ("2a02-8108-9640-1a2c--77.ipv6-literal.net", "4649-85C2-23BD-1E1F-1A8F-F26F-99BA-7735.ipv6-literal.net"),
    (
        "fe80000000000000505400fffe123456 02 40 20 80 eth0",
        "FEB0:0000:0000:0000:0EB6:21E4:38FA:BE0D 02 40 20 80 eth0",
    ),
    (
        "link/ether a4:bb:6d:1f:90:c3 brd ff:ff:ff:ff:ff:ff",
        "link/ether 5c:1b:85:04:e2:1e~ brd ff:ff:ff:ff:ff:ff",
    ),
    ("A4-BB-6D-1F-90-C3", "5C-1B-85-04-E2-1E~"),
    ("a4bb.6d1f.90c3", "5c1b.8504.e21e~"),
    ("hwaddr a4bb6d1f90c3", "hwaddr 5c1b8504e21e~"),
    ("enxa4bb6d1f90c3", "enx5c1b8504e21e~"),
    (
        "MAC=52:54:00:aa:bb:cc:00:11:22:33:44:55:08:00 SRC=10.0.0.1",
        "MAC=e6:df:cf:a4:a0:5a~:e0:79:90:51:07:12~:08:00 SRC=10.226.32.119~",
    ),
    ("client-id 01:a4:bb:6d:1f:90:c3", "client-id 01:5c:1b:85:04:e2:1e~"),
    ("00:01:00:01:2a:3b:4c:5d:a4:bb:6d:1f:90:c3", "00:01:00:01:2a:3b:4c:5d:5c:1b:85:04:e2:1e~"),
    ("a4:bb:6d:ff:fe:1f:90:c3", "serial-px-fjmrpvfirgbcarbyjzimtmo6p4ngww5bvxidordpd"),
    ("web01.corp.acme.com", "host-px-gz5t4m4pb4.px-jptup33rhh.px-luzyda2q55.com"),
    ("WEB01.ACME.DE.", "host-px-gz5t4m4pb4.px-luzyda2q55.de."),
    ("https://mail.acme.co.uk:8443/a?b=c", "https://host-px-i2yrp2cwpp.px-luzyda2q55.co.uk:8443/a?b=c"),
    ("orca7.fjordline.example-works.net", "host-px-2f3jibmfks.px-wd3u2qug6quhx.px-j6brlh4f452e4g2tbh.net"),
    (
        "db-orca7.lan ORCA7 orca7.local orca7.log",
        "host-px-32miianppirf.lan host-px-2f3jibmfks host-px-2f3jibmfks.local host-px-2f3jibmfks.log",
    ),
    ("relay=mx.acme.app", "relay=host-px-6zz2fvqr77.px-luzyda2q55.app"),
    (
        "Nov 22 12:53:15 web01 sshd[1]: Accepted publickey for jane from 10.0.0.7 port 50023 ssh2",
        "Nov 22 12:53:15 host-px-gz5t4m4pb4 sshd[1]: Accepted publickey for user-px-mppe6xhkoq from 10.226.32.115~ port 50023 ssh2",
    ),
    (
        "2026-11-22T12:53:15.123456+01:00 web01 su: session opened for user jane(uid=1000) by jane(uid=1000)",
        "2026-11-22T12:53:15.123456+01:00 host-px-gz5t4m4pb4 su: session opened for user user-px-mppe6xhkoq(uid=1000) by user-px-mppe6xhkoq(uid=1000)",
    ),
    (
        "<34>1 2026-11-22T12:53:15Z web01 app 12 ID1 - ready",
        "<34>1 2026-11-22T12:53:15Z host-px-gz5t4m4pb4 app 12 ID1 - ready",
    ),
    (r#""_HOSTNAME":"web01","PRIORITY":"6""#, r#""_HOSTNAME":"host-px-gz5t4m4pb4","PRIORITY":"6""#),
    ("Host: web01:8080", "Host: host-px-gz5t4m4pb4:8080"),
    ("on host web01, rhost=web02", "on host host-px-gz5t4m4pb4, rhost=host-px-npagmxfczz"),
    ("http://intranet/", "http://host-px-6hnplhq6mzmf/"),
    ("http://u:hunter2@intranet/x", "http://removed:url-credentials@host-px-6hnplhq6mzmf/x"),
    (
        "Linux web01 6.1.0-13-amd64 #1 SMP PREEMPT x86_64",
        "Linux host-px-gz5t4m4pb4 6.1.0-13-amd64 #1 SMP PREEMPT x86_64",
    ),
    ("ssh jane@web01", "ssh user-px-mppe6xhkoq@host-px-gz5t4m4pb4"),
    ("jane@web01:~$ ls", "user-px-mppe6xhkoq@host-px-gz5t4m4pb4:~$ ls"),
    ("[jane@web01 ~]$ ls", "[user-px-mppe6xhkoq@host-px-gz5t4m4pb4 ~]$ ls"),
    ("root@web01:/# ls", "root@host-px-gz5t4m4pb4:/# ls"),
    ("jane@CORP.ACME.COM", "user-px-mppe6xhkoq@host-px-jptup33rhh.px-luzyda2q55.com"),
    ("jane@10.83.2.77:/srv", "user-px-mppe6xhkoq@10.161.145.210~:/srv"),
    ("/home/jane/x", "/home/user-px-mppe6xhkoq/x"),
    ("/home/o.tamm", "/home/user-px-tmogikf4ig"),
    ("/Users/jane/Library", "/Users/user-px-mppe6xhkoq/Library"),
    (r"C:\Users\jane\x", r"C:\Users\user-px-mppe6xhkoq\x"),
    (r#""C:\\Users\\jane doe\\x""#, r#""C:\\Users\\user-px-5shl57nvwrvvjgcgc\\x""#),
    ("user=jane", "user=user-px-mppe6xhkoq"),
    (r#""username": "jane","#, r#""username": "user-px-mppe6xhkoq","#),
    (r"user=CORP\jane", r"user=host-px-jptup33rhh\user-px-mppe6xhkoq"),
    (r#"acct="jane""#, r#"acct="user-px-mppe6xhkoq""#),
    ("New session 5 of user jane.", "New session 5 of user user-px-mppe6xhkoq."),
    (
        "Failed password for invalid user jane from 10.0.0.7 port 1 ssh2",
        "Failed password for invalid user user-px-mppe6xhkoq from 10.226.32.115~ port 1 ssh2",
    ),
    (
        "jane : TTY=pts/0 ; PWD=/home/jane ; USER=root ; COMMAND=/bin/sh",
        "user-px-mppe6xhkoq : TTY=pts/0 ; PWD=/home/user-px-mppe6xhkoq ; USER=root ; COMMAND=/bin/sh",
    ),
    ("CRON[1]: (jane) CMD (true)", "CRON[1]: (user-px-mppe6xhkoq) CMD (true)"),
    ("su[1]: (to root) jane on pts/1", "su[1]: (to root) user-px-mppe6xhkoq on pts/1"),
    (
        "uid=1000(jane) gid=1000(jane) groups=1000(jane),27(sudo),1002(team)",
        "uid=1000(user-px-mppe6xhkoq) gid=1000(user-px-mppe6xhkoq) groups=1000(user-px-mppe6xhkoq),27(sudo),1002(user-px-nrbs7n4b4l)",
    ),
    (
        "jane:x:1000:1000:Jane Doe,,,:/home/jane:/bin/bash",
        "user-px-mppe6xhkoq:x:1000:1000:person-px-v4ihdxvldkvwetisd,,,:/home/user-px-mppe6xhkoq:/bin/bash",
    ),
    (
        "login kf by Kofi Boateng on kai-9",
        "login user-px-34rbgrlaxt by person-px-wx3zqpbfpj2e4sy4lnfg3rx on ssid-px-rtvme3j2ym",
    ),
    (
        "From: Jane Doe <jane.doe+x@acme.de>",
        "From: person-px-v4ihdxvldkvwetisd <user-px-yyy377fq2jmorrg5q5qj@host-px-luzyda2q55.de>",
    ),
    ("Full Name: Jane Doe", "Full Name: person-px-v4ihdxvldkvwetisd"),
    ("mailto:jane@acme.de", "mailto:user-px-mppe6xhkoq@host-px-luzyda2q55.de"),
    (r#""jane doe"@acme.com"#, r#""user-px-5shl57nvwrvvjgcgc"@host-px-luzyda2q55.com"#),
    (
        r#"{"from":"\"jane doe\"@acme.com"}"#,
        r#"{"from":"\"user-px-5shl57nvwrvvjgcgc\"@host-px-luzyda2q55.com"}"#,
    ),
    ("jane@debian.org", "user-px-mppe6xhkoq@debian.org"),
    ("postmaster@acme.de", "postmaster@host-px-luzyda2q55.de"),
    ("+46 70 123 45 67", "~+46 34 973 95 29~"),
    ("tel:+46701234567", "tel:+46349739529~"),
    ("+1 (415) 555-0100", "~+1 (939) 442-5389~"),
    ("+49 (0)30 123456", "~+49 (2)82 849904~"),
    ("(415) 555-0100", "~(770) 152-4747~"),
    ("1-415-555-0100", "~9-554-830-6913~"),
    ("Phone: 0171 1234567", "Phone: ~3655 4516038~"),
    (r#"{"phone": 46701234567}"#, r#"{"phone": "25084012791~"}"#),
    ("030/123456", "~777/405500~"),
    ("4539578763621486", "1176985985013059~"),
    ("5425 2334 3010 9903", "~7099 8325 3007 1128~"),
    (r#"{"card": 4539578763621486}"#, r#"{"card": "1176985985013059~"}"#),
    ("DE89370400440532013000", "DEODTR920NAO5HG98FTV6N~"),
    ("DE89 3704 0044 0532 0130 00", "~DEOD TR92 0NAO 5HG9 8FTV 6N~"),
    ("36f675cc-81e7-4ef5-a8e2-5d940ed90475", "e8a7e199-0793-4a69-ac34-87373a941934~"),
    ("{36F675CC-81E7-4EF5-A8E2-5D940ED90475}", "{E8A7E199-0793-4A69-AC34-87373A941934~}"),
    ("uuid=36f675cc81e74ef5a8e25d940ed90475", "uuid=e8a7e19907934a69ac3487373a941934~"),
    ("_MACHINE_ID=36f675cc81e74ef5a8e25d940ed90475", "_MACHINE_ID=e8a7e19907934a69ac3487373a941934~"),
    ("Machine ID: 36f675cc81e74ef5a8e25d940ed90475", "Machine ID: e8a7e19907934a69ac3487373a941934~"),
    ("Serial Number: 7QX4T13", "Serial Number: serial-px-72etycai33s52dw"),
    ("ID_SERIAL_SHORT=S5GXNX0R914772", "ID_SERIAL_SHORT=serial-px-wsq2inmvdn5qzajb5byzieibe6"),
    (r#""serial": "PF3K9ZLM","#, r#""serial": "serial-px-ifeqct5bu5oyc7d3g","#),
    (r#""serial": 4016283,"#, r#""serial": "serial-px-dg43de7vegw","#),
    ("serial = 4016283", r#"serial = "serial-px-dg43de7vegw""#),
    ("<serial>WD-WX92A41K7HPV</serial>", "<serial>serial-px-mcrbbgtg7aw7llkmgdn2vqhiqjkd</serial>"),
    ("Service Tag: 7QX4T13", "Service Tag: serial-px-72etycai33s52dw"),
    (
        "Serial Number: 04:5a:b1:22:90:0c:de:17:33:91",
        "Serial Number: serial-px-ffs6zoi4aqqs6c3t367qr2yzbnfuhvc2yud7ivbgs3h4u3ciau",
    ),
    (
        "uid=jane,ou=Sales,dc=acme,dc=com",
        "uid=user-px-mppe6xhkoq,ou=name-px-rb7svul4un3e,dc=px-luzyda2q55,dc=com",
    ),
    (
        "CN=Jane Doe,OU=Staff,DC=acme,DC=local logged in",
        "CN=person-px-v4ihdxvldkvwetisd,OU=name-px-lrhefobb6t7g,DC=px-luzyda2q55,DC=local logged in",
    ),
    (
        "/C=SE/O=Acme AB/CN=web01.acme.se",
        "/C=SE/O=name-px-ztxk3nebaleftui/CN=host-px-gz5t4m4pb4.px-luzyda2q55.se",
    ),
    (
        "subject=C = SE, O = Acme AB, CN = web01.acme.se",
        "subject=C = SE, O = name-px-ztxk3nebaleftui, CN = host-px-gz5t4m4pb4.px-luzyda2q55.se",
    ),
    ("S-1-5-21-1004336348-1177238915-682003330-1104", "S-1-5-21-2365403235-238564497-54504132-1104~"),
    (r#"ssid="Fjordline Staff""#, r#"ssid="ssid-px-eq47si3duo7l7tppvxsq65ump644""#),
    ("SSID: Fjordline Staff", "SSID: ssid-px-eq47si3duo7l7tppvxsq65ump644"),
    (r#"ESSID:"Kai""#, r#"ESSID:"ssid-px-rvqgl57ya5""#),
    ("lat=59.3293 lon=18.0686", "lat=geo-px-buyg2s4zx5i lon=geo-px-55d54yocfb5"),
    (
        r#""latitude":59.3293,"longitude":18.0686"#,
        r#""latitude":"geo-px-buyg2s4zx5i","longitude":"geo-px-55d54yocfb5""#,
    ),
    ("geo:59.3293,18.0686", "geo:geo-px-buyg2s4zx5i,geo-px-55d54yocfb5"),
    ("[18.0686,59.3293]", r#"["geo-px-55d54yocfb5","geo-px-buyg2s4zx5i"]"#),
    ("+59.3293+018.0686/", "geo-px-5mwd5glypkkzw454udsus2k4hbdbyjr/"),
    (r#"59°19'45"N 18°04′07″E"#, "geo-px-hlhr6mkargwbeobbzoyaz geo-px-ckyo2e4dezp5qldboqucx2m4lb7z"),
    (
        "$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8",
        "$GPGGA,092750.000,geo-px-nsppdtodbhac5,N,geo-px-cseh37dfvedj26,W,1,8",
    ),
];

#[test]
fn each_spelling_is_found_and_keeps_its_shape() {
    for (line, expected) in LINES {
        assert_eq!(redact(line), *expected, "from {line}");
    }
}

#[test]
fn what_surrounds_a_value_does_not_hide_it() {
    for value in [
        "10.83.2.77",
        "2a02:8108:9640:1a2c::77",
        "a4:bb:6d:1f:90:c3",
        "web01.corp.acme.com",
        "jane@acme.de",
        "36f675cc-81e7-4ef5-a8e2-5d940ed90475",
    ] {
        for place in [
            "@",
            "peer @ left",
            "addr=@ state=up",
            "\"@\"",
            "'@'",
            "(@)",
            "[@]",
            "<@>",
            "@, @ and @.",
            "a;@;b",
            "\t@\t",
            "| @ |",
            "see @!",
            "a=@&b=2",
            "{\"m\":\"x\\n@\\n\"}",
            "\u{1b}[32m@\u{1b}[0m",
            "\u{201c}@\u{201d}",
            "url(@)",
            "`@`",
        ] {
            let text = place.replace('@', "\0").replace('\0', value);
            assert!(!redact(&text).contains(value), "{text} became {}", redact(&text));
        }
    }
}

#[test]
fn spellings_of_one_value_have_one_pseudonym() {
    let body = |text: &str| {
        let out = redact(text);
        out.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase()
    };
    assert_eq!(body("A4-BB-6D-1F-90-C3"), body("a4bb.6d1f.90c3"));
    assert_eq!(redact("10.0.0.1").replace('.', "-"), redact("dhcp-10-0-0-1").replace("dhcp-", ""));
    assert_eq!(redact("2a02:8108:9640:1a2c::77"), redact("2A02:8108:9640:1A2C:0:0:0:77"));
    assert!(
        redact("hostname=web01\nweb01.acme.com").split('\n').all(|line| line.contains("host-px-gz5t4m4pb4"))
    );
}
