//! The arithmetic of statements: each balance must follow from the one before by what was paid in and out.
//!
//! Rows are taken apart in parallel ([`entries`]), and then one thread goes through them in the order of the file
//! ([`Balances::judge`]), account by account. A row that breaks the chain is told once: the next is held to what it
//! says. Where a balance or an amount cannot be read the chain begins anew, and it does so in every file.

use super::build::{RowRules, row_text};
use super::eval::RowText;
use super::fields::Fields;
use super::open::RowOpener;
use crate::parse::decimal::Decimal;
use crate::plan::{BalancePlan, Plan};
use crate::source::split::RawChunk;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

/// What a row says of its account.
pub(crate) enum Entry {
    /// Nothing: it is left out, or cannot be taken apart.
    Nothing,
    /// An amount or the balance cannot be read.
    Unread { account: u128 },
    /// Changes the account by so much, to this balance where it says one.
    Change { account: u128, change: Decimal, balance: Option<Decimal> },
}

/// What every row of a chunk says of its account.
///
/// # Complexity
/// O(text).
pub(crate) fn entries(plan: &Plan, rules: &RowRules, raw: &RawChunk) -> Vec<Entry> {
    let Some(balance) = &plan.balance else { return Vec::new() };
    let mut opener = RowOpener::new(plan, rules);
    let entry = |span| match opener.open(raw, span, "") {
        Ok(true) => entry(plan, balance, opener.row(row_text(raw, span))),
        _ => Entry::Nothing,
    };
    raw.rows.iter().map(entry).collect()
}

fn entry(plan: &Plan, balance: &BalancePlan, row: RowText<'_>) -> Entry {
    let mut name = Fields::default();
    balance.account.iter().for_each(|column| name.push_text(row.text(*column)));
    let account = name.wide_digest("", &mut Vec::new());
    let number = |column: usize| -> Option<Option<Decimal>> {
        let text = row.text(column);
        if plan.is_null(text) { Some(None) } else { Decimal::parse(text, balance.style).map(Some) }
    };
    let sum = |columns: &[usize]| -> Option<Decimal> {
        columns
            .iter()
            .try_fold(Decimal::ZERO, |sum, column| sum.plus(number(*column)?.unwrap_or(Decimal::ZERO)))
    };
    let change = sum(&balance.credit).and_then(|paid_in| paid_in.minus(sum(&balance.debit)?));
    match (change, number(balance.balance)) {
        (Some(change), Some(balance)) => Entry::Change { account, change, balance },
        _ => Entry::Unread { account },
    }
}

/// The accounts of the file that is being read.
#[derive(Default)]
pub(crate) struct Balances {
    file: usize,
    /// What the next row of each account is reckoned from.
    base: FxHashMap<u128, Decimal>,
}

impl Balances {
    /// For each row what is wrong with its balance, if anything is.
    pub(crate) fn judge(
        &mut self,
        plan: &BalancePlan,
        file: usize,
        entries: &[Entry],
    ) -> Vec<Option<String>> {
        if self.file != file {
            self.file = file;
            self.base.clear();
        }
        entries.iter().map(|entry| self.judge_one(plan, entry)).collect()
    }

    fn judge_one(&mut self, plan: &BalancePlan, entry: &Entry) -> Option<String> {
        let (account, change, stated) = match entry {
            Entry::Nothing => return None,
            Entry::Unread { account } => {
                self.base.remove(account);
                return None;
            }
            Entry::Change { account, change, balance } => (*account, *change, *balance),
        };
        // From the oldest on, a row's own amount leads to its balance. From the newest on, the amount of the row above
        // has been taken off already.
        let base = self.base.get(&account).copied();
        let expected = if plan.newest_first { base } else { base.and_then(|base| base.plus(change)) };
        let next = match (stated.or(expected), plan.newest_first) {
            (Some(balance), true) => balance.minus(change),
            (other, _) => other,
        };
        match next {
            Some(next) => self.base.insert(account, next),
            None => self.base.remove(&account),
        };
        let (expected, stated) = (expected?, stated?);
        (!expected.is_within(stated, plan.tolerance))
            .then(|| format!("the balance is {stated}, and {expected} follows from the row before"))
    }
}

/// A short name for a text that is compared and not shown.
pub(super) fn text_digest(text: &str) -> u128 {
    xxh3_128(text.as_bytes())
}
