//! The invented world: people, cases, phones, accounts and what they did, before any agency writes it down.

use super::calendar::{Day, Moment};

/// Index of a person in [`World::people`].
pub(super) type PersonNo = usize;
/// Index of a phone in [`World::phones`].
pub(super) type PhoneNo = usize;
/// Index of a premises in [`World::premises`].
pub(super) type PremisesNo = usize;

/// A person's sex as the papers have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
}

/// A mobile operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operator {
    /// Operator Alpha.
    Alpha,
    /// Operator Beta.
    Beta,
}

/// A bank that delivered statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bank {
    /// Statements with debit and credit columns.
    A,
    /// Statements with one amount and a flag.
    B,
    /// Statements as JSON lines.
    C,
}

impl Bank {
    /// Every bank.
    pub(super) const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// The four letters of the bank in an IBAN.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::A => "SYNA",
            Self::B => "SYNB",
            Self::C => "SYNC",
        }
    }
}

/// A person.
pub(super) struct Person {
    /// Thirteen digits, for citizens with papers.
    pub(super) cnic: Option<String>,
    /// Passport number, for foreign nationals.
    pub(super) passport: Option<String>,
    pub(super) name: String,
    pub(super) father: String,
    /// ISO 3166-1 alpha-3.
    pub(super) nationality: &'static str,
    pub(super) born: Day,
    pub(super) sex: Sex,
    pub(super) address: String,
    /// Everyday circle: family, neighbours, workmates.
    pub(super) circle: usize,
}

impl Person {
    /// `cnic=...` or `passport=...`, the key a database knows the person by; empty without papers.
    pub(super) fn key(&self) -> String {
        match (&self.cnic, &self.passport) {
            (Some(cnic), _) => format!("cnic={cnic}"),
            (None, Some(number)) => format!("passport={}:{number}", self.nationality),
            (None, None) => String::new(),
        }
    }
}

/// What a member does in a network. Planted truth: no agency's file tells it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Role {
    Organiser,
    Receptionist,
    Mule,
    SimSupplier,
    Facilitator,
    Caller,
}

impl Role {
    /// The word for the truth files.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Organiser => "organiser",
            Self::Receptionist => "receptionist",
            Self::Mule => "mule",
            Self::SimSupplier => "sim_supplier",
            Self::Facilitator => "facilitator",
            Self::Caller => "caller",
        }
    }
}

/// A person's place in a planted network.
pub(super) struct Member {
    pub(super) person: PersonNo,
    pub(super) network: usize,
    pub(super) role: Role,
    /// Index of the case that names the member.
    pub(super) case: usize,
    /// Index of the unit where the member was found; `None` for those who were never caught.
    pub(super) unit: Option<usize>,
    /// A further case, of another network, that names the member too.
    pub(super) further_case: Option<usize>,
}

/// A registered case (FIR).
pub(super) struct Case {
    pub(super) number: String,
    pub(super) network: usize,
    pub(super) city: usize,
    pub(super) station: String,
    pub(super) raided: Day,
    pub(super) sections: &'static str,
    /// Whether the City Police took part and reports too.
    pub(super) police: bool,
    /// Whether the City Police alone reports the arrests.
    pub(super) police_only: bool,
}

/// A place.
pub(super) struct Premises {
    pub(super) code: String,
    pub(super) address: String,
    pub(super) city: usize,
    pub(super) lessor: Option<PersonNo>,
    pub(super) tenant: Option<PersonNo>,
}

/// A sealed unit.
pub(super) struct Unit {
    pub(super) number: String,
    pub(super) case: usize,
    pub(super) premises: PremisesNo,
}

/// A phone number with its SIM.
pub(super) struct Phone {
    /// Twelve digits, `92...`.
    pub(super) digits: String,
    pub(super) operator: Operator,
    pub(super) imsi: String,
    pub(super) registrant: PersonNo,
    pub(super) user: PersonNo,
    pub(super) activated: Day,
    pub(super) franchise: usize,
    /// Indices of the handsets the SIM was used in.
    pub(super) handsets: Vec<usize>,
}

