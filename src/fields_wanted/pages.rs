//! The pages: the list of calls, one call with the hands raised to it, and the form it is written in.

use actix_web::web::{Data, Path};
use askama::Template;

use super::form::{FieldForm, LINE, NOTE, OfferForm, PROSE, RemarkForm, TITLE};
use super::states::{OfferStatus, OfferStep, Step};
use super::store::{self, Filter};
use super::view::{self, FieldView, OfferView};
use super::{FieldOfferId, FieldWantedId, actions, offers};
use crate::challenges;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::Ranking;
use crate::policy::{self, Action, Subject};
use crate::reference::{Bureau, Region};
use crate::services::Deed;
use crate::solutions;
use crate::solutions::pages::region_name;
use crate::web::forms::{Choice, FieldView as Control, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Page, PageQuery, Sent, Shell, Turns, Visit, id_of, page};

const PATH: &str = "/fields-wanted";
/// Calls on a page.
const PER_PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "fields_wanted/templates/list.html")]
struct List {
    shell: Shell,
    rows: Vec<FieldView>,
    next: String,
    first: String,
    may_call: bool,
}

impl List {
    fn facts(&self, row: &FieldView) -> Vec<(String, String)> {
        brief(&self.shell, row)
    }
}

#[derive(Template)]
#[template(path = "fields_wanted/templates/show.html")]
struct Show {
    shell: Shell,
    view: FieldView,
    offers: Vec<OfferView>,
    own_challenges: Vec<Choice>,
    form: FormView,
    said: Option<String>,
}

#[derive(Template)]
#[template(path = "fields_wanted/templates/write.html")]
struct Write {
    shell: Shell,
    form: FormView,
    action: String,
    /// The version that is edited; none for a new one.
    version: Option<i32>,
    solutions: Vec<Choice>,
    others: Vec<Region>,
    said: Option<String>,
}

fn brief(shell: &Shell, view: &FieldView) -> Vec<(String, String)> {
    let content = &view.content;
    let said = |text: &str| if text.is_empty() { shell.t("formats.not_given") } else { text.to_owned() };
    let regions: Vec<String> = content.regions.iter().map(|region| region_name(shell, *region)).collect();
    let places = shell.tf(
        "fields_wanted.show.of_places",
        &[("taken", view.taken.to_string()), ("places", content.places.to_string())],
    );
    vec![
        (
            shell.t("fields_wanted.form.regions.label"),
            if regions.is_empty() { shell.t("solutions.nationwide") } else { regions.join(" / ") },
        ),
        (shell.t("fields_wanted.form.period.label"), said(&content.period)),
        (shell.t("fields_wanted.form.places.label"), places),
        (
            shell.t("fields_wanted.form.until.label"),
            content.until.map_or_else(|| shell.t("formats.not_given"), |day| shell.weekday_date(day)),
        ),
    ]
}

/// `GET /fields-wanted`
///
/// # Errors
/// `Busy`.
pub async fn list(visit: Visit) -> Answer {
    let typed = Typed::parse(visit.request().query_string().as_bytes()).without("lang");
    let query = PageQuery::new(Some(PER_PAGE), typed.text("cursor"), None);
    let (limit, after, now) = (query.checked_limit()?, query.place()?, visit.services().clock().now());
    let found = visit
        .read(move |conn, actor| {
            let rows = store::list(conn, &policy::sight(actor), &Filter::default(), after, limit)?;
            let page = Page::cut(rows, limit, None, |known| known.field.id)?;
            let rows: Result<Vec<FieldView>, Failure> =
                page.items.iter().map(|known| FieldView::of(conn, actor, known, now)).collect();
            Ok((rows?, page.next))
        })
        .await?;
    let shell = visit.shell("fields_wanted.list.title");
    let Turns { next, first } = Turns::of(&shell, PATH, &typed, found.1.as_deref());
    let may_call = policy::allows(visit.actor(), Action::CallForField, &Subject::default());
    page::html(200, &List { shell, rows: found.0, next, first, may_call })
}

