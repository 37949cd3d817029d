//! How figures are printed: aligned columns, and each promise with what was measured against it.

use crate::bench::series::{Series, Spread};
use crate::console;

/// Rows of text under headings, the first column set left and the others right.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings.
    pub fn new(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|heading| (*heading).to_owned()).collect()] }
    }

    /// A table of measured sides.
    pub fn of_series() -> Self {
        Self::new(&["", "wall min", "median", "max", "cpu median", "peak, own", "peak, largest"])
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a measured side.
    pub fn series(&mut self, name: &str, series: &Series) {
        let wall = series.wall();
        let times = [wall.min, wall.median, wall.max, series.cpu().median].map(seconds);
        let peaks = [series.own_peak_bytes(), series.largest_peak_bytes()].map(mebibytes);
        self.row([name.to_owned()].into_iter().chain(times).chain(peaks));
    }

    /// The table as text.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let lines: Vec<String> = self.rows.iter().map(|row| line(row, &widths)).collect();
        lines.join("\n")
    }

    /// Prints the table and an empty line.
    pub fn print(&self) {
        console::data(&format!("{}\n", self.render()));
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
        if index == 0 {
            text.push_str(&format!("{cell:<width$}"));
        } else {
            text.push_str(&format!("  {cell:>width$}"));
        }
    }
    text.trim_end().to_owned()
}

/// Prints a promise, what was measured, and whether it is kept.
pub fn promise(is_kept: bool, promised: &str, measured: &str) {
    let verdict = if is_kept { "kept" } else { "MISSED" };
    console::data(&format!("{verdict:<7} {promised}: {measured}"));
}

/// A spread in one cell: `1.9 (1.8 to 2.1)`.
pub fn spread(spread: Spread, digits: usize, unit: &str) -> String {
    let Spread { min, median, max } = spread;
    format!("{median:.digits$}{unit} ({min:.digits$} to {max:.digits$})")
}

/// Seconds as milliseconds below ten seconds, else as seconds.
pub fn seconds(seconds: f64) -> String {
    if seconds < 10.0 { format!("{:.1} ms", seconds * 1000.0) } else { format!("{seconds:.1} s") }
}

/// Bytes as MiB.
#[expect(clippy::cast_precision_loss, reason = "one digit is shown")]
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&["", "wall"]);
        table.row(["candor".to_owned(), seconds(0.0123)]);
        table.row(["7z".to_owned(), seconds(12.0)]);
        assert_eq!(table.render(), "           wall\ncandor  12.3 ms\n7z       12.0 s");
    }

    #[test]
    fn a_spread_shows_its_middle_first() {
        let text = spread(Spread { min: 1.0, median: 2.0, max: 3.0 }, 1, "x");
        assert_eq!(text, "2.0x (1.0 to 3.0)");
        assert_eq!(mebibytes(3 << 19), "1.5 MiB");
    }
}
