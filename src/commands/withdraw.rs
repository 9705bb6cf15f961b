//! `jaal withdraw`: a whole delivery is taken back.

use super::Ended;
use crate::failure::Outcome;
use crate::session::Session;
use clap::Args;
use jaal_engine::model::DeliveryId;

/// Take a whole delivery back: none of its claims count any more
///
/// The ledger keeps the delivery and the decision. What other deliveries claim too stays in the graph.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal info                                  lists the deliveries with their numbers\n  jaal withdraw 7 --reason \"sent in error, letter CP/2025/431\""
)]
pub(crate) struct WithdrawArgs {
    /// The delivery's number.
    #[arg(value_name = "DELIVERY")]
    delivery: u64,
    /// Who decided it, and why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(crate) fn run(session: &Session, args: &WithdrawArgs) -> Ended {
    let database = session.write()?;
    let delivery = DeliveryId(args.delivery);
    let commit = database.withdraw(delivery, &args.reason, &session.actor(), &mut session.progress())?;
    database.settle(session)?;
    session
        .note(format_args!("delivery {delivery} is withdrawn (commit {}); the ledger keeps it", commit.id));
    Ok(Outcome::Done)
}
