//! Reading and writing the small variable parts of a segment (its catalog): little-endian integers and texts with
//! their lengths in front. Reading is checked at every step, so damaged bytes give `None` and never a panic.

/// Writes.
#[derive(Default)]
pub(crate) struct Put {
    pub(crate) bytes: Vec<u8>,
}

impl Put {
    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }
    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }
    pub(crate) fn i64(&mut self, value: i64) {
        self.bytes.extend(value.to_le_bytes());
    }
    pub(crate) fn text(&mut self, value: &str) {
        self.u32(value.len() as u32);
        self.bytes.extend(value.as_bytes());
    }
    /// A list with its length in front.
    pub(crate) fn list<T>(&mut self, items: &[T], mut put: impl FnMut(&mut Self, &T)) {
        self.u32(items.len() as u32);
        for item in items {
            put(self, item);
        }
    }
}

/// Reads.
pub(crate) struct Take<'a> {
    pub(crate) bytes: &'a [u8],
}

impl<'a> Take<'a> {
    pub(crate) fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(len)?;
        self.bytes = tail;
        Some(head)
    }
    pub(crate) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.slice(4)?.try_into().ok()?))
    }
    pub(crate) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.slice(8)?.try_into().ok()?))
    }
    pub(crate) fn i64(&mut self) -> Option<i64> {
        Some(i64::from_le_bytes(self.slice(8)?.try_into().ok()?))
    }
    pub(crate) fn text(&mut self) -> Option<String> {
        let len = self.u32()? as usize;
        std::str::from_utf8(self.slice(len)?).ok().map(str::to_owned)
    }
    /// A list; its stated length cannot ask for more memory than the bytes that are left could fill.
    pub(crate) fn list<T>(&mut self, mut take: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let len = self.u32()? as usize;
        let mut items = Vec::with_capacity(len.min(self.bytes.len()));
        for _ in 0..len {
            items.push(take(self)?);
        }
        Some(items)
    }
}
