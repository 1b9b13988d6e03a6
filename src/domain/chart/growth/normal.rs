//! The normal distribution: how much of it lies above a z-score, and the z-score above which so much lies.

use std::f64::consts::PI;

/// The share above `z`, also far out in the tail.
pub(super) fn above(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - above(-z);
    }
    let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
    if z < 3.0 {
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > sum * 1e-17 {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    let (mut fraction, mut n) = (0.0, 120.0);
    while n >= 1.0 {
        fraction = n / (z + fraction);
        n -= 1.0;
    }
    density / (z + fraction)
}

/// The percentile of `z`, 0 to 100.
pub(super) fn percentile(z: f64) -> f64 {
    100.0 * above(-z)
}

/// The z-score above which `share` lies, by halving the interval: there are no constants to get wrong.
pub(super) fn z_above(share: f64) -> f64 {
    let (mut low, mut high) = (-40.0_f64, 40.0_f64);
    while high - low > 1e-12 {
        let middle = f64::midpoint(low, high);
        if above(middle) > share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_the_printed_tables() {
        for (z, share) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457),
            (1.644_853_626_951_473, 0.05),
            (2.999_999, 0.001_349_902_463_1),
            (3.0, 0.001_349_898_031_63),
            (6.0, 9.865_876_450_377e-10),
            (-2.0, 0.977_249_868_051_821),
        ] {
            assert!((above(z) - share).abs() < share * 1e-8, "{z}: {}", above(z));
        }
    }

    #[test]
    fn a_share_leads_back_to_its_z_score() {
        for z in [-3.5, -1.0, 0.0, 0.3, 2.9, 3.1, 6.0, 12.0] {
            assert!((z_above(above(z)) - z).abs() < 1e-6, "{z}: {}", z_above(above(z)));
        }
    }

    #[test]
    fn a_higher_z_score_never_has_more_above_it() {
        let shares: Vec<f64> = (-800..=800).map(|n| above(f64::from(n) / 100.0)).collect();
        assert!(shares.windows(2).all(|pair| pair[0] >= pair[1]));
    }
}
