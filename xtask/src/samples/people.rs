//! People: names, papers and homes, all drawn at random from lists of common words.

use super::calendar::Day;
use super::numbers;
use super::rng::Rng;
use super::world::{Person, Sex, World};

/// Cities of the story. Streets and buildings in them are invented.
pub(super) const CITIES: [&str; 6] = ["Lahore", "Rawalpindi", "Islamabad", "Faisalabad", "Karachi", "Multan"];

/// People outside the networks.
const EVERYDAY: usize = 2500;

const MEN: [&str; 24] = [
    "Muhammad", "Ahmed", "Bilal", "Usman", "Hamza", "Imran", "Kamran", "Saad", "Tariq", "Wasim", "Yasir",
    "Adeel", "Faisal", "Naveed", "Rizwan", "Shahid", "Zubair", "Asif", "Danish", "Junaid", "Kashif",
    "Nadeem", "Omar", "Waqas",
];
const WOMEN: [&str; 14] = [
    "Ayesha", "Fatima", "Zainab", "Sana", "Hina", "Nadia", "Rabia", "Zara", "Maryam", "Saima", "Amna",
    "Iqra", "Kiran", "Mehwish",
];
const FAMILIES: [&str; 20] = [
    "Khan", "Malik", "Butt", "Chaudhry", "Sheikh", "Qureshi", "Siddiqui", "Hussain", "Shah", "Raza", "Iqbal",
    "Mirza", "Baig", "Abbasi", "Awan", "Bhatti", "Gondal", "Javed", "Rana", "Warraich",
];
const STREETS: [&str; 10] = [
    "Kachnar Lane",
    "Shisham Road",
    "Neem Street",
    "Chinar Avenue",
    "Jamun Lane",
    "Anar Street",
    "Sarson Road",
    "Motia Lane",
    "Gulmohar Avenue",
    "Peepal Road",
];

/// A nationality with given and family names that go with it.
struct Origin {
    country: &'static str,
    /// Share of a hundred foreign nationals.
    share: usize,
    given: &'static [&'static str],
    family: &'static [&'static str],
    family_first: bool,
}

const ORIGINS: [Origin; 5] = [
    Origin {
        country: "CHN",
        share: 46,
        given: &["Wei", "Fang", "Jun", "Lei", "Min", "Qiang", "Tao", "Xin", "Yan", "Bo", "Hui", "Peng"],
        family: &["Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Xu", "Sun"],
        family_first: true,
    },
    Origin {
        country: "PHL",
        share: 18,
        given: &["Niño", "Maria", "Jose", "Angel", "Rodel", "Jasmine", "Arvin", "Liza"],
        family: &["Peña", "Muñoz", "Santos", "Reyes", "Ocampo", "Bautista", "Ibáñez", "Castro"],
        family_first: false,
    },
    Origin {
        country: "NGA",
        share: 14,
        given: &["Chidi", "Emeka", "Ngozi", "Tunde", "Amaka", "Segun", "Ifeoma", "Bayo"],
        family: &["Okafor", "Balogun", "Eze", "Adeyemi", "Nwosu", "Lawal", "Obi", "Danjuma"],
        family_first: false,
    },
    Origin {
        country: "BGD",
        share: 12,
        given: &["Md. Rafiq", "Md. Sohel", "Shapla", "Jahid", "Mitu", "Rakib", "Nasrin", "Md. Alam"],
        family: &["Hossain", "Sarkar", "Mia", "Uddin", "Akter", "Mollah", "Biswas", "Talukder"],
        family_first: false,
    },
    Origin {
        country: "VNM",
        share: 10,
        given: &["Minh", "Lan", "Duc", "Huong", "Tuan", "Linh", "Hai", "Mai"],
        family: &["Nguyen", "Tran", "Le", "Pham", "Hoang", "Vu", "Dang", "Bui"],
        family_first: true,
    },
];

/// Makes people; every one gets papers of its own.
pub(super) struct Registry {
    rng: Rng,
    serial: u64,
}

impl Registry {
    /// An empty registry.
    pub(super) fn new() -> Self {
        Self { rng: Rng::of("people"), serial: 0 }
    }

    /// A citizen with a CNIC.
    pub(super) fn citizen(&mut self, city: usize, circle: usize) -> Person {
        self.serial += 1;
        let rng = &mut self.rng;
        let sex = if rng.chance(70) { Sex::Male } else { Sex::Female };
        let given = if sex == Sex::Male { rng.pick(&MEN) } else { rng.pick(&WOMEN) };
        let family = rng.pick(&FAMILIES);
        let house = rng.between(1, 480);
        Person {
            cnic: Some(numbers::cnic(self.serial, city, sex)),
            passport: None,
            name: format!("{given} {family}"),
            father: format!("{} {family}", rng.pick(&MEN)),
            nationality: "PAK",
            born: Day::of(1962, 1, 1).plus(rng.between(0, 44 * 365)),
            sex,
            address: format!("House {house}, {}, {}", rng.pick(&STREETS), CITIES[city % CITIES.len()]),
            circle,
        }
    }

    /// A foreign national with a passport.
    pub(super) fn foreigner(&mut self, city: usize, circle: usize) -> Person {
        self.serial += 1;
        let rng = &mut self.rng;
        let mut draw = rng.below(100);
        let origin = ORIGINS
            .iter()
            .find(|origin| {
                let here = draw < origin.share;
                draw = draw.saturating_sub(origin.share);
                here
            })
            .unwrap_or(&ORIGINS[0]);
        let (given, family) = (rng.pick(origin.given), rng.pick(origin.family));
        Person {
            cnic: None,
            passport: Some(numbers::passport(self.serial)),
            name: if origin.family_first { format!("{family} {given}") } else { format!("{given} {family}") },
            father: String::new(),
            nationality: origin.country,
            born: Day::of(1980, 1, 1).plus(rng.between(0, 26 * 365)),
            sex: if rng.chance(65) { Sex::Male } else { Sex::Female },
            address: format!("Hostel Block {}, {}", rng.between(1, 30), CITIES[city % CITIES.len()]),
            circle,
        }
    }
}

/// Fills the world with people of everyday life, in circles of 20 to 60.
pub(super) fn stage(world: &mut World, registry: &mut Registry) {
    let mut rng = Rng::of("circles");
    let mut circle = 0;
    while world.people.len() < EVERYDAY {
        let size = (rng.between(20, 60) as usize).min(EVERYDAY - world.people.len());
        let city = rng.below(CITIES.len());
        world.people.extend((0..size).map(|_| registry.citizen(city, circle)));
        circle += 1;
    }
    world.everyday = EVERYDAY;
}
