//! Through what a question looks at the store: the lens that is asked for, and what counts of what it shows.

use crate::params::Params;
use crate::problem::Problem;
use jaal_engine::Lens;
use jaal_engine::graph::Filter;
use jaal_engine::model::value::Date;
use jaal_engine::model::value::time::last_second_of_day;
use jaal_engine::model::{Clearance, CommitId, Grade, Marking};

/// The parameters that a lens is read from.
pub(crate) const LENS: &[&str] = &["clearance", "member_of", "as_known"];
/// The parameters that say which links, values and entities count.
pub(crate) const LINKS: &[&str] = &["as_of", "lowest_grade"];

/// The lens that is asked for; what is not asked is as the service's own.
pub(crate) fn lens(params: &Params, own: &Lens) -> Result<Lens, Problem> {
    let expected = "a level and compartments such as restricted/CYBER expected";
    let held = params.read("clearance", expected, |text| Marking::parse(text).ok())?;
    let member_of = params.list("member_of");
    let clearance = match held {
        Some(held) => Clearance {
            level: held.level,
            compartments: Some(held.compartments),
            member_of: Some(member_of.into_iter().collect()),
        },
        None if member_of.is_empty() => own.clearance.clone(),
        None => return Err(Problem::query("`member_of` says more of a `clearance`: give both")),
    };
    let known = params.number("as_known", 0..=u64::MAX)?.map(CommitId);
    Ok(Lens { clearance, as_known: known.or(own.as_known) })
}

/// Which links count: a day means its end.
pub(crate) fn links(params: &Params) -> Result<Filter, Problem> {
    Ok(Filter {
        as_of: params.read("as_of", "a date such as 2025-10-04 expected", last_second)?,
        lowest_grade: params
            .read("lowest_grade", "a grade such as 2B expected", |text| Grade::parse(text).ok())?,
    })
}

/// The last second of a day, because a question as of a day means the whole of it.
fn last_second(text: &str) -> Option<i64> {
    Some(last_second_of_day(Date::parse_iso(text)?.days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_second() {
        assert_eq!(last_second("1970-01-01"), Some(86_399));
        assert_eq!(last_second("1969-12-31"), Some(-1));
        for bad in ["", "31/10/2025", "2025-02-30", "yesterday"] {
            assert_eq!(last_second(bad), None, "{bad}");
        }
    }
}
