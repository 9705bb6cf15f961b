//! Writing what was found as a specification, with its doubts beside it.

use super::column::{Column, Meaning, NOTHING, says};
use super::sample::{Form, Sample};
use crate::parse::CellType;
use crate::parse::date::DateOrder;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A link that is proposed: its type, its ends (places among the entities), and whether it is an event, which then has
/// the other columns as its properties.
struct Link {
    name: &'static str,
    from: usize,
    to: usize,
    is_event: bool,
}

/// An entity that is proposed: its name, and the column that names it.
struct Entity<'a> {
    name: String,
    column: &'a Column,
}

/// The specification as TOML.
pub(super) fn write(sample: &Sample, columns: &[Column]) -> String {
    let mut out = String::new();
    let entities = entities(columns);
    let links = links(&entities);
    // Writing to a text does not fail.
    let _ = head(&mut out, sample)
        .and_then(|()| values(&mut out, columns))
        .and_then(|()| balance(&mut out, columns))
        .and_then(|()| body(&mut out, columns, &entities, &links));
    out
}

fn head(out: &mut String, sample: &Sample) -> std::fmt::Result {
    writeln!(out, "# A first specification, made from the header and the values of {}.", line(&sample.file))?;
    writeln!(out, "# Check it, and above all what it is unsure of, before anything is loaded with it.")?;
    writeln!(out, "name = {}", quoted(&spec_name(&sample.file)))?;
    sample.doubts.iter().try_for_each(|doubt| writeln!(out, "# unsure: {}", plain(doubt)))?;
    writeln!(out, "format = {}", quoted(sample.form.word()))?;
    match &sample.form {
        Form::Delimited { delimiter } if *delimiter != b',' && *delimiter != b'\t' => {
            writeln!(out, "delimiter = {}", quoted(&char::from(*delimiter).to_string()))?;
        }
        _ => {}
    }
    if !matches!(sample.form, Form::Sheet { .. }) {
        writeln!(out, "encoding = {}", quoted(&sample.encoding))?;
    }
    writeln!(out, "# unsure: how far source and statements are trusted; 2D is untested and not known")?;
    writeln!(out, "grade = \"2D\"\n")?;
    writeln!(out, "[handover]\n# unsure: which agency handed it over, under which letter\nagency = \"\"\n")?;
    let mut rows = String::new();
    if sample.skip_top > 0 {
        writeln!(rows, "skip_top = {}", sample.skip_top)?;
    }
    if sample.skip_bottom > 0 {
        writeln!(rows, "# unsure: whether the last lines are always a legend or totals")?;
        writeln!(rows, "skip_bottom = {}", sample.skip_bottom)?;
    }
    if !sample.has_header && !matches!(sample.form, Form::Fixed { .. }) {
        let names: Vec<String> = sample.names.iter().map(|name| quoted(name)).collect();
        writeln!(rows, "header = false\ncolumns = [{}]", names.join(", "))?;
    }
    if !rows.is_empty() {
        writeln!(out, "[rows]\n{rows}")?;
    }
    match &sample.form {
        Form::Fixed { ruler } => {
            let names: Vec<String> = sample.names.iter().map(|name| quoted(name)).collect();
            writeln!(
                out,
                "[fixed]\nruler = {}\nnames = [{}]\nshort_rows = \"fill\"\n",
                quoted(ruler),
                names.join(", ")
            )
        }
        Form::Sheet { number } => writeln!(out, "[sheet]\nnumber = {number}\n"),
        _ => Ok(()),
    }
}

fn values(out: &mut String, columns: &[Column]) -> std::fmt::Result {
    writeln!(out, "[values]")?;
    let orders: Vec<(DateOrder, bool)> = columns.iter().filter_map(|column| column.order).collect();
    let order = file_order(columns);
    if !orders.is_empty() {
        if orders.iter().all(|(_, both)| *both) {
            writeln!(out, "# unsure: the order of dates; every date reads as day/month and as month/day")?;
        }
        writeln!(out, "date_order = {}", quoted(order.word()))?;
    }
    writeln!(out, "# unsure: the zone of the file's clocks")?;
    writeln!(out, "time_zone = \"Asia/Karachi\"")?;
    let nothing: Vec<String> = NOTHING.iter().map(|word| quoted(word)).collect();
    writeln!(out, "null = [\"\", {}]\n", nothing.join(", "))
}

/// The order that a column is sure of; else the first.
fn file_order(columns: &[Column]) -> DateOrder {
    let orders = || columns.iter().filter_map(|column| column.order);
    orders().find(|(_, both)| !both).or_else(|| orders().next()).map_or(DateOrder::Dmy, |(order, _)| order)
}

