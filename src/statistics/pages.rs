//! `/statistics/fairness`

use actix_web::web::Data;
use askama::Template;

use super::{Exposure, Group, Side, UNKNOWN, exposure};
use crate::matches::Ranking;
use crate::reference::Bureau;
use crate::web::charts::{Part, Svg, part_bar};
use crate::web::formats::percent;
use crate::web::{Answer, Shell, Visit, page};

#[derive(Template)]
#[template(path = "statistics/templates/fairness.html")]
struct FairnessPage {
    shell: Shell,
    exposure: Exposure,
}

/// One group as a row.
struct Row {
    name: String,
    solutions: String,
    by_score: String,
    shown: String,
    /// Its shares of solutions, by score and as shown, on one scale.
    bars: [Svg; 3],
}

impl FairnessPage {
    fn title(&self, side: &Side) -> String {
        self.shell.t(&format!("statistics.side.{}", side.side))
    }

    fn figures(&self) -> Vec<(String, String)> {
        let say = |key: &str| self.shell.t(&format!("statistics.{key}"));
        let number = |count: usize| self.shell.number(i64::try_from(count).unwrap_or(i64::MAX));
        vec![
            (say("challenges"), number(self.exposure.challenges)),
            (say("solutions"), number(self.exposure.solutions)),
            (say("newcomer_share"), percent(self.exposure.newcomer_share)),
        ]
    }

    fn rows(&self, side: &Side) -> Vec<Row> {
        let shares = |group: &Group| [group.solutions, group.by_score, group.shown];
        let widest = side.groups.iter().flat_map(shares).fold(0.0, f64::max);
        let row = |group: &Group| Row {
            name: self.name(side, group),
            solutions: percent(group.solutions),
            by_score: percent(group.by_score),
            shown: percent(group.shown),
            bars: [(group.solutions, 7), (group.by_score, 2), (group.shown, 1)].map(|(share, colour)| {
                part_bar(&Part { label: String::new(), contribution: share, weight: widest }, colour, widest)
            }),
        };
        side.groups.iter().map(row).collect()
    }

    fn name(&self, side: &Side, group: &Group) -> String {
        if group.group == UNKNOWN {
            return self.shell.t("formats.not_given");
        }
        match side.side {
            "vendor_type" => self.shell.t(&format!("accounts.vendor_type.{}", group.group)),
            "region" => match Bureau::parse(&group.group) {
                Ok(bureau) => bureau.name(self.shell.locale).to_owned(),
                Err(_) => group.group.clone(),
            },
            other => self.shell.t(&format!("statistics.{other}.{}", group.group)),
        }
    }
}

/// `GET /statistics/fairness`
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for all but bureaus and the operator, `Busy`.
pub async fn fairness(visit: Visit, ranking: Data<Ranking>) -> Answer {
    visit.member()?;
    let today = visit.services().clock().now().japan_date();
    let exposure = visit.read(move |conn, actor| exposure(conn, actor, &ranking, today)).await?;
    let shell = visit.shell("statistics.title");
    page::html(200, &FairnessPage { shell, exposure })
}
