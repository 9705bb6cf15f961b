//! Opening a row: taking it apart, working out its derived columns, and telling whether it is left out. Whatever
//! reads rows does it with this, so that a row is the same to all of them.

use super::build::{Apart, RowRules, flaw, row_text, take_apart};
use super::derive::derive;
use super::eval::{RowText, is_left_out};
use super::fields::Fields;
use super::form::RowForm;
use super::{Fault, json};
use crate::plan::Plan;
use crate::source::split::{RawChunk, RowSpan};
use serde_json::Value as Json;

/// Opens row after row of a file.
pub(crate) struct RowOpener<'p> {
    plan: &'p Plan,
    rules: &'p RowRules,
    /// The fields that columns are read from: those of the row, and then derived ones.
    pub(crate) fields: Fields,
    /// Of a JSON row: everything in it.
    pub(crate) object: Option<Json>,
}

impl<'p> RowOpener<'p> {
    pub(crate) fn new(plan: &'p Plan, rules: &'p RowRules) -> Self {
        Self { plan, rules, fields: Fields::default(), object: None }
    }

    /// The row that was opened.
    pub(crate) fn row<'a>(&'a self, row: &'a str) -> RowText<'a> {
        RowText {
            row,
            fields: &self.fields,
            binding: &self.rules.binding,
            is_sheet: matches!(self.rules.form, RowForm::Cells),
        }
    }

    /// Opens a row; `false` when it is left out. `note` is the text of the plan's column of remarks.
    ///
    /// # Errors
    /// A [`Fault`] when the row must be rejected.
    pub(crate) fn open(&mut self, raw: &RawChunk, span: &RowSpan, note: &str) -> Result<bool, Fault> {
        flaw(raw, span)?;
        let text = row_text(raw, span);
        let mut ragged = None;
        self.object = None;
        if matches!(self.rules.form, RowForm::Json) {
            let object = self.object.insert(json::parse(text)?);
            json::fill(&mut self.fields, object, &self.plan.columns);
        } else {
            match take_apart(text, span, &self.rules.form, self.rules.width, &mut self.fields) {
                Apart::Blank => return Ok(false),
                Apart::Ragged(fault) => ragged = Some(fault),
                Apart::Fields => {}
            }
        }
        let mut failed = None;
        if ragged.is_none() {
            self.fields.end_of_row();
            failed = derive(self.plan, self.rules, text, &mut self.fields).err();
            if self.plan.remarks.is_some() {
                self.fields.push_text(note);
            }
        }
        if is_left_out(self.plan, self.row(text), ragged.is_some()) {
            return Ok(false);
        }
        match ragged.or(failed) {
            Some(fault) => Err(fault),
            None => Ok(true),
        }
    }
}
