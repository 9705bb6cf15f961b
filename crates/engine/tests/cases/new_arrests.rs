//! People arrested after the campaign are placed with the networks that they were planted to belong to, and those who
//! have nothing to do with anybody are not.

use crate::support::files::table;
use crate::support::sample::sample;
use crate::support::{actor, case_folder, dump, node, restore};
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::nearest::{NearestConfig, nearest};
use jaal_engine::analysis::networks::{NetworkConfig, Networks, networks};
use jaal_engine::analysis::ties::{TieProfile, Ties, ties};
use jaal_engine::graph::View;
use jaal_engine::model::NodeIdx;
use jaal_engine::model::answer::NearestAnswer;
use jaal_engine::{Budget, CaseManifest, LoadOptions, Unwatched};
use std::collections::BTreeMap;

/// The names of the planted networks.
struct Names {
    /// Of each member, by key, as the generator wrote it down.
    members: BTreeMap<String, String>,
    /// Of each group found, by number: the one that most of its members were planted in. Such a group has people who
    /// were not planted in it but are close by, such as those to whom its SIMs are registered.
    groups: BTreeMap<u32, String>,
}

impl Names {
    fn read(view: &View, ties: &Ties, found: &Networks) -> Self {
        let rows = table(&case_folder().join("truth/members.csv"));
        let members = rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        let mut names = Self { members, groups: BTreeMap::new() };
        for (group, number) in found.members.iter().zip(1..) {
            let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
            for at in group {
                if let Some(name) = names.planted_of(view, ties.people[*at as usize]) {
                    *votes.entry(name).or_default() += 1;
                }
            }
            let most = votes.into_iter().max_by_key(|(_, count)| *count);
            if let Some((name, _)) = most.filter(|(_, count)| 2 * count > group.len()) {
                let name = name.to_owned();
                names.groups.insert(number, name);
            }
        }
        names
    }

    /// The planted network that a person is a member of.
    fn planted_of(&self, view: &View, person: NodeIdx) -> Option<&str> {
        view.keys(person).iter().find_map(|key| self.members.get(&key.to_string())).map(String::as_str)
    }
}

#[test]
fn new_arrests_are_placed_with_their_networks() {
    let folder = tempfile::tempdir().unwrap();
    let database = restore(&folder.path().join("store"), &dump(&sample().database));
    let before = database.read().unwrap().view;
    let tied = ties(&before, &TieProfile::default(), &Budget::unlimited()).unwrap();
    let found = networks(&tied, &NetworkConfig::default(), &Budget::unlimited()).unwrap();

    let request = CaseManifest::open(&case_folder()).unwrap().new_arrests().unwrap().unwrap();
    let report = database.load(vec![request], &LoadOptions::default(), &actor(), &mut Unwatched).unwrap();
    assert_eq!((report.counts.accepted, report.counts.rejected), (12, 0));
    let after = database.read().unwrap().view;
    let truth = table(&case_folder().join("truth/new_arrests.csv"));
    let new: Vec<NodeIdx> = truth.iter().map(|row| node(&after, &row[0])).collect();
    let earlier = |at: NodeIdx| after.keys(at).iter().find_map(|key| before.find_key(key));
    let network_of = |at: NodeIdx| found.of(&tied, earlier(at)?);
    let known = |at: NodeIdx| earlier(at).is_some() || !new.contains(&at);
    let (config, budget) = (NearestConfig::default(), Budget::unlimited());
    let answers =
        nearest(&after, &new, &known, &network_of, &config, &mut Workspace::new(), &budget).unwrap();
    after.intact().unwrap();

    let names = Names::read(&before, &tied, &found);
    let grouped: Vec<&String> = names.groups.values().collect();
    assert_eq!(grouped.len(), 6, "{grouped:?}: not one group a network");
    assert_eq!((answers.len(), truth.len()), (12, 12));
    for (row, person) in truth.iter().zip(new) {
        let [_, tie, network] = &row[..] else { panic!("{row:?}") };
        let answer = answers.iter().find(|a| a.person.id == after.entity_id(person)).unwrap();
        assert_eq!(answer.known_before, tie == "known", "{row:?}");
        if tie == "known" {
            assert_eq!(names.planted_of(&after, person), Some(network.as_str()), "{row:?}");
        }
        if tie == "none" {
            assert_eq!(answer.nearest, [], "{row:?}");
            continue;
        }
        assert_near(&names, &after, answer, network);
    }
}

/// Some of the nearest people belong to the planted network, and none to another one. The rest are bystanders.
fn assert_near(names: &Names, view: &View, answer: &NearestAnswer, network: &str) {
    let mut near_network = 0;
    for near in &answer.nearest {
        let member = names.planted_of(view, view.node_of(near.person.id).unwrap());
        let group = near.network.and_then(|number| names.groups.get(&number)).map(String::as_str);
        let of = member.or(group);
        assert!(of.is_none_or(|of| of == network), "{}: {of:?} for {network}", answer.person.label);
        near_network += usize::from(of.is_some());
        assert_eq!(near.path.from.id, answer.person.id);
        assert_eq!(near.path.steps.last().unwrap().to.id, near.person.id);
    }
    assert!(near_network > 0, "{}: nobody of {network}", answer.person.label);
    let falls = answer.nearest.is_sorted_by(|a, b| a.score >= b.score);
    assert!(falls, "{}: not best first", answer.person.label);
}
