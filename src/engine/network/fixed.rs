//! Rates and work as whole numbers.
//!
//! A rate is counted in 2^-27 byte/s, which is 2^-24 bit/s, work in that unit
//! times a microsecond. A rate below a bit per second still has seven digits.
//!
//! The level of a link is the quotient of a division, and levels depend on each
//! other: were they whole, the remainders would go to one transfer or another as
//! the divisions come, and two equally tight links would give other rates
//! depending on which is taken for the bottleneck. A [`Level`] therefore has 32
//! binary places more than a rate. The rate at which transfers are served is the
//! level rounded down, after an allowance for what divisions have lost: the exact
//! fair share, rounded down, by whatever order of divisions.

use crate::units::Rate;

/// A rate without limit: transfers at this rate take no time.
pub(super) const UNLIMITED: u64 = u64::MAX;

/// The work of one byte.
pub(super) const BYTE: i128 = (1 << 27) * 1_000_000;

/// The highest limited rate, 2^40 bit/s: 1.1 Tbit/s. Above it is the same.
const HIGHEST: u64 = (1 << 40) - 1;

/// The rate up to which a link is filled, in 2^-32 of the unit of rates.
pub(super) type Level = u128;

/// The binary places of a level below those of a rate.
const PLACES: u32 = 32;

/// The level of a link that holds nothing back.
pub(super) const NO_LEVEL: Level = level(UNLIMITED);

/// More than divisions lose, less than sets two different shares apart: about
/// 2^-12 of the unit of rates, and not the complement of a simple fraction.
const LOST: Level = 1_067_543;

/// A rate as a level.
pub(super) const fn level(rate: u64) -> Level {
    (rate as u128) << PLACES
}

/// The rate at which a link of that level serves its transfers.
pub(super) const fn served(level: Level) -> u64 {
    whole(level + LOST)
}

/// The highest rate that is not above a level.
pub(super) const fn whole(level: Level) -> u64 {
    (level >> PLACES) as u64
}

/// What `members` use at the lesser of their cap and a level.
pub(super) fn load(members: u64, cap: u64, most: Level) -> Level {
    u128::from(members) * level(cap).min(most)
}

/// `room`, which is no more than a capacity, divided equally; `None` among none.
pub(super) fn share(room: Level, among: u64) -> Option<Level> {
    if among == 1 {
        return Some(room);
    }
    let (high, low) = (whole(room), room as u64 & u64::from(u32::MAX));
    let (quotient, rest) = (high.checked_div(among)?, high % among);
    // There are fewer transfers than 2^32, so that the rest can be shifted.
    let places = ((rest << PLACES) | low) / among;
    Some(level(quotient) | u128::from(places))
}

pub(super) const fn fixed(rate: Rate) -> u64 {
    if rate.is_unlimited() {
        UNLIMITED
    } else if rate.0 > HIGHEST {
        HIGHEST << 24
    } else {
        rate.0 << 24
    }
}

pub(super) const fn bits_per_second(fixed: u64) -> f64 {
    if fixed == UNLIMITED {
        f64::INFINITY
    } else {
        fixed as f64 / (1u64 << 24) as f64
    }
}

/// The work done at `rate` in `span` microseconds.
pub(super) const fn work(rate: u64, span: u64) -> i128 {
    (rate as u128 * span as u128).cast_signed()
}
