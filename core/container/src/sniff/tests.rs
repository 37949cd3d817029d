use super::*;

fn wide(text: &str, unit: impl Fn(u16) -> Vec<u8>) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn text_is_known_in_its_encodings() {
    let line = "Straße 5: password=x\n";
    let le16 = wide(line, |unit| unit.to_le_bytes().to_vec());
    let be16 = wide(line, |unit| unit.to_be_bytes().to_vec());
    let le32 = wide(line, |unit| u32::from(unit).to_le_bytes().to_vec());
    let be32 = wide(line, |unit| u32::from(unit).to_be_bytes().to_vec());
    let cases = [
        (line.as_bytes().to_vec(), Encoding::Utf8),
        (b"".to_vec(), Encoding::Utf8),
        ("grün".as_bytes()[..3].to_vec(), Encoding::Utf8),
        (b"Stra\xdfe 5, password=x".to_vec(), Encoding::Latin1),
        (b"\x1b[31mred\x1b[0m\x07".to_vec(), Encoding::Utf8),
        ([b"\xff\xfe", le16.as_slice()].concat(), Encoding::Utf16Le),
        ([b"\xfe\xff", be16.as_slice()].concat(), Encoding::Utf16Be),
        ([b"\xff\xfe\0\0", le32.as_slice()].concat(), Encoding::Utf32Le),
        ([b"\0\0\xfe\xff", be32.as_slice()].concat(), Encoding::Utf32Be),
        (le16[..le16.len() - 1].to_vec(), Encoding::Utf16Le),
        (be16, Encoding::Utf16Be),
        (le32, Encoding::Utf32Le),
        (be32, Encoding::Utf32Be),
    ];
    for (bytes, encoding) in cases {
        assert_eq!(sniff(&bytes), Content::Text(encoding), "{bytes:02x?}");
    }
}

#[test]
fn binary_is_no_text() {
    let noise: Vec<u8> = (0u32..4096).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect();
    for bytes in
        [&b"\x7fELF\x02\x01\x01\0\0"[..], &[0; 600], &noise, b"\xff\xfe\x01\x00\x02\x00\x03\x00\x00\x00"]
    {
        assert_eq!(sniff(bytes), Content::Binary, "{:02x?}", &bytes[..8]);
    }
}

#[test]
fn text_that_begins_like_a_container_stays_text() {
    for text in ["BZh9 is the magic of bzip2", "PK of the table", "070701 is a number", "ustar\n", "LZIP it"]
    {
        assert_eq!(sniff(text.as_bytes()), Content::Text(Encoding::Utf8), "{text}");
    }
}

#[test]
fn containers_are_told_apart() {
    let newc = [b"070701".as_slice(), &[b'0'; 104], b"name"].concat();
    let cases: [(&[u8], Content); 9] = [
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", Content::Container(Format::Gzip)),
        (b"\xfd7zXZ\0\0\x04", Content::Container(Format::Xz)),
        (b"\x28\xb5\x2f\xfd\x24", Content::Container(Format::Zstd)),
        (b"BZh91AY&SY", Content::Container(Format::Bzip2)),
        (b"PK\x05\x06\0\0", Content::Container(Format::Zip)),
        (b"7z\xbc\xaf\x27\x1c\0\x04", Content::Closed("7z")),
        (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", Content::Closed("lzma")),
        (b"%PDF-1.7\n", Content::Closed("pdf")),
        (&newc, Content::Closed("cpio")),
    ];
    for (head, content) in cases {
        assert_eq!(sniff(head), content, "{head:02x?}");
    }
}
