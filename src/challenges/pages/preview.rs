//! Who would match, from what is typed and not yet saved: the market answers before it is published.

use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;

use super::seen;
use super::sheet::{self, Sheet};
use super::typed;
use crate::accounts::Locale;
use crate::challenges::indexing;
use crate::challenges::{ChallengeId, Content};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matches::{self, Prospect, Ranking};
use crate::policy::{self, Action, Actor, Subject};
use crate::reference::MunicipalityCode;
use crate::web::forms::{Typed, leave_out};
use crate::web::{Answer, Sent, Shell, id_of, page};

#[derive(Template)]
#[template(path = "challenges/templates/aside.html")]
struct Fragment {
    shell: Shell,
    at: usize,
    hints: Vec<String>,
    asked: bool,
    prospect: Option<Prospect>,
}

/// `POST /challenges/preview`: for a challenge that was not saved yet.
///
/// # Errors
/// Those of the policy.
pub async fn preview_new(sent: Sent, ranking: Data<Ranking>) -> Answer {
    answer(sent, ranking.get_ref(), None).await
}

/// `POST /challenges/{id}/preview`
///
/// # Errors
/// Those of the policy.
pub async fn preview(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    answer(sent, ranking.get_ref(), Some(id)).await
}

async fn answer(sent: Sent, ranking: &Ranking, id: Option<ChallengeId>) -> Answer {
    let today = sent.visit.services().clock().now().japan_date();
    let (typed, locale, ranking) = (typed::compacted(&sent.typed), sent.visit.locale(), ranking.clone());
    let asked = typed.clone();
    let untitled = crate::locales::text(locale, "challenges.write.untitled", &[]);
    let (saved, prospect) = sent
        .visit
        .read(move |conn, actor| {
            let asking = Asking { id, typed: &asked, untitled: &untitled, today, locale };
            asking.answer(conn, actor, &ranking)
        })
        .await?;
    if sent.typed.is_ticked("fragment") {
        let shell = sent.visit.shell("challenges.write.title");
        let at = sheet::at_of(&typed);
        // The keys of a form are no answers to its questions.
        let said = ["csrf", "once", "at", "version", "base", "fragment"];
        let said = said.iter().fold(typed, |typed, name| typed.without(name));
        let hints = sheet::hints(&shell, saved.as_ref(), &said, &sheet::parts_of(at));
        return page::html(200, &Fragment { shell, at, hints, asked: true, prospect });
    }
    let sheet = Sheet::typed(&sent.visit, id, typed).await?.with_prospect(prospect);
    sheet::shown(&sent.visit, sheet)
}

struct Asking<'a> {
    id: Option<ChallengeId>,
    typed: &'a Typed,
    untitled: &'a str,
    today: NaiveDate,
    locale: Locale,
}

impl Asking<'_> {
    /// What is saved, and the prospect; none while nothing is said that could be matched.
    fn answer(
        &self,
        conn: &mut DbConn,
        actor: &Actor,
        ranking: &Ranking,
    ) -> Result<(Option<Content>, Option<Prospect>), Failure> {
        let (saved, place) = self.ground(conn, actor)?;
        let (mut patch, errors) = typed::patch(self.typed, &sheet::parts_of(sheet::at_of(self.typed)));
        leave_out(&mut patch, &errors);
        let content = typed::as_far_as_readable(saved.as_ref(), patch, self.untitled)?;
        let says_nothing =
            content.summary.is_empty() && content.sectors.is_empty() && content.title == self.untitled;
        if says_nothing {
            return Ok((saved, None));
        }
        let doc = indexing::document(content, place, false);
        let prospect = matches::prospect(conn, ranking, &doc, (self.today, self.locale))?;
        Ok((saved, Some(prospect)))
    }

    /// What is saved already and where it is, once the asker may rank it.
    fn ground(
        &self,
        conn: &mut DbConn,
        actor: &Actor,
    ) -> Result<(Option<Content>, MunicipalityCode), Failure> {
        if let Some(id) = self.id {
            let known = seen(conn, actor, id)?;
            policy::require(actor, Action::Rank, &known.subject())?;
            let place = known.challenge.place()?;
            return Ok((Some(known.challenge.content.0), place));
        }
        let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
        let code = match self.typed.text("on_behalf_of") {
            Some(code) => {
                let place = MunicipalityCode::parse(&code)
                    .map_err(|invalid| Failure::field("/on_behalf_of", invalid))?;
                let prefecture = Some(place.prefecture().code());
                let subject = Subject { prefecture, ..Subject::default() };
                policy::require(actor, Action::WriteChallengeOnBehalf, &subject)?;
                return Ok((None, place));
            }
            None => member.municipality_code.clone().unwrap_or_default(),
        };
        policy::require(actor, Action::WriteChallenge, &Subject::default())?;
        Ok((None, MunicipalityCode::parse(&code).map_err(Failure::internal)?))
    }
}
