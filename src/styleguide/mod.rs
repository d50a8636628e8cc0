//! `/styleguide`: every building block of the pages with a live sample, for those who write pages.

mod samples;

use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::NaiveDate;

use crate::services::Services;
use crate::web::charts::{Part, Svg, part_bar};
use crate::web::forms::FormView;
use crate::web::{Answer, Shell, page};

#[derive(Template)]
#[template(path = "styleguide/styleguide.html")]
struct Styleguide {
    shell: Shell,
    today: NaiveDate,
    form: FormView,
    /// Groups of colours by the names of their custom properties.
    swatches: Vec<&'static str>,
    parts: Vec<Part>,
    map: Svg,
    timeline: Svg,
    score: Svg,
    meter: Svg,
    sparkline: Svg,
}

/// `GET /styleguide`
///
/// # Errors
/// `Internal` when the template fails.
pub async fn show(request: HttpRequest, services: web::Data<Services>) -> Answer {
    let shell = Shell::of(&request, "styleguide.title");
    let today = services.clock().now().japan_date();
    page::html(200, &Styleguide::new(shell, today))
}

impl Styleguide {
    fn new(shell: Shell, today: NaiveDate) -> Self {
        let parts = samples::parts(&shell);
        Self {
            form: samples::form(shell.locale),
            swatches: samples::SWATCHES.to_vec(),
            map: samples::map(&shell),
            timeline: samples::timeline(&shell, today),
            score: samples::score(&shell, &parts),
            meter: samples::meter(&shell),
            sparkline: samples::sparkline(&shell),
            parts,
            today,
            shell,
        }
    }

    /// A text of this page.
    fn say(&self, key: &str) -> String {
        self.shell.t(&format!("styleguide.{key}"))
    }

    /// The bar of one part of a score.
    fn bar(&self, part: &Part, at: &usize) -> Svg {
        let widest = self.parts.iter().map(|part| part.weight).fold(0.0, f64::max);
        part_bar(part, *at, widest)
    }

    fn crumbs(&self) -> Vec<(String, String)> {
        vec![(self.shell.title.clone(), String::new())]
    }

    /// Texts that are a list in one entry of the locale files.
    fn list(&self, key: &str) -> Vec<String> {
        self.say(key).split('|').map(str::to_owned).collect()
    }

    fn steps(&self) -> Vec<(String, String)> {
        let steps = self.list("sample.steps").into_iter().enumerate();
        steps.map(|(at, label)| (label, if at == 0 { self.shell.here() } else { String::new() })).collect()
    }

    fn facts(&self) -> Vec<(String, String)> {
        vec![
            (self.say("sample.budget"), self.shell.yen_range(Some(5_000_000), Some(12_000_000))),
            (self.say("sample.year"), self.shell.fiscal_year(2027)),
            (self.say("sample.due"), self.shell.weekday_date(self.due())),
        ]
    }

    fn figures(&self) -> Vec<(String, String)> {
        vec![
            (self.say("sample.open"), self.shell.number(128)),
            (self.say("sample.municipalities"), self.shell.number(1741)),
            (self.say("sample.share"), self.shell.percent(0.527)),
        ]
    }

    fn tabs(&self) -> Vec<(String, String, bool)> {
        let tab = |(at, label)| (label, "#tabs".to_owned(), at == 0);
        self.list("sample.tabs").into_iter().enumerate().map(tab).collect()
    }

    fn due(&self) -> NaiveDate {
        self.today + chrono::TimeDelta::days(12)
    }
}
