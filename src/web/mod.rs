//! What all doors of the service share: how a request is read, authenticated, answered, refused.

mod assets;
mod autosave;
mod body;
pub mod charts;
pub mod cookies;
mod csrf;
mod door;
pub mod formats;
pub mod forms;
mod headers;
pub mod highlight;
pub mod idempotency;
mod lapsed;
mod limits;
mod mailed_link;
mod merge;
mod origin;
pub mod page;
mod paging;
mod problem;
mod reply;
mod upload;
mod visit;

pub use assets::{icon, old_icon, path_of as asset_path, serve as serve_asset};
pub use body::{Body, Params, read_value};
pub use cookies::{Flash, keep_cookies};
pub use csrf::token as csrf_token;
pub use door::{Door, id_of};
pub use headers::security_headers;
pub use lapsed::{Carried, Lapsed, resume};
pub use limits::{RateLimits, rate_limit};
pub use mailed_link::MailedLink;
pub use merge::merge_patch;
pub use origin::{TrustedProxies, origin_of, trace_request};
pub use page::{NavItem, Shell, SignedIn};
pub use paging::{Cursor, Page, PageQuery, Turns};
pub use problem::{Problem, ProblemField, problem_details};
pub use reply::{Reply, etag};
pub use upload::{File, read_upload};
pub use visit::{Sent, Visit, shown};

/// What a handler answers.
pub type Answer = Result<actix_web::HttpResponse, crate::failure::Failure>;
