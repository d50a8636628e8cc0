//! The front page: what this is in one screen, with live figures.

pub mod signpost;

use askama::Template;
use diesel::prelude::*;

use crate::db::DbConn;
use crate::db::schema::{challenges, deployments, organizations, solutions};
use crate::failure::Failure;
use crate::web::{Answer, Shell, Visit, page};

#[derive(Template)]
#[template(path = "front/front.html")]
struct Front {
    shell: Shell,
    figures: Vec<(String, i64)>,
}

/// `GET /`
///
/// # Errors
/// `Busy` when the figures cannot be read.
pub async fn front(visit: Visit) -> Answer {
    let shell = visit.shell("front.title");
    let figures = visit.read(|conn, _| count(conn)).await?;
    let labelled =
        figures.into_iter().map(|(key, count)| (shell.t(&format!("front.{key}")), count)).collect();
    page::html(200, &Front { shell, figures: labelled })
}

/// Figures of what everybody may see, so that they give nothing away.
fn count(conn: &mut DbConn) -> Result<Vec<(&'static str, i64)>, Failure> {
    let open = challenges::table
        .filter(challenges::status.eq("open"))
        .filter(challenges::visibility.eq("public"))
        .count()
        .get_result(conn)?;
    let published = solutions::table.filter(solutions::status.eq("published")).count().get_result(conn)?;
    let confirmed =
        deployments::table.filter(deployments::verification.eq("confirmed")).count().get_result(conn)?;
    let municipalities = organizations::table
        .filter(organizations::kind.eq("municipality"))
        .filter(organizations::status.eq("approved"))
        .count()
        .get_result(conn)?;
    Ok(vec![
        ("open_challenges", open),
        ("published_solutions", published),
        ("confirmed_deployments", confirmed),
        ("municipalities", municipalities),
    ])
}
