//! Files for `SALib` (<https://salib.readthedocs.io>), which analyses designs
//! that this program does not: `salib analyze METHOD -p params.txt -X X.txt -Y
//! Y-RESPONSE.txt`. A design that `salib sample` made comes in as a design file.

use super::error::StudyError;
use super::results::Results;
use super::store::write_whole;
use crate::statistics::Moments;
use crate::units::{parse_rate, parse_size, parse_span};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Debug, Default)]
pub struct Exchange {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Responses that have no file, as they have no mean at some point.
    pub without_mean: Vec<String>,
}

/// Writes the parameters, the points and, per response, the mean at each point.
///
/// # Errors
/// If an axis is not numeric, a mean is missing, or the disk refuses.
pub fn write(results: &Results, folder: &Path) -> Result<Exchange, StudyError> {
    let plan = results.plan;
    let columns: Vec<Vec<f64>> = (0..plan.axes.len())
        .map(|axis| numbers(results, axis))
        .collect::<Result<_, _>>()?;
    let mut parameters = String::new();
    let names = plan.axes.iter();
    let names = apart(names.map(|axis| axis.replace(char::is_whitespace, "_")));
    for ((axis, column), bounds) in names.iter().zip(&columns).zip(&plan.bounds) {
        // Without a range, what was looked at is the range.
        let seen = || {
            let low = column.iter().copied().fold(f64::INFINITY, f64::min);
            [
                low,
                column.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            ]
        };
        let [low, high] = bounds.map_or_else(seen, |bounds| bounds.map(|bound| bound.0));
        let _ = writeln!(parameters, "{axis} {low} {high}");
    }
    let mut inputs = String::new();
    for point in 0..plan.points.len() {
        let row: Vec<String> = columns
            .iter()
            .map(|column| column[point].to_string())
            .collect();
        let _ = writeln!(inputs, "{}", row.join(" "));
    }
    let mut written = Exchange::default();
    let mut put = |name: String, text: &str| -> Result<(), StudyError> {
        let path = folder.join(name);
        write_whole(&path, text.as_bytes())?;
        written.files.push(path);
        Ok(())
    };
    let mut without_mean = Vec::new();
    put("params.txt".to_owned(), &parameters)?;
    put("X.txt".to_owned(), &inputs)?;
    let plain = |name: &str| name.replace(|c: char| !c.is_alphanumeric(), "_");
    let names = apart(plan.responses.iter().map(|response| plain(&response.name)));
    for (number, (response, name)) in plan.responses.iter().zip(names).enumerate() {
        if let Some(text) = means(results, number) {
            put(format!("Y-{name}.txt"), &text)?;
        } else {
            without_mean.push(response.name.clone());
        }
    }
    written.without_mean = without_mean;
    Ok(written)
}

/// The values of an axis, per point: the numbers, if all have the same unit or
/// none, else what the quantities amount to, in seconds, bits a second or bytes.
fn numbers(results: &Results, axis: usize) -> Result<Vec<f64>, StudyError> {
    let points = results.plan.points.iter();
    let values: Vec<&str> = points.map(|point| point.values[axis].as_str()).collect();
    let bare: Option<Vec<(f64, &str)>> = values.iter().map(|value| number(value)).collect();
    if let Some(bare) = bare
        && bare.windows(2).all(|pair| pair[0].1 == pair[1].1)
    {
        return Ok(bare.into_iter().map(|(number, _)| number).collect());
    }
    let readers: [fn(&str) -> Option<f64>; 3] = [
        |text| Some(parse_span(text).ok()?.seconds()),
        |text| Some(parse_rate(text).ok()?.0 as f64),
        |text| Some(parse_size(text).ok()?.0 as f64),
    ];
    let amounts = readers
        .iter()
        .find_map(|read| values.iter().map(|value| read(value)).collect());
    amounts.ok_or_else(|| StudyError::Plan {
        path: super::plan::PLAN.into(),
        reason: format!(
            "axis `{}` has the values {}, and SALib knows numbers only",
            results.plan.axes[axis],
            distinct(&values)
        ),
    })
}

/// The names, with a number behind each that a file system might take for one before it.
fn apart(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let own = |name: String| {
        let is_new = |name: &String| taken.insert(name.to_lowercase());
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        std::iter::once(name.clone()).chain(numbered).find(is_new)
    };
    names.filter_map(own).collect()
}

/// `512 kbit/s` as the number and its unit.
fn number(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c))
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, text[end..].trim()))
}

/// The first few of the values, each once.
fn distinct(values: &[&str]) -> String {
    let mut shown: Vec<String> = Vec::new();
    for value in values.iter().map(|value| format!("`{value}`")) {
        if !shown.contains(&value) && shown.len() < 4 {
            shown.push(value);
        }
    }
    shown.join(", ")
}

fn means(results: &Results, response: usize) -> Option<String> {
    let mut text = String::new();
    for point in 0..results.plan.points.len() as u32 {
        let sample = results.sample(point, response).into_iter();
        let values: Option<Vec<f64>> = sample.map(|(_, value)| value).collect();
        let mean = values?.into_iter().collect::<Moments>().mean()?;
        let _ = writeln!(text, "{mean}");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_never_become_one_file() {
        let names = ["x_y", "X_y", "x_y_2", "z", "x_y"].map(str::to_owned);
        assert_eq!(
            apart(names.into_iter()),
            ["x_y", "X_y_2", "x_y_2_2", "z", "x_y_3"]
        );
    }

    #[test]
    fn the_number_of_a_quantity_stands_before_its_unit() {
        assert_eq!(number("512 kbit/s"), Some((512.0, "kbit/s")));
        assert_eq!(number("-0.5"), Some((-0.5, "")));
        assert_eq!(number("2h"), Some((2.0, "h")));
        assert_eq!(number("uniform(0 s, 5 d)"), None);
    }
}
