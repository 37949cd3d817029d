//! Many runs of one command, or of two in turn, and what is said about them.
//!
//! Two commands are compared by running them in turn and dividing pair by pair, so that a machine that slows down
//! during the benchmark slows both.

use crate::bench::measure::Sample;
use crate::console;
use crate::failure::Failure;

/// The samples of one side.
#[derive(Debug, Default)]
pub struct Series {
    samples: Vec<Sample>,
}

impl Series {
    /// Runs `one` once to warm up and then `runs` times.
    ///
    /// # Errors
    /// When a run fails.
    pub fn measure(runs: usize, mut one: impl FnMut() -> Result<Sample, Failure>) -> Result<Self, Failure> {
        one()?;
        let samples = (0..runs).map(|_| one()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { samples })
    }

    /// Wall times in seconds.
    pub fn wall(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| sample.wall.as_secs_f64()).collect())
    }

    /// Processor times in seconds.
    pub fn cpu(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| sample.cpu.as_secs_f64()).collect())
    }

    /// The highest peak of the command itself, in bytes.
    pub fn own_peak_bytes(&self) -> u64 {
        self.samples.iter().map(|sample| sample.own_peak_bytes).max().unwrap_or(0)
    }

    /// The highest peak of the command or a descendant, in bytes.
    pub fn largest_peak_bytes(&self) -> u64 {
        self.samples.iter().map(|sample| sample.largest_peak_bytes).max().unwrap_or(0)
    }
}

/// Two sides that ran in turn.
#[derive(Debug)]
pub struct Duel {
    /// The side that is compared with.
    pub theirs: Series,
    /// Candor.
    pub ours: Series,
}

impl Duel {
    /// Warms both sides up, then runs them in turn, `runs` times each; who goes first changes with every pair.
    ///
    /// # Errors
    /// When a run fails.
    pub fn fight(
        runs: usize,
        mut theirs: impl FnMut() -> Result<Sample, Failure>,
        mut ours: impl FnMut() -> Result<Sample, Failure>,
    ) -> Result<Self, Failure> {
        let mut duel = Self { theirs: Series::default(), ours: Series::default() };
        console::progress("Warming", "both sides up");
        theirs()?;
        ours()?;
        for pair in 0..runs {
            console::progress("Running", &format!("pair {} of {runs}", pair + 1));
            if pair % 2 == 0 {
                duel.theirs.samples.push(theirs()?);
                duel.ours.samples.push(ours()?);
            } else {
                duel.ours.samples.push(ours()?);
                duel.theirs.samples.push(theirs()?);
            }
        }
        Ok(duel)
    }

    /// Their wall time divided by ours, pair by pair: how many times as fast we are.
    pub fn speedup(&self) -> Spread {
        let pairs = self.theirs.samples.iter().zip(&self.ours.samples);
        Spread::of(pairs.map(|(theirs, ours)| theirs.wall.as_secs_f64() / ours.wall.as_secs_f64()).collect())
    }

    /// Their wall time less ours in seconds, pair by pair.
    pub fn difference(&self) -> Spread {
        let pairs = self.theirs.samples.iter().zip(&self.ours.samples);
        Spread::of(pairs.map(|(theirs, ours)| theirs.wall.as_secs_f64() - ours.wall.as_secs_f64()).collect())
    }
}

/// The least, the middle and the greatest of some numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The middle; of an even count the mean of the two in the middle.
    pub median: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// The spread of `values`; not-a-number when there are none.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        Self { min: at(0), median: f64::midpoint(at(last / 2), at(last.div_ceil(2))), max: at(last) }
    }

    /// Every number put through `change`, which must keep or turn round their order.
    pub fn map(self, change: impl Fn(f64) -> f64) -> Self {
        let (one, other) = (change(self.min), change(self.max));
        Self { min: one.min(other), median: change(self.median), max: one.max(other) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_middle_of_an_even_count_lies_between_two() {
        assert_eq!(Spread::of(vec![3.0, 1.0, 2.0]), Spread { min: 1.0, median: 2.0, max: 3.0 });
        assert_eq!(Spread::of(vec![4.0, 1.0]).median, 2.5);
        assert!(Spread::of(Vec::new()).median.is_nan());
        let rate = Spread { min: 1.0, median: 2.0, max: 4.0 }.map(|seconds| 8.0 / seconds);
        assert_eq!(rate, Spread { min: 2.0, median: 4.0, max: 8.0 });
    }

    #[test]
    fn both_sides_run_equally_often() {
        let sample = |millis| Sample {
            wall: Duration::from_millis(millis),
            cpu: Duration::ZERO,
            own_peak_bytes: 1,
            largest_peak_bytes: 2,
        };
        let duel = Duel::fight(4, || Ok(sample(30)), || Ok(sample(10))).unwrap();
        assert_eq!((duel.theirs.samples.len(), duel.ours.samples.len()), (4, 4));
        assert!((duel.speedup().median - 3.0).abs() < 1e-9);
    }
}
