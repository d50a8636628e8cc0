//! The pages: the files of one's organization with a form for one more, what came of a file, the templates.

use actix_web::http::header;
use actix_web::web::{self, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::actions::{self, LARGEST};
use super::sample::{self, Format};
use super::view::ImportView;
use super::{ImportId, ImportKind, ImportStatus, store};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::spreadsheets::MOST_ROWS;
use crate::web::forms::{FieldView, FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, id_of, page, read_upload};

/// What a browser offers to choose from.
const ACCEPT: &str = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Template)]
#[template(path = "imports/templates/imports.html")]
struct ImportsPage {
    shell: Shell,
    /// What the reader may import; one kind for everybody.
    kind: ImportKind,
    items: Vec<ImportView>,
    form: FormView,
}

impl ImportsPage {
    fn file(&self) -> FieldView {
        let values = [("megabytes", (LARGEST / 1_048_576).to_string()), ("rows", MOST_ROWS.to_string())];
        self.form.field("file").required().file(ACCEPT).hinted(self.shell.tf("imports.file_hint", &values))
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        let home = match self.kind {
            ImportKind::Challenges => ("nav.challenges", "/challenges"),
            ImportKind::Solutions => ("nav.solutions", "/solutions"),
        };
        vec![(self.shell.t(home.0), self.shell.link(home.1)), (self.shell.title.clone(), String::new())]
    }

    fn template(&self, ending: &str) -> String {
        self.shell.link(&format!("/imports/templates/{}.{ending}", self.kind))
    }
}

/// The kind that the reader may import.
fn own_kind(visit: &Visit) -> Result<ImportKind, Failure> {
    visit.member()?;
    match actions::may_import(visit.actor(), ImportKind::Challenges) {
        Ok(()) => Ok(ImportKind::Challenges),
        Err(refused) => match actions::may_import(visit.actor(), ImportKind::Solutions) {
            Ok(()) => Ok(ImportKind::Solutions),
            Err(_) => Err(refused),
        },
    }
}

/// `GET /imports`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for those who write neither challenges nor solutions.
pub async fn list(visit: Visit) -> Answer {
    listed(&visit, 200, FieldErrors::new()).await
}

async fn listed(visit: &Visit, status: u16, errors: FieldErrors) -> Answer {
    let kind = own_kind(visit)?;
    let (organization, locale) = (visit.member()?.organization, visit.locale());
    let rows = visit.read(move |conn, _| store::of(conn, organization)).await?;
    let items = rows.iter().map(|import| ImportView::of(import, locale)).collect();
    let shell = visit.shell(&format!("imports.title.{kind}"));
    let form = FormView::new(shell.locale, "imports.form", Typed::new()).with_errors(errors);
    page::html(status, &ImportsPage { form, kind, items, shell })
}

