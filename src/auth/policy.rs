//! What a token must carry to enter a route, and which kinds of caller the route serves.

use super::{identity::Identity, scope};
use crate::dialog::{named::Named, seen::UserType};

/// The policies of the routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// The whole end-user API.
    EndUser,
    /// The service-owner API, where nothing else is said.
    ServiceProvider,
    /// The lists of the service-owner API.
    ServiceProviderSearch,
    /// Replacing a transmission.
    ServiceProviderChangeTransmissions,
    /// What only an administrator of the whole does.
    ServiceProviderAdmin,
    /// Whether a notification should be sent: any organization with the scope may ask.
    NotificationConditionCheck,
}

/// The token lacks a scope or its consumer is not an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token does not carry what the route asks for")]
pub struct MissingScope;

/// The route is not for this kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongUserType {
    /// What the caller is.
    pub found: UserType,
    /// What the route serves.
    pub allowed: &'static [UserType],
}

impl std::fmt::Display for WrongUserType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let allowed: Vec<&str> = self.allowed.iter().map(|kind| kind.name()).collect();
        write!(
            f,
            "The token identifies a caller of type {}, this route serves {}.",
            self.found.name(),
            allowed.join(", ")
        )
    }
}

impl std::error::Error for WrongUserType {}

impl Policy {
    /// Whether the token carries the scopes and the consumer that the route asks for.
    pub fn check(self, identity: &Identity) -> Result<(), MissingScope> {
        let has = |scope| identity.has_scope_in_any_claim(scope);
        let is_organization = identity.consumer.is_some();
        let is_service_owner = is_organization && has(scope::SERVICE_PROVIDER);
        let enters = match self {
            Self::EndUser => has(scope::END_USER) || has(scope::END_USER_NO_CONSENT),
            Self::ServiceProvider => is_service_owner,
            Self::ServiceProviderSearch => is_service_owner && has(scope::SERVICE_PROVIDER_SEARCH),
            Self::ServiceProviderChangeTransmissions => {
                is_service_owner && has(scope::CHANGE_TRANSMISSIONS)
            }
            Self::ServiceProviderAdmin => is_service_owner && has(scope::ADMIN),
            Self::NotificationConditionCheck => {
                is_organization && has(scope::NOTIFICATION_CONDITION)
            }
        };
        if enters { Ok(()) } else { Err(MissingScope) }
    }

    /// Whether the route serves this kind of caller.
    pub fn check_user_type(self, identity: &Identity) -> Result<(), WrongUserType> {
        let found = identity.user_type;
        match self.user_types() {
            Some(allowed) if !allowed.contains(&found) => Err(WrongUserType { found, allowed }),
            _ => Ok(()),
        }
    }

