//! When links hold, and when what they record happened, claim by claim.

use super::{LinkAt, View};
use jaal_csr::LinkHandle;
use jaal_model::AssertionId;
use jaal_model::claim::NO_TIME;

/// Properties that say when an event happened, in the order in which they are asked.
pub const EVENT_PROPERTIES: [&str; 2] = ["at", "date"];

/// What one claim says of a link's time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LinkTimes {
    /// The claim; `None` where all claims of the link agree.
    pub claim: Option<AssertionId>,
    /// From when it holds, seconds since 1970.
    pub from: Option<i64>,
    /// Until when it holds (exclusive).
    pub to: Option<i64>,
    /// When the event happened that it records, in seconds of the clock there (see
    /// [`jaal_model::Value::clock_seconds`]).
    pub event: Option<i64>,
    /// The grade of the claim, as its rank; `None` where all claims of the link agree on the times.
    pub rank: Option<u8>,
}

impl View {
    /// What the claims of a link say of its time: one entry where they agree, else one a claim. A link folded from
    /// several rows holds whenever one of them does.
    pub fn link_times(&self, link: LinkHandle) -> Vec<LinkTimes> {
        let own: Vec<LinkTimes> = match self.link_at(link) {
            LinkAt::Nowhere => Vec::new(),
            LinkAt::Segment(link_type) => {
                let rows: &[[i64; 6]] = self.segment.slice(link_type.times);
                let row = i64::from(link.row);
                let start = rows.partition_point(|times| times[0] < row);
                rows[start..].iter().take_while(|times| times[0] == row).map(LinkTimes::of).collect()
            }
            LinkAt::Delta(record) => {
                let of = |(claim, (from, to, event, rank)): &(u32, (i64, i64, i64, u8))| {
                    LinkTimes::of(&[0, i64::from(*claim), *from, *to, *event, i64::from(*rank)])
                };
                record.times.iter().map(of).collect()
            }
        };
        if own.is_empty() { vec![self.agreed_times(link)] } else { own }
    }

    fn agreed_times(&self, link: LinkHandle) -> LinkTimes {
        let (from, to) = self.link_validity(link);
        let event =
            EVENT_PROPERTIES.iter().find_map(|name| self.whole_link_property(link, name).clock_seconds());
        LinkTimes { claim: None, from, to, event, rank: None }
    }
}

impl LinkTimes {
    fn of([_, claim, from, to, event, rank]: &[i64; 6]) -> Self {
        let known = |time: i64| (time != NO_TIME).then_some(time);
        let claim = Some(AssertionId(claim.cast_unsigned()));
        let rank = u8::try_from(*rank).ok();
        Self { claim, from: known(*from), to: known(*to), event: known(*event), rank }
    }
}
