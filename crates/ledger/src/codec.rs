//! How a record becomes bytes: the only place that knows the serialisation library.
//!
//! 1. *Canonical bytes*: a version byte, then the record by `bincode` with its standard configuration
//!    (variable-length integers, little-endian). Digests are taken over these, so they do not depend on the
//!    compressor.
//! 2. *Packed bytes*, as stored: the lengths of the canonical bytes and of what follows (u32, little-endian), then
//!    one zstd frame. [`crate::pieces`] says how long ones are laid out.
//!
//! Damaged bytes cannot ask for memory: the stated length is checked before anything is reserved, and decoding
//! has a limit. bincode 2.0.1 is the last release of a project that has stopped; see
//! `docs/adr/0001-bincode-behind-one-module.md` for how to replace it.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version byte in front of every record.
const VERSION: u8 = 1;

/// The largest record in canonical bytes: far above a chunk of a delivery, low enough to be held a few times.
pub(crate) const MAX_BYTES: usize = 256 << 20;

/// The library counts an integer by its width in memory, up to eight times its width in bytes.
const DECODE_LIMIT: usize = MAX_BYTES * 7;

/// zstd's fastest ordinary level: claims are columns of similar numbers and shrink well at any level.
const LEVEL: i32 = 1;

/// Why bytes are not a record, or a record cannot become bytes.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodecError {
    #[error("it is empty")]
    Empty,
    #[error("it has record version {found}, {VERSION} expected")]
    Version { found: u8 },
    #[error("it does not decode ({what})")]
    Malformed { what: String },
    #[error("{left} bytes follow the record")]
    Trailing { left: usize },
    #[error("it does not decompress ({what})")]
    Compression { what: String },
    #[error("it takes {bytes} bytes, more than the limit of {MAX_BYTES}")]
    TooLarge { bytes: usize },
}

fn config() -> Configuration<LittleEndian, Varint, Limit<DECODE_LIMIT>> {
    bincode::config::standard().with_limit::<DECODE_LIMIT>()
}

/// The canonical bytes of a record.
pub(crate) fn encode<T: Serialize>(record: &T) -> Result<Vec<u8>, CodecError> {
    let mut bytes = vec![VERSION];
    bincode::serde::encode_into_std_write(record, &mut bytes, config())
        .map_err(|error| CodecError::Malformed { what: error.to_string() })?;
    if bytes.len() > MAX_BYTES { Err(CodecError::TooLarge { bytes: bytes.len() }) } else { Ok(bytes) }
}

/// The record of canonical bytes.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let (version, body) = bytes.split_first().ok_or(CodecError::Empty)?;
    if *version != VERSION {
        return Err(CodecError::Version { found: *version });
    }
    let (record, read) = bincode::serde::decode_from_slice(body, config())
        .map_err(|error| CodecError::Malformed { what: error.to_string() })?;
    if read < body.len() { Err(CodecError::Trailing { left: body.len() - read }) } else { Ok(record) }
}

/// Bytes before the frame.
const HEADER: usize = 8;

/// The stored form of canonical bytes.
pub(crate) fn pack(canonical: &[u8]) -> Result<Vec<u8>, CodecError> {
    let frame = zstd::bulk::compress(canonical, LEVEL)
        .map_err(|error| CodecError::Compression { what: error.to_string() })?;
    let mut packed = Vec::with_capacity(HEADER + frame.len());
    packed.extend((canonical.len() as u32).to_le_bytes());
    packed.extend((frame.len() as u32).to_le_bytes());
    packed.extend(frame);
    Ok(packed)
}

/// The length of a stored form, from its beginning.
pub(crate) fn packed_len(beginning: &[u8]) -> Option<usize> {
    let length = beginning.get(4..HEADER)?.try_into().ok()?;
    Some(HEADER + u32::from_le_bytes(length) as usize)
}

/// The canonical bytes of a stored form.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, CodecError> {
    let (length, rest) = packed.split_first_chunk::<4>().ok_or(CodecError::Empty)?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > MAX_BYTES {
        return Err(CodecError::TooLarge { bytes: length });
    }
    let (_, frame) = rest.split_first_chunk::<4>().ok_or(CodecError::Empty)?;
    if packed_len(packed) != Some(packed.len()) {
        let what = format!("{} bytes, {} stated", packed.len(), packed_len(packed).unwrap_or(0));
        return Err(CodecError::Compression { what });
    }
    let canonical = zstd::bulk::decompress(frame, length)
        .map_err(|error| CodecError::Compression { what: error.to_string() })?;
    if canonical.len() == length {
        Ok(canonical)
    } else {
        Err(CodecError::Compression { what: format!("{} bytes, {length} stated", canonical.len()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaal_model::claim::{ClaimBlock, ClaimTable, Shape, ShapeClaim, StrColumn};
    use jaal_model::value::{DateTime, Value};
    use jaal_model::{Grade, Marking};
    use proptest::prelude::*;

    fn shape() -> Shape {
        Shape {
            claim: ShapeClaim::Same,
            properties: vec!["at".to_owned()],
            grade: Grade::UNGRADED,
            marking: Marking::default(),
        }
    }

    fn n_seconds(number: u64) -> i64 {
        number.cast_signed() / 1_000_000
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn what_is_packed_comes_back(texts in prop::collection::vec(".{0,40}", 0..40), numbers: Vec<u64>) {
            let mut column = StrColumn::new();
            for text in &texts {
                column.push(text);
            }
            // Any numbers, whether or not they make a table that is consistent.
            let mut table = ClaimTable::new(shape());
            table.valid_from = numbers.iter().map(|n| n.cast_signed()).collect();
            table.discriminator.clone_from(&numbers);
            table.subject.clone_from(&numbers);
            for number in &numbers {
                let seconds = n_seconds(*number);
                table.columns[0].push(Value::DateTime(DateTime { seconds, nanos: 0, offset_s: 900, zone: None }));
            }
            let record = (column, numbers, ClaimBlock { tables: vec![table] });
            let canonical = encode(&record).unwrap();
            let packed = pack(&canonical).unwrap();
            prop_assert_eq!(&unpack(&packed).unwrap(), &canonical);
            prop_assert_eq!(decode::<(StrColumn, Vec<u64>, ClaimBlock)>(&canonical).unwrap(), record);
        }

        #[test]
        fn any_bytes_are_a_record_or_an_error(bytes: Vec<u8>) {
            let mut versioned = vec![VERSION];
            versioned.extend(&bytes);
            if let Ok(block) = decode::<ClaimBlock>(&versioned) {
                // Most such blocks are not consistent; asking must not panic.
                let _ = block.is_consistent();
                prop_assert!(encode(&block).is_ok());
            }
            let _ = unpack(&bytes);
            if let Err(CodecError::Version { found }) = decode::<u64>(&bytes) {
                prop_assert_ne!(found, VERSION);
            }
        }
    }

    #[test]
    fn a_stated_length_asks_for_no_memory() {
        // A text of 2^60 bytes, and a packed record that says it is 4 GiB long.
        let mut huge = vec![VERSION, 253];
        huge.extend((1_u64 << 60).to_le_bytes());
        assert!(decode::<String>(&huge).is_err());
        assert!(decode::<Vec<u64>>(&huge).is_err());
        assert!(matches!(unpack(&[255, 255, 255, 255, 0]), Err(CodecError::TooLarge { .. })));
        let bomb = pack(&vec![0; 100_000]).unwrap();
        let mut lying = bomb.clone();
        lying[..4].copy_from_slice(&9_u32.to_le_bytes());
        assert!(matches!(unpack(&lying), Err(CodecError::Compression { .. })));
    }
}
