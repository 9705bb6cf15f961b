//! `jaal expunge`: a delivery is destroyed by order of a court.

use super::Ended;
use crate::failure::Outcome;
use crate::session::Session;
use clap::Args;
use jaal_engine::model::DeliveryId;

/// Destroy a delivery by order of a court
///
/// Its rows, claims and the keys that only it named are gone from the ledger's file and from every segment; nothing
/// brings them back. The digests stay, so that the chain can still be verified, and the order is listed for ever.
/// Dumps and files of rejected rows made before are not touched: find them.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal info                                  lists the deliveries with their \
    numbers\n  jaal expunge 7 --order \"High Court, W.P. 1234/2025, 3 November 2025\"\n  jaal verify        says what \
    is gone and on whose order"
)]
pub(crate) struct ExpungeArgs {
    /// The delivery's number.
    #[arg(value_name = "DELIVERY")]
    delivery: u64,
    /// The order: court, number, date.
    #[arg(long, value_name = "TEXT")]
    order: String,
}

pub(crate) fn run(session: &Session, args: &ExpungeArgs) -> Ended {
    let database = session.write()?;
    let delivery = DeliveryId(args.delivery);
    let commit = database.expunge(delivery, &args.order, &session.actor(), &mut session.progress())?;
    session.note(format_args!(
        "delivery {delivery} is destroyed (commit {}); the chain keeps its digests and the order",
        commit.id
    ));
    Ok(Outcome::Done)
}
