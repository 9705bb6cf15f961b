//! What the service is told when it starts.

use jaal_engine::{Holder, Lens};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// How to serve a store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The store's folder.
    pub folder: PathBuf,
    /// Graphviz's program; `None` looks for `dot` in PATH.
    pub graphviz: Option<PathBuf>,
    /// The most time that one question may take.
    pub max_time: Duration,
    /// The most questions that are worked on at once; 0 counts as 1.
    pub max_concurrent: usize,
    /// The country of phone numbers that are written without one (ISO 3166, two letters).
    pub country: String,
    /// Through what the store is served: a request may ask for no more.
    pub lens: Lens,
    /// How long a question waits for an image that has to be made, before its client is told to come back.
    pub wait: Duration,
    /// Who holds the store, for those who find it held.
    pub holder: Option<Holder>,
    /// A folder under a short path, for the socket of a store whose own path is too long for one.
    pub short_folder: PathBuf,
}

impl Default for Options {
    /// Loopback, port 7474, the store `case.jaal`, ten seconds a question, four questions at once, Pakistan, everything.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7474)),
            folder: PathBuf::from("case.jaal"),
            graphviz: None,
            max_time: Duration::from_secs(10),
            max_concurrent: 4,
            country: "PK".to_owned(),
            lens: Lens::everything(),
            wait: Duration::from_secs(1),
            holder: None,
            short_folder: PathBuf::from("/tmp"),
        }
    }
}

impl Options {
    /// What whoever starts the service must be told about its address, if anything.
    pub fn warning(&self) -> Option<String> {
        (!self.listen.ip().is_loopback()).then(|| {
            format!(
                "{} can be reached from other computers, and there is no sign-in: whoever reaches it reads what is served",
                self.listen
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_beyond_this_computer_are_warned_of() {
        let at = |listen: &str| Options { listen: listen.parse().unwrap(), ..Options::default() };
        for own in ["127.0.0.1:7474", "127.9.9.9:1", "[::1]:80"] {
            assert_eq!(at(own).warning(), None, "{own}");
        }
        for open in ["0.0.0.0:7474", "[::]:7474", "192.0.2.7:80"] {
            assert!(at(open).warning().is_some_and(|told| told.starts_with(open)), "{open}");
        }
    }
}
