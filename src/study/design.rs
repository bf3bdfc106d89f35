//! Points made of axes: every combination, one at a time, drawn, or read.
//!
//! Drawn designs are functions of the study's seed and the names of the axes:
//! another axis leaves the values of the others as they were.

use super::axis::{Axis, Level};
use crate::engine::{Draws, Streams, identity};
use crate::units::counted;
use serde::{Deserialize, Serialize};

/// Values for all axes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Per axis, as tables show it.
    pub values: Vec<String>,
    /// What they set in the scenario.
    pub settings: Vec<String>,
    /// Per axis, the number of the value among those of the axis, from 0;
    /// empty where values were drawn or read.
    pub levels: Vec<u32>,
}

impl Point {
    fn of(levels: &[&Level], numbers: Vec<u32>) -> Self {
        Self {
            values: levels.iter().map(|level| level.label.clone()).collect(),
            settings: levels
                .iter()
                .flat_map(|level| level.settings.iter().cloned())
                .collect(),
            levels: numbers,
        }
    }
}

/// More points than this are a mistake.
pub(crate) const MOST_POINTS: usize = 1_000_000;
/// The most values of all points together, each of them a text.
pub(crate) const MOST_VALUES: usize = 10_000_000;

/// Every combination, the last axis changing fastest; axes of one of the
/// `groups` go in step. `None` if there are more than `most`.
pub(crate) fn grid(axes: &[Axis], groups: &[Vec<usize>], most: usize) -> Option<Vec<Point>> {
    let lengths: Vec<usize> = groups
        .iter()
        .map(|group| axes[group[0]].levels.len())
        .collect();
    let count = lengths
        .iter()
        .try_fold(1usize, |n, length| n.checked_mul(*length))?;
    if count > most {
        return None;
    }
    let point = |index: usize| {
        let mut numbers = vec![0u32; axes.len()];
        let mut rest = index;
        for (group, length) in groups.iter().zip(&lengths).rev() {
            for &axis in group {
                numbers[axis] = (rest % length) as u32;
            }
            rest /= length;
        }
        at(axes, numbers)
    };
    Some((0..count).map(point).collect())
}

/// The point at which each axis has the value of this number.
pub(crate) fn at(axes: &[Axis], numbers: Vec<u32>) -> Point {
    let levels: Vec<&Level> = axes
        .iter()
        .zip(&numbers)
        .map(|(axis, number)| &axis.levels[*number as usize])
        .collect();
    Point::of(&levels, numbers)
}

/// The point `base`, then every other value of each axis alone.
pub(crate) fn one_at_a_time(axes: &[Axis], base: &[u32]) -> Vec<Point> {
    let mut points = vec![at(axes, base.to_vec())];
    for (position, axis) in axes.iter().enumerate() {
        for number in (0..axis.levels.len() as u32).filter(|number| *number != base[position]) {
            let mut numbers = base.to_vec();
            numbers[position] = number;
            points.push(at(axes, numbers));
        }
    }
    points
}

/// What a design's draws are for.
const LATIN_HYPERCUBE: u16 = 0xff01;
const MORRIS: u16 = 0xff02;

/// A permutation of `0..n` (R. Durstenfeld, CACM 7, 1964).
fn permutation(n: u32, draws: impl Fn(u32) -> Draws) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n).collect();
    for i in (1..n).rev() {
        let j = draws(i).below(0, u64::from(i) + 1) as usize;
        order.swap(i as usize, j);
    }
    order
}

/// `count` points such that each axis has one value in each of `count` equal
/// parts of its range.
pub(crate) fn latin_hypercube(axes: &[Axis], count: u32, seed: u64) -> Vec<Point> {
    let streams = Streams::new(seed, 0);
    let columns: Vec<Vec<Option<Level>>> = axes
        .iter()
        .map(|axis| {
            let draws = |i: u32| streams.block(identity(&axis.name), LATIN_HYPERCUBE, u64::from(i));
            let place = |(i, part): (usize, u32)| {
                (f64::from(part) + draws(i as u32).uniform(1)) / f64::from(count)
            };
            permutation(count, draws)
                .into_iter()
                .enumerate()
                .map(|cell| axis.between(place(cell)))
                .collect()
        })
        .collect();
    (0..count as usize)
        .filter_map(|row| {
            let levels: Option<Vec<&Level>> =
                columns.iter().map(|column| column[row].as_ref()).collect();
            levels.map(|levels| Point::of(&levels, Vec::new()))
        })
        .collect()
}