/// The check of balances, where a statement's columns are there.
fn balance(out: &mut String, columns: &[Column]) -> std::fmt::Result {
    let find = |word: &str| columns.iter().find(|c| c.is(CellType::Money) && says(&c.name, &[word]));
    let account = columns.iter().find(|c| c.is_key("iban") || c.is_key("account"));
    let (Some(debit), Some(credit), Some(balance)) = (find("debit"), find("credit"), find("balance")) else {
        return Ok(());
    };
    writeln!(out, "[balance]\n# unsure: whether rows stand from the oldest to the newest")?;
    if let Some(account) = account {
        writeln!(out, "account = {}", quoted(&account.name))?;
    }
    writeln!(out, "debit = {}\ncredit = {}", quoted(&debit.name), quoted(&credit.name))?;
    writeln!(out, "balance = {}\non_break = \"flag\"\n", quoted(&balance.name))
}

/// An entity for each column of identifiers.
fn entities(columns: &[Column]) -> Vec<Entity<'_>> {
    let mut found: Vec<Entity<'_>> = Vec::new();
    for column in columns {
        let Meaning::Key(scheme) = column.meaning else { continue };
        let base = match scheme {
            "msisdn" => "phone",
            "cnic" | "passport" => "person",
            "iban" | "account" => "account",
            "imei" => "handset",
            "imsi" | "iccid" => "sim",
            "ntn" => "taxpayer",
            "secp" => "company",
            "plate" => "vehicle",
            other => other,
        };
        let taken =
            found.iter().filter(|entity| entity.name.trim_end_matches(char::is_numeric) == base).count();
        let name = if taken == 0 { base.to_owned() } else { format!("{base}{}", taken + 1) };
        found.push(Entity { name, column });
    }
    found
}

