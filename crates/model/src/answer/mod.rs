//! Answers: the records that the investigator's questions return. They derive `Serialize`, and that JSON is the
//! stable form that `--format json` and the HTTP service give; `docs/json.md` describes it.

mod card;
mod chart;
mod evidence;
mod network;
mod path;
mod report;

pub use card::{
    ClaimedValue, EntityCard, EntityRef, FindHit, LinkGroup, NearKey, NoteLine, NumberHit, NumbersAnswer,
    PropertyLine,
};
pub use chart::{Chart, ChartGroup, ChartLink, ChartNode, Emphasis};
pub use evidence::{Evidence, WhyAnswer};
pub use network::{NearPerson, NearestAnswer, NetworkMember, NetworkSummary};
pub use path::{AroundAnswer, LinkLine, NoPath, Obstacle, PathAnswer, PathRoute, PathStep};
pub use report::{Figure, ReportAnswer, ReportRow};
