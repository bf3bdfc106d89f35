//! Random numbers as a function of who, what for and which time.
//!
//! The generator is `ChaCha8`. Its key comes from the study's seed and the
//! replication, its stream (nonce) from the entity, its position (block
//! counter) from the purpose and the occurrence. A draw therefore never
//! depends on the order of calls, on other entities, or on features that are
//! switched off: common random numbers by construction. A [`Draws`] is one
//! block, opened on use; nothing is stored per entity. The words are those of
//! `rand_chacha`'s `ChaCha8Rng` at the same key, stream and position.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// The random streams of one replication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streams {
    key: [u32; 8],
}

/// One block of random words: up to eight draws of one occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws([u64; 8]);

impl Streams {
    /// The streams of `replication` in a study with this `seed`.
    pub fn new(seed: u64, replication: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"rollcast-v1");
        hash.update(seed.to_le_bytes());
        hash.update(replication.to_le_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        Self {
            key: words(&digest),
        }
    }

    /// The draws of `entity` for `purpose` at its `occurrence`-th time, of
    /// which the low 48 bits count.
    pub fn block(&self, entity: u64, purpose: u16, occurrence: u64) -> Draws {
        Draws(chacha8(&self.key, counter(purpose, occurrence), entity))
    }

    /// The same words as [`Streams::block`] from occurrence 0 on, as a
    /// generator, for a purpose that needs more than eight of them.
    pub fn rng(&self, entity: u64, purpose: u16) -> ChaCha8Rng {
        let mut seed = [0; 32];
        for (bytes, word) in seed.chunks_exact_mut(4).zip(self.key) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let mut rng = ChaCha8Rng::from_seed(seed);
        rng.set_stream(entity);
        rng.set_word_pos(u128::from(counter(purpose, 0)) * 16);
        rng
    }
}

impl Draws {
    /// The `i`-th word.
    ///
    /// # Panics
    /// If `i` is 8 or more: a block has eight words.
    pub const fn bits(&self, i: usize) -> u64 {
        self.0[i]
    }

    /// The `i`-th word as a number in `[0, 1)`, a multiple of 2^-53.
    pub const fn uniform(&self, i: usize) -> f64 {
        (self.bits(i) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// The `i`-th word as a whole number below `n`, by multiplication; 0 if
    /// `n` is 0. No value is likelier than another by more than `n` / 2^64.
    pub const fn below(&self, i: usize, n: u64) -> u64 {
        ((self.bits(i) as u128 * n as u128) >> 64) as u64
    }
}

const fn counter(purpose: u16, occurrence: u64) -> u64 {
    (purpose as u64) << 48 | occurrence & 0xffff_ffff_ffff
}

fn words(bytes: &[u8; 32]) -> [u32; 8] {
    let mut words = [0; 8];
    for (word, four) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*four);
    }
    words
}

/// Four lanes of the state; whole rows let the compiler use vector registers.
type Row = [u32; 4];

const fn add(a: Row, b: Row) -> Row {
    [
        a[0].wrapping_add(b[0]),
        a[1].wrapping_add(b[1]),
        a[2].wrapping_add(b[2]),
        a[3].wrapping_add(b[3]),
    ]
}

/// The count of bits is a constant, so that this becomes a few vector instructions.
const fn xor_rotate<const BITS: u32>(a: Row, b: Row) -> Row {
    [
        (a[0] ^ b[0]).rotate_left(BITS),
        (a[1] ^ b[1]).rotate_left(BITS),
        (a[2] ^ b[2]).rotate_left(BITS),
        (a[3] ^ b[3]).rotate_left(BITS),
    ]
}

#[inline]
const fn quarter_rounds([mut a, mut b, mut c, mut d]: [Row; 4]) -> [Row; 4] {
    a = add(a, b);
    d = xor_rotate::<16>(d, a);
    c = add(c, d);
    b = xor_rotate::<12>(b, c);
    a = add(a, b);
    d = xor_rotate::<8>(d, a);
    c = add(c, d);
    b = xor_rotate::<7>(b, c);
    [a, b, c, d]
}

const fn left([a, b, c, d]: Row) -> Row {
    [b, c, d, a]
}

const fn half([a, b, c, d]: Row) -> Row {
    [c, d, a, b]
}

const fn right([a, b, c, d]: Row) -> Row {
    [d, a, b, c]
}

/// One `ChaCha8` block (D. J. Bernstein, "`ChaCha`, a variant of Salsa20", 2008;
/// 64-bit counter and nonce), as eight words of 64 bits.
#[allow(clippy::many_single_char_names, reason = "the names of the paper")]
fn chacha8(key: &[u32; 8], counter: u64, nonce: u64) -> [u64; 8] {
    const SIGMA: Row = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
    let [k0, k1, k2, k3, k4, k5, k6, k7] = *key;
    let last = [
        counter as u32,
        (counter >> 32) as u32,
        nonce as u32,
        (nonce >> 32) as u32,
    ];
    let start = [SIGMA, [k0, k1, k2, k3], [k4, k5, k6, k7], last];
    let mut state = start;
    for _ in 0..4 {
        let [a, b, c, d] = quarter_rounds(state);
        // Turned, the diagonals are columns.
        let [a, b, c, d] = quarter_rounds([a, left(b), half(c), right(d)]);
        state = [a, right(b), half(c), left(d)];
    }
    let out: [Row; 4] = std::array::from_fn(|i| add(state[i], start[i]));
    std::array::from_fn(|i| {
        let (row, at) = (out[i / 2], i % 2 * 2);
        u64::from(row[at]) | u64::from(row[at + 1]) << 32
    })
}

