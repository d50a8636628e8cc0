//! Deployments in the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{DeploymentContent, DeploymentId, Measured, Outcome, Stage, Verification};
use crate::accounts::MemberId;
use crate::db::schema::deployments;
use crate::db::{DbConn, Json, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::reference::{MunicipalityCode, Sector};
use crate::services::Deed;
use crate::solutions::SolutionId;

/// The row.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = deployments, check_for_backend(crate::db::MultiBackend))]
struct Row {
    id: DeploymentId,
    solution_id: SolutionId,
    municipality_code: Option<String>,
    country: Option<String>,
    sector: String,
    started_on: NaiveDate,
    ended_on: Option<NaiveDate>,
    stage: Stage,
    outcome: Outcome,
    results: Json<Vec<Measured>>,
    evidence_url: Option<String>,
    verification: Verification,
    verified_at: Option<Timestamp>,
    denied_at: Option<Timestamp>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A deployment as it is kept.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Which.
    pub id: DeploymentId,
    /// Of which solution.
    pub solution: SolutionId,
    /// What is said about it.
    pub content: DeploymentContent,
    /// Who stands behind it.
    pub verification: Verification,
    /// Since when it is more than declared.
    pub verified_at: Option<Timestamp>,
    /// When the municipality said that it never was.
    pub denied_at: Option<Timestamp>,
    /// Counts writes.
    pub version: i32,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

impl Deployment {
    /// The prefecture it was in, 1 to 47; `None` abroad.
    pub fn prefecture(&self) -> Option<u8> {
        self.content.municipality_code.map(|code| code.prefecture().code())
    }

    /// Whether its municipality said that it never was.
    pub fn is_denied(&self) -> bool {
        self.denied_at.is_some()
    }

    /// # Errors
    /// `Stale` when the caller read another version.
    pub(super) fn check_version(&self, read: Option<i32>) -> Result<(), Failure> {
        match read {
            Some(version) if version != self.version => Err(Failure::Stale { current: self.version }),
            _ => Ok(()),
        }
    }

    /// Codes and slugs are parsed before they are stored: one that cannot be read back is a fault of ours.
    fn of(row: Row) -> Result<Self, Failure> {
        let code = row.municipality_code.as_deref().map(MunicipalityCode::parse).transpose();
        let country = row.country.as_deref().map(super::Country::parse).transpose();
        Ok(Self {
            id: row.id,
            solution: row.solution_id,
            content: DeploymentContent {
                municipality_code: code.map_err(Failure::internal)?,
                country: country.map_err(Failure::internal)?,
                sector: Sector::parse(&row.sector).map_err(Failure::internal)?,
                started_on: row.started_on,
                ended_on: row.ended_on,
                stage: row.stage,
                outcome: row.outcome,
                results: row.results.0,
                evidence_url: row.evidence_url,
            },
            verification: row.verification,
            verified_at: row.verified_at,
            denied_at: row.denied_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// One deployment.
pub(super) fn find(conn: &mut DbConn, id: DeploymentId) -> Result<Deployment, Failure> {
    Deployment::of(deployments::table.find(id).select(Row::as_select()).first(conn)?)
}

/// Whether its municipality stands behind a deployment now.
///
/// # Errors
/// `Internal` when the row cannot be read.
pub fn is_confirmed(conn: &mut DbConn, id: DeploymentId) -> Result<bool, Failure> {
    let found: i64 = deployments::table
        .filter(deployments::id.eq(id))
        .filter(deployments::verification.eq(Verification::Confirmed))
        .filter(deployments::denied_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// One deployment that nobody else changes until the deed ends.
pub(super) fn hold(conn: &mut DbConn, id: DeploymentId) -> Result<Deployment, Failure> {
    let _held: DeploymentId =
        lock_rows(deployments::table.find(id).select(deployments::id)).get_result(conn)?;
    find(conn, id)
}

/// The deployments of each of `solutions`, newest use first.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn of_solutions(
    conn: &mut DbConn,
    solutions: &[SolutionId],
) -> Result<HashMap<SolutionId, Vec<Deployment>>, Failure> {
    let rows: Vec<Row> = deployments::table
        .filter(deployments::solution_id.eq_any(solutions))
        .order((deployments::started_on.desc(), deployments::id.desc()))
        .select(Row::as_select())
        .load(conn)?;
    let mut by_solution: HashMap<SolutionId, Vec<Deployment>> = HashMap::new();
    for row in rows {
        let deployment = Deployment::of(row)?;
        by_solution.entry(deployment.solution).or_default().push(deployment);
    }
    Ok(by_solution)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = deployments, check_for_backend(crate::db::MultiBackend), treat_none_as_null = true)]
struct Said {
    municipality_code: Option<String>,
    country: Option<String>,
    prefecture: Option<i32>,
    bureau: Option<String>,
    sector: String,
    started_on: NaiveDate,
    ended_on: Option<NaiveDate>,
    stage: Stage,
    outcome: Outcome,
    results: Json<Vec<Measured>>,
    evidence_url: Option<String>,
}

impl Said {
    fn of(content: &DeploymentContent) -> Self {
        let place = content.municipality_code;
        Self {
            municipality_code: place.map(|code| code.as_str().to_owned()),
            country: content.country.map(|country| country.to_string()),
            prefecture: place.map(|code| i32::from(code.prefecture().code())),
            bureau: place.map(|code| code.bureau().as_str().to_owned()),
            sector: content.sector.as_str().to_owned(),
            started_on: content.started_on,
            ended_on: content.ended_on,
            stage: content.stage,
            outcome: content.outcome,
            results: Json(content.results.clone()),
            evidence_url: content.evidence_url.clone(),
        }
    }
}

/// Enters a declared deployment.
pub(super) fn insert(
    deed: &mut Deed<'_>,
    solution: SolutionId,
    content: &DeploymentContent,
) -> Result<DeploymentId, Failure> {
    let (id, now) = (DeploymentId::new(), deed.now());
    diesel::insert_into(deployments::table)
        .values((
            deployments::id.eq(id),
            deployments::solution_id.eq(solution),
            Said::of(content),
            deployments::verification.eq(Verification::Declared),
            deployments::version.eq(1),
            deployments::created_at.eq(now),
            deployments::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    Ok(id)
}

/// What a write makes of the standing of a deployment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) verification: Verification,
    pub(super) verified_at: Option<Timestamp>,
    pub(super) verified_by: Option<MemberId>,
    pub(super) denied_at: Option<Timestamp>,
}

impl Standing {
    /// The vendor's word and nothing else.
    pub(super) const DECLARED: Self =
        Self { verification: Verification::Declared, verified_at: None, verified_by: None, denied_at: None };
}

/// Writes a new version: what is said, and where it stands (`None`: as before).
pub(super) fn rewrite(
    deed: &mut Deed<'_>,
    deployment: &Deployment,
    content: &DeploymentContent,
    standing: Option<Standing>,
) -> Result<(), Failure> {
    let now = deed.now();
    let changed = diesel::update(deployments::table.find(deployment.id))
        .filter(deployments::version.eq(deployment.version))
        .set((
            Said::of(content),
            deployments::version.eq(deployment.version + 1),
            deployments::updated_at.eq(now),
        ))
        .execute(deed.conn())?;
    ensure_changed(deed.conn(), deployment.id, changed)?;
    if let Some(standing) = standing {
        diesel::update(deployments::table.find(deployment.id))
            .set((
                deployments::verification.eq(standing.verification),
                deployments::verified_at.eq(standing.verified_at),
                deployments::verified_by.eq(standing.verified_by),
                deployments::denied_at.eq(standing.denied_at),
            ))
            .execute(deed.conn())?;
    }
    Ok(())
}

/// Takes it out.
pub(super) fn delete(deed: &mut Deed<'_>, deployment: &Deployment) -> Result<(), Failure> {
    let gone = diesel::delete(deployments::table.find(deployment.id))
        .filter(deployments::version.eq(deployment.version))
        .execute(deed.conn())?;
    ensure_changed(deed.conn(), deployment.id, gone)
}

/// A conditional write that found no row met another version than the one that was read.
fn ensure_changed(conn: &mut DbConn, id: DeploymentId, rows: usize) -> Result<(), Failure> {
    if rows == 1 {
        return Ok(());
    }
    let current = deployments::table.find(id).select(deployments::version).first(conn)?;
    Err(Failure::Stale { current })
}
