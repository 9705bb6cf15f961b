//! When a delivery was received: a day or a time of ISO 8601, so that deliveries can be put in order.

use crate::error::{IngestError, Result};
use jaal_model::value::{Date, DateTime, LocalDateTime};

/// Whether a text says when a delivery was received: a date such as `2025-11-02`, with a time of day or without.
///
/// # Errors
/// [`IngestError::Received`] when it does not.
pub fn check_received(text: &str) -> Result<()> {
    let is_time = Date::parse_iso(text).is_some()
        || LocalDateTime::parse_iso(text).is_some()
        || DateTime::parse_iso(text).is_some();
    if is_time { Ok(()) } else { Err(IngestError::Received { text: text.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist_are_told_from_those_that_do_not() {
        for good in
            ["2025-11-02", "2024-02-29", "2025-11-02T09:30", "2025-11-02 09:30:00", "2025-11-02T09:30+05:00"]
        {
            assert!(check_received(good).is_ok(), "{good}");
        }
        for bad in ["", "31/02/2025", "2025-02-31", "2025-02-29", "2025", "yesterday", "2025-11-02T25:00"] {
            let error = check_received(bad).unwrap_err().to_string();
            assert!(error.contains(&format!("`{bad}`")) && error.contains("2025-11-02"), "{error}");
        }
    }
}
