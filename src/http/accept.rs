//! The few resources that look at `Accept`: they are JSON or nothing.

use axum::http::{HeaderMap, header};

use super::problem::Problem;

/// Refuses a caller whose `Accept` header (RFC 9110, section 12.5.1) leaves no room for JSON.
/// A missing, empty or unreadable header allows everything.
pub fn json(headers: &HeaderMap) -> Result<(), Problem> {
    let values: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let ranges: Vec<(String, f32)> = values
        .iter()
        .flat_map(|value| value.split(','))
        .filter_map(range)
        .collect();
    if ranges.is_empty()
        || ranges
            .iter()
            .any(|(media, quality)| *quality > 0.0 && allows(media))
    {
        Ok(())
    } else {
        Err(Problem::NotAcceptable)
    }
}

fn range(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let media = parts.next()?.to_ascii_lowercase();
    let (kind, sub) = media.split_once('/')?;
    if kind.is_empty() || sub.is_empty() {
        return None;
    }
    let quality = parts
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .map_or(Some(1.0), |q| q.trim().parse().ok())?;
    Some((media, quality))
}

fn allows(media: &str) -> bool {
    matches!(media, "*/*" | "application/*" | "application/json")
        || (media.starts_with("application/") && media.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_must_have_a_chance() {
        let passes = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, text.parse().unwrap());
            json(&headers).is_ok()
        };
        for yes in [
            "",
            "nonsense",
            "*/*",
            "Application/*;q=0.5",
            "application/problem+json",
            "text/html, application/json",
            "application/json;q=0,*/*",
        ] {
            assert!(passes(yes), "{yes}");
        }
        for no in [
            "text/html",
            "text/json",
            "application/json;q=0",
            "application/xml",
        ] {
            assert!(!passes(no), "{no}");
        }
        assert!(json(&HeaderMap::new()).is_ok());
    }
}