    /// The kinds of caller that the route serves; `None` where it does not matter.
    pub fn user_types(self) -> Option<&'static [UserType]> {
        match self {
            Self::EndUser => Some(&[
                UserType::Person,
                UserType::SystemUser,
                UserType::IdportenEmailIdentifiedUser,
            ]),
            Self::ServiceProvider | Self::ServiceProviderSearch => Some(&[
                UserType::ServiceOwner,
                UserType::ServiceOwnerOnBehalfOfPerson,
            ]),
            Self::ServiceProviderAdmin => Some(&[UserType::ServiceOwner]),
            Self::ServiceProviderChangeTransmissions | Self::NotificationConditionCheck => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::auth::claims::Claims;

    const EU: &str = scope::END_USER;
    const SO: &str = scope::SERVICE_PROVIDER;

    fn identity(scopes: &Value, has_consumer: bool, has_pid: bool) -> Identity {
        let mut claims = serde_json::Map::new();
        claims.insert("scope".to_owned(), scopes.clone());
        if has_consumer {
            let consumer = json!({"authority": "iso6523-actorid-upis", "ID": "0192:991825827"});
            claims.insert("consumer".to_owned(), consumer);
        }
        if has_pid {
            claims.insert("pid".to_owned(), json!("08844397713"));
        }
        Identity::from_claims(&Claims::new(claims))
    }

    #[test]
    fn a_policy_asks_for_all_of_its_scopes() {
        let base_and = |more: &str| json!(format!("{SO} {more}"));
        for (policy, scopes, enters) in [
            (Policy::EndUser, json!(EU), true),
            (Policy::EndUser, json!(scope::END_USER_NO_CONSENT), true),
            (Policy::EndUser, json!(["openid", EU]), true),
            (Policy::EndUser, json!("wrong-scope"), false),
            (Policy::EndUser, json!(SO), false),
            (Policy::ServiceProvider, json!(SO), true),
            (Policy::ServiceProvider, json!(EU), false),
            (Policy::ServiceProvider, json!(scope::ADMIN), false),
            (Policy::ServiceProviderSearch, json!(SO), false),
            (
                Policy::ServiceProviderSearch,
                json!(scope::SERVICE_PROVIDER_SEARCH),
                false,
            ),
            (
                Policy::ServiceProviderSearch,
                base_and(scope::SERVICE_PROVIDER_SEARCH),
                true,
            ),
            (
                Policy::ServiceProviderSearch,
                json!([SO, scope::SERVICE_PROVIDER_SEARCH]),
                true,
            ),
            (
                Policy::ServiceProviderChangeTransmissions,
                base_and(scope::ADMIN),
                false,
            ),
            (
                Policy::ServiceProviderChangeTransmissions,
                base_and(scope::CHANGE_TRANSMISSIONS),
                true,
            ),
            (Policy::ServiceProviderAdmin, json!(SO), false),
            (Policy::ServiceProviderAdmin, json!(scope::ADMIN), false),
            (Policy::ServiceProviderAdmin, base_and(scope::ADMIN), true),
            (Policy::NotificationConditionCheck, json!(SO), false),
            (
                Policy::NotificationConditionCheck,
                json!(scope::NOTIFICATION_CONDITION),
                true,
            ),
        ] {
            let caller = identity(&scopes, true, false);
            assert_eq!(
                policy.check(&caller).is_ok(),
                enters,
                "{policy:?} with {scopes}"
            );
        }
    }

    #[test]
    fn service_owners_need_a_consumer() {
        let all = json!(format!(
            "{SO} {} {} {} {}",
            scope::SERVICE_PROVIDER_SEARCH,
            scope::CHANGE_TRANSMISSIONS,
            scope::ADMIN,
            scope::NOTIFICATION_CONDITION
        ));
        for policy in [
            Policy::ServiceProvider,
            Policy::ServiceProviderSearch,
            Policy::ServiceProviderChangeTransmissions,
            Policy::ServiceProviderAdmin,
            Policy::NotificationConditionCheck,
        ] {
            assert_eq!(
                policy.check(&identity(&all, true, false)),
                Ok(()),
                "{policy:?}"
            );
            assert_eq!(
                policy.check(&identity(&all, false, false)),
                Err(MissingScope),
                "{policy:?}"
            );
        }
    }

    #[test]
    fn each_side_serves_its_own_kinds_of_caller() {
        let both = json!(format!("{EU} {SO} {}", scope::ADMIN));
        let person = identity(&json!(EU), false, true);
        let acting = identity(&both, true, true);
        let owner = identity(&both, true, false);
        let unknown = identity(&json!(["openid", SO]), true, false);
        for (policy, served) in [
            (Policy::EndUser, [true, false, false, false]),
            (Policy::ServiceProvider, [false, true, true, false]),
            (Policy::ServiceProviderSearch, [false, true, true, false]),
            (Policy::ServiceProviderAdmin, [false, false, true, false]),
            (Policy::ServiceProviderChangeTransmissions, [true; 4]),
            (Policy::NotificationConditionCheck, [true; 4]),
        ] {
            let callers = [&person, &acting, &owner, &unknown];
            let found = callers.map(|caller| policy.check_user_type(caller).is_ok());
            assert_eq!(found, served, "{policy:?}");
        }
        let wrong = Policy::EndUser.check_user_type(&acting).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "The token identifies a caller of type ServiceOwnerOnBehalfOfPerson, this route serves Person, \
             SystemUser, IdportenEmailIdentifiedUser."
        );
    }
}
