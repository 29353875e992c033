//! The syntax: a place in a text that moves forward token by token.

use std::borrow::Cow;

use super::refusal::Refusal;

/// Deepest nesting; the document itself counts as 1.
const DEPTH: u8 = 64;

/// Most elements in the lists of one document. An element that passes the rules weighs some 80 bytes or more, so a body
/// of the largest size stays within; the bound is for millions of `{}`, each of which would become a whole struct.
const ELEMENTS: usize = 250_000;

const CUT_OFF: &str = "The document ends before it is complete.";
const NOT_UTF8: &str = "The document holds bytes that are not UTF-8.";
const BAD_TEXT: &str = "A text holds a character that must be escaped.";
const BAD_ESCAPE: &str = "A text holds an escape that JSON does not know.";
const LONE_SURROGATE: &str = "A text holds half of a surrogate pair.";

/// What kind of value comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A text in quotes.
    Text,
    /// `[…]`
    List,
    /// `{…}`
    Object,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a truth value",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// A place in a document. After a refusal it is of no more use.
#[derive(Debug)]
pub struct Cursor<'a> {
    /// The document as far as it is UTF-8.
    text: &'a str,
    at: usize,
    depth: u8,
    elements: usize,
    /// What is wrong where `text` ends too early.
    end: &'static str,
}

