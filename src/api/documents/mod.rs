//! The OpenAPI documents of this API, and where they are served.
//!
//! A new operation is described by `#[utoipa::path]` on its handler and listed here; [`names`] says where its shapes
//! are called differently. The documents in `openapi/` are what this module writes; a test compares them.

mod names;
mod serve;

use utoipa::OpenApi;

pub use self::serve::routes;
use crate::{
    api::{end_user, metadata, service_owner, well_known},
    auth::scope,
    dialog::search::owner::DeletedFilter,
    http::openapi::{Audience, Document, Names, Part},
};

/// Lists operations. Each is described by itself, so that two types of one name are found when the parts are put
/// together; in one description the last of them would win in silence.
macro_rules! operations {
    ($(#[doc = $doc:literal])+ #[derive(OpenApi)]
     #[openapi(paths($($($segment:ident)::+),+ $(,)?) $(, components(schemas($($schema:ident $(:: $rest:ident)*),+ $(,)?)))?)]
     struct $name:ident;) => {
        $(#[doc = $doc])+
        struct $name;

        impl $name {
            fn operations() -> Vec<utoipa::openapi::OpenApi> {
                vec![
                    $({
                        #[derive(OpenApi)]
                        #[openapi(paths($($segment)::+))]
                        struct One;
                        One::openapi()
                    },)+
                    $({
                        #[derive(OpenApi)]
                        #[openapi(components(schemas($($schema $(:: $rest)*),+)))]
                        struct Schemas;
                        Schemas::openapi()
                    })?
                ]
            }
        }
    };
}

operations! {
/// What service owners can do.
#[derive(OpenApi)]
#[openapi(paths(
    service_owner::activities::create::create,
    service_owner::activities::get::get,
    service_owner::activities::list::list,
    service_owner::dialogs::create::create,
    service_owner::dialogs::delete::delete,
    service_owner::dialogs::freeze::freeze,
    service_owner::dialogs::get::get,
    service_owner::dialogs::patch::patch,
    service_owner::dialogs::purge::purge,
    service_owner::dialogs::restore::restore,
    service_owner::dialogs::update::update,
    service_owner::dialogs::search::search,
    service_owner::end_user_context::search::search,
    service_owner::labels::create::create,
    service_owner::labels::delete::delete,
    service_owner::labels::list::list,
    service_owner::notification::check,
    service_owner::system_labels::bulk_set::bulk_set,
    service_owner::seen_log::get::get,
    service_owner::seen_log::list::list,
    service_owner::system_labels::set::set,
    service_owner::transmissions::create::create,
    service_owner::transmissions::get::get,
    service_owner::transmissions::list::list,
    service_owner::transmissions::replace::replace,
    service_owner::lookup::get,
), components(schemas(
    // Only parameters have these, and those name no schemas.
    DeletedFilter,
    service_owner::notification::NotificationConditionType,
)))]
struct ServiceOwner;
}

operations! {
/// What end users can do.
#[derive(OpenApi)]
#[openapi(paths(
    end_user::activities::get::get,
    end_user::activities::list::list,
    end_user::dialogs::get::get,
    end_user::dialogs::search::search,
    end_user::label_log::list,
    end_user::labels::bulk_set::bulk_set,
    end_user::labels::set::set,
    end_user::seen_log::get::get,
    end_user::seen_log::list::list,
    end_user::transmissions::get::get,
    end_user::transmissions::list::list,
    end_user::lookup::get,
    end_user::parties::list,
    end_user::service_resources::search,
))]
struct EndUser;
}

operations! {
/// What anybody may know.
#[derive(OpenApi)]
#[openapi(paths(metadata::limits::get, metadata::service_resources::list))]
struct Metadata;
}

operations! {
/// What other systems ask for.
#[derive(OpenApi)]
#[openapi(paths(well_known::jwks, well_known::authorization_server))]
struct WellKnown;
}

const SERVICE_OWNERS: Audience = Audience {
    tag: "Serviceowner",
    security: &[("maskinporten", &[scope::SERVICE_PROVIDER])],
};
const END_USERS: Audience = Audience {
    tag: "Enduser",
    security: &[
        ("maskinporten", &[scope::END_USER]),
        ("idporten", &[scope::END_USER]),
    ],
};
const ANYBODY: Audience = Audience {
    tag: "Metadata",
    security: &[],
};

/// The documents, by who reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// Service owners.
    ServiceOwner,
    /// Those who make applications for end users.
    EndUser,
    /// Whoever wants it all. Here every name says to which audience it belongs.
    Whole,
}

impl Edition {
    /// All editions.
    pub const ALL: [Self; 3] = [Self::ServiceOwner, Self::EndUser, Self::Whole];

    /// The name in addresses and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceOwner => "v1.serviceowner",
            Self::EndUser => "v1.enduser",
            Self::Whole => "v1",
        }
    }

    /// The title for readers.
    pub fn title(self) -> &'static str {
        match self {
            Self::ServiceOwner => "Dialogporten ServiceOwner",
            Self::EndUser => "Dialogporten EndUser",
            Self::Whole => "Dialogporten",
        }
    }

    /// The document, for a server at the address `base`.
    pub fn document(self, base: &str) -> anyhow::Result<String> {
        let service_owner = || {
            Part::new(
                ServiceOwner::operations(),
                &SERVICE_OWNERS,
                &names::SERVICE_OWNER,
            )
        };
        let end_user = || Part::new(EndUser::operations(), &END_USERS, &names::END_USER);
        let metadata = || Part::new(Metadata::operations(), &ANYBODY, &Names::default());
        let well_known = || Part::new(WellKnown::operations(), &ANYBODY, &Names::default());
        let parts = match self {
            Self::ServiceOwner => vec![service_owner()?, metadata()?],
            Self::EndUser => vec![end_user()?, metadata()?],
            Self::Whole => vec![
                service_owner()?.renamed(&names::WHOLE_SERVICE_OWNER)?,
                end_user()?.renamed(&names::WHOLE_END_USER)?,
                metadata()?.renamed(&names::WHOLE_ANYBODY)?,
                well_known()?.renamed(&names::WHOLE_ANYBODY)?,
            ],
        };
        Ok(Document::new(self.title(), base, parts)?.to_text()?)
    }
}
