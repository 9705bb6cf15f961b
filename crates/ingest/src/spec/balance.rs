//! The check of balances of a specification into its plan.

use super::compile::Compiler;
use super::raw::RawBalance;
use crate::error::Result;
use crate::parse::decimal::Decimal;
use crate::parse::number::NumberStyle;
use crate::plan::{BalancePlan, Plan};
use toml::Spanned;

/// The column of remarks, unless the specification names it.
const COLUMN: &str = "balance_break";

/// Compiles the check, if there is one.
pub(super) fn compile(
    compiler: &mut Compiler<'_>,
    raw: Option<&Spanned<RawBalance>>,
    plan: &mut Plan,
) -> Result<()> {
    let Some(raw) = raw else { return Ok(()) };
    let (span, raw) = (raw.span(), raw.get_ref());
    let mut columns = |columns: &Option<_>| columns.as_ref().map(|c| compiler.ids(c)).unwrap_or_default();
    let (account, amount) = (columns(&raw.account), columns(&raw.amount));
    let (mut credit, debit) = (columns(&raw.credit), columns(&raw.debit));
    if amount.is_empty() == (credit.is_empty() && debit.is_empty()) {
        let message = "`[balance]` says either `amount`, or `credit` and `debit`";
        let hint = Some("an `amount` is above nothing when it is paid in".to_owned());
        return Err(compiler.text.error(&span, message, hint));
    }
    credit.extend(amount);
    let tolerance = match &raw.tolerance {
        None => Decimal::ZERO,
        Some(text) => Decimal::parse(text.get_ref(), NumberStyle::default()).ok_or_else(|| {
            let message = format!("`{}` is not an amount", text.get_ref());
            compiler.text.error(
                &text.span(),
                message,
                Some("such as `tolerance = \"0.01\"` expected".to_owned()),
            )
        })?,
    };
    let newest_first = match &raw.order {
        Some(word) => {
            let orders = [("oldest_first", false), ("newest_first", true)];
            compiler.text.choose("order of rows", word, &orders)?
        }
        None => false,
    };
    let ways = [("flag", false), ("reject", true)];
    let rejects = compiler.text.choose("way with broken balances", &raw.on_break, &ways)?;
    plan.remarks = Some(compiler.column(raw.column.as_deref().unwrap_or(COLUMN)));
    plan.balance = Some(BalancePlan {
        account,
        credit,
        debit,
        balance: compiler.column(&raw.balance),
        tolerance,
        newest_first,
        rejects,
        style: compiler.numbers,
    });
    Ok(())
}
