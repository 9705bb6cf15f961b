//! Folders of self-describing node and relationship files.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, check, claims, count_line, rejects};
use jaal_ingest::neo4j_csv::Folder;
use jaal_ingest::{Chunk, Result};
use std::io::Write;

fn read(delivery: &Delivery) -> Result<(Vec<String>, Vec<Chunk>)> {
    let mut folder = Folder::open(&delivery.path())?;
    let mut chunks = Vec::new();
    while let Some(wave) = folder.next_wave()? {
        chunks.extend(wave);
    }
    check(&chunks);
    let read: u64 = chunks.iter().map(|c| c.bytes_read).sum();
    assert_eq!(read, folder.total_bytes());
    Ok((folder.files().iter().map(|f| f.name.clone()).collect(), chunks))
}

/// The part of the schemes' names that is the folder's own.
fn folder_of(chunks: &[Chunk]) -> String {
    let schemes = chunks.iter().flat_map(|c| c.keys.schemes());
    let mut folders: Vec<&str> = schemes.filter_map(|s| s.name.split('.').nth(1)).collect();
    folders.sort_unstable();
    folders.dedup();
    let [folder] = folders[..] else { panic!("one folder expected: {folders:?}") };
    assert!(folder.len() == 8 && folder.bytes().all(|b| b.is_ascii_hexdigit()), "{folder}");
    folder.to_owned()
}

/// The claims with `F` for the folder's own part.
fn plain(chunks: &[Chunk]) -> Vec<String> {
    let folder = format!("neo4j.{}", folder_of(chunks));
    claims(chunks).iter().map(|line| line.replace(&folder, "neo4j.F")).collect()
}

#[test]
fn nodes_and_relationships() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(
        b":START_ID,since:date,:END_ID,:TYPE\n0,2020-01-02,1,KNOWS\n0,,1,KNOWS\n1,,9,KNOWS\n1,,0,\n",
    )
    .unwrap();
    let d = Delivery::one("a_links.csv.gz", gz.finish().unwrap())
        .with(
            "z_people.csv",
            ":ID,name,age:int,latitude:double,ok:boolean,aka:string[],:LABEL\n\
             0,Ali,30,33.5,true,A;B,Person;Suspect\n1,\"B, C\",,,,,Person\n,x,,,,,Person\n2,D,many,,,,Person\n3,,,,,,\n",
        )
        .with("notes.txt", "not a table");
    let (files, chunks) = read(&d).unwrap();
    assert_eq!(files, ["z_people.csv", "a_links.csv.gz"]);
    assert_eq!(
        plain(&chunks),
        [
            "0 (neo4j.F=0 Person:Suspect) name=Ali age=30 latitude=33.5 ok=true aka=[A, B]",
            "1 (neo4j.F=1 Person) name=B, C",
            "2 (neo4j.F=3 )",
            "3 (neo4j.F=0)-[KNOWS by row]->(neo4j.F=1) since=2020-01-02",
            "4 (neo4j.F=0)-[KNOWS by row]->(neo4j.F=1)",
        ]
    );
    assert_eq!(count_line(&chunks), "9 5 0 0 4");
    assert_eq!(
        rejects(&chunks),
        [
            "4: :ID: empty: every node has an id",
            "5: age: `many` is not of type int",
            "4: :END_ID: no node file defines the id `9`",
            "5: :TYPE: empty: every relationship has a type",
        ]
    );
    assert!(chunks.iter().flat_map(|c| c.keys.schemes()).all(|s| s.kind.is_none()));
}

#[test]
fn id_spaces_keep_equal_ids_apart() {
    let d = Delivery::one("movies.csv", "movieId:ID(Movie)|title\n1|A\n")
        .with("people.csv", ":ID(Person)|:LABEL\n1|Person\n2|Person\n")
        .with("roles.csv", ":START_ID(Person)|:END_ID(Movie)|:TYPE\n1|1|IN\n2|2|IN\n");
    let (_, chunks) = read(&d).unwrap();
    assert_eq!(
        plain(&chunks),
        [
            "0 (neo4j.F.movie=1 ) movieId=1 title=A",
            "1 (neo4j.F.person=1 Person)",
            "2 (neo4j.F.person=2 Person)",
            "3 (neo4j.F.person=1)-[IN by row]->(neo4j.F.movie=1)",
        ]
    );
    assert_eq!(rejects(&chunks), ["3: :END_ID: no node file defines the id `2`"]);
}

#[test]
fn the_ids_of_a_folder_are_its_own() {
    let people = ":ID,:LABEL\n1,Person\n";
    let vehicles = ":ID,:LABEL\n1,Vehicle\n";
    let folder = |delivery: Delivery| folder_of(&read(&delivery).unwrap().1);
    let first = folder(Delivery::one("nodes.csv", people));
    assert_ne!(first, folder(Delivery::one("nodes.csv", vehicles)));
    // The same nodes are the same folder: under other names, and with other relationships.
    let links = ":START_ID,:END_ID,:TYPE\n1,1,KNOWS\n";
    assert_eq!(first, folder(Delivery::one("people.csv", people).with("links.csv", links)));
    let both = folder(Delivery::one("a.csv", people).with("b.csv", vehicles));
    assert_eq!(both, folder(Delivery::one("a.csv", vehicles).with("b.csv", people)));
    assert!(both != first);
}

#[test]
fn what_is_no_such_folder_is_refused() {
    let empty = Delivery::new();
    assert!(read(&empty).unwrap_err().to_string().contains("no .csv"));
    assert!(Folder::open(&empty.path().join("none")).is_err());
    let other = Delivery::one("a.csv", "x,y\n1,2\n");
    let message = read(&other).unwrap_err().to_string();
    assert!(message.contains("a.csv") && message.contains(":START_ID"), "{message}");
}
