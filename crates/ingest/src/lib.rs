//! Import specifications and readers: files of agencies into claims, rejects and counts.
