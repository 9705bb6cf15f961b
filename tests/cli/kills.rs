//! Killing: commands that write to a store are killed at moments drawn from a seed, again and again on the same store.
//! After each kill whatever was acknowledged is there, what was not is there wholly or not at all, `jaal verify` finds
//! the graph to be the one that follows from the ledger, and the next command works without anybody cleaning up.
//!
//! `JAAL_CRASH_ROUNDS` and `JAAL_CRASH_SEED` set the number of rounds and the seed; `cargo xtask crash` does. A moment is
//! drawn from half as much again as such a command took when it last came to its end, or follows the appearance of a
//! file that the command makes on its way; where it finds the command is up to the machine.

use crate::people::{SPEC, cnic, phone, rows};
use crate::run::{command, holds, jaal};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A store is worked on for so many rounds, so that it stays small.
const ROUNDS_A_STORE: u64 = 50;
/// From so many rounds on their kills must have found the commands in all states.
const ENOUGH: u64 = 50;
/// What a ledger that is written anew, and a segment in the making, are called by.
const SIGNS: [&str; 2] = ["ledger.redb.new", "image.tmp-"];

/// The `n`-th number of a seed (G. L. Steele, D. Lea and C. H. Flood, *Fast splittable pseudorandom number
/// generators*, OOPSLA 2014).
fn random(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A delivery that was committed.
#[derive(Clone)]
struct Held {
    first: u64,
    rows: u64,
    is_gone: bool,
}

/// A pair of phones of one delivery, the `pair`-th, held to be one.
#[derive(Clone)]
struct Joined {
    judgement: u64,
    delivery: usize,
    pair: u64,
    stands: bool,
}

/// What should be in a store.
#[derive(Clone, Default)]
struct Model {
    commits: u64,
    judgements: u64,
    deliveries: Vec<Held>,
    joined: Vec<Joined>,
}

impl Model {
    fn standing(&self) -> Vec<usize> {
        (0..self.deliveries.len()).filter(|at| !self.deliveries[*at].is_gone).collect()
    }

    fn links(&self) -> u64 {
        self.deliveries.iter().filter(|held| !held.is_gone).map(|held| held.rows).sum()
    }

    fn entities(&self) -> u64 {
        let one_less = |joined: &&Joined| joined.stands && !self.deliveries[joined.delivery].is_gone;
        2 * self.links() - self.joined.iter().filter(one_less).count() as u64
    }

    /// The key of the first person of the delivery that was expunged last, or of the last that stands.
    fn trace(&self, is_gone: bool) -> Option<String> {
        self.deliveries.iter().rev().find(|held| held.is_gone == is_gone).map(|held| cnic(held.first))
    }
}

/// One command, and what it makes of a store.
struct Work {
    name: &'static str,
    arguments: Vec<String>,
    after: Model,
}

fn load(before: &Model, folder: &Path, first: u64, count: u64) -> Work {
    let mut after = before.clone();
    after.commits += 1;
    after.deliveries.push(Held { first, rows: count, is_gone: false });
    let file = folder.join(format!("from-{first}.csv"));
    std::fs::write(&file, rows(first, count)).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let arguments =
        vec!["load".to_owned(), "--spec".to_owned(), text(&folder.join("people.toml")), text(&file)];
    Work { name: if count < 500 { "small load" } else { "large load" }, arguments, after }
}

fn judge(before: &Model, name: &'static str, on: &[String], change: impl FnOnce(&mut Model)) -> Work {
    let mut after = before.clone();
    after.commits += 1;
    after.judgements += 1;
    change(&mut after);
    let why = if name == "expunge" { "--order" } else { "--reason" };
    let mut arguments = vec![name.to_owned(), why.to_owned(), "as told".to_owned()];
    arguments.extend_from_slice(on);
    Work { name, arguments, after }
}

fn same(before: &Model, delivery: usize) -> Work {
    let held = &before.deliveries[delivery];
    let pair =
        before.joined.iter().filter(|joined| joined.delivery == delivery).map(|joined| joined.pair + 1);
    let pair = pair.max().unwrap_or(0);
    let phone = |at: u64| format!("Phone:{}", phone(held.first + at));
    judge(before, "same", &[phone(2 * pair), phone(2 * pair + 1)], |after| {
        after.joined.push(Joined { judgement: after.judgements, delivery, pair, stands: true });
    })
}

fn undo(before: &Model, at: usize) -> Work {
    let judgement = before.joined[at].judgement.to_string();
    judge(before, "undo", &[judgement], |after| after.joined[at].stands = false)
}

fn expunge(before: &Model, delivery: usize) -> Work {
    let number = (delivery + 1).to_string();
    judge(before, "expunge", &[number], |after| after.deliveries[delivery].is_gone = true)
}

/// The work of a round.
fn work(before: &Model, folder: &Path, round: u64, draw: u64) -> Work {
    let standing = before.standing();
    let some = standing.get((draw >> 8) as usize % standing.len().max(1)).copied();
    let undoable = |joined: &Joined| joined.stands && !before.deliveries[joined.delivery].is_gone;
    let undoable = before.joined.iter().position(undoable);
    // Rows of a round are of nobody else.
    let first = (round + 1) * 10_000;
    match (draw % 12, some, undoable) {
        (0 | 1, Some(delivery), _) if before.deliveries[delivery].rows > 20 => same(before, delivery),
        (2, _, Some(at)) => undo(before, at),
        (3, _, _) if before.commits > 0 => {
            Work { name: "compact", arguments: vec!["compact".to_owned()], after: before.clone() }
        }
        (4 | 5, Some(delivery), _) if standing.len() > 1 => expunge(before, delivery),
        (6..=8, _, _) => load(before, folder, first, 1_000 + (draw >> 16) % 1_000),
        _ => load(before, folder, first, 30 + (draw >> 16) % 30),
    }
}

/// When to kill.
struct Moment {
    /// Only when a file whose name begins so is in the store.
    sign: Option<&'static str>,
    /// And so much later.
    later: Duration,
}

/// How a command ended that was to be killed.
struct End {
    is_killed: bool,
    took: Duration,
    /// Which of the signs were in the store.
    left: [bool; 2],
}

fn appears(store: &Path, sign: &str) -> bool {
    let folders = [store.to_owned(), store.join("segments")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let mut names = entries.flatten().map(|entry| entry.file_name());
    names.any(|name| name.to_string_lossy().starts_with(sign))
}

/// Runs a command and kills it at a moment, unless it ends before.
fn run(store: &Path, work: &Work, moment: Option<&Moment>) -> End {
    let arguments: Vec<&str> = work.arguments.iter().map(String::as_str).collect();
    let mut command = command(store, &arguments);
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut seen = None;
    while let Some(moment) = moment
        && child.try_wait().unwrap().is_none()
    {
        if seen.is_none() && moment.sign.is_none_or(|sign| appears(store, sign)) {
            seen = Some(if moment.sign.is_none() { began } else { Instant::now() });
        }
        if seen.is_some_and(|seen| seen.elapsed() >= moment.later) {
            child.kill().unwrap();
            break;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    let mut error = String::new();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    let status = child.wait().unwrap();
    let is_killed = status.signal().is_some();
    assert!(is_killed || status.success(), "{} {:?}: {error}", work.name, work.arguments);
    End { is_killed, took: began.elapsed(), left: SIGNS.map(|sign| appears(store, sign)) }
}

/// A store under work, and what should be in it.
struct Bench {
    store: PathBuf,
    checkpoint: PathBuf,
    model: Model,
}

impl Bench {
    fn new(folder: &Path, number: u64) -> Self {
        let (store, checkpoint) = (format!("{number}.jaal"), format!("{number}.json"));
        Self { store: folder.join(store), checkpoint: folder.join(checkpoint), model: Model::default() }
    }

    /// Checks the store after a command; says whether what the command was to do is there.
    fn check(&mut self, work: Work, is_killed: bool, verify_first: bool) -> bool {
        if !self.store.join("ledger.redb").exists() {
            assert!(is_killed && self.model.commits == 0, "the store is gone");
            return false;
        }
        let before = verify_first.then(|| self.verify());
        let info = jaal(&self.store, &["info", "--format", "json"]).expect(0).json();
        let verdict = before.unwrap_or_else(|| self.verify());
        // The answer before has derived the graph where it was missing.
        assert!(
            verify_first && verdict.starts_with("was not stored") || verdict.starts_with("equals"),
            "{verdict}"
        );
        let count = |name: &str| info[name].as_u64().unwrap();
        let is_done = !is_killed || count("commits") == work.after.commits;
        let model = if is_done { work.after } else { self.model.clone() };
        let found = ["commits", "entities", "links"].map(count);
        assert_eq!(found, [model.commits, model.entities(), model.links()], "{}, done: {is_done}", work.name);
        self.model = model;
        if let Some(hash) = info["head"]["hash"].as_str() {
            let text = format!("{{\"commit\": {}, \"hash\": \"{hash}\"}}", self.model.commits);
            std::fs::write(&self.checkpoint, text).unwrap();
        }
        if !is_killed {
            self.check_traces();
        }
        is_done
    }

    /// Verifies the store, and that all commits from before the last command are in it; how the graph compares.
    fn verify(&self) -> String {
        let mut arguments = vec!["verify", "--format", "json"];
        if self.checkpoint.exists() {
            arguments.extend(["--checkpoint", self.checkpoint.to_str().unwrap()]);
        }
        let verdict = jaal(&self.store, &arguments).expect(0).json();
        verdict["graph"].as_str().unwrap().to_owned()
    }

    /// After a command that wrote and came to its end no file holds what was expunged, whoever was killed over it.
    fn check_traces(&self) {
        if let Some(gone) = self.model.trace(true) {
            assert_eq!(holds(&self.store, &gone), Vec::<PathBuf>::new(), "{gone} was expunged");
        }
        if let Some(there) = self.model.trace(false) {
            assert!(!holds(&self.store, &there).is_empty(), "{there} would not be found");
        }
    }
}

/// How long each kind of command takes.
struct Usual(Vec<(&'static str, Duration)>);

impl Usual {
    /// Runs one of each kind to its end.
    fn measure(folder: &Path) -> Self {
        let mut bench = Bench::new(folder, u64::MAX);
        let mut usual = Self(Vec::new());
        for at in 0..6_u64 {
            let before = &bench.model;
            let work = match at {
                0 => load(before, folder, 1, 1_500),
                1 => load(before, folder, 5_000, 40),
                2 => same(before, 0),
                3 => undo(before, 0),
                4 => Work { name: "compact", arguments: vec!["compact".to_owned()], after: before.clone() },
                _ => expunge(before, 1),
            };
            let end = run(&bench.store, &work, None);
            usual.learn(work.name, end.took);
            assert!(bench.check(work, false, at % 2 == 0));
        }
        usual
    }

    fn learn(&mut self, name: &'static str, took: Duration) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, took));
    }

    fn moment(&self, name: &str, draw: u64) -> Moment {
        let usual = self.0.iter().find(|(known, _)| *known == name).map_or(Duration::ZERO, |(_, took)| *took);
        let signs = match name {
            "compact" | "expunge" => &SIGNS[..],
            "large load" => &SIGNS[1..],
            _ => &[],
        };
        // Some must be let come to their end, or the store would stay empty.
        let part = |draw: u64, most: f64| usual.mul_f64((draw % 1_000) as f64 / 1_000.0 * most);
        match signs.get((draw >> 4) as usize % 4) {
            Some(sign) => Moment { sign: Some(sign), later: part(draw >> 8, 0.3) },
            None => Moment { sign: None, later: part(draw >> 8, 1.5) },
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_a_command_is_killed() {
    let told = setting("JAAL_CRASH_ROUNDS");
    let (rounds, seed) = (told.unwrap_or(ENOUGH), setting("JAAL_CRASH_SEED").unwrap_or(1));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("people.toml"), SPEC).unwrap();
    let mut usual = Usual::measure(folder.path());
    let mut bench = Bench::new(folder.path(), 0);
    let (mut killed, mut kept, mut left) = (0, 0, [0; 2]);
    for round in 0..rounds {
        if round % ROUNDS_A_STORE == 0 {
            bench = Bench::new(folder.path(), round / ROUNDS_A_STORE);
        }
        let draw = random(seed, round);
        let work = work(&bench.model, folder.path(), round, draw);
        let (name, commits) = (work.name, work.after.commits > bench.model.commits);
        let moment = usual.moment(name, random(seed ^ draw, 1));
        let end = run(&bench.store, &work, Some(&moment));
        let is_done = bench.check(work, end.is_killed, draw & 1 << 40 == 0);
        if end.is_killed {
            killed += 1;
            kept += u64::from(commits && is_done);
            left.iter_mut().zip(end.left).for_each(|(count, left)| *count += u64::from(left));
        } else {
            usual.learn(name, end.took);
        }
        if told.is_some() {
            let mut line = format!("round {round}: {name}, ");
            let (how, ms) = (if end.is_killed { "killed" } else { "ended" }, end.took.as_millis());
            writeln!(
                line,
                "{how} after {ms} ms; {} commits, {} entities",
                bench.model.commits,
                bench.model.entities()
            )
            .unwrap();
            std::io::stdout().write_all(line.as_bytes()).unwrap();
        }
    }
    // Kills that find nobody at work test nothing.
    let figures =
        format!("{killed} of {rounds} killed, {kept} after their commit, {left:?} with files in the making");
    if told.is_some() {
        writeln!(std::io::stdout(), "{figures}").unwrap();
    }
    // Few rounds may by chance never meet one of the two sorts of unfinished files; many do not.
    let has_left = |count: &u64| *count > 0;
    let met = if rounds > 3 * ENOUGH { left.iter().all(has_left) } else { left.iter().any(has_left) };
    let in_all_states = kept > 0 && kept < killed && met;
    assert!(rounds < ENOUGH || killed * 3 > rounds && in_all_states, "{figures}");
}
