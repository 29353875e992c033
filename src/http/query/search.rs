//! The parameters of searches.

use super::Query;
use crate::dialog::{
    Violations,
    search::{OwnerRequest, Request},
};

/// Reads all parameters of a search by an end user; what cannot be read goes into `v`.
pub fn search(query: &Query, v: &mut Violations) -> Request {
    Request {
        orgs: query.texts("org", v),
        ..common(query, v)
    }
}

/// Reads all parameters of a search by a service owner but the person that it acts for; what cannot be read goes
/// into `v`.
pub fn search_by_owner(query: &Query, v: &mut Violations) -> OwnerRequest {
    OwnerRequest {
        common: common(query, v),
        deleted: query.choice("deleted", v),
        visible: query.span("visibleAfter", "visibleBefore", v),
        labels: query.texts("serviceOwnerLabels", v),
    }
}

/// What everybody may ask for.
fn common(query: &Query, v: &mut Violations) -> Request {
    Request {
        orgs: Vec::new(),
        resources: query.texts("serviceResource", v),
        parties: query.texts("party", v),
        extended_statuses: query.texts("extendedStatus", v),
        external_reference: query.text("externalReference", v),
        statuses: query.choices("status", v),
        created: query.span("createdAfter", "createdBefore", v),
        updated: query.span("updatedAfter", "updatedBefore", v),
        content_updated: query.span("contentUpdatedAfter", "contentUpdatedBefore", v),
        due: query.span("dueAfter", "dueBefore", v),
        is_content_seen: query.boolean("isContentSeen", v),
        process: query.text("process", v),
        labels: query.choices("systemLabel", v),
        exclude_api_only: query.boolean("excludeApiOnly", v),
        text: query.text("search", v),
        text_language: query.text("searchLanguageCode", v),
        order: query.order("orderBy", v),
        cursor: query.cursor("continuationToken", v),
        limit: query.integer("limit", v),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::{
        reading::Choice,
        search::{owner::DeletedFilter, request::MostValues},
    };

    const PARTY: &str = "urn:altinn:organization:identifier-no:310923044";

    /// The keys of a refusal with the number of messages, as a text; empty where the search is fine.
    fn refused(query: &str) -> String {
        let mut v = Violations::default();
        let request = search(&Query::parse(Some(query)), &mut v);
        let most = MostValues {
            parties: 100,
            resources: 20,
            orgs: 20,
            extended_statuses: 20,
        };
        if v.is_empty()
            && let Err(broken) = request.validate(&most)
        {
            v = broken;
        }
        let keys: Vec<_> = v
            .iter()
            .map(|(key, messages)| format!("{key}:{}", messages.len()))
            .collect();
        keys.join(" ")
    }

    #[test]
    fn what_cannot_be_read_hides_the_rules() {
        for (query, keys) in [
            ("", ":1"),
            (
                "limit=0&search=ab&process=inval%7Cd",
                ":1 limit:1 process:1 search:1",
            ),
            (
                "party=x&limit=x&createdAfter=never&isContentSeen=maybe&status=foo",
                "createdAfter:1 isContentSeen:1 limit:1 status:1",
            ),
            ("party=x&LIMIT=x&Status=foo", "LIMIT:1 Status:1"),
            (
                &format!("party={PARTY}&PARTY=x&LIMIT=0"),
                "limit:1 party[1]:1",
            ),
            (
                &format!("party={PARTY}&orderBy=foo&continuationToken=abc"),
                "continuationToken:1 orderBy:1",
            ),
            (
                &format!("party={PARTY}&limit=0&continuationToken=abc"),
                "continuationToken:1",
            ),
            (
                &format!("party={PARTY}&continuationToken=,"),
                "continuationToken:1",
            ),
            (&format!("party={PARTY}&limit="), "limit:1"),
            (
                &format!("party={PARTY}&search=&searchLanguageCode="),
                "search:1 searchLanguageCode:1",
            ),
            (&format!("party={PARTY}&search=abc%00def"), "search:1"),
            ("party=", "party[0]:1"),
            ("party=[]", ":1"),
            ("serviceResource=", ""),
            (&format!("party={PARTY},{PARTY}"), ""),
            (&format!("party={PARTY},+{PARTY}"), "party[1]:1"),
            (&format!("party={PARTY},,{PARTY}"), "party[0]:1"),
            (
                &format!(
                    "party={PARTY}&createdAfter=&createdBefore=&isContentSeen=&excludeApiOnly=\
                     &externalReference=&process=&org=&extendedStatus=&nosuchparameter=1"
                ),
                "",
            ),
        ] {
            assert_eq!(refused(query), keys, "{query}");
        }
    }

    #[test]
    fn service_owners_have_parameters_of_their_own() {
        let text =
            "deleted=only&visibleAfter=2025-01-01&serviceOwnerLabels=abc,def*&org=[x]&limit=7";
        let mut v = Violations::default();
        let request = search_by_owner(&Query::parse(Some(text)), &mut v);
        assert!(v.is_empty(), "the organization is not theirs to choose");
        assert_eq!(request.deleted, Some(Choice::Known(DeletedFilter::Only)));
        assert!(request.visible.after.is_some());
        assert_eq!(request.labels, ["abc", "def*"]);
        assert_eq!(request.common.limit, Some(7));
        let text = "deleted=x&visibleBefore=x&serviceOwnerLabels=[null]&party=[x]";
        search_by_owner(&Query::parse(Some(text)), &mut v);
        let keys: Vec<_> = v.iter().map(|(key, _)| key).collect();
        assert_eq!(
            keys,
            ["deleted", "party", "serviceOwnerLabels[0]", "visibleBefore"]
        );
    }
}
