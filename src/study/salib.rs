//! Files for `SALib` (<https://salib.readthedocs.io>), which analyses designs
//! that this program does not: `salib analyze METHOD -p params.txt -X X.txt -Y
//! Y-RESPONSE.txt`. A design that `salib sample` made comes in as a design file.

use super::error::StudyError;
use super::results::Results;
use super::store::write_whole;
use crate::statistics::Moments;
use std::fmt::Write;
use std::path::Path;

/// Writes the parameters, the points and, per response, the mean at each point;
/// returns what was written, one file a line.
///
/// # Errors
/// If an axis is not numeric, a mean is missing, or the disk refuses.
pub fn write(results: &Results, folder: &Path) -> Result<String, StudyError> {
    let plan = results.plan;
    let columns: Vec<Vec<f64>> = (0..plan.axes.len())
        .map(|axis| numbers(results, axis))
        .collect::<Result<_, _>>()?;
    let mut parameters = String::new();
    for ((axis, column), bounds) in plan.axes.iter().zip(&columns).zip(&plan.bounds) {
        // Without a range, what was looked at is the range.
        let seen = || {
            let low = column.iter().copied().fold(f64::INFINITY, f64::min);
            [
                low,
                column.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            ]
        };
        let [low, high] = bounds.map_or_else(seen, |bounds| bounds.map(|bound| bound.0));
        let _ = writeln!(
            parameters,
            "{} {low} {high}",
            axis.replace(char::is_whitespace, "_")
        );
    }
    let mut inputs = String::new();
    for point in 0..plan.points.len() {
        let row: Vec<String> = columns
            .iter()
            .map(|column| column[point].to_string())
            .collect();
        let _ = writeln!(inputs, "{}", row.join(" "));
    }
    let mut listing = String::new();
    let mut put = |name: String, text: &str| {
        let path = folder.join(name);
        let _ = writeln!(listing, "{}", path.display());
        write_whole(&path, text.as_bytes())
    };
    put("params.txt".to_owned(), &parameters)?;
    put("X.txt".to_owned(), &inputs)?;
    for (number, response) in plan.responses.iter().enumerate() {
        // A response without a mean at some point cannot be analysed.
        if let Some(text) = means(results, number) {
            let name = response.name.replace(|c: char| !c.is_alphanumeric(), "_");
            put(format!("Y-{name}.txt"), &text)?;
        }
    }
    Ok(listing)
}

/// The values of an axis, per point; of `512 kbit/s` the number.
fn numbers(results: &Results, axis: usize) -> Result<Vec<f64>, StudyError> {
    let number = |text: &str| {
        text.split_whitespace()
            .next()
            .and_then(|number| number.parse::<f64>().ok())
    };
    let values = results.plan.points.iter().map(|point| &point.values[axis]);
    values
        .map(|value| {
            number(value).ok_or_else(|| StudyError::Plan {
                path: super::plan::PLAN.into(),
                reason: format!(
                    "axis `{}` has the value `{value}`, and SALib knows numbers only",
                    results.plan.axes[axis]
                ),
            })
        })
        .collect()
}

fn means(results: &Results, response: usize) -> Option<String> {
    let mut text = String::new();
    for point in 0..results.plan.points.len() as u32 {
        let values: Option<Vec<f64>> = results
            .of(point)
            .iter()
            .filter_map(|record| record.value(response))
            .collect();
        let mean = values?.into_iter().collect::<Moments>().mean()?;
        let _ = writeln!(text, "{mean}");
    }
    Some(text)
}