/// `POST /imports`: looks a file through.
///
/// # Errors
/// `Forbidden`; 401 when the session has ended: a file is not carried through sign-in.
pub async fn upload(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, actix_web::Error> {
    let visit = Visit::of(&request).await?;
    let kind = own_kind(&visit)?;
    let (typed, file) = match read_upload(&request, payload.into_inner(), LARGEST).await {
        Err(Failure::Invalid(errors)) => return Ok(listed(&visit, 422, errors).await?),
        other => other?,
    };
    let sent = Sent::admit(visit, typed)?;
    let visit = &sent.visit;
    match actions::rehearse(visit.services(), visit.actor().clone(), kind, file).await {
        Ok(id) => Ok(visit.go(format!("/imports/{id}"))),
        Err(Failure::Invalid(errors)) => match done_before(&errors) {
            Some(first) => Ok(visit.go_saying(first, &Flash::said("import_done_before"))),
            None => Ok(listed(visit, 422, errors).await?),
        },
        Err(failure) => Err(failure.into()),
    }
}

/// The page of the import by which the same file was accepted.
fn done_before(errors: &FieldErrors) -> Option<String> {
    let (_, found) = errors.iter().find(|(_, invalid)| invalid.code() == "import_done_before")?;
    found.params().iter().find(|(name, _)| *name == "import").map(|(_, path)| path.clone())
}

#[derive(Template)]
#[template(path = "imports/templates/import.html")]
struct ImportPage {
    shell: Shell,
    view: ImportView,
    /// How many of the problems are shown.
    shown: i64,
}

impl ImportPage {
    fn crumbs(&self) -> Vec<(String, String)> {
        let list = self.shell.t(&format!("imports.title.{}", self.view.kind));
        vec![(list, self.shell.link("/imports")), (self.view.name.clone(), String::new())]
    }

    /// Whether there is more than is shown.
    fn is_cut(&self) -> bool {
        self.shown < i64::from(self.view.problem_count)
    }

    fn is_accepted(&self) -> bool {
        self.view.status == ImportStatus::Accepted
    }

    fn facts(&self) -> Vec<(String, String)> {
        let shell = &self.shell;
        let mut facts = vec![
            (shell.t("imports.fact.rows"), shell.count("imports.rows", i64::from(self.view.rows))),
            (shell.t("imports.fact.rehearsed"), shell.date_time(self.view.created_at)),
        ];
        if let Some(at) = self.view.accepted_at {
            facts.push((shell.t("imports.fact.accepted"), shell.date_time(at)));
        }
        facts.push((shell.t("imports.fact.sha256"), self.view.sha256.clone()));
        facts
    }

    fn problems(&self) -> String {
        self.shell.count("imports.problems", i64::from(self.view.problem_count))
    }

    /// Where the drafts are found.
    fn drafts(&self) -> String {
        self.shell.link(match self.view.kind {
            ImportKind::Challenges => "/our-challenges",
            ImportKind::Solutions => "/our-solutions",
        })
    }

    fn draft(&self, id: &uuid::Uuid) -> String {
        self.shell.link(&format!("/{}/{id}", self.view.kind))
    }
}

/// `GET /imports/{id}`
///
/// # Errors
/// `NotFound`.
pub async fn show(visit: Visit, path: Path<String>) -> Answer {
    shown(&visit, id_of(&path)?, 200).await
}

async fn shown(visit: &Visit, id: ImportId, status: u16) -> Answer {
    visit.member()?;
    let locale = visit.locale();
    let view = visit.read(move |conn, actor| actions::show(conn, actor, id, locale)).await?;
    let shell = visit.shell("imports.title.challenges").titled(view.name.clone());
    page::html(
        status,
        &ImportPage { shown: i64::try_from(view.problems.len()).unwrap_or(i64::MAX), view, shell },
    )
}

/// `POST /imports/{id}/accept`: makes drafts of all rows, or says what has become wrong with them.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn accept(sent: Sent, path: Path<String>) -> Answer {
    let id: ImportId = id_of(&path)?;
    let accepted = sent
        .once(move |deed| {
            actions::accept(deed, id)?;
            Ok(format!("/imports/{id}"))
        })
        .await;
    match accepted {
        Ok(path) => Ok(sent.visit.go_saying(path, &Flash::said("import_accepted"))),
        Err(Failure::Invalid(errors)) if done_before(&errors).is_some() => {
            let first = done_before(&errors).unwrap_or_default();
            Ok(sent.visit.go_saying(first, &Flash::said("import_done_before")))
        }
        Err(Failure::Invalid(_)) => {
            Ok(sent.visit.go_saying(format!("/imports/{id}"), &Flash::said("import_has_problems")))
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /imports/templates/{file}`: `challenges.csv`, `challenges.xlsx`, `solutions.csv`, `solutions.xlsx`.
///
/// # Errors
/// `NotFound`.
pub async fn template(visit: Visit, path: Path<String>) -> Answer {
    let (kind, ending) = path.split_once('.').ok_or(Failure::NotFound)?;
    let kind = ImportKind::parse(kind).map_err(|_| Failure::NotFound)?;
    let (format, media_type) = match ending {
        "csv" => (Format::Csv, "text/csv; charset=utf-8"),
        "xlsx" => (Format::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        _ => return Err(Failure::NotFound),
    };
    let today = visit.services().clock().now().japan_date();
    let file = sample::written(kind, format, visit.locale(), today)?;
    let name = format!("attachment; filename=\"kakehashi-{kind}.{ending}\"");
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(file))
}
