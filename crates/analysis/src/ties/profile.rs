//! What ties two people, and how strongly: a table of shared things and of contacts between things.

use jaal_csr::Direction;

/// What ties people and with which weight. The defaults are [`TieProfile::default`]; kinds and link types that a
/// graph does not have are passed over.
///
/// | shared | reached from a person by | base |
/// |---|---|--:|
/// | phone | USES; being the one it is REGISTERED_TO (half: registered is not used); HAD a device that HELD_SIM | 3 |
/// | device | HAD; USES a phone that USED_HANDSET | 3 |
/// | account | HOLDS | 3 |
/// | premises | FOUND_AT, OCCUPIES; LETS (half: a lessor need not know) | 2 |
/// | company | DIRECTS | 1 |
/// | case | INVOLVED_IN, ARRESTED_IN | 1 |
///
/// | contact | between | base |
/// |---|---|--:|
/// | calls | CALLED between their phones | 0.25 |
/// | payments | PAID between their accounts | 0.35 |
///
/// The weights order the evidence (a shared phone says more than a shared case, and a call less than either) and are a
/// judgement; a report that uses them should name them. Contacts weigh little because everybody has many: with twice
/// these weights, the networks planted in the synthetic sample took in twice as many bystanders.
#[derive(Clone, PartialEq, Debug)]
pub struct TieProfile {
    /// The kind of the people.
    pub people: String,
    /// What they may share.
    pub things: Vec<SharedThing>,
    /// How their things may be in contact.
    pub contacts: Vec<Contact>,
    /// A thing of more people than this ties none of them, nor does one in contact with more things than this: it
    /// is a hub (a courier's number, a bank's own account) and is counted as left out.
    pub hub_people: usize,
}

/// A sort of thing that ties the people who share it: with `k` people, each pair by `base / (k - 1)`, so that a
/// thing gives each of its people the same total however many there are.
#[derive(Clone, PartialEq, Debug)]
pub struct SharedThing {
    /// A name for it, which contacts refer to.
    pub name: String,
    /// The weight between two people who share it with nobody else.
    pub base: f64,
    /// The ways from a person to it.
    pub routes: Vec<Route>,
}

/// A way from a person to a thing.
#[derive(Clone, PartialEq, Debug)]
pub struct Route {
    /// Link types with the direction in which each is walked.
    pub steps: Vec<(String, Direction)>,
    /// Share of the base weight that this way is worth, 0 to 1; between two people the smaller one counts.
    pub share: f64,
}

/// Contact between things of one sort: calls between phones, payments between accounts.
#[derive(Clone, PartialEq, Debug)]
pub struct Contact {
    /// The link type.
    pub link_type: String,
    /// The sort of thing, by [`SharedThing::name`].
    pub between: String,
    /// The weight of one contact; many count up to twice as much, on a logarithmic scale that ends at 128.
    pub base: f64,
}

impl Default for TieProfile {
    fn default() -> Self {
        let out = |link_type: &str, share| route(&[(link_type, Direction::Out)], share);
        let thing = |name: &str, base, routes| SharedThing { name: name.to_owned(), base, routes };
        let contact = |link_type: &str, between: &str, base| Contact {
            link_type: link_type.to_owned(),
            between: between.to_owned(),
            base,
        };
        Self {
            people: "Person".to_owned(),
            things: vec![
                thing(
                    "phone",
                    3.0,
                    vec![
                        out("USES", 1.0),
                        route(&[("REGISTERED_TO", Direction::In)], 0.5),
                        route(&[("HAD", Direction::Out), ("HELD_SIM", Direction::Out)], 1.0),
                    ],
                ),
                thing(
                    "device",
                    3.0,
                    vec![
                        out("HAD", 1.0),
                        route(&[("USES", Direction::Out), ("USED_HANDSET", Direction::Out)], 1.0),
                    ],
                ),
                thing("account", 3.0, vec![out("HOLDS", 1.0)]),
                thing("premises", 2.0, vec![out("FOUND_AT", 1.0), out("OCCUPIES", 1.0), out("LETS", 0.5)]),
                thing("company", 1.0, vec![out("DIRECTS", 1.0)]),
                thing("case", 1.0, vec![out("INVOLVED_IN", 1.0), out("ARRESTED_IN", 1.0)]),
            ],
            contacts: vec![contact("CALLED", "phone", 0.25), contact("PAID", "account", 0.35)],
            hub_people: 200,
        }
    }
}

fn route(steps: &[(&str, Direction)], share: f64) -> Route {
    Route { steps: steps.iter().map(|(name, direction)| ((*name).to_owned(), *direction)).collect(), share }
}
