//! Chance that can be repeated.

/// `SplitMix64`, begun with a printed number.
pub struct Chance(u64);

impl Chance {
    /// Begun anew for each run; a failed one is begun as before with `DURABILITY_SEED`.
    pub fn of_this_run() -> Self {
        let seed = std::env::var_os("DURABILITY_SEED").map_or_else(
            || {
                u64::from_le_bytes(
                    *dialogporten::dialog::id::random()
                        .as_bytes()
                        .first_chunk()
                        .unwrap(),
                )
            },
            |seed| seed.to_str().unwrap().parse().unwrap(),
        );
        println!("DURABILITY_SEED={seed}");
        Self(seed)
    }

    /// One that goes on by itself.
    pub fn forks(&mut self) -> Self {
        Self(self.next())
    }

    /// One of so many numbers.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(count).unwrap()).unwrap()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
