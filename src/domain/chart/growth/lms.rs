//! Cole's LMS method: a skewed distribution in three numbers.

/// The distribution of a measure at one age or length: Box-Cox power L, median M, coefficient of variation S.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Lms {
    /// The power.
    pub(super) l: f64,
    /// The median, in the unit of the measure.
    pub(super) m: f64,
    /// The coefficient of variation.
    pub(super) s: f64,
}

impl Lms {
    /// The z-score of `value`: ((value / M)^L − 1) / (L·S), or ln(value / M) / S where L is 0.
    pub(super) fn z(self, value: f64) -> f64 {
        let ratio = value / self.m;
        if self.l.abs() < 1e-9 { ratio.ln() / self.s } else { (ratio.powf(self.l) - 1.0) / (self.l * self.s) }
    }

    /// The value at `z`.
    pub(super) fn value(self, z: f64) -> f64 {
        if self.l.abs() < 1e-9 {
            self.m * (self.s * z).exp()
        } else {
            self.m * (1.0 + self.l * self.s * z).max(1e-9).powf(1.0 / self.l)
        }
    }

    /// The distribution `share` of the way from this one to `other`.
    pub(super) fn towards(self, other: Self, share: f64) -> Self {
        let between = |a: f64, b: f64| a + (b - a) * share;
        Self { l: between(self.l, other.l), m: between(self.m, other.m), s: between(self.s, other.s) }
    }

    /// The z-score as WHO computes it for weights: beyond ±3 SD, where data were few, in steps of the distance from 2 SD to 3 SD (WHO
    /// Child Growth Standards 2006, Methods and development, chapter 7).
    pub(super) fn restrained_z(self, value: f64) -> f64 {
        let z = self.z(value);
        let step =
            |near: f64, far: f64| (value - self.value(far)) / (self.value(far) - self.value(near)).abs();
        match z {
            _ if z > 3.0 => 3.0 + step(2.0, 3.0),
            _ if z < -3.0 => -3.0 + step(-2.0, -3.0),
            _ => z,
        }
    }

    /// CDC's modified z-score, by which implausible values are told: the distance from the median in halves of the distance from
    /// the median to 2 SD (CDC, "A SAS program for the 2000 CDC growth charts").
    pub(super) fn modified_z(self, value: f64) -> f64 {
        let side = if value < self.m { -2.0 } else { 2.0 };
        2.0 * (value - self.m) / (self.value(side) - self.m).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKEWED: Lms = Lms { l: -2.0, m: 16.0, s: 0.08 };

    #[test]
    fn a_value_leads_to_its_z_score_and_back() {
        for lms in [SKEWED, Lms { l: 0.0, ..SKEWED }, Lms { l: 1.0, m: 50.0, s: 0.04 }] {
            for z in [-3.0, -1.5, 0.0, 0.2, 2.9] {
                assert!((lms.z(lms.value(z)) - z).abs() < 1e-9, "{lms:?} at {z}");
            }
        }
    }

    #[test]
    fn beyond_three_deviations_a_weight_counts_in_straight_steps() {
        let (two, three) = (SKEWED.value(2.0), SKEWED.value(3.0));
        assert!((SKEWED.restrained_z(three + 2.0 * (three - two)) - 5.0).abs() < 1e-9);
        let (two, three) = (SKEWED.value(-2.0), SKEWED.value(-3.0));
        assert!((SKEWED.restrained_z(three - (two - three)) + 4.0).abs() < 1e-9);
        assert!((SKEWED.restrained_z(17.0) - SKEWED.z(17.0)).abs() < 1e-12);
    }

    #[test]
    fn the_modified_score_is_two_at_two_deviations_and_straight_beyond() {
        let two = SKEWED.value(2.0);
        assert!((SKEWED.modified_z(two) - 2.0).abs() < 1e-9);
        assert!((SKEWED.modified_z(16.0 + 4.0 * (two - 16.0)) - 8.0).abs() < 1e-9);
        assert!((SKEWED.modified_z(SKEWED.value(-2.0)) + 2.0).abs() < 1e-9);
    }
}
