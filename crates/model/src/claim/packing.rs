//! How columns of numbers are serialised: as what changes from one to the next, which is short where they grow
//! together, and compresses.
//!
//! Every list of numbers comes back as it was, whatever it holds: differences wrap.

use serde::{Deserialize, Deserializer, Serializer};

/// Ends of texts, as their lengths.
pub mod lengths {
    use super::{Deserialize, Deserializer, Serializer};

    /// Writes each number less the one before it.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(ends: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = 0_u32;
        serializer.collect_seq(ends.iter().map(|end| {
            let length = end.wrapping_sub(before);
            before = *end;
            length
        }))
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
        let mut numbers = Vec::<u32>::deserialize(deserializer)?;
        let mut before = 0_u32;
        for number in &mut numbers {
            before = before.wrapping_add(*number);
            *number = before;
        }
        Ok(numbers)
    }
}

/// Numbers that mostly grow or stay near each other, as signed steps.
pub mod steps {
    use super::{Deserialize, Deserializer, Serializer};

    /// A number of 64 bits.
    pub trait Wide: Copy {
        /// Its bits.
        fn bits(self) -> u64;
        /// The number of bits.
        fn of_bits(bits: u64) -> Self;
    }

    impl Wide for u64 {
        fn bits(self) -> u64 {
            self
        }
        fn of_bits(bits: u64) -> Self {
            bits
        }
    }

    impl Wide for i64 {
        fn bits(self) -> u64 {
            self.cast_unsigned()
        }
        fn of_bits(bits: u64) -> Self {
            bits.cast_signed()
        }
    }

    /// Writes each number less the one before it.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<N: Wide, S: Serializer>(numbers: &[N], serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = 0_u64;
        serializer.collect_seq(numbers.iter().map(|number| {
            let step = number.bits().wrapping_sub(before).cast_signed();
            before = number.bits();
            step
        }))
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, N: Wide, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<N>, D::Error> {
        let steps = Vec::<i64>::deserialize(deserializer)?;
        let mut before = 0_u64;
        let sum = |step: i64| {
            before = before.wrapping_add(step.cast_unsigned());
            N::of_bits(before)
        };
        Ok(steps.into_iter().map(sum).collect())
    }
}

/// Digests: eight bytes each, because nothing is shorter.
pub mod digests {
    use super::{Deserialize, Deserializer, Serializer};

    /// Writes the bytes of each number, lowest first.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(numbers: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(numbers.iter().map(|number| number.to_le_bytes()))
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
        let numbers = Vec::<[u8; 8]>::deserialize(deserializer)?;
        Ok(numbers.into_iter().map(u64::from_le_bytes).collect())
    }
}

/// Instants, as steps of the seconds, then the offsets.
pub mod instants {
    use super::{Deserialize, Deserializer, Serializer};
    use serde::Serialize;

    #[derive(Serialize, Deserialize)]
    struct Instants {
        #[serde(with = "super::steps")]
        seconds: Vec<i64>,
        offsets: Vec<i32>,
    }

    /// Writes seconds and offsets apart.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(instants: &[(i64, i32)], serializer: S) -> Result<S::Ok, S::Error> {
        let (seconds, offsets) = instants.iter().copied().unzip();
        Instants { seconds, offsets }.serialize(serializer)
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// Those of the deserializer; lists of different lengths.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(i64, i32)>, D::Error> {
        let Instants { seconds, offsets } = Instants::deserialize(deserializer)?;
        if seconds.len() != offsets.len() {
            return Err(serde::de::Error::invalid_length(offsets.len(), &"one offset for each instant"));
        }
        Ok(seconds.into_iter().zip(offsets).collect())
    }
}
