//! UUIDs, SIDs, telephone and card numbers, IBANs: all come back in their layout.

use proptest::prelude::*;

use crate::support::{after, assert_reveals, before, config, pseudonyms, written};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn uuids_come_back(number in any::<u128>(), upper in any::<bool>(), before in before(), after in after()) {
        let p = pseudonyms(1);
        let digits = if upper { format!("{number:032X}") } else { format!("{number:032x}") };
        let hyphens = format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]);
        let machine_id = written(|out| p.uuid(digits.as_bytes(), out));
        let uuid = written(|out| p.uuid(hyphens.as_bytes(), out));
        prop_assert_eq!(&machine_id, &uuid.replace('-', ""));
        prop_assert_eq!(&machine_id[12..13], &digits[12..13]);
        prop_assert_eq!(&machine_id[16..17], &digits[16..17]);
        assert_reveals(&before, &machine_id, &digits, &after)?;
        assert_reveals(&before, &uuid, &hyphens, &after)?;
    }

    #[test]
    fn sids_come_back(domain in any::<[u32; 3]>(), rid in prop::option::of(any::<u32>()), before in before(), after in after()) {
        let mut sid = format!("S-1-5-21-{}-{}-{}", domain[0], domain[1], domain[2]);
        sid.extend(rid.map(|rid| format!("-{rid}")));
        let pseudonym = written(|out| pseudonyms(1).sid(sid.as_bytes(), out));
        assert_reveals(&before, &pseudonym, &sid, &after)?;
    }

    #[test]
    fn numbers_come_back(number in "(\\+[1-9][0-9]{9,14}|[0-9]{6,19}|\\+[1-9][0-9]{2} [0-9]{3}[ -][0-9]{4,6}|\\(0[0-9]{2,4}\\)[ /][0-9]{3,4}[ -][0-9]{4}|[0-9]{4}( [0-9]{4}){3})", before in before(), after in after()) {
        let pseudonym = written(|out| pseudonyms(1).digits(number.as_bytes(), out));
        assert_reveals(&before, &pseudonym, &number, &after)?;
        let shape = |text: &str| text.replace(|character: char| character.is_ascii_digit(), "0");
        prop_assert_eq!(shape(pseudonym.trim_matches('~')), shape(&number));
    }

    #[test]
    fn ibans_come_back(iban in "[A-Z]{2}[0-9]{2}([0-9A-Z]{11,27}|[0-9A-Z]{29,30})", before in before(), after in after()) {
        let groups: Vec<&str> = iban.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect();
        for spelled in [iban.clone(), groups.join(" "), groups.join("-")] {
            let pseudonym = written(|out| pseudonyms(1).iban(spelled.as_bytes(), out));
            prop_assert_eq!(&pseudonym.trim_matches('~')[..2], &iban[..2]);
            assert_reveals(&before, &pseudonym, &spelled, &after)?;
        }
    }
}
