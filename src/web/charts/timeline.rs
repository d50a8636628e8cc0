//! When a solution ran where: one bar per deployment over the years.

use chrono::{Datelike, NaiveDate};

use super::svg::{Pen, Svg, image, percent};

/// How sure it is that a span happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Only the vendor said so: an outline.
    Declared,
    /// A bureau read the evidence: a hatched bar.
    Documented,
    /// The municipality said so: a full bar with a tick.
    Confirmed,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What stands above the bar: place, and state in words.
    pub label: String,
    /// When it began.
    pub from: NaiveDate,
    /// When it ended; `None` while it goes on.
    pub to: Option<NaiveDate>,
    /// Whether it is operation (実装) rather than a pilot (実証).
    pub operation: bool,
    /// How sure it is.
    pub certainty: Certainty,
}

/// The words around the bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// What the chart shows.
    pub name: String,
    /// The same content in a sentence or two.
    pub about: String,
    /// "Today".
    pub today_label: String,
    /// The day the line of today stands at.
    pub today: NaiveDate,
}

/// Room for the word above the line of today.
const HEAD: usize = 18;
const ROW: usize = 46;
const BAR: usize = 16;
const AXIS: usize = 30;

/// Draws `spans` from top to bottom over whole years, with the line of today. `id` must be unique on the page.
pub fn timeline(id: &str, words: &Timeline, spans: &[Span]) -> Svg {
    let years = Years::of(words.today, spans);
    let bottom = HEAD + spans.len() * ROW;
    let height = (bottom + AXIS).to_string();
    let mut pen = Pen::new();
    let size = [("width", "100%"), ("height", height.as_str())];
    image(&mut pen, id, "chart time-chart", &size, &words.name, &words.about);
    hatching(&mut pen, id);
    axis(&mut pen, &years, bottom);
    for (at, span) in spans.iter().enumerate() {
        bar(&mut pen, id, &years, words.today, span, HEAD + at * ROW);
    }
    today(&mut pen, &years, words, bottom);
    pen.close("svg");
    pen.finish()
}

/// The years on the axis: from the first of `first` to the first of `last`.
struct Years {
    first: i32,
    last: i32,
}

impl Years {
    fn of(today: NaiveDate, spans: &[Span]) -> Self {
        let first = spans.iter().map(|span| span.from.year()).fold(today.year(), i32::min);
        let ends = spans.iter().map(|span| span.to.unwrap_or(span.from).year());
        Self { first, last: ends.fold(today.year(), i32::max) + 1 }
    }

    fn count(&self) -> i32 {
        (self.last - self.first).max(1)
    }

    /// Where a day stands, 0 to 1.
    fn place(&self, day: NaiveDate) -> f64 {
        let within = f64::from(day.ordinal0()) / 365.25;
        (f64::from(day.year() - self.first) + within) / f64::from(self.count())
    }
}

/// How many years lie between two marks, so that few enough stand on the axis of a phone.
fn step(years: i32) -> i32 {
    [1, 2, 5, 10, 20, 50].into_iter().find(|step| years / step <= 5).unwrap_or(100)
}

fn hatching(pen: &mut Pen, id: &str) {
    for (kind, class) in [("pilot", "hatch-pilot"), ("operation", "hatch-operation")] {
        let id = format!("{id}-{kind}");
        pen.open(
            "pattern",
            &[
                ("id", &id),
                ("width", "6"),
                ("height", "6"),
                ("patternUnits", "userSpaceOnUse"),
                ("patternTransform", "rotate(45)"),
            ],
        );
        pen.empty("rect", &[("class", "hatch-ground"), ("width", "6"), ("height", "6")]);
        pen.empty("rect", &[("class", class), ("width", "3"), ("height", "6")]);
        pen.close("pattern");
    }
}

