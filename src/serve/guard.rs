//! Which requests are let in: from the page of this server, with its token.
//!
//! Any page that is open in the same browser can send requests to a port of the
//! loopback interface, and a name that such a page owns can be made to point to
//! it (DNS rebinding). Hence every request has to name this server as its `Host`;
//! a change has to have this server as its `Origin` and to be JSON, which another
//! page cannot send without asking first; and the path begins with a token that
//! only the printed address knows.

/// The most bytes that a request may carry.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// What a request says of itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Path and query.
    pub url: &'a str,
    /// The header `Host`.
    pub host: Option<&'a str>,
    /// The header `Origin`.
    pub origin: Option<&'a str>,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The page.
    Page,
    /// Its script.
    Script,
    /// Its style sheet.
    Style,
    /// Run with other values.
    Run,
    /// The other replications of the last run, and every view.
    Rest,
    /// The story of a machine.
    Explain,
    /// The scenario with other values, as text.
    Save,
    /// Keep the last run as the one to compare with, or no longer.
    Baseline,
}

/// Paths behind the token, with the method each is asked by.
const ROUTES: [(&str, &str, Route); 8] = [
    ("GET", "", Route::Page),
    ("GET", "page.js", Route::Script),
    ("GET", "page.css", Route::Style),
    ("POST", "run", Route::Run),
    ("POST", "rest", Route::Rest),
    ("POST", "explain", Route::Explain),
    ("POST", "save", Route::Save),
    ("POST", "baseline", Route::Baseline),
];

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the answer.
    pub status: u16,
    /// What is wrong.
    pub reason: &'static str,
}

/// Lets requests in.
#[derive(Debug)]
pub struct Guard {
    hosts: [String; 2],
    token: String,
}

impl Guard {
    /// For the server on `port` with `token`.
    pub fn new(port: u16, token: &str) -> Self {
        Self {
            hosts: ["127.0.0.1", "localhost"].map(|name| format!("{name}:{port}")),
            token: token.to_owned(),
        }
    }

    /// What a request asks for, if it is let in.
    ///
    /// # Errors
    /// If it is not.
    pub fn admit(&self, request: Request) -> Result<Route, Refusal> {
        let refuse = |status, reason| Err(Refusal { status, reason });
        let host = request.host.unwrap_or("");
        if !self.hosts.iter().any(|own| own == host) {
            return refuse(403, "the host is not that of this server");
        }
        let is_own = |origin: &str| origin.strip_prefix("http://") == Some(host);
        match request.origin {
            Some(origin) if !is_own(origin) => {
                return refuse(403, "the request comes from another page");
            }
            None if request.method == "POST" => {
                return refuse(403, "the request does not say which page it comes from");
            }
            _ => {}
        }
        let path = request.url.split(['?', '#']).next().unwrap_or("");
        let path = path.strip_prefix('/').unwrap_or("");
        let Some((token, rest)) = path.split_once('/') else {
            return refuse(
                403,
                "the token is missing; open the address that was printed",
            );
        };
        if !is_equal(token, &self.token) {
            return refuse(403, "the token is wrong; open the address that was printed");
        }
        let Some((method, _, route)) = ROUTES.iter().find(|(_, path, _)| *path == rest) else {
            return refuse(404, "there is no such page");
        };
        if *method != request.method {
            return refuse(405, "this is asked for in another way");
        }
        let is_json = |kind: &str| kind.split(';').next() == Some("application/json");
        if *method == "POST" && !request.content_type.is_some_and(is_json) {
            return refuse(415, "the request is not JSON");
        }
        Ok(*route)
    }
}

/// Compares in a time that does not tell where the first difference is.
fn is_equal(a: &str, b: &str) -> bool {
    let difference = a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | a ^ b);
    a.len() == b.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Request<'static> {
        Request {
            method: "POST",
            url: "/0123abcd/run",
            host: Some("127.0.0.1:8000"),
            origin: Some("http://127.0.0.1:8000"),
            content_type: Some("application/json"),
        }
    }

    fn status(request: Request) -> u16 {
        let admitted = Guard::new(8000, "0123abcd").admit(request);
        admitted.map_or_else(|refusal| refusal.status, |_| 200)
    }

    #[test]
    fn the_page_of_this_server_is_let_in() {
        assert_eq!(status(good()), 200);
        let local = Request {
            host: Some("localhost:8000"),
            origin: Some("http://localhost:8000"),
            ..good()
        };
        assert_eq!(status(local), 200);
        let page = Request {
            method: "GET",
            url: "/0123abcd/?x=1",
            origin: None,
            content_type: None,
            ..good()
        };
        assert_eq!(status(page), 200);
    }

    #[test]
    fn another_host_is_refused() {
        for host in [
            None,
            Some("evil.example:8000"),
            Some("127.0.0.1"),
            Some("127.0.0.1:80"),
        ] {
            assert_eq!(status(Request { host, ..good() }), 403, "{host:?}");
        }
    }

    #[test]
    fn another_origin_is_refused_and_a_change_without_one() {
        for origin in [
            None,
            Some("null"),
            Some("http://evil.example"),
            Some("https://127.0.0.1:8000"),
            Some("http://127.0.0.1:9000"),
            Some("http://localhost:8000"),
        ] {
            assert_eq!(status(Request { origin, ..good() }), 403, "{origin:?}");
        }
        let read = Request {
            method: "GET",
            url: "/0123abcd/",
            origin: Some("http://evil.example"),
            ..good()
        };
        assert_eq!(status(read), 403);
    }

    #[test]
    fn the_token_has_to_be_there_and_right() {
        for url in [
            "/",
            "/run",
            "/0123abcc/run",
            "/0123abcd0/run",
            "/0123abc/run",
            "//run",
            "",
        ] {
            assert_eq!(status(Request { url, ..good() }), 403, "{url}");
        }
    }

    #[test]
    fn paths_methods_and_kinds_of_content_are_those_of_the_page() {
        assert_eq!(
            status(Request {
                url: "/0123abcd/etc/passwd",
                ..good()
            }),
            404
        );
        assert_eq!(
            status(Request {
                url: "/0123abcd/../run",
                ..good()
            }),
            404
        );
        assert_eq!(
            status(Request {
                method: "GET",
                ..good()
            }),
            405
        );
        assert_eq!(
            status(Request {
                method: "DELETE",
                ..good()
            }),
            405
        );
        for content_type in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
        ] {
            assert_eq!(
                status(Request {
                    content_type,
                    ..good()
                }),
                415
            );
        }
    }
}
