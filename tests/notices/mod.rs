//! Messages: the outbox against a real mail server, choices, digests, the way out of them.

mod delivery;
mod digests;
mod inbox;
mod liveness;
mod operations;
mod outbox;
mod pages;
mod preferences;
mod unsubscribe;
