//! A specification, worked out: every name resolved to a number, every pattern compiled, every default filled
//! in. Columns have dense ids here; a *binding* says at which field of a file's rows each stands.

use crate::parse::Parser;
use crate::parse::decimal::Decimal;
use crate::parse::number::NumberStyle;
use jaal_model::claim::Discrimination;
use jaal_model::identifier::{Country, Normaliser};
use jaal_model::{Grade, Marking, Scheme, Value};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Position in [`Plan::columns`].
pub(crate) type ColumnId = usize;

/// For each column of a plan, where it stands in the rows of a file.
pub(crate) type Binding = Vec<usize>;

/// What to do with each row.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Every column that the specification names, derived ones among them.
    pub(crate) columns: Vec<String>,
    /// Columns worked out from others, in this order.
    pub(crate) derived: Vec<DerivedPlan>,
    /// The column in which stands what is wrong with a row's balance, where a row is flagged for that.
    pub(crate) remarks: Option<ColumnId>,
    /// The check of balances.
    pub(crate) balance: Option<BalancePlan>,
    /// Texts that mean nothing, in lower case; the empty text always does.
    pub(crate) null: Vec<String>,
    /// A row is left out when any of these holds.
    pub(crate) skip_when: Vec<Test>,
    /// A row is left out unless all of these hold.
    pub(crate) keep_when: Vec<Test>,
    /// An equal row of the same delivery is a duplicate.
    pub(crate) drop_repeats: bool,
    /// The entities of a row.
    pub(crate) slots: Vec<Slot>,
    /// The links of a row.
    pub(crate) links: Vec<LinkPlan>,
    /// Slots that are the same entity.
    pub(crate) sames: Vec<(usize, usize)>,
    /// Every scheme that a key may be asked for in, with its base kind.
    pub(crate) schemes: Vec<Scheme>,
    /// The grade of same-as claims, and of others that say none.
    pub(crate) grade: Grade,
    /// The marking of same-as claims.
    pub(crate) marking: Marking,
    /// The country whose numbers need no prefix, where the specification says one.
    pub(crate) country: Option<Country>,
}

impl Plan {
    /// Whether rows must be counted by their content before claims can be made.
    pub(crate) fn needs_occurrences(&self) -> bool {
        self.drop_repeats || self.slots.iter().any(|s| s.keys.is_empty())
    }

    /// Whether a trimmed text means nothing.
    pub(crate) fn is_null(&self, text: &str) -> bool {
        text.is_empty()
            || self.null.iter().any(|null| {
                if text.is_ascii() { null.eq_ignore_ascii_case(text) } else { *null == text.to_lowercase() }
            })
    }
}

impl Plan {
    /// For each column its place in the rows of a file: `own` fields, then the derived ones, then remarks. `find` gives
    /// the place of a column that the file itself must have.
    ///
    /// # Errors
    /// What `find` gives.
    pub(crate) fn bind<E>(
        &self,
        own: usize,
        mut find: impl FnMut(ColumnId, &String) -> Result<usize, E>,
    ) -> Result<Binding, E> {
        let made = |id: ColumnId| {
            let derived = self.derived.iter().position(|derived| derived.column == id);
            derived.or_else(|| (self.remarks == Some(id)).then_some(self.derived.len()))
        };
        let columns = self.columns.iter().enumerate();
        columns.map(|(id, name)| made(id).map_or_else(|| find(id, name), |at| Ok(own + at))).collect()
    }

    /// Whether rows of a delivery must be compared by time before claims can be made.
    pub(crate) fn has_events(&self) -> bool {
        self.links.iter().any(|link| link.event.is_some())
    }
}

/// A column worked out from others.
#[derive(Debug)]
pub(crate) struct DerivedPlan {
    pub(crate) column: ColumnId,
    pub(crate) from: Vec<ColumnId>,
    pub(crate) function: Function,
    /// Whether a text that the function does not read means nothing instead of rejecting the row.
    pub(crate) null_on_error: bool,
}

/// The functions that derive columns. Those of one column read the first that means something.
#[derive(Debug)]
pub(crate) enum Function {
    /// All, with this between them.
    Concat(String),
    /// So many characters from this one on, which counts from 1, or from the end if negative.
    Substring { start: i64, length: Option<usize> },
    /// The first group of the first match.
    Capture(Regex),
    /// Every match replaced; `$1` stands for a group.
    Replace(Regex, String),
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
    /// A part of a date and time.
    Part(Part, Parser),
    /// A sum of amounts.
    Arithmetic(Arithmetic, NumberStyle),
    /// What stands for the text in a lookup.
    Lookup(Lookup, Unlisted),
}

/// Texts and what they stand for, shared by all that look them up.
pub(crate) type Lookup = Arc<BTreeMap<String, String>>;

/// Parts of a date and time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Year,
    Month,
    Day,
    Weekday,
    Date,
    Hour,
    Time,
}

