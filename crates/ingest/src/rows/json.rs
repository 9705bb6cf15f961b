//! One line of newline-delimited JSON as fields: one for each column that the specification names.
//!
//! A column names a member of the object, or with dots a member of a member (`properties.name`). Texts stand as
//! they are, numbers and truth values as JSON writes them, lists as their elements joined by `; `, `null` and
//! absent members as nothing.

use super::Fault;
use super::fields::Fields;
use serde_json::Value as Json;

/// Reads the object in `row`.
///
/// # Errors
/// A [`Fault`] when the line is not one JSON object.
pub(crate) fn parse(row: &str) -> Result<Json, Fault> {
    match serde_json::from_str(row) {
        Ok(Json::Object(members)) => Ok(Json::Object(members)),
        Ok(_) => Err(Fault::row("the line is not a JSON object: one object a line expected")),
        Err(error) => Err(Fault::row(format!("the line is not JSON: {error}"))),
    }
}

/// Fills `fields` with one field for each of `columns`.
pub(crate) fn fill(fields: &mut Fields, object: &Json, columns: &[String]) {
    fields.clear();
    let mut text = String::new();
    for column in columns {
        match member(object, column) {
            Some(Json::String(found)) => fields.push_text(found),
            Some(other) => {
                text.clear();
                write(other, &mut text);
                fields.push_text(&text);
            }
            None => fields.push_text(""),
        }
    }
}

/// Fills `fields` with all that the object says, in an order that does not depend on how the line was written,
/// for the row's digest.
pub(crate) fn fill_all(fields: &mut Fields, object: &Json) {
    fields.clear();
    let mut members = Vec::new();
    flatten(object, &mut String::new(), &mut members);
    members.sort();
    for (path, value) in &members {
        fields.push_text(path);
        fields.push_text(value);
    }
}

fn member<'a>(object: &'a Json, column: &str) -> Option<&'a Json> {
    if let Some(found) = object.get(column) {
        return Some(found);
    }
    let (head, rest) = column.split_once('.')?;
    member(object.get(head)?, rest)
}

fn write(value: &Json, out: &mut String) {
    match value {
        Json::Null => {}
        Json::String(text) => out.push_str(text),
        Json::Array(elements) => {
            for (i, element) in elements.iter().enumerate() {
                if i > 0 {
                    out.push_str("; ");
                }
                write(element, out);
            }
        }
        other => out.push_str(&other.to_string()),
    }
}

fn flatten(value: &Json, path: &mut String, out: &mut Vec<(String, String)>) {
    let len = path.len();
    match value {
        Json::Object(members) => {
            for (name, member) in members {
                path.push('/');
                path.push_str(name);
                flatten(member, path, out);
                path.truncate(len);
            }
        }
        Json::Array(elements) => {
            for (i, element) in elements.iter().enumerate() {
                path.push('#');
                path.push_str(&i.to_string());
                flatten(element, path, out);
                path.truncate(len);
            }
        }
        other => out.push((path.clone(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_members_of_members() {
        let row = r#"{"id":"x","properties":{"name":["A","B"],"n":5},"a.b":true,"z":null}"#;
        let object = parse(row).unwrap();
        let columns = ["id", "properties.name", "properties.n", "a.b", "z", "none"].map(str::to_owned);
        let mut fields = Fields::default();
        fill(&mut fields, &object, &columns);
        let texts: Vec<&str> = (0..fields.len()).map(|i| fields.get(row, i)).collect();
        assert_eq!(texts, ["x", "A; B", "5", "true", "", ""]);
    }

    #[test]
    fn the_digest_ignores_the_order_of_members() {
        let digest = |row: &str| {
            let mut fields = Fields::default();
            fill_all(&mut fields, &parse(row).unwrap());
            fields.digest(row, &mut Vec::new())
        };
        assert_eq!(digest(r#"{"a":1,"b":{"c":[1,2]}}"#), digest(r#"{ "b":{"c":[1,2]},"a":1}"#));
        assert_ne!(digest(r#"{"a":1}"#), digest(r#"{"a":"1"}"#));
        assert_ne!(digest(r#"{"a":[1,2]}"#), digest(r#"{"a":[2,1]}"#));
    }

    #[test]
    fn other_lines_are_faults() {
        for bad in ["", "[1]", "{", "5", "{\"a\":1} x"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
