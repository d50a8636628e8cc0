//! `/challenges`: the list. Filters are a plain GET form, so that what was found can be sent to a colleague.

use std::collections::BTreeMap;

use actix_web::web::Data;
use askama::Template;

use super::entry::{Entry, entry};
use crate::challenges::budget::Band;
use crate::challenges::listing::ListParams;
use crate::challenges::saved::{ANY, FILTERS, asked, read};
use crate::challenges::{Card, EntryStage, Status, selection};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::Ranking;
use crate::policy::{self, Action, Actor, Subject, sight};
use crate::reference::Prefecture;
use crate::watches;
use crate::web::charts::{Svg, Tile, tile_map};
use crate::web::forms::{Choice, FieldView, FormView, Typed, reference};
use crate::web::{Answer, Page, Shell, Turns, Visit, page};

/// How many challenges stand in each prefecture.
pub type Counts = BTreeMap<Prefecture, i64>;

#[derive(Template)]
#[template(path = "challenges/templates/list.html")]
struct List {
    shell: Shell,
    form: FormView,
    filtered: bool,
    entries: Vec<Entry>,
    total: i64,
    next: String,
    first: String,
    map: Svg,
    places: Vec<(String, String, i64)>,
    may_post: bool,
    figures: bool,
    save: watches::pages::SaveSearch,
}

/// `GET /challenges`
///
/// # Errors
/// `Busy`.
pub async fn list(visit: Visit, ranking: Data<Ranking>) -> Answer {
    let typed = read(visit.request().query_string());
    match find(&visit, ranking, &typed).await {
        Ok((page, counts)) => shown(&visit, typed, Some(page), &counts, FieldErrors::new()),
        Err(Failure::Invalid(errors)) => shown(&visit, typed, None, &Counts::new(), errors),
        Err(failure) => Err(failure),
    }
}

async fn find(visit: &Visit, ranking: Data<Ranking>, typed: &Typed) -> Result<(Page<Card>, Counts), Failure> {
    let listing = asked(typed).parse(sight(visit.actor()).figures)?;
    visit
        .read(move |conn, actor| {
            let hits = listing.q.as_deref().map(|q| ranking.search_challenges(q));
            let mut anywhere = listing.filter.clone();
            anywhere.prefecture = None;
            let counts = selection::by_prefecture(conn, actor, &anywhere, hits.as_deref())?;
            Ok((selection::page(conn, actor, &listing, hits)?, counts))
        })
        .await
}

fn shown(
    visit: &Visit,
    typed: Typed,
    found: Option<Page<Card>>,
    counts: &Counts,
    errors: FieldErrors,
) -> Answer {
    let shell = visit.shell("challenges.list.title");
    let status = if errors.is_empty() { 200 } else { 422 };
    let next = found.as_ref().and_then(|page| page.next.as_deref());
    let Turns { next, first } = Turns::of(&shell, "/challenges", &typed, next);
    let page = found.unwrap_or(Page { items: Vec::new(), next: None, total: None });
    let today = visit.services().clock().now().japan_date();
    let q = typed.get("q").to_owned();
    let anywhere = typed.said().without("cursor").without("prefecture").without("bureau");
    let chosen = Prefecture::parse(typed.get("prefecture")).ok();
    let list = List {
        filtered: FILTERS.iter().any(|name| {
            typed.text(name).is_some_and(|value| *name != "status" || value != Status::Open.as_str())
        }),
        entries: page.items.iter().map(|card| entry(&shell, card, &q, today)).collect(),
        total: page.total.unwrap_or_default(),
        next,
        first,
        map: map_of_open(&shell, "where", counts, &anywhere, chosen),
        places: places(&shell, counts, &anywhere),
        may_post: may_post(visit),
        figures: sight(visit.actor()).figures,
        save: watches::pages::save_search(&shell, visit.actor(), watches::Kind::ChallengeSearch),
        form: FormView::new(shell.locale, "challenges.filter", typed).with_errors(errors),
        shell,
    };
    page::html(status, &list)
}