/// A stable 64-bit identity for a name: the same on every platform and in
/// every version, since random streams hang on it.
///
/// Eight bytes at a time are folded by the high and low half of a product
/// (as in Wang Yi's wyhash); every bit of the name reaches every bit of the
/// result. Not for adversaries: names can be found that collide.
pub fn identity(name: &str) -> u64 {
    const A: u64 = 0x9e37_79b9_7f4a_7c15;
    const B: u64 = 0xe703_7ed1_a0b4_28db;
    const C: u64 = 0x8ebc_6af0_9c88_c6e3;
    let (eights, rest) = name.as_bytes().as_chunks::<8>();
    let mut hash = fold(name.len() as u64 ^ A, B);
    for eight in eights {
        hash = fold(hash ^ u64::from_le_bytes(*eight), C);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(fold(hash ^ u64::from_le_bytes(last), A), B)
}

const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    (product as u64) ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::Rng;

    #[test]
    fn a_block_is_what_rand_chacha_gives_at_the_same_place() {
        for (seed, entity, purpose, occurrence) in [
            (1, 2, 3, 4),
            (0, 0, 0, 0),
            (9, u64::MAX, u16::MAX, 0xffff_ffff_ffff),
            (7, 5, 1, 0xffff_ffff),
        ] {
            let streams = Streams::new(seed, 3);
            let mut rng = streams.rng(entity, purpose);
            rng.set_word_pos(u128::from(counter(purpose, occurrence)) * 16);
            let draws = streams.block(entity, purpose, occurrence);
            for i in 0..8 {
                assert_eq!(
                    draws.bits(i),
                    rng.next_u64(),
                    "word {i} of occurrence {occurrence}"
                );
            }
        }
    }

    #[test]
    fn a_long_stream_begins_with_the_blocks_of_its_purpose() {
        let streams = Streams::new(42, 0);
        let mut rng = streams.rng(11, 2);
        for occurrence in 0..3 {
            let draws = streams.block(11, 2, occurrence);
            assert!((0..8).all(|i| draws.bits(i) == rng.next_u64()));
        }
    }

    #[test]
    fn seed_replication_entity_purpose_and_occurrence_all_count() {
        let base = Streams::new(1, 1).block(1, 1, 1);
        assert_eq!(base, Streams::new(1, 1).block(1, 1, 1));
        assert_ne!(base, Streams::new(2, 1).block(1, 1, 1));
        assert_ne!(base, Streams::new(1, 2).block(1, 1, 1));
        assert_ne!(base, Streams::new(1, 1).block(2, 1, 1));
        assert_ne!(base, Streams::new(1, 1).block(1, 2, 1));
        assert_ne!(base, Streams::new(1, 1).block(1, 1, 2));
    }

    #[test]
    fn uniforms_and_bounded_integers_stay_in_range_and_spread() {
        let streams = Streams::new(5, 0);
        let mut counts = [0u32; 10];
        let mut sum = 0.0;
        for occurrence in 0..1250 {
            let draws = streams.block(1, 1, occurrence);
            for i in 0..8 {
                let u = draws.uniform(i);
                assert!((0.0..1.0).contains(&u));
                sum += u;
                counts[draws.below(i, 10) as usize] += 1;
            }
        }
        assert!((sum / 10_000.0 - 0.5).abs() < 0.01, "mean {sum}");
        assert!(counts.iter().all(|n| (850..1150).contains(n)), "{counts:?}");
        assert!(Draws([u64::MAX; 8]).uniform(0) < 1.0);
        assert_eq!(Draws([u64::MAX; 8]).below(0, 10), 9);
        assert_eq!(Draws([u64::MAX; 8]).below(0, 0), 0);
    }

    #[test]
    fn identities_are_those_of_every_earlier_version() {
        let names = [
            "",
            "a",
            "PC-0001",
            "PC-00010",
            "WORKSTATION-12345.example.com",
        ];
        let golden = [
            6_775_024_315_070_548_742,
            9_427_904_061_495_042_835,
            12_502_937_069_250_931_379,
            14_503_971_300_741_884_108,
            14_810_777_682_318_485_248,
        ];
        assert_eq!(names.map(identity), golden);
    }

    #[test]
    fn identities_of_numbered_names_do_not_collide_and_fill_all_bits() {
        let mut all: Vec<u64> = (0..100_000)
            .map(|i| identity(&format!("PC-{i:06}")))
            .collect();
        for bit in 0..64 {
            let ones = all.iter().filter(|x| *x >> bit & 1 == 1).count();
            assert!(
                (49_000..51_000).contains(&ones),
                "bit {bit} is set {ones} times"
            );
        }
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
