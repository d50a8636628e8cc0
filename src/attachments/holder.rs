//! What an attachment belongs to.

use crate::challenges::{self, ChallengeId};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{Actor, Subject};
use crate::proposals::{self, ProposalId};
use crate::solutions::deployments::{self, DeploymentId};
use crate::solutions::{self, SolutionId};

/// The thing beside which a file lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A challenge.
    Challenge(ChallengeId),
    /// A solution.
    Solution(SolutionId),
    /// A deployment: the file is its evidence.
    Deployment(DeploymentId),
    /// A proposal: its files are as sealed as itself.
    Proposal(ProposalId),
}

/// Where a thing stands, as far as its attachments depend on it.
#[derive(Debug, Clone)]
pub struct Footing {
    /// What the policy needs to know of it.
    pub subject: Subject,
    /// Whether its state takes changes now.
    pub takes_changes: bool,
    /// Whether others rely on what lies there: then nothing is taken away.
    pub relied_upon: bool,
    /// Whether the files are kept from this reader, since they would tell who is behind it.
    pub withheld: bool,
    /// Only files from before this instant are shown to this reader: what came later was not submitted.
    pub until: Option<Timestamp>,
    /// Whether the audit trail must not tell who did it.
    pub unnamed: bool,
    /// What it is called.
    pub title: String,
}

impl Footing {
    /// Whether a file of this instant is shown.
    pub fn shows(&self, created_at: Timestamp) -> bool {
        self.until.is_none_or(|until| created_at <= until)
    }
}

impl Holder {
    /// The thing named by a segment of a path, `challenges`, `solutions`, `deployments` or `proposals`, and an id.
    ///
    /// # Errors
    /// `NotFound` when it can be none.
    pub fn parse(folder: &str, id: &str) -> Result<Self, Failure> {
        let missing = |_| Failure::NotFound;
        match folder {
            "challenges" => id.parse().map(Self::Challenge).map_err(missing),
            "solutions" => id.parse().map(Self::Solution).map_err(missing),
            "deployments" => id.parse().map(Self::Deployment).map_err(missing),
            "proposals" => id.parse().map(Self::Proposal).map_err(missing),
            _ => Err(Failure::NotFound),
        }
    }

    /// The kind of thing, as in the audit trail.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Challenge(_) => "challenge",
            Self::Solution(_) => "solution",
            Self::Deployment(_) => "deployment",
            Self::Proposal(_) => "proposal",
        }
    }

    /// Its id, whatever it is.
    pub fn id(self) -> uuid::Uuid {
        match self {
            Self::Challenge(id) => id.0,
            Self::Solution(id) => id.0,
            Self::Deployment(id) => id.0,
            Self::Proposal(id) => id.0,
        }
    }

    /// The path of its attachments, on the pages and below `/api/v1`.
    pub fn path(self) -> String {
        format!("/{}s/{}/attachments", self.kind(), self.id())
    }

    /// Where it stands for `actor`.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn footing(self, conn: &mut DbConn, actor: &Actor) -> Result<Footing, Failure> {
        match self {
            Self::Challenge(id) => challenges::footing(conn, actor, id),
            Self::Solution(id) => solutions::footing(conn, id),
            Self::Deployment(id) => deployments::footing(conn, id),
            Self::Proposal(id) => proposals::footing(conn, actor, id),
        }
    }
}
