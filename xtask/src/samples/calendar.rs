//! Days and moments of the story, and the ways in which agencies write them.
//!
//! Civil dates follow Howard Hinnant's `days_from_civil` (chrono-compatible low-level date algorithms).

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Day(pub(super) i64);

/// First day of the campaign.
pub(super) const CAMPAIGN_FIRST: Day = Day::of(2025, 9, 1);
/// Last day of the campaign.
pub(super) const CAMPAIGN_LAST: Day = Day::of(2025, 10, 31);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Day {
    /// The day of a civil date.
    pub(super) const fn of(year: i64, month: i64, day: i64) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let in_era = year.rem_euclid(400);
        let in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Self(era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719_468)
    }

    /// Year, month and day of the month.
    pub(super) fn civil(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let in_era = days.rem_euclid(146_097);
        let year = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
        let in_year = in_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * in_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let full_year = year + era * 400 + i64::from(month <= 2);
        (full_year, month, in_year - (153 * shifted + 2) / 5 + 1)
    }

    /// The day some days later.
    pub(super) fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// `2025-10-04`.
    pub(super) fn iso(self) -> String {
        let (y, m, d) = self.civil();
        format!("{y:04}-{m:02}-{d:02}")
    }

    /// `04/10/2025`, day first.
    pub(super) fn day_first(self) -> String {
        let (y, m, d) = self.civil();
        format!("{d:02}/{m:02}/{y:04}")
    }

    /// `10/04/2025`, month first.
    pub(super) fn month_first(self) -> String {
        let (y, m, d) = self.civil();
        format!("{m:02}/{d:02}/{y:04}")
    }

    /// `04-Oct-2025`.
    pub(super) fn named(self) -> String {
        let (y, m, d) = self.civil();
        format!("{d:02}-{}-{y:04}", MONTHS[(m - 1) as usize])
    }

    /// `20251004`.
    pub(super) fn compact(self) -> String {
        let (y, m, d) = self.civil();
        format!("{y:04}{m:02}{d:02}")
    }
}

/// A moment in local time, in seconds from 1970-01-01 00:00.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Moment(pub(super) i64);

impl Moment {
    /// The moment of a day and a second of that day.
    pub(super) fn of(day: Day, second: i64) -> Self {
        Self(day.0 * 86_400 + second)
    }

    /// The day of the moment.
    pub(super) fn day(self) -> Day {
        Day(self.0.div_euclid(86_400))
    }

    /// `13:05:00`.
    pub(super) fn clock(self) -> String {
        let s = self.0.rem_euclid(86_400);
        format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    }

    /// The moment some seconds later.
    pub(super) fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Moment};

    #[test]
    fn known_days_are_written_in_every_style() {
        let day = Day::of(2025, 10, 4);
        assert_eq!(day.0, 20_365);
        assert_eq!(day.iso(), "2025-10-04");
        assert_eq!(day.day_first(), "04/10/2025");
        assert_eq!(day.month_first(), "10/04/2025");
        assert_eq!(day.named(), "04-Oct-2025");
        assert_eq!(day.compact(), "20251004");
        assert_eq!(Moment::of(day, 47_101).clock(), "13:05:01");
    }

    #[test]
    fn every_day_of_eight_years_comes_back() {
        let mut expected = (2019, 12, 31);
        for number in Day::of(2020, 1, 1).0..Day::of(2028, 1, 1).0 {
            let (y, m, d) = Day(number).civil();
            assert_eq!(Day::of(y, m, d), Day(number));
            assert!((y, m, d) > expected);
            expected = (y, m, d);
        }
    }
}
