//! Organizations, members, and how they sign in.

mod passwords;
mod sessions;
mod sign_in;
