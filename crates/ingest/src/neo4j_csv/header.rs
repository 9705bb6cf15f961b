//! The header of one file: what each of its columns is.

use super::value::CellType;
use crate::error::{IngestError, Result};
use crate::intake::header_names;
use crate::rows::fields::FieldRules;
use crate::suggest::nearest;
use jaal_model::Scheme;

/// A file's header, understood.
#[derive(Clone, Debug)]
pub(super) struct FileHeader {
    /// The file's name.
    pub(super) name: String,
    pub(super) fields: FieldRules,
    /// The number of columns.
    pub(super) width: usize,
    pub(super) kind: FileKind,
    pub(super) properties: Vec<Property>,
}

/// What the rows of a file are.
#[derive(Clone, Debug)]
pub(super) enum FileKind {
    /// Nodes: columns of the id and of the labels.
    Nodes { id: IdColumn, labels: Vec<usize> },
    /// Relationships: columns of both ends and of the type.
    Links { from: IdColumn, to: IdColumn, link_type: usize },
}

/// A column of ids.
#[derive(Clone, Debug)]
pub(super) struct IdColumn {
    pub(super) at: usize,
    /// The name of the id space as part of a scheme's name; empty without one.
    space: String,
    /// The scheme of the ids; [`FileHeader::scope`] makes it the folder's own.
    pub(super) scheme: Scheme,
}

impl IdColumn {
    fn new(at: usize, space: &str) -> Self {
        let space = part(space);
        Self { at, scheme: scheme(PREFIX, &space), space }
    }
}

/// A column of a property.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) cell_type: CellType,
    pub(super) is_list: bool,
}

/// What the names of all schemes of folders begin with.
const PREFIX: &str = "neo4j";

/// The longest part of a scheme's name that an id space gives: with the prefix and a folder's digits it is 64 bytes.
const LONGEST_SPACE: usize = 49;

/// The words that stand where a type stands and are none.
const ROLES: [&str; 6] = ["ID", "LABEL", "START_ID", "END_ID", "TYPE", "IGNORE"];

impl FileHeader {
    /// Understands a header row.
    ///
    /// # Errors
    /// [`IngestError::FolderHeader`] with what is missing or unknown.
    pub(super) fn parse(file: &str, row: &str, fields: FieldRules) -> Result<Self> {
        let fault = |message: String| IngestError::FolderHeader { file: file.to_owned(), message };
        let names = header_names(row, fields);
        let (mut id, mut from, mut to, mut link_type) = (None, None, None, None);
        let mut labels = Vec::new();
        let mut properties: Vec<Property> = Vec::new();
        for (at, column) in names.iter().enumerate() {
            let (name, rest) = column.split_once(':').unwrap_or((column, "string"));
            // `:ID(Space){options}`: options only concern Neo4j's own storage.
            let rest = rest.split_once('{').map_or(rest, |(r, _)| r).trim();
            let (word, space) = match rest.split_once('(') {
                Some((word, space)) => match space.strip_suffix(')') {
                    Some(space) => (word, space),
                    None => return Err(fault(format!("`{column}`: a `(` without its `)` at the end"))),
                },
                None => (rest, ""),
            };
            let ids = || Some(IdColumn::new(at, space));
            let role = word.to_ascii_uppercase();
            match role.as_str() {
                "ID" => id = ids(),
                "START_ID" => from = ids(),
                "END_ID" => to = ids(),
                "TYPE" => link_type = Some(at),
                "LABEL" => labels.push(at),
                _ => {}
            }
            let named_id = role == "ID" && !name.is_empty();
            if ROLES.contains(&role.as_str()) && !named_id {
                continue;
            }
            let word = if named_id { "string" } else { word };
            let (word, is_list) = word.strip_suffix("[]").map_or((word, false), |w| (w, true));
            let Some(cell_type) = CellType::parse(word) else {
                let near = nearest(word, CellType::words().chain(ROLES));
                let hint = near.map(|n| format!(" (did you mean `{n}`?)")).unwrap_or_default();
                return Err(fault(format!("`{word}` in column `{column}` is not a known type{hint}")));
            };
            if name.is_empty() {
                return Err(fault(format!("column {} has neither a name nor a role", at + 1)));
            }
            if properties.iter().any(|p| p.name == name) {
                return Err(fault(format!("two columns are called `{name}`")));
            }
            properties.push(Property { at, name: name.to_owned(), cell_type, is_list });
        }
        let kind = match (id, from, to, link_type) {
            (Some(id), None, None, _) => FileKind::Nodes { id, labels },
            (None, Some(from), Some(to), Some(link_type)) => FileKind::Links { from, to, link_type },
            (None, Some(_), Some(_), None) => {
                return Err(fault("relationships without a `:TYPE` column".to_owned()));
            }
            _ => {
                let wanted = "a node file has `:ID`, a relationship file `:START_ID`, `:END_ID` and `:TYPE`";
                return Err(fault(format!("`{row}`: {wanted}")));
            }
        };
        Ok(Self { name: file.to_owned(), fields, width: names.len(), kind, properties })
    }

