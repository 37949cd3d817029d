//! Lines with `«…»` around what must go, and `‹…›` around what should and does not: a gap that is known.

/// The text without its marks.
pub fn plain(marked: &str) -> String {
    marked.replace(['«', '»', '‹', '›'], "")
}

/// What stays and what goes, in turns: one more of the first.
pub struct Line<'a> {
    kept: Vec<String>,
    planted: Vec<&'a str>,
}

impl<'a> Line<'a> {
    pub fn parse(marked: &'a str) -> Self {
        let mut parts = marked.split('«');
        let mut line = Self { kept: vec![plain(parts.next().unwrap_or_default())], planted: Vec::new() };
        for part in parts {
            let (planted, kept) = part.split_once('»').expect("each mark is closed");
            line.planted.push(planted);
            line.kept.push(plain(kept));
        }
        line
    }

    /// Says what is still there, or that something else has changed.
    pub fn compare(&self, output: &str) -> Result<(), String> {
        let Some(rest) = output.strip_prefix(self.kept[0].as_str()) else { return Err("touched".into()) };
        let Some(replaced) = self.replaced(0, rest) else { return Err("touched".into()) };
        let left: Vec<&str> = self
            .planted
            .iter()
            .zip(replaced)
            .filter(|(planted, output)| output.contains(**planted))
            .map(|(planted, _)| *planted)
            .collect();
        if left.is_empty() { Ok(()) } else { Err(format!("left {left:?}")) }
    }

    /// What stands in `rest` in the place of each planted value from `index` on.
    fn replaced<'o>(&self, index: usize, rest: &'o str) -> Option<Vec<&'o str>> {
        if index == self.planted.len() {
            return rest.is_empty().then(Vec::new);
        }
        let kept = self.kept[index + 1].as_str();
        let last = index + 1 == self.planted.len();
        let ends = rest.match_indices(kept).map(|(at, _)| at).filter(|at| *at > 0);
        let ends = if last { vec![rest.len().checked_sub(kept.len())?] } else { ends.collect() };
        ends.into_iter().find_map(|end| {
            let behind = rest.get(end..)?.strip_prefix(kept)?;
            let mut all = self.replaced(index + 1, behind)?;
            all.insert(0, &rest[..end]);
            Some(all)
        })
    }
}
