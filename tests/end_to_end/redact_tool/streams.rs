//! Standard input, standard output, single files.

use std::os::unix::fs::PermissionsExt;

use candor_tests::{Finished, Sandbox};

use super::{LINE, PLANTED, names, redact, redact_text, text};

#[test]
fn text_goes_from_standard_input_to_standard_output() {
    let sandbox = Sandbox::new();
    let run = redact_text(&sandbox, &["-"], LINE).expect(0);
    for planted in PLANTED {
        assert!(!run.stdout.contains(planted), "{}", run.stdout);
    }
    assert!(run.stdout.starts_with("Oct 12 07:01:02 sshd[77]: password=[removed:password] from 10."));
    assert!(run.stderr.contains("its key is kept nowhere"), "{}", run.stderr);
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_asked() {
    let sandbox = Sandbox::new();
    let input = sandbox.write("in.log", LINE);
    let output = sandbox.write("out.log", "precious");
    let arguments = [text(&input), "-o", text(&output)];
    let refused = Finished::of(redact(&sandbox, &arguments)).expect(2);
    assert!(refused.stderr.contains("is there already") && refused.stderr.contains("--overwrite"));
    assert_eq!(std::fs::read_to_string(&output).unwrap(), "precious");

    let mut command = redact(&sandbox, &arguments);
    command.arg("--overwrite");
    Finished::of(command).expect(0);
    let redacted = std::fs::read_to_string(&output).unwrap();
    assert!(redacted.contains("[removed:password]"), "{redacted}");
    assert_eq!(output.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(&input).unwrap(), LINE, "the input is never changed unasked");
}

#[test]
fn a_file_is_redacted_in_place_with_its_mode_kept() {
    let sandbox = Sandbox::new();
    let input = sandbox.write("place/in.log", LINE);
    std::fs::set_permissions(&input, std::fs::Permissions::from_mode(0o640)).unwrap();
    Finished::of(redact(&sandbox, &[text(&input), "--in-place"])).expect(0);
    assert!(std::fs::read_to_string(&input).unwrap().contains("[removed:password]"));
    assert_eq!(input.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(names(&sandbox.path("place")), ["in.log"]);
}

#[test]
fn the_tally_is_json_where_the_result_is_not() {
    let sandbox = Sandbox::new();
    let input = sandbox.write("in.log", format!("first\n{LINE}"));
    let output = sandbox.path("out.log");
    let run =
        Finished::of(redact(&sandbox, &[text(&input), "-o", text(&output), "--report", "json"])).expect(0);
    let tally = run.json();
    assert_eq!((&tally["schema"], &tally["files"]), (&1.into(), &1.into()));
    assert_eq!(tally["counts"]["password"], 1);
    assert_eq!(tally["redactions"]["in.log"]["password"]["lines"], serde_json::json!([2]));
    assert_eq!(tally["bytes_out"], std::fs::metadata(&output).unwrap().len());
    PLANTED.iter().for_each(|planted| assert!(!run.stdout.contains(planted)));

    let run = Finished::of(redact(&sandbox, &[text(&input), "--report", "json"])).expect(0);
    assert!(run.stdout.starts_with("first\n") && run.stderr.contains("\"schema\": 1"), "{}", run.stderr);
}

#[test]
fn utf_16_stays_utf_16() {
    let sandbox = Sandbox::new();
    let wide = |text: &str| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let input = sandbox.write("in.log", wide(LINE));
    let output = sandbox.path("out.log");
    Finished::of(redact(&sandbox, &[text(&input), "-o", text(&output)])).expect(0);
    let bytes = std::fs::read(&output).unwrap();
    let units: Vec<_> = bytes.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let redacted = String::from_utf16(&units).unwrap();
    assert!(redacted.contains("password=[removed:password]"), "{redacted}");
}

#[test]
fn what_cannot_be_searched_is_not_written_unless_asked() {
    let sandbox = Sandbox::new();
    let binary: Vec<u8> =
        (0..4096_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let input = sandbox.write("in.bin", &binary);
    let output = sandbox.path("out.bin");
    let refused = Finished::of(redact(&sandbox, &[text(&input), "-o", text(&output)])).expect(4);
    assert!(refused.stderr.contains("binary data that cannot be searched"), "{}", refused.stderr);
    assert!(!output.exists());
    let kept =
        Finished::of(redact(&sandbox, &[text(&input), "-o", text(&output), "--keep-binary"])).expect(0);
    assert!(kept.stderr.contains("nothing in it redacted"), "{}", kept.stderr);
    assert_eq!(std::fs::read(&output).unwrap(), binary);
}

#[test]
fn a_text_that_goes_on_as_binary_data_leaves_no_file() {
    let sandbox = Sandbox::new();
    let mut mixed = LINE.repeat(300).into_bytes();
    mixed.extend((0..20_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8));
    let input = sandbox.write("in/mixed", mixed);
    let run = Finished::of(redact(&sandbox, &[text(&input), "-o", text(&sandbox.path("in/out"))])).expect(4);
    assert!(run.stderr.contains("goes on as binary"), "{}", run.stderr);
    assert_eq!(names(&sandbox.path("in")), ["mixed"]);
}