/// `trajectories` walks through a grid of `grid` levels per axis, each of
/// which moves every axis once, by half the range, in random order.
pub(crate) fn morris(axes: &[Axis], trajectories: u32, grid: u32, seed: u64) -> Vec<Point> {
    let mut points = Vec::new();
    for trajectory in 1..=trajectories {
        let streams = Streams::new(seed, trajectory);
        let mut numbers: Vec<u32> = axes
            .iter()
            .map(|axis| {
                streams
                    .block(identity(&axis.name), MORRIS, 0)
                    .below(0, u64::from(grid)) as u32
            })
            .collect();
        points.extend(on_grid(axes, &numbers, grid));
        for axis in permutation(axes.len() as u32, |i| {
            streams.block(0, MORRIS, u64::from(i))
        }) {
            let number = &mut numbers[axis as usize];
            // From the lower half up, from the upper half down.
            *number = (*number + grid / 2) % grid;
            points.extend(on_grid(axes, &numbers, grid));
        }
    }
    points
}

fn on_grid(axes: &[Axis], numbers: &[u32], grid: u32) -> Option<Point> {
    let levels: Option<Vec<Level>> = axes
        .iter()
        .zip(numbers)
        .map(|(axis, number)| axis.between(f64::from(*number) / f64::from(grid - 1)))
        .collect();
    let levels = levels?;
    Some(Point::of(
        &levels.iter().collect::<Vec<_>>(),
        numbers.to_vec(),
    ))
}

/// The points of a table: CSV with the names of axes as headings, or, if its
/// first line is all numbers, columns in the order of the axes between commas
/// or blanks, as `SALib` writes them.
pub(crate) fn read(text: &str, axes: &[Axis]) -> Result<Vec<Point>, String> {
    let first = text.lines().next().unwrap_or("");
    let split = |line: &str| -> Vec<String> {
        line.split(|c: char| c == ',' || c.is_whitespace())
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let bare = !first.is_empty() && split(first).iter().all(|cell| cell.parse::<f64>().is_ok());
    let (columns, rows) = if bare {
        let rows = text
            .lines()
            .enumerate()
            .map(|(i, line)| (i + 1, split(line)))
            .filter(|(_, row)| !row.is_empty());
        ((0..axes.len()).collect(), rows.collect())
    } else {
        with_headings(text, axes)?
    };
    rows.iter()
        .map(|(line, row)| point_of(*line, row, &columns, axes))
        .collect()
}

type Rows = Vec<(usize, Vec<String>)>;

fn with_headings(text: &str, axes: &[Axis]) -> Result<(Vec<usize>, Rows), String> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| error.to_string())?.clone();
    let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
    let mut columns = Vec::new();
    for heading in &headings {
        let axis = names
            .iter()
            .position(|name| *name == heading)
            .ok_or_else(|| {
                format!(
                    "line 1, column `{heading}`: there is no such axis; the axes are: {}",
                    names.join(", ")
                )
            })?;
        columns.push(axis);
    }
    if let Some(missing) =
        (0..axes.len()).find(|axis| columns.iter().filter(|c| *c == axis).count() != 1)
    {
        return Err(format!(
            "line 1: there must be one column `{}`",
            names[missing]
        ));
    }
    let mut rows = Rows::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record
            .position()
            .map_or(0, |position| position.line() as usize);
        if rows.len() == MOST_POINTS {
            return Err(format!(
                "line {line}: it has more than {MOST_POINTS} points"
            ));
        }
        rows.push((line, record.iter().map(str::to_owned).collect()));
    }
    Ok((columns, rows))
}

fn point_of(
    line: usize,
    row: &[String],
    columns: &[usize],
    axes: &[Axis],
) -> Result<Point, String> {
    if row.len() != columns.len() {
        return Err(format!(
            "line {line} has {} for {}",
            counted(row.len() as u64, "value"),
            match columns.len() {
                1 => "1 axis".to_owned(),
                count => format!("{count} axes"),
            }
        ));
    }
    let mut levels = vec![None; axes.len()];
    for (cell, &axis) in row.iter().zip(columns) {
        levels[axis] = Some(
            axes[axis]
                .read(cell)
                .map_err(|error| format!("line {line}: {error}"))?,
        );
    }
    let levels: Vec<Level> = levels.into_iter().flatten().collect();
    Ok(Point::of(&levels.iter().collect::<Vec<_>>(), Vec::new()))
}
