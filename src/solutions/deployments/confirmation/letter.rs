//! The mail that asks a municipality.

use super::addressees::Recipient;
use crate::accounts::{Locale, Secret};
use crate::failure::Failure;
use crate::notices::{self, Kind, Letter, Link};
use crate::services::Deed;
use crate::solutions::deployments::{ConfirmationId, Deployment, DeploymentContent, Measured};
use crate::solutions::store::Solution;

/// The page behind the mailed link.
pub(super) const PAGE: &str = "/deployment-confirmation";

/// Queues the mail with its link.
pub(super) fn send(
    deed: &mut Deed<'_>,
    solution: &Solution,
    deployment: &Deployment,
    id: ConfirmationId,
    recipient: &Recipient,
    token: Secret,
) -> Result<(), Failure> {
    let Recipient { email, locale, member } = recipient;
    let link = Link::Secret { path: PAGE, token };
    let content = &deployment.content;
    let letter = Letter::new(Kind::ConfirmDeployment, ("deployment_confirmation", id.0), link)
        .with("solution", &solution.content().name)
        .with("vendor", &solution.vendor.name)
        .with("municipality", place(content, *locale))
        .with("sector", sector(content, *locale))
        .with("started", content.started_on.to_string())
        .with("stage_key", format!("deployment.stage.{}", content.stage))
        .with("outcome_key", format!("deployment.outcome.{}", content.outcome));
    let letter = match content.ended_on {
        Some(day) => letter.with("ended", day.to_string()),
        None => letter.with("ended_key", "deployment.no_end"),
    };
    let letter = match results(content) {
        Some(lines) => letter.with("results", lines),
        None => letter.with("results_key", "deployment.no_results"),
    };
    match member {
        Some(member) => notices::tell(deed, *member, &letter),
        None => notices::mail(deed, email, *locale, &letter),
    }
}

/// The place in the reader's language; a country by its code.
pub(super) fn place(content: &DeploymentContent, locale: Locale) -> String {
    match (content.municipality_code, content.country) {
        (Some(code), _) => code.municipality().full_name(locale),
        (None, Some(country)) => country.to_string(),
        (None, None) => String::new(),
    }
}

/// The sector in the reader's language.
pub(super) fn sector(content: &DeploymentContent, locale: Locale) -> &'static str {
    content.sector.name(locale)
}

/// One line an indicator; `None` when there is none.
pub(super) fn results(content: &DeploymentContent) -> Option<String> {
    let lines: Vec<String> = content.results.iter().map(in_one_line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn in_one_line(result: &Measured) -> String {
    let figure = |figure: Option<f64>| figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string());
    let Measured { indicator, before, after, unit } = result;
    format!("{indicator}: {} → {} {unit}", figure(*before), figure(*after)).trim_end().to_owned()
}
