//! What integration tests stand on: the peers that Kakehashi talks to, and eyes for what it sends.
//!
//! | module | gives a test |
//! |---|---|
//! | [`app`] | the service itself, booted as in production, and the people who use it |
//! | [`browser`] | a browser without a screen: cookies, and forms as the page wrote them |
//! | [`http`] | a client that reports every status instead of failing on some |
//! | [`mail`] | a mail as its reader sees it, with the token of its link |
//! | [`mailbox`] | the mails of the `file` transport, awaited by recipient and subject |
//! | [`sink`] | a real SMTP server that receives, refuses and fails on demand |
//! | [`postgres`] | a database of its own on the throw-away cluster |
//! | [`process`] | the binary in a process of its own, with its folder and its signals |
//! | [`patience`] | waiting for something that another thread will do |
//!
//! Only [`app`] knows the application's inside: the others are the far ends of its doors.

pub mod app;
pub mod browser;
pub mod http;
pub mod mail;
pub mod mailbox;
pub mod patience;
pub mod postgres;
pub mod process;
pub mod sink;
