//! `/solutions`: the catalogue. Filters are a plain GET form, so that what was found can be sent to a colleague.

use std::collections::{BTreeSet, HashMap};

use actix_web::web::Data;
use askama::Template;

use super::naming;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::Ranking;
use crate::policy::{self, Action, Actor, Subject};
use crate::reference::{Bureau, Prefecture};
use crate::solutions::api::ListParams;
use crate::solutions::deployments::{self, Evidence, Verification};
use crate::solutions::listing;
use crate::solutions::saved::{FILTERS, asked};
use crate::solutions::{Maturity, SolutionId, SolutionItem, SolutionStatus};
use crate::watches;
use crate::web::charts::{Svg, Tile, tile_map};
use crate::web::forms::{Choice, FieldView, FormView, Typed, reference};
use crate::web::highlight::{Highlighted, excerpt, highlight};
use crate::web::{Answer, Page, PageQuery, Shell, Turns, Visit, page};

/// Characters of the description around a hit.
const EXCERPT: usize = 90;
/// Places named on a card before "and others".
const PLACES: usize = 3;

/// One solution in the list.
pub(super) struct Entry {
    pub(super) id: SolutionId,
    pub(super) href: String,
    pub(super) name: Highlighted,
    pub(super) plain_name: String,
    pub(super) lang: &'static str,
    pub(super) tagline: Highlighted,
    pub(super) found: Option<Highlighted>,
    pub(super) status: Option<SolutionStatus>,
    pub(super) vendor: String,
    pub(super) vendor_lang: &'static str,
    pub(super) facts: Vec<(String, String)>,
    pub(super) sectors: Vec<String>,
    pub(super) evidence: Evidence,
    pub(super) places: String,
}

#[derive(Template)]
#[template(path = "solutions/templates/catalogue.html")]
struct Catalogue {
    shell: Shell,
    form: FormView,
    filtered: bool,
    entries: Vec<Entry>,
    total: i64,
    next: String,
    first: String,
    map: Svg,
    may_offer: bool,
    save: watches::pages::SaveSearch,
}

impl Catalogue {
    fn result(&self) -> String {
        self.shell.count("solutions.catalogue.count", self.total)
    }
}

/// `GET /solutions`
///
/// # Errors
/// `Busy`.
pub async fn show(visit: Visit, ranking: Data<Ranking>) -> Answer {
    let typed = Typed::parse(visit.request().query_string().as_bytes());
    let params = asked(&typed);
    let q = params.q.clone().unwrap_or_default();
    match find(&visit, ranking, params).await {
        Ok(found) => shown(&visit, typed, &q, Some(found), FieldErrors::new()),
        Err(Failure::Invalid(errors)) => shown(&visit, typed, &q, None, errors),
        Err(failure) => Err(failure),
    }
}

/// The names of the places where each was used.
type Places = HashMap<SolutionId, Vec<String>>;

/// A page of solutions, and of each the places where it was used, as far as the reader may see.
type Found = (Page<SolutionItem>, Places);

async fn find(visit: &Visit, ranking: Data<Ranking>, params: ListParams) -> Result<Found, Failure> {
    let mut errors = FieldErrors::new();
    let wanted = params.wanted().map_err(|found| errors.extend(&found)).ok();
    let search = params.search().map_err(|found| errors.extend(&found)).ok();
    errors.into_result()?;
    let (Some(mut wanted), Some((q, sort))) = (wanted, search) else {
        return Err(Failure::internal("a filter was refused without a reason"));
    };
    // What nobody offers yet or any more stands on the vendor's own page.
    wanted.status = Some(SolutionStatus::Published);
    let query = PageQuery::new(params.limit, params.cursor, params.total);
    let locale = visit.locale();
    visit
        .read(move |conn, actor| {
            let hits = q.map(|q| ranking.search_solutions(&q));
            let hits = hits.map(|hits| hits.into_iter().map(|(id, fit)| (SolutionId(id), fit)).collect());
            let page = listing::page(conn, &policy::sight(actor), &wanted, hits, sort, &query)?;
            let places = places(conn, actor, &page.items, |code| code.municipality().full_name(locale))?;
            Ok((page, places))
        })
        .await
}

/// Where each was used; verified places first.
fn places(
    conn: &mut DbConn,
    actor: &Actor,
    items: &[SolutionItem],
    name: impl Fn(crate::reference::MunicipalityCode) -> String,
) -> Result<Places, Failure> {
    let ids: Vec<SolutionId> = items.iter().map(|item| item.card.id).collect();
    let mut known = deployments::of_solutions(conn, &ids)?;
    let mut places = HashMap::new();
    for item in items {
        let subject = crate::solutions::subject(conn, item.card.id)?;
        let mut seen: Vec<_> = known.remove(&item.card.id).unwrap_or_default();
        seen.retain(|one| !one.is_denied() && deployments::may_see(actor, &subject, one));
        seen.sort_by_key(|one| one.verification != Verification::Confirmed);
        let mut named = BTreeSet::new();
        let codes = seen.iter().filter_map(|one| one.content.municipality_code);
        let list = codes.filter(|code| named.insert(*code)).map(&name);
        places.insert(item.card.id, list.collect());
    }
    Ok(places)
}

