//! Connections: taken from a listener, each served by the front until it ends, or until the program is told to stop and
//! the request under way is answered or has had its time.

use crate::app::App;
use crate::front::Front;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Seconds in which a request's head must have come: slow village lines need a few, those who hold connections open to
/// harm need minutes.
const HEAD_SECONDS_MAX: u64 = 30;
/// How long requests under way may take when the program is to stop: a visitor who takes no more of an answer must not
/// hold it.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// Connections at a time: each takes some tens of kilobytes and a file descriptor.
const CONNECTIONS_MAX: usize = 4_096;
/// Before the next connection is tried when none can be taken, as without free file descriptors.
const PAUSE: Duration = Duration::from_millis(500);

/// Serves until `stop` is ready and the requests under way are answered, or half a minute later.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) {
    let front = Front::new(app);
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS_MAX))
        .pipeline_flush(true);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = pin!(stop);
    loop {
        let accepting = async {
            // Never closed; without a place the next visitor waits in the listener's queue.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepting => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                refused(&error).await;
                continue;
            }
        };
        without_delay(&stream);
        let connection = http.serve_connection(TokioIo::new(stream), front.connection(peer));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // A visitor who went away is no fault.
            if let Err(error) = connection.await {
                tracing::debug!(?error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some visitors did not take their answers in time; their connections are cut");
    }
}

/// An answer is written at once and whole: nothing is won by waiting for more.
fn without_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(?error, "a connection takes no option");
    }
}

/// A connection that broke before it was taken concerns nobody; anything else may pass.
async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(?error, "connections cannot be taken; tried again");
        tokio::time::sleep(PAUSE).await;
    }
}
