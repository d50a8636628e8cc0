//! Partners: approved vendors that are asked to propose together, and say yes or no.
//!
//! Whoever was asked knows of the proposal's existence, its challenge and the part that is meant for it; what it says, only
//! once it said yes. A partner that confirmed is named from the next submitted version on.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::actions::begin;
use super::form::LINE;
use super::store::{self, Known};
use super::{ProposalId, Step, letters};
use crate::accounts::{OrganizationId, OrganizationKind, OrganizationStatus};
use crate::audit::{self, Event};
use crate::db::schema::{challenges, organizations, proposal_partners, proposals};
use crate::db::{Both, DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::{self, FieldErrors, Invalid};
use crate::policy::{self, Action, Actor, Subject};
use crate::services::Deed;
use crate::text_enum;

text_enum! {
    /// What a partner said.
    pub enum PartnerStatus {
        /// お願い中: nothing yet.
        Invited = "invited",
        /// 承諾: yes.
        Confirmed = "confirmed",
        /// 辞退: no.
        Declined = "declined",
    }
}

/// Partners of one proposal, at most.
const MOST: usize = 10;

/// Who is asked to propose together.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProposalPartnerForm, example = json!({"organization": "雪氷システム株式会社", "part": "通信機器の設置と保守"}))]
pub struct PartnerForm {
    /// An approved vendor: its id, its corporate number, or its name in full.
    #[schema(value_type = String)]
    pub organization: Option<String>,
    /// What it would do, 1 to 100 characters.
    #[schema(value_type = String)]
    pub part: Option<String>,
}

/// An invitation to propose together, as the invited vendor sees it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Partnership {
    /// The proposal.
    #[schema(value_type = String, format = Uuid)]
    pub proposal: ProposalId,
    /// Who asks.
    pub vendor: String,
    /// 題名 of the challenge.
    pub challenge: String,
    /// The challenge.
    #[schema(value_type = String, format = Uuid)]
    pub challenge_id: crate::challenges::ChallengeId,
    /// What the vendor would do.
    pub part: String,
    /// What it said.
    pub status: PartnerStatus,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub invited_at: Timestamp,
}

/// Asks a vendor to propose together.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep` when nothing can be changed any more, `Stale`, `Invalid`, `Conflict`
/// (`partner_asked`, `too_many_partners`).
pub(super) fn invite(deed: &mut Deed<'_>, id: ProposalId, form: &PartnerForm) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Edit, None)?;
    let mut errors = FieldErrors::new();
    let found = lookup(deed.conn(), form.organization.as_deref(), known.row.organization_id)?;
    let organization = errors.keep("/organization", found);
    let part = form.part.as_deref().ok_or_else(|| Invalid::new("required"));
    let part = errors.keep("/part", part.and_then(|text| fields::line(text, LINE)));
    let (Some(organization), Some(part)) = (organization, part) else { return Err(errors.into()) };
    if known.partners.len() >= MOST {
        return Err(Failure::Conflict("too_many_partners"));
    }
    let now = deed.now();
    let statement = diesel::insert_into(proposal_partners::table)
        .values((
            proposal_partners::proposal_id.eq(id),
            proposal_partners::organization_id.eq(organization),
            proposal_partners::part.eq(&part),
            proposal_partners::status.eq(PartnerStatus::Invited),
            proposal_partners::invited_at.eq(now),
        ))
        .on_conflict((proposal_partners::proposal_id, proposal_partners::organization_id))
        .do_nothing();
    if Both(statement).execute(deed.conn())? == 0 {
        return Err(Failure::Conflict("partner_asked"));
    }
    record(deed, "proposal.invite-partner", id)?;
    letters::partner_invited(deed, &known, organization, &part)?;
    again(deed, id)
}

/// Takes a partner out, whatever it said.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`.
pub(super) fn remove(
    deed: &mut Deed<'_>,
    id: ProposalId,
    organization: OrganizationId,
) -> Result<Known, Failure> {
    begin(deed, id, Step::Edit, None)?;
    let row = proposal_partners::table.find((id, organization));
    if diesel::delete(row).execute(deed.conn())? == 0 {
        return Err(Failure::NotFound);
    }
    record(deed, "proposal.remove-partner", id)?;
    again(deed, id)
}

