//! A call: one command, and what it must know of the process that it was typed in.

use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::PathBuf;

/// The protocol of frames and calls. To be raised whenever they change.
const PROTOCOL: u32 = 1;

/// One command of the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The arguments after the program's name.
    pub arguments: Vec<OsString>,
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// The store as the client names it.
    pub store: PathBuf,
    /// Who acts.
    pub actor: String,
    /// The client's number.
    pub pid: u32,
    /// The width of the client's terminal, where standard output is one.
    pub columns: Option<u16>,
    /// Whether the client's standard output is a terminal.
    pub is_terminal: bool,
}

/// What every version of a call begins with.
#[derive(Serialize, Deserialize)]
struct Hello {
    protocol: u32,
    version: String,
}

/// A call as it is sent. Paths and arguments are bytes, for not all are text.
#[derive(Serialize, Deserialize)]
struct Sent {
    #[serde(flatten)]
    hello: Hello,
    arguments: Vec<Vec<u8>>,
    folder: Vec<u8>,
    store: Vec<u8>,
    actor: String,
    pid: u32,
    columns: Option<u16>,
    is_terminal: bool,
}

impl Call {
    /// The call as bytes, from a program of this version.
    pub(super) fn to_bytes(&self, version: &str) -> Vec<u8> {
        let sent = Sent {
            hello: Hello { protocol: PROTOCOL, version: version.to_owned() },
            arguments: self.arguments.iter().cloned().map(bytes).collect(),
            folder: bytes(self.folder.clone().into_os_string()),
            store: bytes(self.store.clone().into_os_string()),
            actor: self.actor.clone(),
            pid: self.pid,
            columns: self.columns,
            is_terminal: self.is_terminal,
        };
        // Strings and numbers alone: there is nothing that JSON cannot hold.
        serde_json::to_vec(&sent).unwrap_or_default()
    }

    /// The call in these bytes, to a program of this version.
    ///
    /// # Errors
    /// A sentence for the client: it is of another version, or no client at all.
    pub(super) fn from_bytes(content: &[u8], version: &str) -> Result<Self, String> {
        let hello: Hello =
            serde_json::from_slice(content).map_err(|error| format!("this is no call: {error}"))?;
        if hello.protocol != PROTOCOL || hello.version != version {
            return Err(format!(
                "the store is served by jaal {version}, and this is jaal {}: use the same version, or end the service",
                hello.version.chars().filter(|c| !c.is_control()).take(40).collect::<String>()
            ));
        }
        let sent: Sent =
            serde_json::from_slice(content).map_err(|error| format!("this is no call: {error}"))?;
        Ok(Self {
            arguments: sent.arguments.into_iter().map(text).collect(),
            folder: text(sent.folder).into(),
            store: text(sent.store).into(),
            actor: sent.actor,
            pid: sent.pid,
            columns: sent.columns,
            is_terminal: sent.is_terminal,
        })
    }
}

#[cfg(unix)]
fn bytes(text: OsString) -> Vec<u8> {
    std::os::unix::ffi::OsStringExt::into_vec(text)
}

#[cfg(unix)]
fn text(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn bytes(text: OsString) -> Vec<u8> {
    text.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
fn text(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn call(arguments: &[&str]) -> Call {
        Call {
            arguments: arguments.iter().map(OsString::from).collect(),
            folder: "/home".into(),
            store: "case.jaal".into(),
            actor: "tester".to_owned(),
            pid: 7,
            columns: Some(80),
            is_terminal: true,
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_call_reads_back_even_where_it_is_no_text() {
        let mut sent = call(&["find", "Ali Raza"]);
        sent.arguments.push(text(vec![0xff, b'x', b'\n']));
        assert_eq!(Call::from_bytes(&sent.to_bytes("1.2.3"), "1.2.3"), Ok(sent));
    }

    #[test]
    fn another_version_is_told_which() {
        let told = Call::from_bytes(&call(&["info"]).to_bytes("1.2.3"), "1.3.0").unwrap_err();
        assert!(told.contains("served by jaal 1.3.0, and this is jaal 1.2.3"), "{told}");
        // Of another protocol nothing but the beginning can be read.
        let told = Call::from_bytes(br#"{"protocol":9,"version":"2.0.0\u001b","x":1}"#, "1.3.0").unwrap_err();
        assert!(told.contains("this is jaal 2.0.0:"), "{told}");
        assert!(Call::from_bytes(b"GET /", "1.3.0").unwrap_err().contains("no call"));
    }
}
