//! From an admitted request to its answer.

use super::guard::{Guard, MOST_BYTES, Request, Route};
use super::page;
use super::session::{Session, Stopped};
use crate::report::text_of;
use crate::scenario::{plain, plain_json};
use serde::{Deserialize, Serialize};
use std::io::Read;
use tiny_http::{Header, Response};

/// Nothing is loaded from elsewhere, framed, or sent elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Headers of every answer.
const HEADERS: [(&str, &str); 6] = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
];

/// What the page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    settings: Vec<String>,
    number: u64,
    machine: String,
    /// 0 where none was named: the first.
    replication: u32,
    on: bool,
}

/// What it gets.
#[derive(Debug, Default, Serialize)]
struct Told {
    /// What is wrong, in the words of the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// A newer change has taken the place of this one.
    #[serde(skip_serializing_if = "is_false")]
    superseded: bool,
    /// Number of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    /// Replications of the whole run.
    #[serde(skip_serializing_if = "Option::is_none")]
    replications: Option<u32>,
    /// Milliseconds from the change to the tables of the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde wants it.
fn is_false(value: &bool) -> bool {
    !value
}

/// Answers one request.
pub(super) fn answer(mut request: tiny_http::Request, guard: &Guard, session: &Session) {
    let method = request.method().to_string();
    let admitted = guard.admit(Request {
        method: &method,
        url: request.url(),
        host: only_header(&request, "Host"),
        origin: header(&request, "Origin"),
        content_type: header(&request, "Content-Type"),
    });
    let response = match admitted {
        Err(refusal) => words(refusal.status, refusal.reason),
        Ok(route) => admitted_answer(route, &mut request, session),
    };
    // A browser that has moved on no longer listens.
    let _ = request.respond(response);
}

fn header<'r>(request: &'r tiny_http::Request, name: &'static str) -> Option<&'r str> {
    let mut headers = request.headers().iter();
    let found = headers.find(|header| header.field.equiv(name))?;
    Some(found.value.as_str())
}

/// A header that may stand in a request once: two of them may be read in two ways.
fn only_header<'r>(request: &'r tiny_http::Request, name: &'static str) -> Option<&'r str> {
    let headers = request.headers().iter();
    let count = headers.filter(|header| header.field.equiv(name)).count();
    header(request, name).filter(|_| count == 1)
}

type Answer = Response<std::io::Cursor<Vec<u8>>>;

fn text(status: u16, kind: &str, text: String) -> Answer {
    let mut response = Response::from_string(text).with_status_code(status);
    let kind = format!("{kind}; charset=utf-8");
    let all = HEADERS
        .iter()
        .copied()
        .chain([("Content-Type", kind.as_str())]);
    for (name, value) in all {
        // Names and values are plain ASCII.
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    response
}

/// A refusal in words, which may quote what was asked.
fn words(status: u16, words: &str) -> Answer {
    text(status, "text/plain", format!("{}\n", plain(words)))
}

fn admitted_answer(route: Route, request: &mut tiny_http::Request, session: &Session) -> Answer {
    match route {
        Route::Page => return first(session),
        Route::Script => return text(200, "text/javascript", page::script()),
        Route::Style => return text(200, "text/css", page::style()),
        _ => {}
    }
    let asked = match asked(request) {
        Ok(asked) => asked,
        Err((status, reason)) => return words(status, &reason),
    };
    let told = match told(route, &asked, session) {
        Ok(told) => told,
        Err(Stopped::Superseded) => Told {
            superseded: true,
            ..Told::default()
        },
        Err(Stopped::Bad(problem)) => Told {
            problem: Some(plain(&problem)),
            ..Told::default()
        },
    };
    match serde_json::to_string(&told) {
        Ok(json) => text(200, "application/json", plain_json(&json).into_owned()),
        Err(error) => words(500, &error.to_string()),
    }
}

/// The body of a request.
fn asked(request: &mut tiny_http::Request) -> Result<Asked, (u16, String)> {
    const TOO_LONG: &str = "the request is too long";
    // What says that it is too long is not waited for.
    if request
        .body_length()
        .is_some_and(|length| length > MOST_BYTES)
    {
        return Err((413, TOO_LONG.to_owned()));
    }
    let mut body = Vec::new();
    let mut reader = request.as_reader().take(MOST_BYTES as u64 + 1);
    reader
        .read_to_end(&mut body)
        .map_err(|error| (400, error.to_string()))?;
    if body.len() > MOST_BYTES {
        return Err((413, TOO_LONG.to_owned()));
    }
    serde_json::from_slice(&body).map_err(|error| (400, error.to_string()))
}

/// The page itself.
fn first(session: &Session) -> Answer {
    let loaded = match session.load(session.given()) {
        Ok(loaded) => loaded,
        Err(Stopped::Bad(problem)) => return words(500, &problem),
        Err(Stopped::Superseded) => return words(503, "stopped"),
    };
    let current = session.save(session.given()).unwrap_or(loaded.text);
    let page = page::page(&loaded.world.title, &current, session);
    text(200, "text/html", text_of(page))
}

fn told(route: Route, asked: &Asked, session: &Session) -> Result<Told, Stopped> {
    Ok(match route {
        Route::Run => {
            let begun = session.begin(&asked.settings)?;
            let (picture, words) = page::picture(&begun);
            Told {
                number: Some(begun.number),
                replications: Some(begun.loaded.world.replications),
                milliseconds: Some((begun.seconds * 1000.0) as u64),
                picture: Some(text_of(picture)),
                words: Some(text_of(words)),
                ..Told::default()
            }
        }
        Route::Rest => {
            let (begun, run) = session.complete(asked.number)?;
            let before = begun.before.as_deref();
            let (above, below) = page::views(&run);
            Told {
                number: Some(begun.number),
                picture: Some(text_of(page::curves(&run, before))),
                words: Some(text_of(page::words(&run, before))),
                above: Some(text_of(above)),
                below: Some(text_of(below)),
                ..Told::default()
            }
        }
        Route::Explain => {
            let (story, options) = session.explain(&asked.machine, asked.replication.max(1))?;
            Told {
                text: Some(text_of(page::story(&story, &options))),
                ..Told::default()
            }
        }
        Route::Save => Told {
            text: Some(session.save(&asked.settings)?),
            ..Told::default()
        },
        Route::Baseline => Told {
            on: Some(session.freeze(asked.on)),
            ..Told::default()
        },
        // Answered before.
        Route::Page | Route::Script | Route::Style => Told::default(),
    })
}
