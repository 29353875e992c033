//! POST serviceowner/dialogs: a new dialog with all its parts.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use crate::{
    api::{actors, ownership, refusals, wire},
    app::App,
    auth::Identity,
    authority::registry::Resource,
    dialog::{
        Dialog, Violations,
        draft::{CreateDialog, Created, Rules, ValidCreate},
        event::{Announcer, Event},
        id::Ids,
        label::{LabelMask, LoggedChange},
        timestamp::Timestamp,
    },
    http::{body, extract::ServiceOwner, openapi::answers, problem::Problem, query::Query},
    json,
    store::dialogs::insert::{NewDialog, Refused},
    telemetry::usage,
};

/// Creates a dialog. The answer is its id; when it has been sent, the dialog can be found.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs",
    operation_id = "CreateDialog",
    request_body = CreateDialog,
    responses(answers::Created, (status = 409), (status = 422)),
)]
pub async fn create(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let draft: CreateDialog = json::read(&bytes)?;
    drop(bytes);
    let silent = is_silent(&uri)?;

    let now = app.now();
    let mut ids = Ids::at(now);
    let rules = ownership::rules(&caller, silent, now);
    let mut valid = draft.validate(&rules, &mut ids)?;

    let resource = resource(&app, &caller, &rules, &valid).await?;
    if let Err(problem) = decide(&app, &rules, resource.as_ref(), &mut valid).await {
        return Err(key_comes_first(&app, resource.as_ref(), &valid, problem).await?);
    }
    let Some(resource) = resource else {
        return Err(unknown_resource(&rules));
    };

    let claimed: Vec<_> = valid
        .claims
        .iter()
        .filter_map(|(kind, id)| Some((kind.number()?, id)))
        .collect();
    let dialog = valid.into_dialog(Created {
        org: resource.org,
        resource_type: resource.kind,
        revision: crate::dialog::id::random(),
        end_user_revision: crate::dialog::id::random(),
        service_owner_revision: crate::dialog::id::random(),
    });
    let labelled: Vec<_> = LoggedChange::between(LabelMask::DEFAULT, dialog.labels)
        .map(|came| (ids.next(), came.label))
        .collect();
    let new = NewDialog {
        dialog: &dialog,
        claimed: &claimed,
        labelled: &labelled,
        events: &events(&app, &dialog, silent, now),
        hold_until: app.hold_until(&dialog, now),
        now,
    };
    app.store()
        .insert_dialog(&new)
        .await
        .map_err(|refused| refusal(refused, &dialog))?;
    wire::created("/api/v1/serviceowner/dialogs", dialog.id, dialog.revision)
}

/// The flag that keeps the world from hearing of it.
fn is_silent(uri: &Uri) -> Result<bool, Problem> {
    let mut violations = Violations::default();
    let query = Query::parse(uri.query());
    let silent = query
        .boolean("isSilentUpdate", &mut violations)
        .unwrap_or(false);
    Ok(violations.into_result(silent)?)
}

/// The resource in the registry, which the caller owns, together with the resources that its parts name. `None` for an
/// unknown one, which for an admin is one violation among others.
async fn resource(
    app: &App,
    caller: &Identity,
    rules: &Rules,
    valid: &ValidCreate,
) -> Result<Option<Resource>, Problem> {
    let registry = app.authority().registry().await?;
    let found = registry.resource(&valid.service_resource).cloned();
    if let Some(found) = &found {
        usage::note_resource(&found.urn);
    }
    if rules.admin {
        return Ok(found);
    }
    let Some(found) = found else {
        return Err(unknown_resource(rules));
    };
    let owner = caller.consumer.as_deref().unwrap_or_default();
    let attributes = valid.resource_attributes();
    let named = attributes
        .iter()
        .chain([&valid.service_resource])
        .map(String::as_str);
    let not_owned = registry.not_owned(owner, named);
    if !not_owned.is_empty() {
        return Err(refusals::not_owned(&not_owned));
    }
    if found.is_correspondence() && !rules.correspondence_scope {
        return Err(refusals::lacks_scope_for_resource(&found.kind));
    }
    Ok(Some(found))
}

/// Everything that is wrong beyond the form of the request. What has been collected wins over later refusals.
async fn decide(
    app: &App,
    rules: &Rules,
    resource: Option<&Resource>,
    valid: &mut ValidCreate,
) -> Result<(), Problem> {
    let mut collected = match resource {
        Some(_) => Violations::default(),
        None => unknown_resource_violations(rules),
    };
    collected.extend(valid.passed_dates());
    let collected_or = |collected: &Violations, problem: Problem| {
        if collected.is_empty() {
            problem
        } else {
            Problem::Unprocessable(collected.clone())
        }
    };
    if valid.lacks_correspondence_scope() {
        let problem = refusals::lacks_scope_for_activity();
        return Err(collected_or(&collected, problem));
    }
    collected.extend(valid.transmission_violations());
    let repeated = valid.repeated_transmission_keys();
    if !repeated.is_empty() {
        let message = format!("More than one transmission has: {}.", repeated.join(", "));
        let problem = Problem::Conflict(Violations::one("IdempotentKey", message));
        return Err(collected_or(&collected, problem));
    }
    if !collected.is_empty() {
        return Err(Problem::Unprocessable(collected));
    }
    actors::name(app, valid.actors_mut()).await?;
    valid
        .taken_twice()
        .into_result(())
        .map_err(Problem::Unprocessable)
}

/// A used key is told before all that is wrong otherwise; without a problem the insert itself finds it.
async fn key_comes_first(
    app: &App,
    resource: Option<&Resource>,
    valid: &ValidCreate,
    problem: Problem,
) -> Result<Problem, Problem> {
    let (Some(resource), Some(key)) = (resource, &valid.idempotent_key) else {
        return Ok(problem);
    };
    let used = app
        .store()
        .dialog_with_idempotent_key(&resource.org, key)
        .await?;
    Ok(used.map_or(problem, |dialog| Problem::IdempotentKeyUsed {
        key: key.clone(),
        dialog,
    }))
}

fn unknown_resource(rules: &Rules) -> Problem {
    Problem::Unprocessable(unknown_resource_violations(rules))
}

fn unknown_resource_violations(rules: &Rules) -> Violations {
    let mut violations = Violations::one(
        "ServiceResource",
        "The resource is not in the Resource Registry, has no owner, or is of a type that has no dialogs.",
    );
    if rules.admin {
        violations.add("Org", "The short name of the owner is unknown.");
    }
    violations
}

fn events(app: &App, dialog: &Dialog, silent: bool, now: Timestamp) -> Vec<Event> {
    if silent {
        return Vec::new();
    }
    Announcer {
        dialog,
        base: app.public_base(),
        now,
    }
    .created()
}

fn refusal(refused: Refused, dialog: &Dialog) -> Problem {
    match refused {
        Refused::IdempotentKeyUsed(existing) => Problem::IdempotentKeyUsed {
            key: dialog.idempotent_key.clone().unwrap_or_default(),
            dialog: existing,
        },
        Refused::IdTaken(kind, id) => refusals::id_taken(kind, id),
        Refused::Database(error) => error.into(),
    }
}
