//! What is said when the program itself is wrong: a panic names its place and no data.

use std::io::Write;
use std::panic::{PanicHookInfo, set_hook};

/// Replaces the standard message of a panic, which could print data of a case.
pub(crate) fn install() {
    set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        // Over damaged pages the key-value store panics; that becomes an error which tells more.
        if jaal_engine::panic_is_guarded() {
            return;
        }
        let place = info.location().map_or_else(
            || "an unknown place".to_owned(),
            |place| format!("{}:{}:{}", place.file(), place.line(), place.column()),
        );
        // Nothing can be done about a standard error that takes no more.
        let _ = writeln!(
            crate::console::stderr(),
            "error: internal error at {place}; nothing was lost that was committed\n\
             hint: please report this place, the version ({}) and the command; `jaal verify` checks the store",
            env!("CARGO_PKG_VERSION")
        );
    }));
}
