//! Spans of days on one axis of days: the windows of a call, with the line of today.

use chrono::{Datelike as _, NaiveDate, TimeDelta};

use super::svg::{Pen, Svg, image, percent};

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySpan {
    /// What stands above the bar.
    pub label: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, included.
    pub to: NaiveDate,
    /// Whether today is one of them: a full bar.
    pub open: bool,
}

/// The words around the bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayAxis {
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
const BAR: &str = "16";
const AXIS: usize = 30;
/// Days kept free before the first and behind the last bar.
const MARGIN: TimeDelta = TimeDelta::days(3);

/// Draws `spans` from top to bottom, with a mark at each first of a month and the line of today where it falls between
/// them. `id` must be unique on the page.
pub fn day_spans(id: &str, words: &DayAxis, spans: &[DaySpan]) -> Svg {
    let first = spans.iter().map(|span| span.from).min().unwrap_or(words.today) - MARGIN;
    let last = spans.iter().map(|span| span.to).max().unwrap_or(words.today) + MARGIN;
    let days = f64::from(i32::try_from((last - first).num_days()).unwrap_or(i32::MAX).max(1));
    let place =
        |day: NaiveDate| f64::from(i32::try_from((day - first).num_days()).unwrap_or(i32::MAX)) / days;
    let bottom = HEAD + spans.len() * ROW;
    let height = (bottom + AXIS).to_string();
    let mut pen = Pen::new();
    let size = [("width", "100%"), ("height", height.as_str())];
    image(&mut pen, id, "chart time-chart", &size, &words.name, &words.about);
    months(&mut pen, (first, last), &place, bottom);
    for (at, span) in spans.iter().enumerate() {
        bar(&mut pen, &place, span, HEAD + at * ROW);
    }
    if first <= words.today && words.today <= last {
        today(&mut pen, place(words.today), words, bottom);
    }
    pen.close("svg");
    pen.finish()
}

fn months(
    pen: &mut Pen,
    (first, last): (NaiveDate, NaiveDate),
    place: &impl Fn(NaiveDate) -> f64,
    bottom: usize,
) {
    let (y, label_y) = (bottom.to_string(), (bottom + 20).to_string());
    let firsts: Vec<NaiveDate> =
        first.iter_days().take_while(|day| *day <= last).filter(|day| day.day() == 1).collect();
    // Few enough marks for a phone.
    let by = firsts.len().div_ceil(6).max(1);
    for day in firsts.into_iter().step_by(by) {
        let x = percent(place(day));
        pen.empty("line", &[("class", "chart-grid"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", &y)]);
        let anchor = if place(day) > 0.9 { "end" } else { "middle" };
        let attributes =
            [("class", "chart-tick"), ("x", x.as_str()), ("y", &label_y), ("text-anchor", anchor)];
        pen.text("text", &attributes, &format!("{}/{}", day.month(), day.day()));
    }
    pen.empty("line", &[("class", "chart-axis"), ("x1", "0"), ("x2", "100%"), ("y1", &y), ("y2", &y)]);
}

fn bar(pen: &mut Pen, place: &impl Fn(NaiveDate) -> f64, span: &DaySpan, top: usize) {
    let from = place(span.from);
    let to = place(span.to + TimeDelta::days(1));
    let class =
        if span.open { "span span-operation span-confirmed" } else { "span span-operation span-declared" };
    pen.text("text", &[("class", "chart-label"), ("x", "0"), ("y", &(top + 16).to_string())], &span.label);
    let (x, y, width) = (percent(from), (top + 22).to_string(), percent((to - from).max(0.008)));
    let attributes =
        [("class", class), ("x", &x), ("y", &y), ("width", &width), ("height", BAR), ("rx", "3")];
    pen.empty("rect", &attributes);
}

fn today(pen: &mut Pen, share: f64, words: &DayAxis, bottom: usize) {
    let (x, y) = (percent(share), bottom.to_string());
    pen.empty("line", &[("class", "chart-today"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", &y)]);
    let (anchor, dx) = if share > 0.8 { ("end", "-4") } else { ("start", "4") };
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

    fn drawn(today: &str) -> String {
        let words = DayAxis {
            name: "募集回の期間".into(),
            about: "課題の募集".into(),
            today_label: "今日".into(),
            today: day(today),
        };
        let span =
            |label: &str, from, to, open| DaySpan { label: label.into(), from: day(from), to: day(to), open };
        let spans = [
            span("<課題>", "2026-12-04", "2026-12-13", true),
            span("提案", "2026-12-14", "2026-12-23", false),
        ];
        day_spans("w", &words, &spans).to_string()
    }

    #[test]
    fn bars_stand_where_their_days_are() {
        let shown = drawn("2026-12-10");
        // 25 days from 1 to 26 December, the first bar from the 3rd to the 13th of them.
        assert!(shown.contains(r#"span-confirmed" x="12.00%" y="40" width="40.00%""#), "{shown}");
        assert!(shown.contains("&lt;課題&gt;") && shown.contains("12/1<"), "{shown}");
    }

    #[test]
    fn today_is_drawn_only_when_it_lies_between_the_days() {
        assert!(drawn("2026-12-10").contains("今日"));
        assert!(!drawn("2027-03-01").contains("今日"));
    }
}
