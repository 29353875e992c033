//! The systems that are called, and how each wants to be treated.

use std::time::Duration;

use super::base::Base;

/// A system outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// Decides by policies (XACML).
    DecisionPoint,
    /// Knows who represents whom.
    AccessManagement,
    /// Knows the resources, their policies, and whom those let in.
    ResourceRegistry,
    /// Knows what people, organizations and systems are called.
    Register,
    /// The public list of service owners.
    Organizations,
    /// Knows what roles and access packages are called.
    Metadata,
    /// Takes events.
    Events,
}

/// How a system is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub base: Base,
    /// The server's own token goes with each call.
    pub token: bool,
    /// The subscription key goes with each call.
    pub key: bool,
    /// Calls are made again where that may help.
    pub retries: bool,
    /// After this long a call has failed, all its attempts together.
    pub hard: Duration,
    /// How many attempts are on their way at a time; four times as many may wait.
    pub at_once: usize,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::DecisionPoint,
        Self::AccessManagement,
        Self::ResourceRegistry,
        Self::Register,
        Self::Organizations,
        Self::Metadata,
        Self::Events,
    ];

    /// What it is called in logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::DecisionPoint => "decision_point",
            Self::AccessManagement => "access_management",
            Self::ResourceRegistry => "resource_registry",
            Self::Register => "register",
            Self::Organizations => "organizations",
            Self::Metadata => "metadata",
            Self::Events => "events",
        }
    }

    /// After this long a caller who has an older answer goes on with that.
    pub fn soft_deadline(self) -> Duration {
        Duration::from_secs(match self {
            Self::DecisionPoint => 4,
            Self::AccessManagement => 10,
            _ => 1,
        })
    }

    pub(super) fn manner(self) -> Manner {
        let (base, token, key) = match self {
            Self::DecisionPoint | Self::AccessManagement | Self::Register => {
                (Base::Platform, true, true)
            }
            Self::ResourceRegistry | Self::Metadata => (Base::Platform, false, false),
            Self::Organizations => (Base::Files, false, false),
            Self::Events => (Base::Events, true, false),
        };
        let (hard, at_once) = match self {
            Self::DecisionPoint => (25, 100),
            Self::AccessManagement => (25, 50),
            Self::ResourceRegistry | Self::Events => (10, 20),
            Self::Register => (20, 50),
            Self::Organizations => (5, 4),
            Self::Metadata => (5, 8),
        };
        Manner {
            base,
            token,
            key,
            // Whoever posts events has a queue of its own, which knows better when to try again.
            retries: self != Self::Events,
            hard: Duration::from_secs(hard),
            at_once,
        }
    }
}
