//! Commands on a store that is served: they run in the service's process, as if they ran where they were typed.
//!
//! [`client`] is the side that was typed, [`service`] the side that runs; between them is the socket of `jaal_server`.
//! Both sides parse the arguments, so that slips of the pen are told without a service.

pub(crate) mod client;
pub(crate) mod paths;
pub(crate) mod service;
pub(crate) mod turns;