impl Show {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("fields_wanted.list.title"), self.shell.link(PATH)),
            (self.view.content.title.clone(), String::new()),
        ]
    }

    fn facts(&self) -> Vec<(String, String)> {
        brief(&self.shell, &self.view)
    }

    fn prose(&self) -> Vec<(String, &str)> {
        let content = &self.view.content;
        let texts = [
            ("what", &content.what),
            ("site", &content.site),
            ("municipality_brings", &content.municipality_brings),
            ("vendor_bears", &content.vendor_bears),
        ];
        let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let label = |key: &str| self.shell.t(&format!("fields_wanted.form.{key}.label"));
        said.map(|(key, text)| (label(key), text.as_str())).collect()
    }

    fn may(&self, step: &str) -> bool {
        self.view.steps.iter().any(|one| one.as_str() == step)
    }

    fn plain_steps(&self) -> Vec<Step> {
        let said = |step: &&Step| !matches!(step, Step::Edit | Step::Return);
        self.view.steps.iter().filter(said).copied().collect()
    }

    fn action(&self) -> String {
        format!("{PATH}/{}", self.view.id)
    }

    fn note(&self) -> Control {
        self.form.field("note").required().rows(4).maxlength(NOTE)
    }

    fn challenge(&self) -> Control {
        let none = self.shell.t("fields_wanted.form.no_challenge");
        self.form.field("challenge_id").options(self.own_challenges.clone()).empty_choice(none)
    }

    fn reason(&self) -> Control {
        self.form.field("reason").required().rows(3).maxlength(NOTE)
    }

    fn reason_of(&self, offer: &OfferView) -> Control {
        let mut field = self.form.field("reason").rows(2).maxlength(NOTE);
        field.id = format!("reason-{}", offer.id);
        field
    }

    fn takes(&self, offer: &OfferView, step: &str) -> bool {
        offer.steps.iter().any(|one| one.as_str() == step)
    }

    fn offer_badge(&self, offer: &OfferView) -> &'static str {
        match offer.status {
            OfferStatus::Offered => "in_review",
            OfferStatus::Accepted => "open",
            OfferStatus::Declined => "rejected",
            OfferStatus::Withdrawn => "withdrawn",
        }
    }
}

/// `GET /fields-wanted/{id}`
///
/// # Errors
/// `NotFound`.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    shown(&visit, id_of(&path)?, None).await
}

async fn shown(visit: &Visit, id: FieldWantedId, refused: Option<(Typed, Refusal)>) -> Answer {
    let now = visit.services().clock().now();
    let (view, offers, own) = visit
        .read(move |conn, actor| {
            let known = view::seen(conn, actor, id)?;
            let view = FieldView::of(conn, actor, &known, now)?;
            let own = match actor.member() {
                Some(member) if view.may_offer => challenges::open_of(conn, actor, member.organization)?,
                _ => Vec::new(),
            };
            Ok((view, view::offers(conn, actor, &known)?, own))
        })
        .await?;
    let shell = visit.shell("fields_wanted.show.title").titled(view.content.title.clone());
    let status = refused.as_ref().map_or(200, |(_, refusal)| refusal.status);
    let (typed, errors, said) = match refused {
        Some((typed, refusal)) => (typed, refusal.errors, refusal.sentence),
        None => (Typed::new(), FieldErrors::new(), None),
    };
    let own_challenges = own.into_iter().map(|card| Choice::new(card.id.to_string(), card.title)).collect();
    let form = FormView::new(shell.locale, "fields_wanted.form", typed).with_errors(errors);
    page::html(status, &Show { shell, view, offers, own_challenges, form, said })
}

/// `POST /fields-wanted/{id}`: the step that a button of the page names.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn act(sent: Sent, path: Path<String>) -> Answer {
    let (visit, id): (_, FieldWantedId) = (&sent.visit, id_of(&path)?);
    let step = Step::parse(sent.typed.get("step")).map_err(|_| Failure::NotFound)?;
    let (version, reason) = (sent.typed.version()?, sent.typed.text("reason"));
    let take = move |deed: &mut Deed<'_>| {
        match step {
            Step::Submit => actions::submit(deed, id, version),
            Step::Recall => actions::recall(deed, id, version),
            Step::Publish => actions::publish(deed, id, version, reason.as_deref()),
            Step::Return => actions::give_back(deed, id, version, reason.as_deref()),
            Step::Close => actions::close(deed, id, version),
            Step::Delete => actions::delete(deed, id, version),
            Step::Edit => Err(Failure::NotFound),
        }?;
        Ok(if step == Step::Delete { PATH.to_owned() } else { format!("{PATH}/{id}") })
    };
    match sent.once(take).await {
        Ok(path) => Ok(visit.go_saying(path, &Flash::said("saved"))),
        Err(failure) => refused(&sent, id, failure).await,
    }
}

