//! Chance that can be repeated: the same numbers for the same seed and index.

/// A sequence of numbers (`SplitMix64`: Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The sequence number `index` of `seed`. Sequences of other indexes have nothing to do with it.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut mixer = Self(seed);
        let start = mixer.number() ^ Self(index).number();
        Self(start)
    }

    /// The next number, any of them.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1, without 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept, no more")]
    pub fn unit(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that happens so often.
    pub fn happens(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of `0..count`, small ones more often: `⌊count · unit^power⌋`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "counts are far below 2^52"
    )]
    pub fn skewed(&mut self, count: u64, power: f64) -> u64 {
        let at = count as f64 * self.unit().powf(power);
        (at as u64).min(count.saturating_sub(1))
    }

    /// One of `0..count`, all as often.
    pub fn below(&mut self, count: u64) -> u64 {
        self.skewed(count, 1.0)
    }

    /// One of some.
    pub fn one_of<T: Copy>(&mut self, some: &[T]) -> Option<T> {
        let at = self.below(some.len() as u64);
        some.get(usize::try_from(at).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_index_give_the_same_numbers_and_others_do_not() {
        let first = |seed, index| {
            let mut chance = Chance::new(seed, index);
            [chance.number(), chance.number(), chance.number()]
        };
        assert_eq!(first(1, 2), first(1, 2));
        assert_ne!(first(1, 2), first(1, 3));
        assert_ne!(first(1, 2), first(2, 2));
    }

    #[test]
    fn shares_and_bounds_are_kept() {
        let mut chance = Chance::new(7, 7);
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[usize::try_from(chance.below(3)).unwrap()] += 1;
            assert!(chance.skewed(10, 3.0) < 10);
            assert!((0.0..1.0).contains(&chance.unit()));
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)));
        let often = (0..10_000).filter(|_| chance.happens(0.03)).count();
        assert!((200..400).contains(&often), "{often}");
    }
}
