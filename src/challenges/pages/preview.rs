//! Who would match, from what is typed and not yet saved: the market answers before it is published.

use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;

use super::seen;
use super::sheet::{self, Sheet};
use super::typed::{self, Part};
use crate::accounts::Locale;
use crate::challenges::indexing;
use crate::challenges::{ChallengeId, Content};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matches::{self, Prospect, Ranking};
use crate::policy::{self, Action, Actor, Subject};
use crate::reference::MunicipalityCode;
use crate::web::forms::Typed;
use crate::web::{Answer, Sent, Shell, id_of, page};

#[derive(Template)]
#[template(path = "challenges/templates/prospect.html")]
struct Fragment {
    shell: Shell,
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
    let prospect = sent
        .visit
        .read(move |conn, actor| {
            let asking = Asking { id, typed: &asked, untitled: &untitled, today, locale };
            asking.answer(conn, actor, &ranking)
        })
        .await?;
    if sent.typed.is_ticked("fragment") {
        return page::html(200, &Fragment { shell: sent.visit.shell("challenges.write.title"), prospect });
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
    /// The prospect; none while nothing is said that could be matched.
    fn answer(
        &self,
        conn: &mut DbConn,
        actor: &Actor,
        ranking: &Ranking,
    ) -> Result<Option<Prospect>, Failure> {
        let (saved, place) = self.ground(conn, actor)?;
        let (patch, errors) = typed::patch(self.typed, &self.parts());
        let patch = without_refused(patch, &errors);
        let content = typed::as_far_as_readable(saved.as_ref(), patch, self.untitled)?;
        let says_nothing =
            content.summary.is_empty() && content.sectors.is_empty() && content.title == self.untitled;
        if says_nothing {
            return Ok(None);
        }
        let doc = indexing::document(content, place, false);
        matches::prospect(conn, ranking, &doc, (self.today, self.locale)).map(Some)
    }

    /// The steps whose fields were sent.
    fn parts(&self) -> Vec<Part> {
        match self.typed.number("at").ok().flatten().and_then(|at| usize::try_from(at).ok()) {
            Some(0) => Part::ALL.to_vec(),
            Some(step) => Part::of_step(step).into_iter().collect(),
            None => Vec::new(),
        }
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

/// The patch without the fields that could not be read; what is saved of them stays.
fn without_refused(
    mut patch: serde_json::Map<String, serde_json::Value>,
    errors: &crate::fields::FieldErrors,
) -> serde_json::Map<String, serde_json::Value> {
    for (pointer, _) in errors.iter() {
        patch.remove(pointer.trim_start_matches('/').split('/').next().unwrap_or_default());
    }
    patch
}