async fn refused(sent: &Sent, id: FieldWantedId, failure: Failure) -> Answer {
    let refusal = Refusal::of(&sent.visit.shell("fields_wanted.show.title"), failure)?;
    shown(&sent.visit, id, Some((sent.typed.clone(), refusal))).await
}

/// `POST /fields-wanted/{id}/offers`
///
/// # Errors
/// `NotFound`, `Forbidden`, `Busy`.
pub async fn offer(sent: Sent, path: Path<String>) -> Answer {
    let (visit, id): (_, FieldWantedId) = (&sent.visit, id_of(&path)?);
    let form = OfferForm::typed(&sent.typed);
    let raise = move |deed: &mut Deed<'_>| {
        offers::offer(deed, id, &form)?;
        Ok(format!("{PATH}/{id}"))
    };
    match sent.once(raise).await {
        Ok(path) => Ok(visit.go_saying(path, &Flash::said("field_offered"))),
        Err(failure) => refused(&sent, id, failure).await,
    }
}

/// `POST /field-offers/{id}`: the step that a button beside a raised hand names.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn answer(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let (visit, id): (_, FieldOfferId) = (&sent.visit, id_of(&path)?);
    let step = OfferStep::parse(sent.typed.get("step")).map_err(|_| Failure::NotFound)?;
    let version = sent.typed.version()?;
    let call = visit.read(move |conn, _| Ok(store::find_offer(conn, id)?.field_wanted_id)).await?;
    let remark = RemarkForm { reason: sent.typed.text("reason") };
    let take = move |deed: &mut Deed<'_>| {
        match step {
            OfferStep::Accept => offers::accept(deed, &ranking, id, version),
            OfferStep::Decline => offers::decline(deed, id, version, &remark),
            OfferStep::Withdraw => offers::withdraw(deed, id, version),
            OfferStep::Offer => Err(Failure::NotFound),
        }?;
        Ok(format!("{PATH}/{call}"))
    };
    match sent.once(take).await {
        Ok(path) => Ok(visit.go_saying(path, &Flash::said("saved"))),
        Err(failure) => refused(&sent, call, failure).await,
    }
}

impl Write {
    fn crumbs(&self) -> Vec<(String, String)> {
        vec![
            (self.shell.t("fields_wanted.list.title"), self.shell.link(PATH)),
            (self.shell.title.clone(), String::new()),
        ]
    }

    fn solution(&self) -> Control {
        let choose = self.shell.t("form.choose");
        self.form.field("solution_id").required().options(self.solutions.clone()).empty_choice(choose)
    }

    fn title(&self) -> Control {
        self.form.field("title").required().maxlength(TITLE)
    }

    fn long(&self, name: &str) -> Control {
        self.form.field(name).rows(5).maxlength(PROSE)
    }

    fn period(&self) -> Control {
        self.form.field("period").maxlength(LINE)
    }

    fn places(&self) -> Control {
        self.form.field("places").narrow().inputmode("numeric")
    }

    fn regions(&self) -> Control {
        let mut all = vec![Region::Nationwide];
        all.extend(Bureau::all().map(Region::Bureau));
        all.extend(self.others.iter().copied());
        let choice = |region: &Region| Choice::new(region.to_string(), region_name(&self.shell, *region));
        self.form.field("regions").options(all.iter().map(choice).collect())
    }
}

fn typed_of(view: &FieldView) -> Typed {
    let (content, mut typed) = (&view.content, Typed::new());
    typed.set("title", &content.title);
    typed.set("what", &content.what);
    typed.set("site", &content.site);
    typed.set("municipality_brings", &content.municipality_brings);
    typed.set("vendor_bears", &content.vendor_bears);
    typed.set("period", &content.period);
    typed.set("places", content.places.to_string());
    typed.set("until", content.until.map(|day| day.to_string()).unwrap_or_default());
    for region in &content.regions {
        typed.add("regions", region.to_string());
    }
    typed
}

