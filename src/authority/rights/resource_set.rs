//! Sets of resources as bits: uniting the resources of ten roles costs a few hundred machine words.

use std::{collections::HashMap, sync::Arc};

/// Numbers for the resources that sets are made of.
#[derive(Debug, Default)]
pub struct Numbering {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, usize>,
}

impl Numbering {
    /// Numbers resources in the order of their names, which are lower case. Repetitions count once.
    pub fn new(names: impl IntoIterator<Item = Arc<str>>) -> Self {
        let mut names: Vec<Arc<str>> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        let numbers = names
            .iter()
            .cloned()
            .enumerate()
            .map(|(at, name)| (name, at))
            .collect();
        Self { names, numbers }
    }

    /// The number of a resource; `None` for one that nobody has heard of.
    pub fn number(&self, urn: &str) -> Option<usize> {
        self.numbers.get(urn).copied()
    }

    /// The name with this number, shared.
    pub fn name(&self, number: usize) -> Option<&Arc<str>> {
        self.names.get(number)
    }

    /// The names in a set, sorted.
    pub fn names(&self, set: &ResourceSet) -> Arc<[Arc<str>]> {
        set.numbers()
            .filter_map(|number| self.name(number).cloned())
            .collect()
    }
}

/// A set of numbered resources. Equal sets are equal whatever was put in and taken out before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ResourceSet(Vec<u64>);

impl ResourceSet {
    /// Adds one.
    pub fn insert(&mut self, number: usize) {
        let word = number / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (number % 64);
    }

    /// Whether one is in it.
    pub fn contains(&self, number: usize) -> bool {
        self.0
            .get(number / 64)
            .is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Adds all of `other`.
    pub fn unite(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// Keeps what is in `other` too.
    pub fn intersect(&mut self, other: &Self) {
        self.0.truncate(other.0.len());
        for (word, kept) in self.0.iter_mut().zip(&other.0) {
            *word &= kept;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is in it, in ascending order.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| at * 64 + bit)
        })
    }
}

impl FromIterator<usize> for ResourceSet {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut set = Self::default();
        for number in numbers {
            set.insert(number);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_are_sets(
            a in proptest::collection::btree_set(0_usize..300, 0..20),
            b in proptest::collection::btree_set(0_usize..300, 0..20),
        ) {
            let set = |numbers: &BTreeSet<usize>| numbers.iter().copied().collect::<ResourceSet>();
            let mut both = set(&a);
            both.unite(&set(&b));
            prop_assert_eq!(both.numbers().collect::<BTreeSet<_>>(), &a | &b);
            both.intersect(&set(&b));
            prop_assert_eq!(&both, &set(&b));
            let mut shared = set(&a);
            shared.intersect(&set(&b));
            prop_assert_eq!(shared.is_empty(), a.is_disjoint(&b));
            prop_assert_eq!(shared, set(&(&a & &b)));
            for number in 0..300 {
                prop_assert_eq!(set(&a).contains(number), a.contains(&number));
            }
        }
    }
}
