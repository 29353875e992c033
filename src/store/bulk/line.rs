//! Lines of `COPY … FROM STDIN` in PostgreSQL's text format.

use std::fmt::{Display, Write};

use serde::Serialize;

use crate::dialog::timestamp::Timestamp;

/// Lines for one table, fields in the order of its statement.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    /// For values that are escaped once or twice before they are put.
    raw: String,
    quoted: String,
}

impl Lines {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Ends a line.
    pub(super) fn end(&mut self) -> &mut Self {
        self.text.pop();
        self.text.push('\n');
        self
    }

    /// A number or a UUID, or anything else that has no tabs, line breaks or backslashes.
    pub(super) fn plain(&mut self, value: impl Display) -> &mut Self {
        // Writing to a text cannot fail.
        let _ = write!(self.text, "{value}\t");
        self
    }

    pub(super) fn moment(&mut self, moment: Timestamp) -> &mut Self {
        self.plain(moment)
    }

    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        escape(value, &mut self.text);
        self.text.push('\t');
        self
    }

    pub(super) fn null(&mut self) -> &mut Self {
        self.text.push_str("\\N\t");
        self
    }

    pub(super) fn optional<T>(
        &mut self,
        value: Option<T>,
        put: impl FnOnce(&mut Self, T) -> &mut Self,
    ) -> &mut Self {
        match value {
            Some(value) => put(self, value),
            None => self.null(),
        }
    }

    /// A document; ours can always be written.
    pub(super) fn json(&mut self, value: &impl Serialize) -> &mut Self {
        let json = serde_json::to_string(value).unwrap_or_default();
        self.text(&json)
    }

    /// An array of texts.
    pub(super) fn texts<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.raw.clear();
        self.raw.push('{');
        for (n, value) in values.into_iter().enumerate() {
            self.raw.push_str(if n > 0 { ",\"" } else { "\"" });
            self.quoted.clear();
            for c in value.chars() {
                if matches!(c, '"' | '\\') {
                    self.quoted.push('\\');
                }
                self.quoted.push(c);
            }
            self.raw.push_str(&self.quoted);
            self.raw.push('"');
        }
        self.raw.push('}');
        escape(&self.raw, &mut self.text);
        self.text.push('\t');
        self
    }
}

fn escape(value: &str, into: &mut String) {
    for c in value.chars() {
        match c {
            '\\' => into.push_str("\\\\"),
            '\t' => into.push_str("\\t"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_is_escaped() {
        let mut lines = Lines::default();
        lines
            .plain(5)
            .text("a\tb\\N\r\n")
            .null()
            .texts(["a,b", "q\"\\\n", ""])
            .optional(Some("x"), Lines::text)
            .optional(None::<&str>, Lines::text)
            .end();
        let expected = concat!(
            "5\ta\\tb\\\\N\\r\\n\t\\N\t",
            r#"{"a,b","q\\"\\\\\n",""}"#,
            "\tx\t\\N\n"
        );
        assert_eq!(std::str::from_utf8(lines.as_bytes()).unwrap(), expected);
    }
}