impl Phone {
    /// `msisdn=+92...`.
    pub(super) fn key(&self) -> String {
        format!("msisdn=+{}", self.digits)
    }
}

/// An end of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Party {
    Phone(PhoneNo),
    /// A short code or an alphanumeric sender.
    Service(&'static str),
}

/// A call or message.
pub(super) struct Call {
    pub(super) from: Party,
    pub(super) to: Party,
    pub(super) at: Moment,
    pub(super) seconds: i64,
    pub(super) sms: bool,
}

/// Who holds an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holder {
    Person(PersonNo),
    /// Index of a company.
    Company(usize),
}

/// A bank account.
pub(super) struct Account {
    pub(super) iban: String,
    pub(super) bank: Bank,
    pub(super) holder: Holder,
    pub(super) contact: Option<PhoneNo>,
    pub(super) opened: Day,
}

/// A payment between two accounts, in whole rupees.
pub(super) struct Payment {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) at: Moment,
    pub(super) amount: i64,
    pub(super) channel: &'static str,
    pub(super) reference: String,
}

/// A company of the register.
pub(super) struct Company {
    pub(super) number: String,
    pub(super) name: String,
    pub(super) incorporated: Day,
    pub(super) premises: PremisesNo,
    pub(super) directors: Vec<PersonNo>,
    /// Number, first and last day of a software-export registration.
    pub(super) licence: Option<(String, Day, Day)>,
}

/// Money recovered under one memo.
pub(super) struct Recovery {
    pub(super) memo: String,
    pub(super) amount: i64,
    pub(super) on: Day,
    pub(super) what: &'static str,
    /// Index of the unit it was found in; `None` for earlier operations.
    pub(super) unit: Option<usize>,
}

/// How a person of `new_arrests.csv` ties to what is known already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tie {
    Phone,
    Handset,
    Account,
    Premises,
    Subscriber,
    Known,
    None,
}

/// A person arrested after the campaign.
pub(super) struct Newcomer {
    pub(super) person: PersonNo,
    /// The network the tie leads to.
    pub(super) network: Option<usize>,
    pub(super) tie: Tie,
    pub(super) phone: Option<PhoneNo>,
    /// Index of a handset.
    pub(super) handset: Option<usize>,
    /// Index of an account.
    pub(super) account: Option<usize>,
    /// Index of a unit.
    pub(super) unit: Option<usize>,
}

/// Everything that happened.
#[derive(Default)]
pub(super) struct World {
    pub(super) people: Vec<Person>,
    /// Persons of everyday life come first; members and newcomers follow.
    pub(super) everyday: usize,
    pub(super) members: Vec<Member>,
    pub(super) cases: Vec<Case>,
    pub(super) premises: Vec<Premises>,
    pub(super) units: Vec<Unit>,
    /// The landlord shared by three networks.
    pub(super) shared_lessor: PersonNo,
    /// Persons whose papers carry a network's SIMs, by network.
    pub(super) straws: Vec<Vec<PersonNo>>,
    pub(super) phones: Vec<Phone>,
    /// IMEIs of 15 digits.
    pub(super) handsets: Vec<String>,
    pub(super) calls: Vec<Call>,
    pub(super) accounts: Vec<Account>,
    pub(super) payments: Vec<Payment>,
    pub(super) companies: Vec<Company>,
    pub(super) recoveries: Vec<Recovery>,
    pub(super) newcomers: Vec<Newcomer>,
}

impl World {
    /// Members of a network with a role, in order of creation.
    pub(super) fn role(&self, network: usize, role: Role) -> Vec<PersonNo> {
        self.members.iter().filter(|m| m.network == network && m.role == role).map(|m| m.person).collect()
    }

    /// The phones that a person uses.
    pub(super) fn phones_of(&self, person: PersonNo) -> Vec<PhoneNo> {
        (0..self.phones.len()).filter(|&p| self.phones[p].user == person).collect()
    }

    /// Persons whose links the truth files follow: organisers and the shared landlord.
    pub(super) fn in_spotlight(&self, person: PersonNo) -> bool {
        person == self.shared_lessor
            || self.members.iter().any(|m| m.person == person && m.role == Role::Organiser)
    }
}