async fn written(
    visit: &Visit,
    known: Option<(FieldWantedId, i32)>,
    typed: Typed,
    refusal: Option<Refusal>,
) -> Answer {
    policy::require(visit.actor(), Action::CallForField, &Subject::default())?;
    let owner = visit.member()?.organization;
    let cards = visit.read(move |conn, _| solutions::published_of(conn, owner)).await?;
    let title = if known.is_some() { "fields_wanted.write.edit" } else { "fields_wanted.write.new" };
    let shell = visit.shell(title);
    let status = refusal.as_ref().map_or(200, |refusal| refusal.status);
    let (errors, said) = refusal.map(|refusal| (refusal.errors, refusal.sentence)).unwrap_or_default();
    let regions = typed.list("regions");
    let others = regions.iter().filter_map(|text| Region::parse(text).ok());
    let others = others.filter(|region| matches!(region, Region::Prefecture(_) | Region::Municipality(_)));
    let write = Write {
        action: known.map_or_else(|| PATH.to_owned(), |(id, _)| format!("{PATH}/{id}/edit")),
        version: known.map(|(_, version)| version),
        solutions: cards.into_iter().map(|card| Choice::new(card.id.to_string(), card.name)).collect(),
        others: others.collect(),
        form: FormView::new(shell.locale, "fields_wanted.form", typed).with_errors(errors),
        said,
        shell,
    };
    page::html(status, &write)
}

/// `GET /fields-wanted/new`
///
/// # Errors
/// `Unauthenticated`, `Forbidden`.
pub async fn begin(visit: Visit) -> Answer {
    let mut typed = Typed::new();
    typed.set("places", "1");
    if let Some(solution) = visit.query("solution") {
        typed.set("solution_id", solution);
    }
    written(&visit, None, typed, None).await
}

/// `POST /fields-wanted`
///
/// # Errors
/// `Unauthenticated`, `Forbidden`, `Busy`.
pub async fn create(sent: Sent) -> Answer {
    let visit = &sent.visit;
    let done = match FieldForm::typed(&sent.typed) {
        Ok(form) => sent.once(move |deed| Ok(format!("{PATH}/{}", actions::create(deed, &form)?))).await,
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else { return Ok(visit.go_saying(done?, &Flash::said("saved"))) };
    let refusal = Refusal::of(&visit.shell("fields_wanted.write.new"), failure)?;
    written(visit, None, sent.typed.clone(), Some(refusal)).await
}

/// `GET /fields-wanted/{id}/edit`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`.
pub async fn edit(visit: Visit, path: Path<String>) -> Answer {
    let (id, now) = (id_of(&path)?, visit.services().clock().now());
    let view = visit.read(move |conn, actor| view::card(conn, actor, id, now)).await?;
    written(&visit, Some((id, view.version)), typed_of(&view), None).await
}

/// `POST /fields-wanted/{id}/edit`
///
/// # Errors
/// `Unauthenticated`, `NotFound`, `Forbidden`, `IllegalStep`, `Busy`.
pub async fn save(sent: Sent, path: Path<String>) -> Answer {
    let (visit, id): (_, FieldWantedId) = (&sent.visit, id_of(&path)?);
    let version = sent.typed.version()?;
    let done = match FieldForm::typed(&sent.typed) {
        Ok(form) => sent.perform(move |deed| actions::write(deed, id, version, &form)).await,
        Err(errors) => Err(errors.into()),
    };
    let Err(failure) = done else {
        return Ok(visit.go_saying(format!("{PATH}/{id}"), &Flash::said("saved")));
    };
    let refusal = Refusal::of(&visit.shell("fields_wanted.write.edit"), failure)?;
    let now = visit.services().clock().now();
    // What was typed is kept; sent again it replaces what somebody else saved meanwhile.
    let current = visit.read(move |conn, actor| Ok(view::card(conn, actor, id, now)?.version)).await?;
    written(visit, Some((id, current)), sent.typed.clone(), Some(refusal)).await
}
