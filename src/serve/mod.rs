//! The live page: a scenario on the loopback interface, run again whenever one
//! of its values changes.
//!
//! ```text
//! browser ──► guard ──► routes ──► session ──► load, simulate, tables ──► report parts
//!            Host,      one         one run at a time; a newer
//!            Origin,    function    change stops it
//!            token      a path
//! ```
//!
//! The page is made of the parts of a report, from tables that stay in memory. A
//! change is answered twice: with the curves of the first replication as soon as
//! they are known, then with every view of every replication. The server listens
//! on 127.0.0.1 alone, answers only requests that carry its token and come from
//! its own page, and writes no file.

mod guard;
mod knobs;
mod page;
mod routes;
mod session;

pub use guard::{Guard, Refusal, Request, Route};
pub use knobs::{Knob, knobs};
pub use session::{Begun, Session, Stopped};

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Requests that are answered at a time. One may run while another asks for an
/// explanation, and a newer change has to come in to stop it.
const WORKERS: usize = 4;

/// A server that answers.
pub struct Running {
    server: Arc<tiny_http::Server>,
    session: Arc<Session>,
    workers: Vec<JoinHandle<()>>,
    address: String,
}

/// Stops a server from elsewhere.
pub struct Stopper {
    server: Arc<tiny_http::Server>,
    session: Arc<Session>,
}

impl Stopper {
    /// Stops the run under way and lets no more requests in.
    pub fn stop(&self) {
        self.session.close();
        for _ in 0..WORKERS {
            self.server.unblock();
        }
    }
}

/// Serves `session` on the loopback interface, on `port` or, if that is 0, on any
/// that is free.
///
/// # Errors
/// If the port is taken, or no token can be drawn: a sentence that says so.
pub fn serve(session: Session, port: u16) -> Result<Running, String> {
    let server = tiny_http::Server::http((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| format!("port {port} cannot be opened: {error}; choose another with --port, or 0 for any that is free"))?;
    let port = server.server_addr().to_ip().map_or(port, |ip| ip.port());
    let token = token()?;
    let guard = Arc::new(Guard::new(port, &token));
    let (server, session) = (Arc::new(server), Arc::new(session));
    let workers = (0..WORKERS).map(|_| {
        let (server, session, guard) = (server.clone(), session.clone(), guard.clone());
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                routes::answer(request, &guard, &session);
            }
        })
    });
    let workers = workers.collect();
    Ok(Running {
        address: format!("http://127.0.0.1:{port}/{token}/"),
        server,
        session,
        workers,
    })
}

impl Running {
    /// The address of the page, with its token.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What stops the server from another thread.
    pub fn stopper(&self) -> Stopper {
        Stopper {
            server: self.server.clone(),
            session: self.session.clone(),
        }
    }

    /// Waits until the server has been stopped.
    pub fn wait(self) {
        for worker in self.workers {
            // A worker that has panicked has said so.
            let _ = worker.join();
        }
    }
}

/// 128 random bits from the operating system, as hexadecimal digits.
fn token() -> Result<String, String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("the system gives no random numbers: {error}"))?;
    Ok(format!("{:032x}", u128::from_le_bytes(bytes)))
}
