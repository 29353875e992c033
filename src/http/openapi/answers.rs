//! Answers that operations share, for annotations.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{ContentBuilder, HeaderBuilder, RefOr, Response, ResponseBuilder},
};

/// 201: something was created; the body is its identifier, `Etag` the revision.
pub struct Created;

/// 204 with the new revision.
pub struct Changed;

impl IntoResponses for Created {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let identifier = ContentBuilder::new().schema(Some(String::schema())).build();
        let response = ResponseBuilder::new()
            .description("Created; the body is the identifier.")
            .content("application/json", identifier);
        with_revision("201", response)
    }
}

impl IntoResponses for Changed {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        with_revision("204", ResponseBuilder::new())
    }
}

fn with_revision(status: &str, response: ResponseBuilder) -> BTreeMap<String, RefOr<Response>> {
    let etag = HeaderBuilder::new()
        .schema(Some(String::schema()))
        .description(Some("The revision after this."))
        .build();
    BTreeMap::from([(
        status.to_owned(),
        response.header("Etag", etag).build().into(),
    )])
}
