//! Lists, page by page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::failure::Failure;
use crate::fields::Invalid;
use crate::web::Shell;
use crate::web::forms::Typed;

/// How many items a page holds unless the caller says otherwise, and at most.
const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;

/// The place of a page: an opaque text made of the sort key of the last item of the page before.
pub struct Cursor;

impl Cursor {
    /// Writes a place.
    ///
    /// # Errors
    /// `Internal` when `place` cannot be written as JSON.
    pub fn write(place: &impl Serialize) -> Result<String, Failure> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).map_err(Failure::internal)?))
    }

    /// Reads a place that [`Cursor::write`] made.
    ///
    /// # Errors
    /// `Invalid` at `/cursor` for anything else.
    pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Failure::field("/cursor", Invalid::new("not_a_cursor")))
    }
}

/// The parameters of every list. Flatten is not used: each list names them itself so that the query reader can
/// refuse unknown ones; this type does the checking.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct PageQuery {
    /// Items on a page, 1 to 100; 20 unless given.
    pub limit: Option<i64>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// Whether to count all items as well.
    pub total: Option<bool>,
}

impl PageQuery {
    /// The parameters of one request.
    pub fn new(limit: Option<i64>, cursor: Option<String>, total: Option<bool>) -> Self {
        Self { limit, cursor, total }
    }

    /// Items on a page.
    ///
    /// # Errors
    /// `Invalid` at `/limit` outside 1 to 100.
    pub fn checked_limit(&self) -> Result<i64, Failure> {
        match self.limit.unwrap_or(DEFAULT_LIMIT) {
            limit @ 1..=MAX_LIMIT => Ok(limit),
            _ => Err(Failure::field(
                "/limit",
                Invalid::new("out_of_range").with("min", 1).with("max", MAX_LIMIT),
            )),
        }
    }

    /// The place to go on from.
    ///
    /// # Errors
    /// `Invalid` at `/cursor` when it is not one of ours.
    pub fn place<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        self.cursor.as_deref().map(Cursor::read).transpose()
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// How many items there are on all pages, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// A page from one row more than fits: the extra row only says that there is a next page.
    ///
    /// # Errors
    /// `Internal` when the place cannot be written.
    pub fn cut<P: Serialize>(
        mut rows: Vec<T>,
        limit: i64,
        total: Option<i64>,
        place_of: impl Fn(&T) -> P,
    ) -> Result<Self, Failure> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(Cursor::write(&place_of(last))?),
            _ => None,
        };
        Ok(Self { items: rows, next, total })
    }

    /// The same page with every item changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next, total: self.total }
    }
}

/// The addresses of the next and of the first page of a list; empty where there is none to go to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turns {
    /// The page behind this one.
    pub next: String,
    /// The first page, from any other.
    pub first: String,
}

impl Turns {
    /// Those of the list at `path`, asked for as `typed`, whose next page is `next`.
    pub fn of(shell: &Shell, path: &str, typed: &Typed, next: Option<&str>) -> Self {
        let rest = typed.said().without("cursor").without("lang");
        let at = |rest: &Typed| shell.link(&format!("{path}?{}", rest.encoded()));
        let further = |cursor: &str| {
            let mut rest = rest.clone();
            rest.set("cursor", cursor);
            at(&rest)
        };
        Self {
            next: next.map(further).unwrap_or_default(),
            first: if typed.has("cursor") { at(&rest) } else { String::new() },
        }
    }
}
