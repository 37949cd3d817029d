//! A QR code out of half blocks, two modules a letter.

use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of quiet around the code, as ISO/IEC 18004 demands.
const QUIET: i32 = 4;

/// The lines of the code of a text, light modules as blocks: so it is right on a dark terminal, and scanners that
/// know inverted codes read it on a light one. No colour is needed.
///
/// # Errors
/// When the text is longer than a code can hold.
pub fn lines(text: &str) -> Result<Vec<String>, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let width = i32::try_from(code.width()).map_err(|_| QrError::DataTooLong)?;
    let colours = code.to_colors();
    let is_light = |column: i32, row: i32| {
        let inside = (0..width).contains(&column) && (0..width).contains(&row);
        let index = usize::try_from(row * width + column).unwrap_or_default();
        !inside || colours.get(index) != Some(&Color::Dark)
    };
    let letter = |column: i32, row: i32| match (is_light(column, row), is_light(column, row + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    let columns = -QUIET..width + QUIET;
    let rows = (-QUIET..width + QUIET).step_by(2);
    Ok(rows.map(|row| columns.clone().map(|column| letter(column, row)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_with_quiet_around_it() {
        let lines = lines(&"a".repeat(62)).unwrap();
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert_eq!(lines.len(), width.div_ceil(2));
        for edge in [&lines[0], &lines[1], &lines[lines.len() - 2]] {
            assert!(edge.chars().all(|letter| letter == '█'), "{edge}");
        }
        assert!(super::lines(&"a".repeat(5000)).is_err());
    }
}
