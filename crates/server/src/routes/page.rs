//! `GET /`: a page for people, with forms for the questions. It needs no script.

use crate::answer::Answer;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

pub(super) async fn page() -> Answer {
    Answer::bytes("text/html; charset=utf-8", PAGE)
}

pub(super) async fn style() -> Answer {
    Answer::bytes("text/css; charset=utf-8", STYLE)
}
