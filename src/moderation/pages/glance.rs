//! What an officer has to see of a thing to decide about it without leaving the desk.

use uuid::Uuid;

use crate::accounts::{self, Introduction, OrganizationId};
use crate::challenges::{self, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields_wanted::{self, FieldView, FieldWantedId};
use crate::matches::{self, MatchId};
use crate::moderation::WaitingKind;
use crate::policy::{self, Actor};
use crate::reference::MunicipalityCode;
use crate::solutions::deployments::confirmation::{self, DeskRequest, RequestStatus};
use crate::solutions::{self, SolutionContent, SolutionId};
use crate::web::Shell;

/// A thing that waits, in short.
pub(super) enum Thing {
    Organization(Box<Introduction>),
    Challenge(Box<(challenges::Card, challenges::Content)>),
    Solution(Box<(solutions::Card, SolutionContent)>),
    Match(Box<matches::Detail>),
    Confirmation(Box<DeskRequest>),
    FieldWanted(Box<FieldView>),
    /// It went while the list was read.
    Gone,
}

/// What is shown of it.
#[derive(Default)]
pub(super) struct Glance {
    /// Names and values.
    pub(super) facts: Vec<(String, String)>,
    /// Headings and texts.
    pub(super) texts: Vec<(String, String)>,
    /// Its own page, empty when it has none.
    pub(super) href: String,
}

/// Requests for confirmation that one desk may hold before the oldest are looked at first.
const REQUESTS: i64 = 500;

/// Reads one thing.
pub(super) fn read(conn: &mut DbConn, actor: &Actor, kind: WaitingKind, id: Uuid) -> Result<Thing, Failure> {
    match find(conn, actor, kind, id) {
        Err(Failure::NotFound) => Ok(Thing::Gone),
        found => found,
    }
}

fn find(conn: &mut DbConn, actor: &Actor, kind: WaitingKind, id: Uuid) -> Result<Thing, Failure> {
    Ok(match kind {
        WaitingKind::Organization => {
            Thing::Organization(Box::new(accounts::introduction(conn, actor, OrganizationId(id))?))
        }
        WaitingKind::Challenge => {
            let id = ChallengeId(id);
            let card = challenges::cards(conn, actor, &[id])?.remove(&id).ok_or(Failure::NotFound)?;
            Thing::Challenge(Box::new((card, challenges::brief(conn, actor, id)?.content)))
        }
        WaitingKind::Solution => {
            let id = SolutionId(id);
            policy::require(actor, policy::Action::See, &solutions::subject(conn, id)?)?;
            let card = solutions::cards(conn, &[id])?.remove(&id).ok_or(Failure::NotFound)?;
            Thing::Solution(Box::new((card, solutions::content(conn, id)?)))
        }
        WaitingKind::Match => Thing::Match(Box::new(matches::detail(conn, actor, MatchId(id))?)),
        WaitingKind::FieldWanted => {
            let now = crate::db::clock(conn)?;
            Thing::FieldWanted(Box::new(fields_wanted::card(conn, actor, FieldWantedId(id), now)?))
        }
        WaitingKind::Confirmation => {
            let desk = policy::desk(actor)?;
            let queued = Some(RequestStatus::Queued);
            let (requests, _) = confirmation::on_desk(conn, &desk, queued, None, REQUESTS, false)?;
            let found = requests.into_iter().find(|request| request.id.0 == id);
            Thing::Confirmation(Box::new(found.ok_or(Failure::NotFound)?))
        }
    })
}

impl Thing {
    /// Says it in the reader's language.
    pub(super) fn glance(&self, shell: &Shell) -> Glance {
        match self {
            Self::Organization(organization) => introduction(shell, organization),
            Self::Challenge(both) => challenge(shell, &both.0, &both.1),
            Self::Solution(both) => solution(shell, &both.0, &both.1),
            Self::Match(detail) => pair(shell, detail),
            Self::FieldWanted(view) => call(shell, view),
            Self::Confirmation(request) => request_of(shell, request),
            Self::Gone => Glance::default(),
        }
    }
}

/// Collects what was said; what was not is named as such, for the officer looks for exactly that.
struct Collector<'s> {
    shell: &'s Shell,
    glance: Glance,
}

impl<'s> Collector<'s> {
    fn new(shell: &'s Shell, href: String) -> Self {
        Self { shell, glance: Glance { href, ..Glance::default() } }
    }

