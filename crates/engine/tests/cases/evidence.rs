//! Everything shown can be traced: the rows behind a link are the lines of the files, character by character.

use crate::support::files::{lines, table};
use crate::support::sample::{Sample, sample};
use crate::support::{case_folder, node};
use jaal_engine::Budget;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::path::{PathQuestion, path, with_evidence};
use jaal_engine::analysis::why::why_between;
use jaal_engine::model::answer::Evidence;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The lines of delivered files, each read once.
#[derive(Default)]
struct Delivered(BTreeMap<PathBuf, Vec<String>>);

impl Delivered {
    /// Stops unless the row that an answer shows is the line of the file that it names.
    fn assert_is_line(&mut self, sample: &Sample, evidence: &Evidence) {
        let file = case_folder().join(sample.file_of(evidence));
        let all = self.0.entry(file).or_insert_with_key(|file| lines(file));
        assert_eq!(evidence.row, all[evidence.line as usize - 1], "{}:{}", evidence.file, evidence.line);
    }
}

#[test]
fn planted_links_stand_on_the_rows_that_show_them() {
    let sample = sample();
    let reading = sample.read();
    let (view, sources) = (&reading.view, &reading.sources);
    let mut delivered = Delivered::default();
    let truth = table(&case_folder().join("truth/evidence.csv"));
    assert!(truth.len() > 50);
    for row in &truth {
        let [link_type, from, to, file, line] = &row[..] else { panic!("{row:?}") };
        let (from, to) = (node(view, from), node(view, to));
        let between = why_between(view, sources, from, to, Some(link_type), usize::MAX).unwrap();
        assert_eq!(between.more, 0);
        let mut shown = 0;
        for why in &between.links {
            let link = sources.link_of(view, why.link.unwrap()).unwrap().unwrap();
            assert!(!why.evidence.is_empty() && why.more == 0, "{row:?}");
            for evidence in &why.evidence {
                delivered.assert_is_line(sample, evidence);
                let here =
                    sample.file_of(evidence) == *PathBuf::from(file) && evidence.line.to_string() == *line;
                if here {
                    assert_eq!(view.ends(link), (from, to), "{row:?}");
                    shown += 1;
                }
            }
        }
        assert_eq!(shown, 1, "{row:?}");
    }
    reading.view.intact().unwrap();
}

#[test]
fn paths_join_organisers_and_every_link_on_them_opens_into_its_lines() {
    let sample = sample();
    let reading = sample.read();
    let (view, sources) = (&reading.view, &reading.sources);
    let mut delivered = Delivered::default();
    let truth = table(&case_folder().join("truth/paths.csv"));
    assert_eq!(truth.len(), 8);
    for row in &truth {
        let (from, to) = (node(view, &row[0]), node(view, &row[1]));
        let question = PathQuestion { all: true, limit: 200, ..PathQuestion::between(from, to) };
        let mut answer = path(view, &question, &mut Workspace::new(), &Budget::unlimited()).unwrap();
        with_evidence(view, sources, &mut answer, usize::MAX).unwrap();
        let length = answer.length.unwrap();
        assert!(length <= row[3].parse().unwrap(), "{row:?}: {length} links");
        assert!(!answer.paths.is_empty(), "{row:?}");
        for route in &answer.paths {
            assert_eq!(route.steps.len(), length as usize);
            assert_eq!(route.steps.last().unwrap().to.id, view.entity_id(to));
            let mut at = view.entity_id(from);
            for step in &route.steps {
                let (start, end) = if step.forward {
                    (step.link.from, step.link.to)
                } else {
                    (step.link.to, step.link.from)
                };
                assert_eq!((start, end), (at, step.to.id), "a step that does not follow");
                at = end;
                assert_eq!(step.link.evidence.len() as u64, step.link.claims);
                assert!(step.link.claims > 0);
                for evidence in &step.link.evidence {
                    delivered.assert_is_line(sample, evidence);
                }
            }
        }
    }
    reading.view.intact().unwrap();
}
