//! The facade: one database out of ledger, graph, intake, analysis and export.