    /// Puts the file's ids under the schemes of one folder, so that equal ids of two folders are two identities.
    pub(super) fn scope(&mut self, folder: &str) {
        let prefix = format!("{PREFIX}.{folder}");
        let own = |column: &mut IdColumn| column.scheme = scheme(&prefix, &column.space);
        match &mut self.kind {
            FileKind::Nodes { id, .. } => own(id),
            FileKind::Links { from, to, .. } => [from, to].into_iter().for_each(own),
        }
    }
}

/// The scheme of an id space, or of the ids without one.
fn scheme(prefix: &str, space: &str) -> Scheme {
    let name = if space.is_empty() { prefix.to_owned() } else { format!("{prefix}.{space}") };
    Scheme { name, kind: None }
}

/// An id space's name as part of a scheme's name.
fn part(space: &str) -> String {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_' || c == '.';
    let space = space.trim().to_lowercase();
    space.chars().map(|c| if fits(c) { c } else { '_' }).take(LONGEST_SPACE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(row: &str) -> Result<FileHeader> {
        FileHeader::parse("f.csv", row, FieldRules { delimiter: b',', quote: Some(b'"') })
    }

    #[test]
    fn understands_the_documented_forms() {
        let header =
            parse("personId:ID(Person-ID){label:x},name,born:int,aka:string[],:LABEL,x:IGNORE").unwrap();
        let FileKind::Nodes { id, labels } = &header.kind else { panic!("nodes expected") };
        assert_eq!((id.at, id.scheme.name.as_str(), labels.as_slice()), (0, "neo4j.person-id", &[4][..]));
        let names: Vec<&str> = header.properties.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["personId", "name", "born", "aka"]);
        assert!(header.properties[3].is_list);
        let header = parse(":START_ID,role,:END_ID,:TYPE").unwrap();
        assert!(matches!(header.kind, FileKind::Links { link_type: 3, .. }));
    }

    #[test]
    fn ids_are_put_under_schemes_of_the_folder() {
        let mut nodes = parse(&format!(":ID({}),name", "é".repeat(200))).unwrap();
        nodes.scope("0a1b2c3d");
        let FileKind::Nodes { id, .. } = &nodes.kind else { panic!("nodes expected") };
        assert_eq!(id.scheme.name, format!("neo4j.0a1b2c3d.{}", "_".repeat(LONGEST_SPACE)));
        assert!(jaal_model::is_scheme_name(&id.scheme.name));
        let mut links = parse(":START_ID,:END_ID(Car),:TYPE").unwrap();
        links.scope("0a1b2c3d");
        let FileKind::Links { from, to, .. } = &links.kind else { panic!("links expected") };
        assert_eq!([&from.scheme.name, &to.scheme.name], ["neo4j.0a1b2c3d", "neo4j.0a1b2c3d.car"]);
    }

    #[test]
    fn says_what_is_wrong() {
        for (row, part) in [
            ("a,b", ":START_ID"),
            (":START_ID,:END_ID", ":TYPE"),
            (":ID,age:itn", "did you mean `int`"),
            (":ID,name,name:int", "two columns"),
            (":ID,:int", "neither a name"),
        ] {
            let message = parse(row).unwrap_err().to_string();
            assert!(message.contains(part) && message.contains("f.csv"), "{message}");
        }
    }
}