fn shown(visit: &Visit, typed: Typed, q: &str, found: Option<Found>, errors: FieldErrors) -> Answer {
    let shell = visit.shell("solutions.catalogue.title");
    let status = if errors.is_empty() { 200 } else { 422 };
    let next = found.as_ref().and_then(|(page, _)| page.next.as_deref());
    let Turns { next, first } = Turns::of(&shell, "/solutions", &typed, next);
    let anywhere = typed.said().without("cursor").without("lang").without("bureau").without("prefecture");
    let (page, places) =
        found.unwrap_or_else(|| (Page { items: Vec::new(), next: None, total: Some(0) }, HashMap::new()));
    let catalogue = Catalogue {
        filtered: FILTERS.iter().any(|name| typed.text(name).is_some()),
        entries: page.items.iter().map(|item| entry(&shell, item, q, places.get(&item.card.id))).collect(),
        total: page.total.unwrap_or_default(),
        next,
        first,
        map: map(&shell, &anywhere, typed.get("prefecture")),
        may_offer: policy::allows(visit.actor(), Action::WriteSolution, &Subject::default()),
        save: watches::pages::save_search(&shell, visit.actor(), watches::Kind::SolutionSearch),
        form: FormView::new(shell.locale, "solutions.filter", typed).with_errors(errors),
        shell,
    };
    page::html(status, &catalogue)
}

/// The prefectures as links that filter by them.
fn map(shell: &Shell, rest: &Typed, chosen: &str) -> Svg {
    let chosen = Prefecture::parse(chosen).ok();
    tile_map("served", shell.locale, &shell.t("solutions.catalogue.map"), |one| {
        let mut query = rest.clone();
        query.set("prefecture", one.as_str());
        Tile {
            level: if chosen == Some(one) { 4 } else { 0 },
            says: String::new(),
            href: Some(shell.link(&format!("/solutions?{}", query.encoded()))),
            chosen: chosen == Some(one),
        }
    })
}

/// One solution in a few lines; `q` is marked in them.
pub(super) fn entry(shell: &Shell, item: &SolutionItem, q: &str, places: Option<&Vec<String>>) -> Entry {
    let card = &item.card;
    let tagline = highlight(card.tagline.as_deref().unwrap_or_default(), q);
    let name = highlight(&card.name, q);
    let hit = name.has_hits() || tagline.has_hits();
    let found =
        if hit { None } else { item.description.as_deref().and_then(|text| excerpt(text, q, EXCERPT)) };
    let vendor_place = card.vendor.municipality_code.map(|code| code.municipality().full_name(shell.locale));
    let mut facts = vec![
        (shell.t("solutions.initial_price"), naming::initial_price(shell, &card.price)),
        (shell.t("solutions.yearly_price"), naming::yearly_price(shell, &card.price)),
        (shell.t("solutions.maturity_label"), naming::maturity(shell, card.maturity)),
        (shell.t("solutions.lead_label"), naming::lead(shell, item.lead_months)),
    ];
    if let Some(place) = vendor_place {
        facts.push((shell.t("solutions.head_office"), place));
    }
    Entry {
        id: card.id,
        href: shell.link(&format!("/solutions/{}", card.id)),
        name,
        plain_name: card.name.clone(),
        lang: naming::lang_of(&card.name),
        tagline,
        found,
        status: (card.status != SolutionStatus::Published).then_some(card.status),
        vendor: card.vendor.name.clone(),
        vendor_lang: naming::lang_of(&card.vendor.name),
        facts,
        sectors: item.sectors.iter().map(|one| one.name(shell.locale).to_owned()).collect(),
        evidence: item.evidence.clone(),
        places: places.map_or_else(String::new, |places| some_places(shell, places)),
    }
}

/// The first few places, and how many more there are.
fn some_places(shell: &Shell, places: &[String]) -> String {
    let names: Vec<&str> = places.iter().take(PLACES).map(String::as_str).collect();
    let names = names.join(&shell.t("solutions.between"));
    match places.len().saturating_sub(PLACES) {
        0 => names,
        more => {
            let more = i64::try_from(more).unwrap_or(i64::MAX);
            format!("{names} {}", shell.count("solutions.more_places", more))
        }
    }
}

impl Catalogue {
    fn sectors(&self) -> FieldView {
        let all = self.shell.t("form.all");
        self.form
            .field("sector")
            .grouped(reference::sector_filter(&self.shell, "solutions.whole_sector"))
            .empty_choice(all)
    }

    fn technologies(&self) -> FieldView {
        let all = self.shell.t("form.all");
        self.form
            .field("technology")
            .grouped(reference::technology_choices(&self.shell, "solutions.technology_group"))
            .empty_choice(all)
    }

    fn prefectures(&self) -> FieldView {
        let all = self.shell.t("form.all");
        self.form
            .field("prefecture")
            .options(reference::prefecture_choices(self.shell.locale))
            .empty_choice(all)
    }

    fn bureaus(&self) -> FieldView {
        let choices = Bureau::all().map(|one| Choice::new(one.as_str(), one.name(self.shell.locale)));
        self.form.field("bureau").options(choices.collect()).empty_choice(self.shell.t("form.all"))
    }

    fn maturities(&self) -> FieldView {
        let names = Maturity::ALL.iter().map(|one| one.as_str());
        let choices = Choice::of(self.shell.locale, "solutions.maturity", names);
        self.form.field("maturity").options(choices).empty_choice(self.shell.t("form.all"))
    }

    fn sorts(&self) -> FieldView {
        let names: &[&str] = if self.form.typed().text("q").is_some() {
            &["relevance", "newest", "price"]
        } else {
            &["newest", "price"]
        };
        let choices = Choice::of(self.shell.locale, "solutions.sort", names.iter().copied());
        self.form.field("sort").options(choices)
    }
}
