//! Checking a request: where in the body we are, what was wrong so far, and what the rules depend on.

use std::{collections::HashSet, fmt::Write};

use uuid::Uuid;

use super::{
    claims::{Claims, PartKind},
    text::{
        attribute::is_authorization_attribute,
        uri::{self, Uri},
    },
};
use crate::dialog::{
    id::{self, Ids},
    limits,
    named::Named,
    reading::{self, Choice},
    timestamp::Timestamp,
    violations::Violations,
};

/// Most violations that are told of one request; its author will not read more, and a body of many thousand wrong
/// parts must not become an answer many times its size.
const TOLD: usize = 10_000;

/// Who asks, when, and how: what rules depend on beside the request itself.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about one request"
)]
pub struct Rules {
    /// The one moment of the request.
    pub now: Timestamp,
    /// Whether the caller may do what only admins may.
    pub admin: bool,
    /// Whether the change shall be told to nobody.
    pub silent: bool,
    /// Whether longer texts and the types of correspondence are open to the caller.
    pub correspondence_scope: bool,
    /// Whether HTML is open to the caller.
    pub legacy_html_scope: bool,
}

/// What is done with the parts that are checked; a few rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// They belong to a new dialog.
    Create,
    /// They change a dialog, or a request that changes it adds them.
    Update,
    /// A request of their own adds them to a dialog.
    Append,
}

/// Said of something that breaks a rule; what is wrong has been told to the [`Check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid;

/// What a check makes of its input. Several checks are made before the first `?`, so that all is told.
pub type Valid<T> = Result<T, Invalid>;

/// The state of checking one request.
pub struct Check<'a> {
    /// What the rules depend on.
    pub rules: Rules,
    /// What for.
    pub purpose: Purpose,
    ids: &'a mut Ids,
    claims: Claims,
    violations: Violations,
    told: usize,
    path: String,
}

impl<'a> Check<'a> {
    /// Starts at `root`, the name that the API gives to the body as a whole; some bodies have none.
    pub fn new(rules: Rules, purpose: Purpose, root: &str, ids: &'a mut Ids) -> Self {
        Self {
            rules,
            purpose,
            ids,
            claims: Claims::default(),
            violations: Violations::default(),
            told: 0,
            path: root.to_owned(),
        }
    }

    /// Ends with the identifiers that the client claims, or with everything that was wrong.
    pub fn finish<T>(self, valid: Valid<T>) -> Result<(T, Claims), Violations> {
        match valid {
            Ok(valid) if self.violations.is_empty() => Ok((valid, self.claims)),
            _ => Err(self.violations),
        }
    }

    /// Tells that what is being checked breaks a rule.
    pub fn tell(&mut self, message: impl Into<String>) {
        self.told += 1;
        if self.told <= TOLD {
            self.violations.add(self.path.as_str(), message);
        }
    }

    /// Tells that a member of what is being checked breaks a rule.
    pub fn tell_of(&mut self, member: &str, message: impl Into<String>) {
        self.at(member, |check| check.tell(message));
    }

    /// Checks a member.
    pub fn at<T>(&mut self, member: &str, check: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(member);
        let outcome = check(self);
        self.path.truncate(length);
        outcome
    }

    /// Checks the elements of a list.
    pub fn each<T, V>(
        &mut self,
        member: &str,
        items: Vec<T>,
        mut check: impl FnMut(&mut Self, T) -> Valid<V>,
    ) -> Valid<Vec<V>> {
        self.at(member, |this| {
            let length = this.path.len();
            let mut valid = Ok(Vec::with_capacity(items.len()));
            for (index, item) in items.into_iter().enumerate() {
                // Writing to a `String` cannot fail.
                let _ = write!(this.path, "[{index}]");
                let outcome = check(this, item);
                this.path.truncate(length);
                match (outcome, &mut valid) {
                    (Ok(item), Ok(all)) => all.push(item),
                    _ => valid = Err(Invalid),
                }
            }
            valid
        })
    }

    // Identifiers.

    /// The part's own identifier: the client's, which must keep the rules, or a new one.
    pub fn own_id(&mut self, kind: PartKind, id: Option<Uuid>) -> Uuid {
        let Some(id) = id else {
            return self.ids.next();
        };
        for message in id::client_id_violations(id, self.rules.now) {
            self.tell_of("id", format!("'Id' {message}"));
        }
        self.claims.add(kind, id);
        id
    }

    /// The part's own identifier: any that the client gave but zeros, or a new one.
    pub fn any_id(&mut self, kind: PartKind, id: Option<Uuid>) -> Uuid {
        match id {
            Some(id) if !id.is_nil() => {
                self.claims.add(kind, id);
                id
            }
            _ => self.ids.next(),
        }
    }

    /// Identifiers that the client gave within one list must differ.
    pub fn distinct_ids(&mut self, member: &str, ids: impl Iterator<Item = Option<Uuid>>) {
        let mut seen = HashSet::new();
        let twice = ids.flatten().find(|id| !seen.insert(*id));
        if let Some(id) = twice {
            self.tell_of(member, format!("Must not contain duplicates: {id}."));
        }
    }

    // Texts. Lengths count UTF-16 code units.

    /// A text of at most `longest`.
    pub fn longest(&mut self, member: &str, text: &str, longest: usize) {
        let length = limits::utf16_length(text);
        if length > longest {
            let name = title_case(member);
            self.tell_of(
                member,
                format!(
                    "The length of '{name}' must be {longest} characters or fewer. You entered {length} characters."
                ),
            );
        }
    }