    fn fact(mut self, key: &str, value: Option<String>) -> Self {
        let value =
            value.filter(|text| !text.is_empty()).unwrap_or_else(|| self.shell.t("formats.not_given"));
        self.glance.facts.push((self.shell.t(&format!("moderation.glance.{key}")), value));
        self
    }

    fn text(mut self, key: &str, value: Option<&str>) -> Self {
        let value = value.filter(|text| !text.is_empty());
        let value = value.map_or_else(|| self.shell.t("formats.not_given"), str::to_owned);
        self.glance.texts.push((self.shell.t(&format!("moderation.glance.{key}")), value));
        self
    }

    fn list(self, key: &str, values: impl Iterator<Item = String>) -> Self {
        let joined = values.collect::<Vec<_>>().join(&self.shell.t("matching.list"));
        self.fact(key, Some(joined))
    }
}

fn introduction(shell: &Shell, organization: &Introduction) -> Glance {
    let people = organization.people.iter().map(|(name, email)| format!("{name} <{email}>"));
    Collector::new(shell, String::new())
        .fact("kind", Some(shell.name("moderation.organization_kind", organization.kind)))
        .fact("place", organization.municipality.map(|code| code.municipality().full_name(shell.locale)))
        .fact("corporate_number", organization.corporate_number.clone())
        .fact("website", organization.website.clone())
        .list("people", people)
        .text("description", Some(&organization.description))
        .glance
}

fn challenge(shell: &Shell, card: &challenges::Card, content: &challenges::Content) -> Glance {
    let sectors = card.sectors.iter().map(|sector| sector.name(shell.locale).to_owned());
    Collector::new(shell, format!("/challenges/{}", card.id))
        .fact("budget", Some(matches::pages::budget(shell, &card.budget)))
        .fact("due", card.proposals_due.map(|day| shell.weekday_date(day)))
        .list("sectors", sectors)
        .text("summary", Some(&content.summary))
        .text("background", Some(&content.background))
        .text("current_state", Some(&content.current_state))
        .text("desired_state", Some(&content.desired_state))
        .glance
}

fn solution(shell: &Shell, card: &solutions::Card, content: &SolutionContent) -> Glance {
    let sectors = content.sectors.iter().map(|sector| sector.name(shell.locale).to_owned());
    Collector::new(shell, format!("/solutions/{}", card.id))
        .fact("price", Some(matches::pages::price(shell, &card.price)))
        .fact(
            "maturity",
            content.maturity.map(|maturity| shell.name("matching.readiness.maturity", maturity)),
        )
        .list("sectors", sectors)
        .text("tagline", content.tagline.as_deref())
        .text("description", content.description.as_deref())
        .glance
}

fn pair(shell: &Shell, detail: &matches::Detail) -> Glance {
    let card = &detail.card;
    Collector::new(shell, format!("/matches/{}", card.id))
        .fact("score", Some(shell.points(card.score)))
        .fact("budget", Some(matches::pages::budget(shell, &card.challenge.budget)))
        .fact("price", Some(matches::pages::price(shell, &card.solution.price)))
        .fact("vendor", Some(card.solution.vendor.name.clone()))
        .text("reason", Some(detail.explanation.reason.in_locale(shell.locale)))
        .text("note", card.note.as_deref())
        .glance
}

fn call(shell: &Shell, view: &FieldView) -> Glance {
    let content = &view.content;
    Collector::new(shell, format!("/fields-wanted/{}", view.id))
        .fact("solution", Some(view.solution.clone()))
        .fact("vendor", Some(view.vendor.clone()))
        .fact("period", Some(content.period.clone()))
        .fact("until", content.until.map(|day| shell.weekday_date(day)))
        .text("what", Some(&content.what))
        .text("municipality_brings", Some(&content.municipality_brings))
        .text("vendor_bears", Some(&content.vendor_bears))
        .glance
}

fn request_of(shell: &Shell, request: &DeskRequest) -> Glance {
    let code = request.municipality_code.as_deref().and_then(|code| MunicipalityCode::parse(code).ok());
    Collector::new(shell, format!("/solutions/{}", request.solution_id))
        .fact("address", Some(request.email.clone()))
        .fact("place", code.map(|code| code.municipality().full_name(shell.locale)))
        .fact("solution", Some(request.solution.clone()))
        .fact("vendor", Some(request.vendor.clone()))
        .glance
}
