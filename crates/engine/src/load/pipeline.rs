//! From parsed waves into the ledger: one thread parses the next wave while this one resolves keys, appends, and
//! feeds the deriver.

use super::request::Incoming;
use crate::EngineError;
use crate::database::Watch;
use jaal_graph::Deriver;
use jaal_ingest::{Chunk, IngestError};
use jaal_ledger::{Prepared, SourceRows, Writer};
use jaal_model::DeliveryId;
use jaal_model::claim::ClaimBlock;
use std::sync::mpsc::sync_channel;

/// Calls `take` with each wave of chunks in order, while the next is being parsed on another thread.
pub(super) fn each_wave(
    incoming: &mut Incoming,
    watch: &mut dyn Watch,
    take: &mut dyn FnMut(Vec<Chunk>) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let (sender, receiver) = sync_channel::<Result<Vec<Chunk>, IngestError>>(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            loop {
                let wave = match incoming.next_wave() {
                    Ok(Some(wave)) => Ok(wave),
                    Ok(None) => break,
                    Err(error) => Err(error),
                };
                let failed = wave.is_err();
                // The other side hangs up when it has failed or was told to stop.
                if sender.send(wave).is_err() || failed {
                    break;
                }
            }
        });
        let (mut bytes, mut rows) = (0, 0);
        for wave in receiver {
            let wave = wave?;
            bytes += wave.iter().map(|chunk| chunk.bytes_read).sum::<u64>();
            rows += wave.iter().map(|chunk| chunk.counts.read).sum::<u64>();
            take(wave)?;
            watch.advance(bytes, rows);
            if watch.cancelled() {
                return Err(EngineError::Cancelled);
            }
        }
        Ok(())
    })
}

/// Appends a wave.
pub(super) fn append(
    writer: &mut Writer,
    mut deriver: Option<&mut Deriver>,
    delivery: DeliveryId,
    chunks: Vec<Chunk>,
) -> Result<(), EngineError> {
    let mut parts = Vec::with_capacity(chunks.len());
    for mut chunk in chunks {
        let ids = writer.identities(delivery, &chunk.keys)?;
        resolve(&mut chunk.block, &ids);
        writer.rejects(delivery, &chunk.rejects)?;
        let rows = SourceRows {
            first_record: chunk.first_record,
            file: chunk.rows.file,
            line: chunk.rows.line,
            text: chunk.rows.text,
        };
        parts.push(Prepared { claims: chunk.block, rows });
    }
    let firsts = writer.append(delivery, &parts)?;
    for (first, part) in firsts.into_iter().zip(parts) {
        if let Some(deriver) = &mut deriver {
            deriver.feed(first, delivery, part.claims)?;
        }
    }
    Ok(())
}

/// Replaces positions in the chunk's key list by the identities that the keys name.
fn resolve(block: &mut ClaimBlock, ids: &[u64]) {
    for table in &mut block.tables {
        for end in table.subject.iter_mut().chain(&mut table.object) {
            // A position outside the list would be a mistake of the reader; no identity has this number, and the
            // ledger refuses the claim.
            *end = ids.get(*end as usize).copied().unwrap_or(u64::MAX);
        }
    }
}