impl<'a> Cursor<'a> {
    /// The start of a document; a byte order mark is skipped.
    pub fn new(body: &'a [u8]) -> Self {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let (text, end) = match std::str::from_utf8(body) {
            Ok(text) => (text, CUT_OFF),
            Err(error) => (
                std::str::from_utf8(&body[..error.valid_up_to()]).unwrap_or_default(),
                NOT_UTF8,
            ),
        };
        Self {
            text,
            at: 0,
            depth: 0,
            elements: 0,
            end,
        }
    }

    /// The kind of the next value.
    pub fn kind(&mut self) -> Result<Kind, Refusal> {
        match self.next_byte()? {
            b'n' => Ok(Kind::Null),
            b't' | b'f' => Ok(Kind::Bool),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            b'"' => Ok(Kind::Text),
            b'[' => Ok(Kind::List),
            b'{' => Ok(Kind::Object),
            _ => Err(Refusal::new("This is not JSON.")),
        }
    }

    /// Refuses unless the next value is of `kind`.
    pub fn expect(&mut self, kind: Kind) -> Result<(), Refusal> {
        let found = self.kind()?;
        if found == kind {
            return Ok(());
        }
        Err(Refusal::new(format!(
            "Must be {}, not {}.",
            kind.name(),
            found.name()
        )))
    }

    /// Reads `null`.
    pub fn null(&mut self) -> Result<(), Refusal> {
        self.expect(Kind::Null)?;
        self.literal("null")
    }

    /// Reads `true` or `false`.
    pub fn bool(&mut self) -> Result<bool, Refusal> {
        self.expect(Kind::Bool)?;
        let value = self.rest().starts_with(b"t");
        self.literal(if value { "true" } else { "false" })?;
        Ok(value)
    }

    /// Reads a number, as it is written.
    pub fn number(&mut self) -> Result<&'a str, Refusal> {
        self.expect(Kind::Number)?;
        let start = self.at;
        self.eat(b"-");
        if !self.eat(b"0") {
            self.digits()?;
        }
        if self.eat(b".") {
            self.digits()?;
        }
        if self.eat(b"eE") {
            self.eat(b"+-");
            self.digits()?;
        }
        let next = self.rest().first();
        if next.is_some_and(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}')) {
            return Err(Refusal::new("A number ends in something else."));
        }
        Ok(&self.text[start..self.at])
    }

    /// Reads a text. U+0000 is refused.
    pub fn text(&mut self) -> Result<Cow<'a, str>, Refusal> {
        self.expect(Kind::Text)?;
        let text = self.quoted()?;
        if text.contains('\0') {
            return Err(Refusal::new("A text must not hold U+0000."));
        }
        Ok(text)
    }

    /// Reads a list; `each` must read exactly one value.
    pub fn list(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.expect(Kind::List)?;
        self.open()?;
        let mut index = 0;
        let mut read = || -> Result<(), Refusal> {
            if self.next_byte()? == b']' {
                return self.close();
            }
            loop {
                self.elements += 1;
                if self.elements > ELEMENTS {
                    return Err(Refusal::new("The document holds too many elements."));
                }
                each(self)?;
                index += 1;
                match self.next_byte()? {
                    b',' => self.at += 1,
                    b']' => return self.close(),
                    _ => return Err(Refusal::new("There must be a comma between elements.")),
                }
            }
        };
        read().map_err(|refusal| refusal.in_element(index))
    }

    /// Reads an object; `each` gets the names of its members as they come and says whether it read the value.
    /// A value that it did not read is skipped.
    pub fn object(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<bool, Refusal>,
    ) -> Result<(), Refusal> {
        self.expect(Kind::Object)?;
        self.open()?;
        if self.next_byte()? == b'}' {
            return self.close();
        }
        loop {
            if self.next_byte()? != b'"' {
                return Err(Refusal::new("Members must have a name in double quotes."));
            }
            let name = self.quoted()?;
            if self.next_byte()? != b':' {
                return Err(Refusal::new("There must be a colon behind a name."));
            }
            self.at += 1;
            let read = each(self, &name).and_then(|read| if read { Ok(()) } else { self.skip() });
            read.map_err(|refusal| refusal.in_member(&name))?;
            match self.next_byte()? {
                b',' => self.at += 1,
                b'}' => return self.close(),
                _ => return Err(Refusal::new("There must be a comma between members.")),
            }
        }
    }

    /// Passes over a value. What is wrong inside it is told of the value as a whole.
    pub fn skip(&mut self) -> Result<(), Refusal> {
        match self.kind()? {
            Kind::Null => self.null(),
            Kind::Bool => self.bool().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::Text => self.quoted().map(drop),
            Kind::List => self.list(Self::skip),
            Kind::Object => self.object(|_, _| Ok(false)),
        }
        .map_err(Refusal::of_the_whole)
    }

    /// Refuses unless only blanks follow.
    pub(super) fn end(&mut self) -> Result<(), Refusal> {
        self.skip_blanks();
        if self.at == self.text.len() && self.end == CUT_OFF {
            Ok(())
        } else {
            Err(Refusal::new("Something follows the end of the document."))
        }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn skip_blanks(&mut self) {
        let blanks = self
            .rest()
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += blanks.count();
    }

    /// The next byte that is no blank, not yet consumed.
    fn next_byte(&mut self) -> Result<u8, Refusal> {
        self.skip_blanks();
        self.rest().first().copied().ok_or(Refusal::new(self.end))
    }

    fn eat(&mut self, any_of: &[u8]) -> bool {
        let found = self.rest().first().is_some_and(|b| any_of.contains(b));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), Refusal> {
        let count = self
            .rest()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        self.at += count;
        if count == 0 {
            return Err(Refusal::new("A number lacks a digit."));
        }
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<(), Refusal> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(Refusal::new("This is not JSON."));
        }
        self.at += word.len();
        Ok(())
    }

    fn open(&mut self) -> Result<(), Refusal> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Refusal::new(format!(
                "Objects and lists must not nest deeper than {DEPTH}."
            )));
        }
        Ok(())
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is what reading a list or an object ends with"
    )]
    fn close(&mut self) -> Result<(), Refusal> {
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    /// Reads a text in quotes, the next byte being the first quote.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Refusal> {
        self.at += 1;
        let first = self.plain_run()?;
        if self.eat(b"\"") {
            return Ok(Cow::Borrowed(first));
        }
        let mut text = first.to_owned();
        loop {
            if self.eat(b"\"") {
                return Ok(Cow::Owned(text));
            }
            self.at += 1;
            text.push(self.escaped()?);
            text.push_str(self.plain_run()?);
        }
    }

    /// What comes before the next quote or backslash.
    fn plain_run(&mut self) -> Result<&'a str, Refusal> {
        let start = self.at;
        for &byte in self.rest() {
            match byte {
                b'"' | b'\\' => return Ok(&self.text[start..self.at]),
                0..0x20 => return Err(Refusal::new(BAD_TEXT)),
                _ => self.at += 1,
            }
        }
        Err(Refusal::new(self.end))
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Result<char, Refusal> {
        let Some(&byte) = self.rest().first() else {
            return Err(Refusal::new(self.end));
        };
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.escaped_by_number(),
            _ => return Err(Refusal::new(BAD_ESCAPE)),
        })
    }

    fn escaped_by_number(&mut self) -> Result<char, Refusal> {
        let unit = self.utf16_unit()?;
        let units = if (0xd800..0xdc00).contains(&unit) {
            if !self.rest().starts_with(b"\\u") {
                return Err(Refusal::new(LONE_SURROGATE));
            }
            self.at += 2;
            [Some(unit), Some(self.utf16_unit()?)]
        } else {
            [Some(unit), None]
        };
        char::decode_utf16(units.into_iter().flatten())
            .next()
            .and_then(Result::ok)
            .ok_or(Refusal::new(LONE_SURROGATE))
    }

    fn utf16_unit(&mut self) -> Result<u16, Refusal> {
        let digits = self.rest().get(..4).ok_or(Refusal::new(self.end))?;
        let mut unit = 0;
        for &digit in digits {
            let value = char::from(digit)
                .to_digit(16)
                .and_then(|value| u16::try_from(value).ok())
                .ok_or(Refusal::new(BAD_ESCAPE))?;
            unit = unit << 4 | value;
        }
        self.at += 4;
        Ok(unit)
    }
}
