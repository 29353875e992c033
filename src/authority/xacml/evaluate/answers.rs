//! What a request answers to each match of a policy. Every match is compared at most once per request, however many
//! rules and readings ask for it.

use super::super::function::Compared;
use super::super::policy::{Match, MatchId, Operand, Policy};
use super::super::request::Request;

/// What a request answers to one match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Some value fits.
    Holds,
    /// No value fits; or the attribute has values of another type only.
    Fails,
    /// The request has no value of this attribute, of any type.
    Missing,
    /// No value fits, and one side should be a whole number but is none.
    Unreadable,
    /// There is something to compare, and no way to do it.
    Unsupported,
}

/// The answers of one request to one policy, found as they are asked for.
pub(in super::super) struct Answers<'a> {
    matches: &'a [Match],
    request: &'a Request<'a>,
    known: Vec<Option<Answer>>,
}

impl<'a> Answers<'a> {
    pub(in super::super) fn new(policy: &'a Policy, request: &'a Request<'a>) -> Self {
        Self {
            matches: &policy.matches,
            request,
            known: vec![None; policy.matches.len()],
        }
    }

    pub(super) fn request(&self) -> &'a Request<'a> {
        self.request
    }

    pub(super) fn to(&mut self, id: MatchId) -> (&'a Match, Answer) {
        let place = id.0 as usize;
        let asked = &self.matches[place];
        let answer = *self.known[place].get_or_insert_with(|| answer(asked, self.request));
        (asked, answer)
    }
}

fn answer(asked: &Match, request: &Request<'_>) -> Answer {
    let Operand::Attribute(designator) = &asked.operand else {
        return Answer::Unsupported;
    };
    let mut is_present = false;
    let mut compared = Compared::Fails;
    for (data_type, values) in request.values(&designator.category, &designator.id) {
        is_present |= !values.is_empty();
        if *data_type != asked.data_type {
            continue;
        }
        for value in values {
            compared = compared.or(asked.test.compare(value));
            if compared == Compared::Holds && asked.test.is_steady() {
                return Answer::Holds;
            }
        }
    }
    match compared {
        _ if !is_present => Answer::Missing,
        Compared::Holds => Answer::Holds,
        Compared::Fails => Answer::Fails,
        Compared::Unreadable => Answer::Unreadable,
        Compared::Unsupported => Answer::Unsupported,
    }
}