    /// A text of at least `shortest`.
    pub fn shortest(&mut self, member: &str, text: &str, shortest: usize) {
        let length = limits::utf16_length(text);
        if length < shortest {
            let name = title_case(member);
            self.tell_of(
                member,
                format!(
                    "The length of '{name}' must be at least {shortest} characters. You entered {length} characters."
                ),
            );
        }
    }

    /// A text that may be left out.
    pub fn optional_text(
        &mut self,
        member: &str,
        text: Option<String>,
        longest: usize,
    ) -> Option<String> {
        if let Some(text) = &text {
            self.longest(member, text, longest);
        }
        text
    }

    /// A text that must be given and hold more than blanks.
    pub fn required_text(
        &mut self,
        member: &str,
        text: Option<String>,
        longest: usize,
    ) -> Valid<String> {
        self.not_blank(member, text.as_deref());
        self.optional_text(member, text, longest).ok_or(Invalid)
    }

    /// Something that must be given and hold more than blanks.
    pub fn not_blank(&mut self, member: &str, text: Option<&str>) {
        if text.is_none_or(|text| text.trim().is_empty()) {
            self.empty(member);
        }
    }

    /// A key under which something is created only once.
    pub fn idempotent_key(&mut self, key: Option<String>) -> Option<String> {
        if let Some(key) = &key {
            self.shortest("idempotentKey", key, *limits::IDEMPOTENT_KEY.start());
            self.longest("idempotentKey", key, *limits::IDEMPOTENT_KEY.end());
        }
        key
    }

    /// What is asked for beside the dialog's own resource.
    pub fn authorization_attribute(&mut self, attribute: Option<String>) -> Option<String> {
        const MEMBER: &str = "authorizationAttribute";
        if let Some(text) = &attribute {
            self.longest(MEMBER, text, limits::TEXT);
            if !is_authorization_attribute(text) {
                self.tell_of(
                    MEMBER,
                    "'AuthorizationAttribute' must be a name, or a name behind 'urn:altinn:{type}:'. Names start with a \
                     letter and continue with letters, digits, '-' and '_'.",
                );
            }
        }
        attribute
    }

    // Addresses.

    /// An absolute `https` address, which must be given.
    pub fn https_url(&mut self, url: Option<Uri>) -> Valid<String> {
        let url = url.map(Uri::into_rooted);
        match &url {
            None => self.empty("url"),
            Some(text) => {
                if !uri::is_https(text) {
                    self.tell_of("url", "'Url' must be a well-formed absolute https address.");
                }
                self.longest("url", text, limits::URI);
            }
        }
        url.ok_or(Invalid)
    }

    /// A URI of any kind, which must be given.
    pub fn required_uri(&mut self, member: &str, uri: Option<Uri>) -> Valid<String> {
        if uri.is_none() {
            self.empty(member);
        }
        self.optional_uri(member, uri).ok_or(Invalid)
    }

    /// A URI of any kind, which may be left out.
    pub fn optional_uri(&mut self, member: &str, uri: Option<Uri>) -> Option<String> {
        let uri = uri.map(Uri::into_rooted);
        if let Some(text) = &uri {
            self.uri_text(member, text);
        }
        uri
    }

    /// A text that must be a URI of any kind.
    pub fn uri_text(&mut self, member: &str, text: &str) {
        if !uri::is_well_formed(text) {
            let name = title_case(member);
            self.tell_of(member, format!("'{name}' must be a well-formed URI."));
        }
        self.longest(member, text, limits::URI);
    }

    // Enumerations.

    /// A value of an enumeration, which must be given.
    pub fn choice<T: Named>(&mut self, member: &str, choice: Option<Choice<T>>) -> Valid<T> {
        choice.and_then(Choice::known).ok_or_else(|| {
            let name = title_case(member);
            let names = reading::names::<T>();
            self.tell_of(member, format!("'{name}' must be one of {names}."));
            Invalid
        })
    }

    // Times.

    /// A moment that must not lie ahead, but for the difference between two clocks.
    pub fn not_ahead(&mut self, member: &str, moment: Timestamp) {
        let latest = self.rules.now + chrono::Duration::seconds(limits::CLOCK_SKEW_SECONDS);
        if moment > latest {
            let name = title_case(member);
            self.tell_of(member, format!("'{name}' must not lie in the future."));
        }
    }

    /// When something was made: now where that was left out or is in the year 1.
    pub fn created_at(&mut self, moment: Option<Timestamp>) -> Timestamp {
        let Some(moment) = moment.filter(|moment| !moment.is_unset()) else {
            return self.rules.now;
        };
        self.not_ahead("createdAt", moment);
        moment
    }

    /// A moment from when something is hidden, which must not have passed.
    pub fn not_expired(&mut self, expires_at: Option<Timestamp>) {
        if expires_at.is_some_and(|moment| moment < self.rules.now) {
            self.tell_of("expiresAt", "'ExpiresAt' must not lie in the past.");
        }
    }

    // Sentences that several rules share.

    /// Tells that a member is missing or empty.
    pub fn empty(&mut self, member: &str) {
        let name = title_case(member);
        self.tell_of(member, format!("'{name}' must not be empty."));
    }
}

/// The name of a member as messages write it.
fn title_case(member: &str) -> String {
    let mut letters = member.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
