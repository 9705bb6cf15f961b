//! A set of dense numbers, one bit each.

/// A set of numbers below a length, in words of 64 bits.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// The empty set of numbers below `len`.
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// The set of all numbers below `len`.
    pub fn full(len: usize) -> Self {
        let mut words = vec![u64::MAX; len.div_ceil(64)];
        if let Some(last) = words.last_mut()
            && !len.is_multiple_of(64)
        {
            *last = (1 << (len % 64)) - 1;
        }
        Self { words, len }
    }

    /// One more than the largest number that can be in the set.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the set has no number.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Whether a number is in the set; one beyond the length is not.
    #[inline]
    pub fn get(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Puts a number into the set and says whether it is new. One beyond the length stays out.
    #[inline]
    pub fn insert(&mut self, number: usize) -> bool {
        if number >= self.len {
            return false;
        }
        let (word, bit) = (&mut self.words[number / 64], 1 << (number % 64));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Takes a number out of the set and says whether it was there.
    pub fn remove(&mut self, number: usize) -> bool {
        let was = self.get(number);
        if was {
            self.words[number / 64] &= !(1 << (number % 64));
        }
        was
    }

    /// Empties the set.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// How many numbers the set has.
    ///
    /// # Complexity
    /// O(length / 64).
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The numbers of the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let clear_lowest = |&word: &u64| Some(word & (word - 1)).filter(|&rest| rest != 0);
            std::iter::successors(Some(word).filter(|&word| word != 0), clear_lowest)
                .map(move |rest| index * 64 + rest.trailing_zeros() as usize)
        })
    }

    /// Adds the numbers of another set that are below this one's length.
    pub fn union_with(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
        self.cut_off();
    }

    /// Keeps the numbers that are in another set too.
    pub fn intersect_with(&mut self, other: &Self) {
        for (index, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(index).copied().unwrap_or(0);
        }
    }

    fn cut_off(&mut self) {
        if let Some(last) = self.words.last_mut()
            && !self.len.is_multiple_of(64)
        {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn of(len: usize, numbers: &[usize]) -> Bitmap {
        let mut set = Bitmap::new(len);
        for &number in numbers {
            set.insert(number);
        }
        set
    }

    proptest! {
        #[test]
        fn is_a_set(
            len in 0usize..200,
            a in proptest::collection::vec(0usize..220, 0..60),
            b in proptest::collection::vec(0usize..220, 0..60),
        ) {
            let model = |numbers: &[usize]| -> BTreeSet<usize> {
                numbers.iter().copied().filter(|&number| number < len).collect()
            };
            let (first, second) = (of(len, &a), of(220, &b));
            let (left, right) = (model(&a), b.iter().copied().collect::<BTreeSet<_>>());
            prop_assert!(first.iter().eq(left.iter().copied()));
            prop_assert_eq!(first.count(), left.len());
            prop_assert_eq!(first.is_empty(), left.is_empty());
            prop_assert!((0..230).all(|number| first.get(number) == left.contains(&number)));
            let mut union = first.clone();
            union.union_with(&second);
            prop_assert!(union.iter().eq(left.union(&model(&b)).copied()));
            let mut both = first.clone();
            both.intersect_with(&second);
            prop_assert!(both.iter().eq(left.intersection(&right).copied()));
            prop_assert_eq!(Bitmap::full(len).count(), len);
        }
    }

    #[test]
    fn inserting_and_removing_say_what_changed() {
        let mut set = Bitmap::new(70);
        assert!(set.insert(69) && !set.insert(69) && !set.insert(70));
        assert!(set.remove(69) && !set.remove(69) && !set.remove(1000));
        set.insert(3);
        set.clear();
        assert!(set.is_empty());
    }
}