/// The asked vendor says yes or no; before the deadline it may change its mind.
///
/// # Errors
/// `NotFound` for whoever was not asked, `Forbidden`, `Conflict` (`proposals_closed`).
pub(super) fn answer(deed: &mut Deed<'_>, id: ProposalId, yes: bool) -> Result<(), Failure> {
    let by = deed.by().clone();
    let own = by.member().ok_or(Failure::Unauthenticated("sign_in"))?.organization;
    let known = store::lock(deed.conn(), &by, id)?;
    if !known.partners.iter().any(|partner| partner.id == own) {
        return Err(Failure::NotFound);
    }
    policy::require(&by, Action::Submit, &Subject::private(own, None))?;
    let instant = deed.database_now()?;
    if !store::takes_proposals(&known.brief, instant) {
        return Err(Failure::Conflict("proposals_closed"));
    }
    let status = if yes { PartnerStatus::Confirmed } else { PartnerStatus::Declined };
    let now = deed.now();
    diesel::update(proposal_partners::table.find((id, own)))
        .set((proposal_partners::status.eq(status), proposal_partners::answered_at.eq(Some(now))))
        .execute(deed.conn())?;
    record(deed, if yes { "proposal.confirm-partner" } else { "proposal.decline-partner" }, id)?;
    letters::partner_answered(deed, &known, own, status)
}

/// Who is a partner tells who proposes: the trail names neither.
fn record(deed: &mut Deed<'_>, action: &'static str, id: ProposalId) -> Result<(), Failure> {
    audit::record(deed, Event::new(action, "proposal", id.0).unnamed().change(None, json!({"proposal": id})))
}

fn again(deed: &mut Deed<'_>, id: ProposalId) -> Result<Known, Failure> {
    let by = deed.by().clone();
    store::find(deed.conn(), &by, id)
}

/// The approved vendor that `text` names: by id, corporate number, or name in full when only one has it.
fn lookup(
    conn: &mut DbConn,
    text: Option<&str>,
    proposer: OrganizationId,
) -> Result<Result<OrganizationId, Invalid>, Failure> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(Err(Invalid::new("required")));
    };
    let vendors = organizations::table
        .filter(organizations::kind.eq(OrganizationKind::Vendor))
        .filter(organizations::status.eq(OrganizationStatus::Approved))
        .select(organizations::id)
        .limit(2)
        .into_boxed();
    let digits = fields::compact_ascii(text);
    let vendors = match text.parse::<OrganizationId>() {
        Ok(id) => vendors.filter(organizations::id.eq(id)),
        Err(_) if digits.len() == 13 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            vendors.filter(organizations::corporate_number.eq(digits))
        }
        Err(_) => vendors.filter(organizations::name.eq(text.to_owned())),
    };
    let found: Vec<OrganizationId> = vendors.load(conn)?;
    Ok(match found.as_slice() {
        [one] if *one == proposer => Err(Invalid::new("own_organization")),
        [one] => Ok(*one),
        [] => Err(Invalid::new("no_such_vendor")),
        _ => Err(Invalid::new("several_vendors")),
    })
}

/// What the reader's organization was asked to propose together, the latest first.
///
/// # Errors
/// `Unauthenticated`.
pub(super) fn of_reader(conn: &mut DbConn, actor: &Actor) -> Result<Vec<Partnership>, Failure> {
    let own = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?.organization;
    type Row =
        (ProposalId, String, (crate::challenges::ChallengeId, String), (String, PartnerStatus, Timestamp));
    let rows: Vec<Row> = proposal_partners::table
        .inner_join(proposals::table.inner_join(challenges::table).inner_join(organizations::table))
        .filter(proposal_partners::organization_id.eq(own))
        .order((proposal_partners::invited_at.desc(), proposals::id))
        .select((
            proposals::id,
            organizations::name,
            (challenges::id, challenges::title),
            (proposal_partners::part, proposal_partners::status, proposal_partners::invited_at),
        ))
        .load(conn)?;
    let shown = rows.into_iter().map(|(proposal, vendor, (challenge_id, challenge), said)| {
        let (part, status, invited_at) = said;
        Partnership { proposal, vendor, challenge, challenge_id, part, status, invited_at }
    });
    Ok(shown.collect())
}
