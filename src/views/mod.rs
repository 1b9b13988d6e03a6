//! What people see: plain structs in, HTML out. All words live in `words`, all URLs in `paths`; a view gets `now` and the
//! zone from its [`layout::Frame`] and never reads a clock.

pub mod account;
pub mod campaign;
pub mod chart;
pub mod desk;
pub mod emergency;
pub mod families;
pub mod family;
pub mod find;
pub mod gallery;
pub mod help;
pub mod invitation;
pub mod kept_mail;
pub mod layout;
pub mod locked;
pub mod parts;
pub mod paths;
pub mod practice;
pub mod practice_page;
pub mod registration;
pub mod request;
pub mod reset;
pub mod restrictions;
pub mod review;
pub mod samples;
pub mod set_up;
pub mod sign_in;
pub mod single_sign_on;
pub mod staff;
pub mod step_up;
pub mod system;
pub mod team;
pub mod token;
pub(crate) mod words;
