//! Rates and work as whole numbers.
//!
//! A rate is counted in 2^-27 byte/s, which is 2^-24 bit/s, work in that unit
//! times a microsecond. A rate below a bit per second still has seven digits;
//! what a division leaves over is under one such unit a transfer.

use crate::units::Rate;

/// A rate without limit: transfers at this rate take no time.
pub(super) const UNLIMITED: u64 = u64::MAX;

/// The work of one byte.
pub(super) const BYTE: i128 = (1 << 27) * 1_000_000;

/// The highest limited rate, 2^40 bit/s: 1.1 Tbit/s. Above it is the same.
const HIGHEST: u64 = (1 << 40) - 1;

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
