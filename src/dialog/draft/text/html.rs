//! The HTML that texts may hold: a handful of elements without attributes, and links to `https` addresses.
//!
//! Nothing is cleaned, only told apart. Tags are found as browsers find them (the tokenizer of the HTML standard), so
//! that no tag hides where this reader sees a comment or an attribute and a browser does not.

/// Elements that may occur.
const ELEMENTS: [&str; 14] = [
    "p", "a", "br", "em", "strong", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th",
];

/// The only start of a link.
const LINK: &str = "https://";

/// Whether `html` holds no element and no attribute beyond those that are allowed.
pub fn is_allowed(html: &str) -> bool {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let after = if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            allowed_tag(rest)
        } else if let Some(comment) = rest.strip_prefix("!--") {
            Some(after_comment(comment))
        } else if rest.starts_with(['!', '/']) {
            // Closing tags and declarations create nothing.
            Some(rest.split_once('>').map_or("", |(_, after)| after))
        } else {
            // Processing instructions are refused, a lonely `<` is text.
            (!rest.starts_with('?')).then_some(rest)
        };
        match after {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// What follows a comment, `rest` being what follows its start. `<!-->` and `<!--->` are whole comments.
fn after_comment(rest: &str) -> &str {
    if let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix("->")) {
        return after;
    }
    // Both ends in one go: to look for one behind the other would, for many comments, read the rest many times.
    rest.match_indices('>')
        .find(|(at, _)| rest[..*at].ends_with("--") || rest[..*at].ends_with("--!"))
        .map_or("", |(at, _)| &rest[at + 1..])
}

/// What follows an opening tag, `rest` being what follows its `<`; `None` where the tag is not allowed or not ended.
fn allowed_tag(rest: &str) -> Option<&str> {
    let end = rest.find(|c: char| is_blank(c) || c == '/' || c == '>')?;
    let (name, rest) = rest.split_at(end);
    let is_allowed = ELEMENTS.iter().any(|e| e.eq_ignore_ascii_case(name));
    if !is_allowed {
        return None;
    }
    if !name.eq_ignore_ascii_case("a") {
        return after_end(rest);
    }
    let rest = rest.trim_start_matches(|c: char| is_blank(c) || c == '/');
    let (start, rest) = rest.split_at_checked("href".len())?;
    if !start.eq_ignore_ascii_case("href") {
        return None;
    }
    let rest = rest.trim_start_matches(is_blank).strip_prefix('=')?;
    let rest = rest.trim_start_matches(is_blank);
    let (value, rest) = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split_once(quote)?,
        _ => rest.split_at(rest.find(|c: char| is_blank(c) || c == '>')?),
    };
    let is_link = value
        .get(..LINK.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(LINK));
    if is_link { after_end(rest) } else { None }
}

/// What follows the `>`, before which only blanks and slashes may stand.
fn after_end(rest: &str) -> Option<&str> {
    rest.trim_start_matches(|c: char| is_blank(c) || c == '/')
        .strip_prefix('>')
}

/// Blanks as HTML knows them.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn simple_text_tables_and_links_are_allowed() {
        for html in [
            "",
            "text & &lt;entities&gt;",
            "<p>ok</p>",
            "<P>ok</P>",
            "<p>a<br/><em>b</em><strong>c</strong></p><ul><li>d</li></ul><ol><li>e</li></ol>",
            "<table><thead><tr><th>f</th></tr></thead><tbody><tr><td>g</td></tr></tbody></table>",
            "<a href=\"https://x.no\">h</a>",
            "<a HREF='HTTPS://x.no' >h</a>",
            "<a href=https://x.no>h</a>",
            "<br /><br  >",
            "<p>never closed",
            "never opened</p></div>",
            "<!-- <script> --><p>x</p>",
            "<!-- never ended <script>",
            "a < b, a<1, <",
            "<!doctype html><p>x</p>",
        ] {
            assert!(is_allowed(html), "{html}");
        }
    }

    #[test]
    fn all_else_is_not() {
        for html in [
            "<div>x</div>",
            "<script>x</script>",
            "<p><img src=\"https://x.no\"></p>",
            "<p class=\"x\">x</p>",
            "<p/onclick=x>",
            "<a>x</a>",
            "<a name=x>x</a>",
            "<a href>x</a>",
            "<a href=\"http://x.no\">x</a>",
            "<a href=\" https://x.no\">x</a>",
            "<a href=\"https&#58;//x.no\">x</a>",
            "<a href=\"javascript:x\">x</a>",
            "<a href=\"https://x.no\" target=\"_blank\">x</a>",
            "<a target=x href=\"https://x.no\">x</a>",
            "<a href=\"https://x.no\" href=\"https://y.no\">x</a>",
            "<a href=\"https://x.no\"onclick=x>x</a>",
            "<a hreflang=\"https://x.no\">x</a>",
            "<a href=\"https://x.no>x</a>",
            "<p",
            "<strongest>",
            "<?xml version=\"1.0\"?>",
            // A browser ends these comments early.
            "<!--><script>x</script>-->",
            "<!---><script>x</script>-->",
            "<!-- --!><script>x</script>-->",
            // Quotes in a closing tag hide nothing.
            "</p title=\">\"><script>x</script>",
        ] {
            assert!(!is_allowed(html), "{html}");
        }
    }

    #[test]
    fn millions_of_comments_are_read_once() {
        // A minute and more, if each looked for its end in all that follows.
        assert!(is_allowed(&"<!---->".repeat(500_000)));
        assert!(!is_allowed(&("<!--!> --!>".repeat(300_000) + "<b>")));
    }
}
