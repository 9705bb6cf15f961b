//! The work of an investigator: find, card, why, around, path, ties, networks, report.