/// Whether the reader writes challenges, or does so for others.
fn may_post(visit: &Visit) -> bool {
    policy::allows(visit.actor(), Action::WriteChallenge, &Subject::default())
        || visit.actor().member().is_some_and(|member| {
            member.covers.iter().any(|code| {
                let subject = Subject { prefecture: Some(*code), ..Subject::default() };
                policy::allows(visit.actor(), Action::WriteChallengeOnBehalf, &subject)
            })
        })
}

fn href(shell: &Shell, rest: &Typed, prefecture: Prefecture) -> String {
    let mut query = rest.clone();
    query.set("prefecture", prefecture.as_str());
    shell.link(&format!("/challenges?{}", query.encoded()))
}

/// Japan with the number of challenges in each prefecture, each a link that filters by it.
pub fn map_of_open(
    shell: &Shell,
    id: &str,
    counts: &Counts,
    rest: &Typed,
    chosen: Option<Prefecture>,
) -> Svg {
    tile_map(id, shell.locale, &shell.t("challenges.list.map"), |one| {
        let count = counts.get(&one).copied().unwrap_or_default();
        Tile {
            level: match count {
                0 => 0,
                1 => 1,
                2..=3 => 2,
                4..=7 => 3,
                _ => 4,
            },
            says: shell.count("challenges.list.of_place", count),
            href: Some(href(shell, rest, one)),
            chosen: chosen == Some(one),
        }
    })
}

/// The same as a list: name, address, number; without those where there is none.
pub fn places(shell: &Shell, counts: &Counts, rest: &Typed) -> Vec<(String, String, i64)> {
    let place = |(one, count): (&Prefecture, &i64)| {
        (one.name(shell.locale).to_owned(), href(shell, rest, *one), *count)
    };
    counts.iter().map(place).collect()
}

impl List {
    fn select(&self, name: &str) -> FieldView {
        self.form.field(name).empty_choice(self.shell.t("form.all"))
    }

    fn sectors(&self) -> FieldView {
        self.select("sector").grouped(reference::sector_filter(&self.shell, "challenges.filter.whole_sector"))
    }

    fn technologies(&self) -> FieldView {
        self.select("technology")
            .grouped(reference::technology_choices(&self.shell, "challenges.technology_group"))
    }

    fn prefectures(&self) -> FieldView {
        self.select("prefecture").options(reference::prefecture_choices(self.shell.locale))
    }

    fn bureaus(&self) -> FieldView {
        self.select("bureau").options(reference::bureau_choices(self.shell.locale))
    }

    fn stages(&self) -> FieldView {
        let names = EntryStage::ALL.iter().map(|one| one.as_str());
        self.select("stage").options(Choice::of(self.shell.locale, "challenges.stage", names))
    }

    fn budget_hint(&self) -> Option<String> {
        (!self.figures).then(|| self.shell.t("challenges.filter.bands"))
    }

    fn states(&self) -> FieldView {
        let states = Status::PUBLISHED.iter().map(|one| one.as_str());
        let mut choices = Choice::of(self.shell.locale, "challenges.status", states);
        choices.push(Choice::new(ANY, self.shell.t("form.all")));
        self.form.field("status").options(choices)
    }

    fn sorts(&self) -> FieldView {
        let all = ["relevance", "newest", "due", "budget"];
        let searched = self.form.typed().text("q").is_some();
        let names = all.into_iter().filter(|name| searched || *name != "relevance");
        self.form.field("sort").options(Choice::of(self.shell.locale, "challenges.sort", names))
    }

    fn bands(&self) -> impl Iterator<Item = String> {
        Band::ALL.iter().skip(1).map(|band| self.shell.name("challenges.band", band))
    }
}

/// The newest open challenges that the reader may see, at most `most`, and how many there are in each prefecture.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn newest(conn: &mut DbConn, actor: &Actor, most: usize) -> Result<(Vec<Card>, Counts), Failure> {
    let params = ListParams {
        status: Some(Status::Open.as_str().to_owned()),
        limit: Some(most.to_string()),
        ..ListParams::default()
    };
    let listing = params.parse(sight(actor).figures)?;
    let counts = selection::by_prefecture(conn, actor, &listing.filter, None)?;
    Ok((selection::page(conn, actor, &listing, None)?.items, counts))
}