/// The links between entities of a row.
fn links(entities: &[Entity<'_>]) -> Vec<Link> {
    let of = |names: &[&str]| -> Vec<usize> {
        let base = |entity: &Entity<'_>| entity.name.trim_end_matches(char::is_numeric).to_owned();
        (0..entities.len()).filter(|at| names.contains(&base(&entities[*at]).as_str())).collect()
    };
    let (phones, accounts, people) = (of(&["phone"]), of(&["account"]), of(&["person"]));
    let mut links = Vec::new();
    let event = |name, ends: &[usize]| match ends {
        [from, to, ..] => Some(Link { name, from: *from, to: *to, is_event: true }),
        _ => None,
    };
    if people.is_empty() {
        links.extend(event("CALLED", &phones));
        links.extend(event("PAID", &accounts));
    }
    let mut tie = |name, from: &[usize], to: &[usize]| {
        if let Some(from) = from.first() {
            links.extend(to.iter().map(|to| Link { name, from: *from, to: *to, is_event: false }));
        }
    };
    tie("USES", &people, &phones);
    tie("HOLDS", &people, &accounts);
    tie("HAS", &people, &of(&["handset", "sim", "vehicle", "company", "taxpayer", "email", "wallet"]));
    if people.is_empty() {
        tie("USED_HANDSET", &phones, &of(&["handset"]));
        tie("USED_SIM", &phones, &of(&["sim"]));
        tie("HAS", &of(&["company"]), &of(&["taxpayer", "email"]));
        tie("HAS", &of(&["company"]), &phones);
    }
    links
}

fn body(out: &mut String, columns: &[Column], entities: &[Entity<'_>], links: &[Link]) -> std::fmt::Result {
    let on_link = links.iter().any(|link| link.is_event);
    let order = file_order(columns);
    if entities.is_empty() {
        writeln!(out, "# unsure: no column looks like an identifier, so every row is an entity of its own")?;
        writeln!(out, "[entities.row]\nkind = \"Row\"")?;
        return properties(out, columns, order);
    }
    for (at, entity) in entities.iter().enumerate() {
        let column = entity.column;
        let Meaning::Key(scheme) = column.meaning else { continue };
        writeln!(
            out,
            "# {} of {} values of {} fit {scheme}.",
            column.fitting,
            column.filled,
            line(&column.name)
        )?;
        if column.fitting < column.filled {
            writeln!(out, "# unsure: the {} that do not", column.filled - column.fitting)?;
        }
        writeln!(out, "[entities.{}]", entity.name)?;
        writeln!(out, "key = {{ scheme = {}, from = {} }}", quoted(scheme), quoted(&column.name))?;
        let is_full = column.filled == column.rows;
        if at > 0 || !is_full {
            writeln!(out, "optional = true")?;
        }
        if at == 0 && !on_link {
            writeln!(out, "# unsure: whether all of these are about the {}", entity.name)?;
            properties(out, columns, order)?;
        }
        writeln!(out)?;
    }
    for link in links {
        let (Some(from), Some(to)) = (entities.get(link.from), entities.get(link.to)) else { continue };
        match link.name {
            "CALLED" | "PAID" => {
                writeln!(out, "# unsure: which of the two is the one who acts; say it with `when`")?;
            }
            "USES" => writeln!(out, "# unsure: who a number is registered to need not be who uses it")?,
            "USED_HANDSET" | "USED_SIM" => writeln!(out, "# unsure: whose handset or card it is")?,
            _ => writeln!(out, "# unsure: what ties the two")?,
        }
        writeln!(out, "[[links]]\ntype = {}", quoted(link.name))?;
        writeln!(out, "from = {}\nto = {}", quoted(&from.name), quoted(&to.name))?;
        if link.is_event {
            let at = properties_of(columns).into_iter().any(|(name, _)| name == "at");
            if at {
                writeln!(out, "# unsure: whether equal times are one event")?;
                writeln!(out, "identity = [\"at\"]")?;
            }
            properties(out, columns, order)?;
        } else {
            writeln!(out, "identity = \"ends\"")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Columns that are no identifiers, as properties: name, and the columns.
fn properties_of(columns: &[Column]) -> Vec<(String, Vec<&Column>)> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut found: Vec<(String, Vec<&Column>)> = Vec::new();
    let day = columns.iter().position(|column| column.is(CellType::Date));
    let clock = columns.iter().position(|column| column.is(CellType::Time));
    let instant = columns.iter().position(|column| column.is(CellType::DateTime));
    for (at, column) in columns.iter().enumerate() {
        match column.meaning {
            Meaning::Key(_) | Meaning::Empty => {}
            _ if instant == Some(at) => found.push(("at".to_owned(), vec![column])),
            _ if instant.is_none() && clock.is_some() && day == Some(at) => {
                found.push((
                    "at".to_owned(),
                    clock.iter().filter_map(|c| columns.get(*c)).fold(vec![column], |mut all, c| {
                        all.push(c);
                        all
                    }),
                ));
            }
            _ if instant.is_none() && day.is_some() && clock == Some(at) => {}
            Meaning::Value(_) => found.push((property_name(&column.name), vec![column])),
        }
    }
    for (name, _) in &mut found {
        let base = name.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            *name = format!("{base}_{number}");
            number += 1;
        }
    }
    found
}

fn properties(out: &mut String, columns: &[Column], order: DateOrder) -> std::fmt::Result {
    for (name, of) in properties_of(columns) {
        let Some(column) = of.first() else { continue };
        let cell_type = match (&of[..], column.meaning) {
            ([_, _], _) => CellType::DateTime,
            (_, Meaning::Value(cell_type)) => cell_type,
            _ => CellType::Str,
        };
        let names: Vec<String> = of.iter().map(|column| quoted(&column.name)).collect();
        let from = if names.len() == 1 { names.concat() } else { format!("[{}]", names.join(", ")) };
        let mut more = String::new();
        if cell_type != CellType::Str {
            write!(more, ", type = {}", quoted(cell_type.word()))?;
        }
        if let Some((own, _)) = column.order.filter(|(own, _)| *own != order) {
            write!(more, ", date_order = {}", quoted(own.word()))?;
        }
        let missed = column.filled - column.fitting;
        if missed > 0 {
            writeln!(
                out,
                "# unsure: {missed} of {} values of {} are not of this type",
                column.filled,
                line(&column.name)
            )?;
            more.push_str(", on_error = \"null\"");
        }
        writeln!(out, "properties.{} = {{ from = {from}{more} }}", key(&name))?;
    }
    let has_balance = columns.iter().any(|c| c.is(CellType::Money) && says(&c.name, &["balance"]));
    let has_sides = ["debit", "credit"]
        .iter()
        .all(|word| columns.iter().any(|c| c.is(CellType::Money) && says(&c.name, &[word])));
    if has_balance && has_sides {
        writeln!(out, "properties.balance_break = {{ from = \"balance_break\" }}")?;
    }
    Ok(())
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A name as the last part of a dotted key.
fn key(name: &str) -> String {
    let is_bare = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_bare { name.to_owned() } else { format!("\"{name}\"") }
}

/// A name within a comment.
fn line(text: &str) -> String {
    format!("`{}`", plain(text))
}

/// A text that stays within the line of its comment.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(160).collect()
}

/// A name for a specification from that of a file.
fn spec_name(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or_default().to_lowercase();
    let name: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(64).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "first-draft".to_owned() } else { name.to_owned() }
}

/// A name for a property from a column's.
fn property_name(column: &str) -> String {
    let lower = column.to_lowercase();
    let mut name = String::new();
    for c in lower.chars() {
        // A name has at most 64 bytes.
        if name.len() + c.len_utf8() > 60 {
            break;
        }
        if c.is_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    if name.chars().next().is_some_and(char::is_alphabetic) {
        name.to_owned()
    } else {
        format!("column_{name}")
    }
}
