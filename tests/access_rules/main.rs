//! The access rules, statement by statement: the article ("SMS Client-Side
//! Software Installation", S. Rachui, `TechNet` Magazine July 2006, cc160972) and
//! the documentation it summarises.

#[path = "../common/lab.rs"]
mod lab;

mod article;
mod differences;
mod execution;
mod installer;
mod lists;
mod logon;
mod network;
mod properties;
