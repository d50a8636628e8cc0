//! The pages of notices: the inbox, the choices, the way out of them, and the outbox for operators.

pub mod inbox;
pub mod mails;
pub mod preferences;
pub mod unsubscribe;
