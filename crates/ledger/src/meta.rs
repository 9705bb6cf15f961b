//! What a ledger says of itself: the table `meta`, and how a new file begins.

use crate::chain::Salt;
use crate::tables::{
    CHAIN, CLAIM_OF, COMMIT, EXPUNGED, FINGERPRINT, FORMAT_VERSION, KEY, META, META_CREATED_AT, META_FORMAT,
    META_OPAQUE_KEY, META_REWRITE, PIECE, SALT, Tag,
};
use crate::{LedgerError, Result};
use jaal_model::OpaqueKey;
use redb::{Database, ReadTransaction};
use std::path::Path;

/// What is random or given in a new ledger.
pub(crate) struct Origin {
    pub(crate) opaque_key: OpaqueKey,
    pub(crate) created_at: i64,
    pub(crate) salt: Salt,
}

/// What is read of `meta` when a ledger is opened.
pub(crate) struct Meta {
    pub(crate) opaque_key: OpaqueKey,
    pub(crate) created_at: i64,
    /// Whether the file must be written anew, because something in it was expunged.
    pub(crate) rewrite: bool,
}

/// Makes every table, so that a missing one is damage, and writes what `meta` holds.
pub(crate) fn write_origin(database: &Database, origin: &Origin) -> std::result::Result<(), redb::Error> {
    let mut txn = database.begin_write()?;
    txn.set_quick_repair(true);
    {
        let mut meta = txn.open_table(META)?;
        meta.insert(META_FORMAT, FORMAT_VERSION.to_le_bytes().as_slice())?;
        meta.insert(META_OPAQUE_KEY, origin.opaque_key.0.as_slice())?;
        meta.insert(META_CREATED_AT, origin.created_at.to_le_bytes().as_slice())?;
        txn.open_table(SALT)?.insert(0, origin.salt.as_slice())?;
        txn.open_table(COMMIT)?;
        txn.open_table(CHAIN)?;
        txn.open_table(CLAIM_OF)?;
        txn.open_table(KEY)?;
        txn.open_table(FINGERPRINT)?;
        txn.open_table(EXPUNGED)?;
        txn.open_table(PIECE)?;
        for tag in Tag::ALL {
            txn.open_table(tag.table())?;
        }
    }
    txn.commit()?;
    Ok(())
}

/// Reads `meta`, the format version first.
pub(crate) fn read_meta(txn: &ReadTransaction, path: &Path) -> Result<Meta> {
    let meta = txn.open_table(META).map_err(|error| LedgerError::storage(path, error))?;
    let found = u32::from_le_bytes(value(&meta, META_FORMAT, path)?);
    if found > FORMAT_VERSION {
        return Err(LedgerError::NewerFormat { path: path.to_owned(), found, supported: FORMAT_VERSION });
    }
    if found < FORMAT_VERSION {
        return Err(LedgerError::OlderFormat { path: path.to_owned(), found, supported: FORMAT_VERSION });
    }
    let rewrite = meta.get(META_REWRITE).map_err(|error| LedgerError::storage(path, error))?;
    Ok(Meta {
        opaque_key: OpaqueKey(value(&meta, META_OPAQUE_KEY, path)?),
        created_at: i64::from_le_bytes(value(&meta, META_CREATED_AT, path)?),
        rewrite: rewrite.is_some(),
    })
}

fn value<const N: usize>(
    meta: &redb::ReadOnlyTable<&'static str, &'static [u8]>,
    name: &str,
    path: &Path,
) -> Result<[u8; N]> {
    let value = meta.get(name).map_err(|error| LedgerError::storage(path, error))?;
    value.and_then(|bytes| bytes.value().try_into().ok()).ok_or_else(|| LedgerError::DamagedFile {
        path: path.to_owned(),
        what: format!("`{name}` in table `meta` is missing or not {N} bytes long"),
    })
}
