//! Messages to members: in the app and by mail, queued in the deed's own transaction.

mod letter;
mod queue;
mod render;

pub use letter::{Kind, Letter, Link};
pub use queue::{MailId, NoticeId, mail, tell, tell_bureau, tell_organization};
