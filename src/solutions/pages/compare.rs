//! `/solutions/compare`: up to four solutions side by side.

use askama::Template;
use uuid::Uuid;

use super::naming;
use crate::failure::Failure;
use crate::reference::Prefecture;
use crate::solutions::deployments::{DeploymentView, Verification};
use crate::solutions::{SolutionId, SolutionView, view};
use crate::web::forms::Typed;
use crate::web::{Answer, Shell, Visit, shown};

/// Solutions that fit side by side.
pub(super) const MOST: usize = 4;

#[derive(Template)]
#[template(path = "solutions/templates/compare.html")]
struct Compare {
    shell: Shell,
    columns: Vec<Column>,
    rows: Vec<(String, Vec<Cell>)>,
    /// Whether more were asked for than fit.
    too_many: bool,
    /// How many were asked for and cannot be shown.
    missing: i64,
}

/// The head of a column.
struct Column {
    name: String,
    lang: &'static str,
    href: String,
    vendor: String,
    vendor_lang: &'static str,
    /// The address of the same comparison without it.
    without: String,
}

/// What stands in a cell: one line or a list.
type Cell = Vec<String>;

/// `GET /solutions/compare?id=…&id=…`
///
/// # Errors
/// `Busy`.
pub async fn show(visit: Visit) -> Answer {
    let typed = Typed::parse(visit.request().query_string().as_bytes());
    let mut ids: Vec<SolutionId> = Vec::new();
    for id in typed.list("id").iter().filter_map(|id| id.parse::<Uuid>().ok()).map(SolutionId) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let too_many = ids.len() > MOST;
    ids.truncate(MOST);
    let asked = ids.len();
    let views: Vec<SolutionView> = visit
        .read(move |conn, actor| {
            let mut views = Vec::new();
            for id in ids {
                match view::of(conn, actor, id) {
                    Ok(view) => views.push(view),
                    Err(Failure::NotFound) => {}
                    Err(failure) => return Err(failure),
                }
            }
            Ok(views)
        })
        .await?;
    let shell = visit.shell("solutions.compare.title");
    shown(&Compare {
        columns: columns(&shell, &views),
        rows: rows(&shell, &views),
        too_many,
        missing: i64::try_from(asked - views.len()).unwrap_or(i64::MAX),
        shell,
    })
}

fn columns(shell: &Shell, views: &[SolutionView]) -> Vec<Column> {
    let without = |left_out: &SolutionView| {
        let others = views.iter().filter(|one| one.id != left_out.id).map(|one| ("id", one.id.to_string()));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish();
        shell.link(&format!("/solutions/compare?{query}"))
    };
    let column = |view: &SolutionView| Column {
        name: view.content.name.clone(),
        lang: naming::lang_of(&view.content.name),
        href: shell.link(&format!("/solutions/{}", view.id)),
        vendor: view.vendor.name.clone(),
        vendor_lang: naming::lang_of(&view.vendor.name),
        without: without(view),
    };
    views.iter().map(column).collect()
}

fn rows(shell: &Shell, views: &[SolutionView]) -> Vec<(String, Vec<Cell>)> {
    let row = |key: &str, cell: &dyn Fn(&SolutionView) -> Cell| {
        let filled = |view: &SolutionView| {
            let cell = cell(view);
            if cell.is_empty() { vec!["–".to_owned()] } else { cell }
        };
        (shell.t(key), views.iter().map(filled).collect())
    };
    vec![
        row("solutions.initial_price", &|view| vec![naming::initial_price(shell, &view.content.price)]),
        row("solutions.yearly_price", &|view| vec![naming::yearly_price(shell, &view.content.price)]),
        row("solutions.evidence_label", &|view| evidence(shell, view)),
        row("solutions.used_in", &|view| prefectures(shell, &view.deployments)),
        row("solutions.needed", &|view| {
            let needed = &view.content.infrastructure_required;
            if needed.is_empty() {
                return vec![shell.t("solutions.nothing_needed")];
            }
            needed.iter().map(|one| one.name(shell.locale).to_owned()).collect()
        }),
        row("solutions.maturity_label", &|view| vec![naming::maturity(shell, view.content.maturity)]),
        row("solutions.lead_label", &|view| vec![naming::lead(shell, view.content.lead_months)]),
        row("solutions.regions_label", &|view| naming::regions(shell, &view.content)),
        row("solutions.sectors_label", &|view| {
            view.content.sectors.iter().map(|one| one.name(shell.locale).to_owned()).collect()
        }),
        row("solutions.technologies_label", &|view| {
            let technologies = &view.content.technologies;
            technologies.iter().map(|one| one.name(shell.locale).to_owned()).collect()
        }),
        row("solutions.security_label", &|view| {
            view.content.security.iter().map(|one| shell.name("solutions.security", one)).collect()
        }),
        row("solutions.head_office", &|view| {
            let code = view.vendor.municipality_code;
            code.map(|code| code.municipality().full_name(shell.locale)).into_iter().collect()
        }),
    ]
}

fn evidence(shell: &Shell, view: &SolutionView) -> Cell {
    let counts = super::counted(&view.evidence).into_iter();
    counts.map(|(verification, number)| super::counted_line(shell, verification, &number)).collect()
}

/// The prefectures where it was used, as far as the reader may see; confirmed ones say so.
fn prefectures(shell: &Shell, deployments: &[DeploymentView]) -> Cell {
    let mut known: Vec<(Prefecture, bool)> = Vec::new();
    for one in deployments.iter().filter(|one| !one.denied) {
        let Some(code) = one.content.municipality_code else { continue };
        let confirmed = one.verification == Verification::Confirmed;
        match known.iter_mut().find(|(prefecture, _)| *prefecture == code.prefecture()) {
            Some((_, sure)) => *sure |= confirmed,
            None => known.push((code.prefecture(), confirmed)),
        }
    }
    known.sort();
    let name = |(prefecture, confirmed): (Prefecture, bool)| {
        let name = prefecture.name(shell.locale).to_owned();
        if confirmed { shell.tf("solutions.confirmed_there", &[("place", name)]) } else { name }
    };
    known.into_iter().map(name).collect()
}
