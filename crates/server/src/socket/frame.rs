//! Frames: how client and service put what they say into bytes.
//!
//! A frame is a tag (one byte), the length of its content (u32, little-endian), and the content. The first frame of a
//! client is a call; its head is JSON that names protocol and version, so that any two versions can tell one another
//! apart.

use std::io::{self, Read, Write};

/// The longest content of any frame but a call, in bytes.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// The longest call: the arguments of a process have at most 2 MiB on Linux, and each byte at most four letters.
pub(super) const MOST_CALL_BYTES: usize = 16 << 20;

/// What a frame is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Tag {
    /// From the client, first: what is to be run.
    Call = 1,
    /// From the client: some of its standard input.
    Input = 2,
    /// From the client: its standard input has ended.
    InputEnd = 3,
    /// From the client: the command is to stop.
    Cancel = 4,
    /// From the service, last: the call is not taken, and why, for people.
    Refused = 64,
    /// From the service: text for standard output, with colours.
    Out = 65,
    /// From the service: bytes for standard output.
    Raw = 66,
    /// From the service: text for standard error, with colours.
    Err = 67,
    /// From the service: a stage of long work begins; its total (u64) and its name.
    Stage = 68,
    /// From the service: how far the stage is; done and rows (u64 each).
    Advance = 69,
    /// From the service: the long work has ended.
    Clear = 70,
    /// From the service: the client's standard input is wanted.
    WantInput = 71,
    /// From the service, last: the exit status (one byte).
    Done = 72,
}

impl Tag {
    const ALL: [Self; 13] = [
        Self::Call,
        Self::Input,
        Self::InputEnd,
        Self::Cancel,
        Self::Refused,
        Self::Out,
        Self::Raw,
        Self::Err,
        Self::Stage,
        Self::Advance,
        Self::Clear,
        Self::WantInput,
        Self::Done,
    ];
}

/// One thing that is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Frame {
    pub(super) tag: Tag,
    pub(super) content: Vec<u8>,
}

impl Frame {
    pub(super) fn new(tag: Tag, content: impl Into<Vec<u8>>) -> Self {
        Self { tag, content: content.into() }
    }

    /// The content as numbers, with 0 for what is missing.
    pub(super) fn numbers(&self) -> (u64, u64) {
        let at = |from: usize| {
            let bytes = self.content.get(from..from + 8).and_then(|bytes| bytes.try_into().ok());
            bytes.map_or(0, u64::from_le_bytes)
        };
        (at(0), at(8))
    }

    /// Writes the frame in one go.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let length = u32::try_from(self.content.len()).map_err(|_| malformed("a frame is too long"))?;
        let mut bytes = Vec::with_capacity(self.content.len() + 5);
        bytes.push(self.tag as u8);
        bytes.extend(length.to_le_bytes());
        bytes.extend(&self.content);
        out.write_all(&bytes)
    }

    /// The next frame, of at most so many bytes; `None` when the other side has closed between frames.
    pub(super) fn read(from: &mut impl Read, most: usize) -> io::Result<Option<Self>> {
        let mut head = [0; 5];
        if !fill(from, &mut head)? {
            return Ok(None);
        }
        let [tag, length @ ..] = head;
        let tag = Tag::ALL.into_iter().find(|known| *known as u8 == tag);
        let tag = tag.ok_or_else(|| malformed("a frame of an unknown sort"))?;
        let length = u32::from_le_bytes(length) as usize;
        if length > most {
            return Err(malformed("a frame is too long"));
        }
        let mut content = Vec::new();
        // Nothing is reserved for what only a length promises.
        from.take(length as u64).read_to_end(&mut content)?;
        if content.len() < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(Self { tag, content }))
    }
}

/// Fills a buffer; `false` when there was nothing at all.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_read_back_and_their_end_is_noticed() {
        let frames: Vec<Frame> =
            Tag::ALL.into_iter().map(|tag| Frame::new(tag, vec![tag as u8; tag as usize])).collect();
        let mut bytes = Vec::new();
        for frame in &frames {
            frame.write(&mut bytes).unwrap();
        }
        let mut rest = bytes.as_slice();
        for frame in &frames {
            assert_eq!(Frame::read(&mut rest, MOST_BYTES).unwrap().as_ref(), Some(frame));
        }
        assert_eq!(Frame::read(&mut rest, MOST_BYTES).unwrap(), None);
        // Cut anywhere else, the stream is no whole number of frames.
        let first = 5 + Tag::Call as usize;
        for end in 1..first {
            assert!(Frame::read(&mut &bytes[..end], MOST_BYTES).is_err(), "{end}");
        }
    }

    #[test]
    fn what_is_no_frame_is_refused_before_anything_is_reserved() {
        assert!(Frame::read(&mut &[99, 0, 0, 0, 0][..], MOST_BYTES).is_err());
        assert!(Frame::read(&mut &[1, 255, 255, 255, 255][..], MOST_BYTES).is_err());
        assert!(Frame::read(&mut &b"GET / HTTP/1.1\r\n\r\n"[..], MOST_CALL_BYTES).is_err());
    }

    #[test]
    fn numbers_that_are_missing_are_0() {
        let both = [7_u64.to_le_bytes(), 9_u64.to_le_bytes()].concat();
        assert_eq!(Frame::new(Tag::Advance, both).numbers(), (7, 9));
        assert_eq!(Frame::new(Tag::Advance, [1, 2]).numbers(), (0, 0));
    }
}
