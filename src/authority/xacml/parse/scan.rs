//! A first look at a document, before a parser is let loose on it: anything that could cost more than its size in time
//! or memory is refused here, in one pass without allocation.

/// Largest document, in bytes. Policies of a thousand roles stay below a tenth of it.
pub(super) const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Deepest nesting of elements. A policy needs seven levels, and one per function inside a function.
const MAX_DEPTH: usize = 64;
/// Most pieces of markup (start and end tags, comments, …).
const MAX_MARKUP: usize = 100_000;
/// Most equals signs, in attributes and elsewhere; the parser reserves memory for each.
const MAX_EQUALS: usize = 100_000;
/// Most attributes of one element; the parser compares each with each.
const MAX_ATTRIBUTES: usize = 32;
/// Most declarations of namespaces; the parser may copy all of them for each.
const MAX_NAMESPACES: usize = 256;

/// Looks at the markup only; whether it is well formed is for the parser to say. On refusal: where, in bytes, and why.
pub(super) fn scan(xml: &str) -> Result<(), (usize, &'static str)> {
    if xml.len() > MAX_BYTES {
        return Err((0, "the document is too large"));
    }
    if xml.bytes().filter(|byte| *byte == b'=').count() > MAX_EQUALS {
        return Err((0, "the document has too many attributes"));
    }
    let (mut at, mut depth, mut pieces, mut namespaces) = (0, 0_usize, 0, 0);
    while let Some(open) = xml[at..].find('<') {
        at += open;
        let markup = &xml[at..];
        pieces += 1;
        if pieces > MAX_MARKUP {
            return Err((at, "the document has too many elements"));
        }
        let end = if let Some(comment) = markup.strip_prefix("<!--") {
            comment.find("-->").map(|end| end + 7)
        } else if markup.starts_with("<![CDATA[") {
            markup.find("]]>").map(|end| end + 3)
        } else if markup.starts_with("<?") {
            markup.find("?>").map(|end| end + 2)
        } else if markup.starts_with("<!") {
            return Err((at, "a document type declaration is not allowed"));
        } else {
            let tag = Tag::read(markup).map_err(|what| (at, what))?;
            namespaces += tag.namespaces;
            if namespaces > MAX_NAMESPACES {
                return Err((at, "the document declares too many namespaces"));
            }
            depth = if tag.is_end {
                depth.saturating_sub(1)
            } else {
                depth + usize::from(!tag.is_empty)
            };
            if depth > MAX_DEPTH {
                return Err((at, "the elements are nested too deeply"));
            }
            Some(tag.length)
        };
        at += end.ok_or((at, "the markup does not end"))?;
    }
    Ok(())
}

struct Tag {
    length: usize,
    is_end: bool,
    is_empty: bool,
    namespaces: usize,
}

impl Tag {
    /// Reads from `<` to the `>` that is not inside quotes.
    fn read(markup: &str) -> Result<Self, &'static str> {
        let bytes = markup.as_bytes();
        let (mut quote, mut attributes, mut namespaces) = (None, 0, 0);
        for (at, byte) in bytes.iter().copied().enumerate() {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => {
                    attributes += 1;
                    if attributes > MAX_ATTRIBUTES {
                        return Err("the element has too many attributes");
                    }
                }
                (None, b'x') => namespaces += usize::from(bytes[at..].starts_with(b"xmlns")),
                (None, b'>') => {
                    return Ok(Self {
                        length: at + 1,
                        is_end: bytes[1] == b'/',
                        is_empty: bytes[at - 1] == b'/',
                        namespaces,
                    });
                }
                _ => {}
            }
        }
        Err("the markup does not end")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn harmless_documents_pass() {
        for xml in [
            "",
            "<a/>",
            "<a b='>' c=\"</a>\"><!-- <b> -- <c> --><![CDATA[<d>]]><?e <f> ?></a>",
            &"<a/>".repeat(1_000),
            &("<a>".repeat(MAX_DEPTH) + &"</a>".repeat(MAX_DEPTH)),
        ] {
            assert_eq!(scan(xml), Ok(()), "{xml:.40}");
        }
    }

    #[test]
    fn hostile_documents_are_refused_with_the_reason() {
        let attributes = " a=''".repeat(MAX_ATTRIBUTES + 1);
        for (xml, what) in [
            (" ".repeat(MAX_BYTES + 1), "the document is too large"),
            (
                "=".repeat(MAX_EQUALS + 1),
                "the document has too many attributes",
            ),
            (
                "<a/>".repeat(MAX_MARKUP + 1),
                "the document has too many elements",
            ),
            (
                "<a>".repeat(MAX_DEPTH + 1),
                "the elements are nested too deeply",
            ),
            (
                format!("<a{attributes}/>"),
                "the element has too many attributes",
            ),
            (
                "<a xmlns='b'/>".repeat(MAX_NAMESPACES + 1),
                "the document declares too many namespaces",
            ),
            (
                "<!DOCTYPE a><a/>".to_owned(),
                "a document type declaration is not allowed",
            ),
            (
                "<a><!ENTITY b 'c'></a>".to_owned(),
                "a document type declaration is not allowed",
            ),
            ("<a b='>".to_owned(), "the markup does not end"),
            ("<!-- -".to_owned(), "the markup does not end"),
            ("<!-->".to_owned(), "the markup does not end"),
            ("<".to_owned(), "the markup does not end"),
        ] {
            assert_eq!(scan(&xml).map_err(|(_, what)| what), Err(what), "{xml:.40}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(xml in "[<>!?/=\"' a-cx\\[\\]CDAT\\-æ]{0,64}") {
            let _ = scan(&xml);
        }
    }
}