fn axis(pen: &mut Pen, years: &Years, bottom: usize) {
    let (y, label_y) = (bottom.to_string(), (bottom + 20).to_string());
    let by = step(years.count());
    for year in years.first..=years.last {
        if (year - years.first) % by != 0 {
            continue;
        }
        let share = f64::from(year - years.first) / f64::from(years.count());
        let x = percent(share);
        pen.empty("line", &[("class", "chart-grid"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", &y)]);
        let anchor = if share < 0.05 {
            "start"
        } else if share > 0.95 {
            "end"
        } else {
            "middle"
        };
        let attributes =
            [("class", "chart-tick"), ("x", x.as_str()), ("y", &label_y), ("text-anchor", anchor)];
        pen.text("text", &attributes, &year.to_string());
    }
    pen.empty("line", &[("class", "chart-axis"), ("x1", "0"), ("x2", "100%"), ("y1", &y), ("y2", &y)]);
}

fn bar(pen: &mut Pen, id: &str, years: &Years, today: NaiveDate, span: &Span, top: usize) {
    let from = years.place(span.from);
    let to = years.place(span.to.unwrap_or(today.max(span.from)));
    let stage = if span.operation { "operation" } else { "pilot" };
    let certainty = match span.certainty {
        Certainty::Declared => "declared",
        Certainty::Documented => "documented",
        Certainty::Confirmed => "confirmed",
    };
    let class = format!("span span-{stage} span-{certainty}");
    let hatch = format!("url(#{id}-{stage})");
    pen.text("text", &[("class", "chart-label"), ("x", "0"), ("y", &(top + 16).to_string())], &span.label);
    let (x, y, width) = (percent(from), (top + 22).to_string(), percent((to - from).max(0.008)));
    let height = BAR.to_string();
    let mut attributes = vec![
        ("class", class.as_str()),
        ("x", x.as_str()),
        ("y", y.as_str()),
        ("width", width.as_str()),
        ("height", height.as_str()),
        ("rx", "3"),
    ];
    if span.certainty == Certainty::Documented {
        attributes.push(("fill", hatch.as_str()));
    }
    pen.empty("rect", &attributes);
    if span.certainty == Certainty::Confirmed {
        pen.text(
            "text",
            &[("class", "span-tick"), ("x", &x), ("dx", "4"), ("y", &(top + 35).to_string())],
            "✓",
        );
    }
}

fn today(pen: &mut Pen, years: &Years, words: &Timeline, bottom: usize) {
    let (share, y) = (years.place(words.today), bottom.to_string());
    let x = percent(share);
    pen.empty("line", &[("class", "chart-today"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", &y)]);
    let anchor = if share > 0.8 { "end" } else { "start" };
    let dx = if share > 0.8 { "-4" } else { "4" };
    let attributes =
        [("class", "chart-today-label"), ("x", x.as_str()), ("dx", dx), ("y", "12"), ("text-anchor", anchor)];
    pen.text("text", &attributes, &words.today_label);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn words() -> Timeline {
        Timeline {
            name: "導入実績の年表".into(),
            about: "2件".into(),
            today_label: "今日".into(),
            today: day("2026-11-21"),
        }
    }

    fn span(label: &str, from: &str, to: Option<&str>, certainty: Certainty) -> Span {
        Span { label: label.into(), from: day(from), to: to.map(day), operation: true, certainty }
    }

    #[test]
    fn bars_stand_where_their_days_are() {
        let shown = timeline(
            "t",
            &words(),
            &[span("岩見沢市", "2023-01-01", Some("2025-01-01"), Certainty::Confirmed)],
        );
        let shown = shown.to_string();
        assert!(
            shown.contains(r#"class="span span-operation span-confirmed" x="0.00%" y="40" width="50.00%""#),
            "{shown}"
        );
        assert!(
            shown.contains(">2023</text>") && shown.contains(">2027</text>") && shown.contains("今日"),
            "{shown}"
        );
    }

    #[test]
    fn what_goes_on_ends_today_and_what_lies_ahead_stays_on_the_axis() {
        let going =
            timeline("t", &words(), &[span("a", "2026-01-01", None, Certainty::Declared)]).to_string();
        assert!(going.contains(r#"width="88.71%""#), "{going}");
        let ahead =
            timeline("t", &words(), &[span("a", "2030-06-01", None, Certainty::Declared)]).to_string();
        assert!(
            ahead.contains(">2026</text>") && !ahead.contains('-'.to_string().as_str().repeat(2).as_str()),
            "{ahead}"
        );
    }

    #[test]
    fn labels_are_escaped_and_documented_bars_are_hatched() {
        let shown =
            timeline("t", &words(), &[span("<b>&", "2024-04-01", None, Certainty::Documented)]).to_string();
        assert!(
            shown.contains("&lt;b&gt;&amp;") && shown.contains(r##"fill="url(#t-operation)""##),
            "{shown}"
        );
    }

    #[test]
    fn at_most_six_years_are_written_out() {
        assert_eq!([1, 5, 6, 11, 40].map(step), [1, 1, 2, 2, 10]);
    }
}
