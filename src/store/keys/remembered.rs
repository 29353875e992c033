//! Numbers by name, as many as there is room for.
//!
//! What is remembered is read thousands of times by one search over many parties, and hardly ever written: a table behind
//! a lock costs a fraction of a cache that keeps account of what is read.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

/// Names with their numbers. Two generations: when the younger one is full it becomes the older one, which is forgotten.
#[derive(Debug)]
pub(super) struct Remembered<N> {
    generations: RwLock<Generations<N>>,
    /// Most names of a generation.
    most: usize,
}

#[derive(Debug)]
pub(super) struct Generations<N> {
    young: HashMap<Box<str>, N>,
    old: HashMap<Box<str>, N>,
}

impl<N: Copy + Eq + Hash> Remembered<N> {
    /// For so many names.
    pub(super) fn new(most: usize) -> Self {
        Self {
            generations: RwLock::default(),
            most: (most / 2).max(1),
        }
    }

    /// What is remembered, for many questions. Whoever remembers something waits meanwhile.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Generations<N>> {
        self.generations
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a name.
    pub(super) fn get(&self, name: &str) -> Option<N> {
        self.read().get(name)
    }

    /// Remembers a number.
    pub(super) fn insert(&self, name: &str, number: N) {
        if self.read().young.get(name) == Some(&number) {
            return;
        }
        let mut generations = self
            .generations
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= self.most {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(name.into(), number);
    }

    /// Forgets a name.
    pub(super) fn forget(&self, name: &str) {
        let mut generations = self
            .generations
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        generations.young.remove(name);
        generations.old.remove(name);
    }

    /// Forgets everything.
    pub(super) fn forget_all(&self) {
        *self
            .generations
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Generations::default();
    }
}

impl<N: Copy> Generations<N> {
    /// The number of a name.
    pub(super) fn get(&self, name: &str) -> Option<N> {
        self.young.get(name).or_else(|| self.old.get(name)).copied()
    }
}

impl<N> Default for Generations<N> {
    fn default() -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered_and_there_are_never_too_many() {
        let remembered = Remembered::new(10);
        for n in 0..1_000 {
            remembered.insert(&n.to_string(), n);
            for latest in (n - 4).max(0)..=n {
                assert_eq!(remembered.get(&latest.to_string()), Some(latest));
            }
            let generations = remembered.read();
            assert!(generations.young.len() + generations.old.len() <= 10);
        }
    }

    #[test]
    fn what_is_forgotten_is_in_neither_generation() {
        let remembered = Remembered::new(4);
        for name in ["a", "b", "c"] {
            remembered.insert(name, 1);
        }
        remembered.forget("a");
        remembered.forget("c");
        let known = ["a", "b", "c"].map(|name| remembered.get(name));
        assert_eq!(known, [None, Some(1), None]);
        remembered.insert("b", 2);
        assert_eq!(remembered.get("b"), Some(2));
        remembered.forget_all();
        assert_eq!(remembered.get("b"), None);
    }
}