/// What is done with amounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arithmetic {
    /// All of them together.
    Add,
    /// The first less all others.
    Subtract,
}

/// What becomes of a text that a lookup does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unlisted {
    Keep,
    Empty,
    Reject,
}

/// How the balances of a statement follow from each other.
#[derive(Debug)]
pub(crate) struct BalancePlan {
    /// Columns that name the account; none if a file has one account.
    pub(crate) account: Vec<ColumnId>,
    /// Columns of what is paid in, and out.
    pub(crate) credit: Vec<ColumnId>,
    pub(crate) debit: Vec<ColumnId>,
    pub(crate) balance: ColumnId,
    pub(crate) tolerance: Decimal,
    pub(crate) newest_first: bool,
    /// Whether a row that breaks the chain is rejected; if not, it is flagged.
    pub(crate) rejects: bool,
    pub(crate) style: NumberStyle,
}

/// When links of several rows are one event.
#[derive(Debug)]
pub(crate) struct EventPlan {
    /// The property that says when it was.
    pub(crate) at: usize,
    pub(crate) within_s: u32,
    /// Properties that must be equal.
    pub(crate) on: Vec<usize>,
    /// The column that tells whose record a row is.
    pub(crate) leg: Option<ColumnId>,
}

/// A condition on one column.
#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) column: ColumnId,
    pub(crate) is: TestKind,
}

/// The conditions there are.
#[derive(Debug)]
pub(crate) enum TestKind {
    /// The text matches somewhere.
    Matches(Regex),
    /// The text means nothing, or (`false`) means something.
    Empty(bool),
    /// The text is one of these.
    OneOf(Vec<String>),
}

/// Where a text comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A column.
    Column(ColumnId),
    /// Several columns with a text between them; those that mean nothing are left out.
    Joined(Vec<ColumnId>, String),
    /// The specification itself.
    Constant(String),
}

/// An entity of a row.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Its name in the specification.
    pub(crate) name: String,
    /// Its keys; the first that is present and names anybody names it, the others are the same as it. None: the
    /// row names it.
    pub(crate) keys: Vec<KeyPlan>,
    /// Whether the row stands without it.
    pub(crate) optional: bool,
    /// Kinds beside the base kind of its key, sorted.
    pub(crate) kinds: Vec<String>,
    /// It is there only if all of these hold.
    pub(crate) when: Vec<Test>,
    pub(crate) claim: ClaimPlan,
}

/// A key of an entity.
#[derive(Debug)]
pub(crate) struct KeyPlan {
    pub(crate) source: Source,
    /// Position in [`Plan::schemes`].
    pub(crate) scheme: usize,
    pub(crate) normaliser: Normaliser,
    /// Whether the scheme that the normaliser finds counts (a short code among phone numbers); in a scheme of
    /// the specification's own it does not.
    pub(crate) follows_normaliser: bool,
    /// Column of the country, for passports.
    pub(crate) country: Option<ColumnId>,
    /// Put before the text.
    pub(crate) prefix: String,
}

/// A link of a row.
#[derive(Debug)]
pub(crate) struct LinkPlan {
    pub(crate) link_type: String,
    /// Slots.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) discrimination: Discrimination,
    /// For declared values: positions among the properties.
    pub(crate) identity: Vec<usize>,
    /// When rows some seconds apart are one link; its time stands first in `identity`.
    pub(crate) event: Option<EventPlan>,
    pub(crate) when: Vec<Test>,
    pub(crate) claim: ClaimPlan,
}

impl LinkPlan {
    /// Whether all claims between the same ends are one link, so that no row's content matters.
    pub(crate) fn is_by_ends(&self) -> bool {
        self.discrimination == Discrimination::Ends
    }
}

/// What a claim says beside what it speaks of.
#[derive(Debug)]
pub(crate) struct ClaimPlan {
    /// Sorted by name.
    pub(crate) properties: Vec<PropertyPlan>,
    pub(crate) valid_from: Option<PropertyPlan>,
    pub(crate) valid_to: Option<PropertyPlan>,
    /// Column of the row's own grade.
    pub(crate) grade_from: Option<ColumnId>,
    /// Column of the row's own marking.
    pub(crate) marking_from: Option<ColumnId>,
    pub(crate) marking: Marking,
}

/// A property, or a bound of validity.
#[derive(Debug)]
pub(crate) struct PropertyPlan {
    pub(crate) name: String,
    pub(crate) source: ValueSource,
    pub(crate) parser: Parser,
    pub(crate) lookup: Option<Lookup>,
    /// Whether a text that is not of the type means nothing instead of rejecting the row.
    pub(crate) null_on_error: bool,
}

/// Where a value comes from.
#[derive(Debug)]
pub(crate) enum ValueSource {
    Text(Source),
    Constant(Value),
}
