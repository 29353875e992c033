//! Answers that operations share, for annotations.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder},
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

/// Refusals of a patch. Clients know them as plain JSON; sent they are as problem documents, which is JSON, too.
pub struct PatchRefusals;

impl IntoResponses for PatchRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let problem = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("ProblemDetails")))
            .build();
        let refusal = ResponseBuilder::new()
            .content("application/json", problem.clone())
            .content("application/problem+json", problem)
            .build();
        ["400", "404", "409", "410", "412", "422"]
            .map(|status| (status.to_owned(), refusal.clone().into()))
            .into()
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
