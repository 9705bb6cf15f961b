//! Every row of every delivery is accounted for, and every rejected one is kept with its reason.

use crate::support::case_folder;
use crate::support::files::lines;
use crate::support::sample::sample;
use jaal_engine::model::Counts;

#[test]
fn every_physical_line_of_the_case_is_counted_once() {
    let sample = sample();
    assert_eq!(sample.report.deliveries.len(), 20);
    for delivery in &sample.report.deliveries {
        let counts = delivery.counts;
        assert!(counts.add_up(), "{}: {counts:?}", delivery.spec);
        // No row of the case spans two lines, and a header is no row.
        let files = &sample.files[&delivery.id.unwrap()];
        let headers = files.iter().filter(|file| file.extension().is_none_or(|e| e != "ndjson")).count();
        let physical: usize = files.iter().map(|file| lines(&case_folder().join(file)).len()).sum();
        assert_eq!(counts.read, (physical - headers) as u64, "{}", delivery.spec);
    }
    let all = sample.report.deliveries.iter().fold(Counts::default(), |sum, d| sum.plus(d.counts));
    assert_eq!(all, sample.report.counts);
    assert!(all.accepted > 20_000 && all.rejected > 10 && all.skipped > 10, "{all:?}");
}

#[test]
fn rejected_rows_are_in_the_ledger_and_in_the_file_as_they_were_delivered() {
    let sample = sample();
    let reading = sample.read();
    let mut seen = 0;
    for delivery in &sample.report.deliveries {
        let id = delivery.id.unwrap();
        let kept = reading.sources.snapshot().rejects(id).unwrap();
        assert_eq!(kept.len() as u64, delivery.counts.rejected, "{}", delivery.spec);
        assert_eq!(sample.rejects.get(&id).cloned().unwrap_or_default(), kept, "{}", delivery.spec);
        assert_eq!(kept[..kept.len().min(20)], delivery.rejects, "{}", delivery.spec);
        for reject in &kept {
            let file = sample.files[&id].iter().find(|file| file.ends_with(&reject.file)).unwrap();
            let physical = &lines(&case_folder().join(file))[reject.line as usize - 1];
            assert_eq!(&reject.row, physical, "{}:{}", reject.file, reject.line);
            assert!(!reject.reason.is_empty());
            seen += 1;
        }
    }
    assert_eq!(seen, sample.report.counts.rejected);
}

#[test]
fn the_loaded_case_is_sound() {
    let sample = sample();
    assert!(sample.verification.ok, "{:?}", sample.verification);
    assert_eq!(sample.verification.graph, "equals the one derived again");
    assert_eq!(sample.verification.entities, sample.report.entities);
    assert_eq!(sample.verification.links, sample.report.links);
}
