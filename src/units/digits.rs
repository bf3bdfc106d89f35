//! The digits of statistics.

/// A statistic for a table: six decimals at most, so that a last bit does not
/// show; for small numbers as many as it takes for six digits.
pub(crate) fn rounded(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 {
            "0".to_owned()
        } else {
            String::new()
        };
    }
    let mut decimals = 6;
    let mut size = value.abs();
    while size < 0.1 && decimals < 12 {
        size *= 10.0;
        decimals += 1;
    }
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_have_six_digits_however_small_they_are() {
        for (value, text) in [
            (0.5, "0.5"),
            (1.0 / 3.0, "0.333333"),
            (0.001_234_567_89, "0.00123457"),
            (-1e-15, "0"),
        ] {
            assert_eq!(rounded(value), text);
        }
    }
}
