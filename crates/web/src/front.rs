//! What stands before everything else: a page that is kept is answered here, before the request is traced, numbered,
//! limited or routed, with the headers it was first sent with. One that is not kept is made once, however many ask for it
//! meanwhile. All else goes through the router unchanged.

use crate::app::App;
use crate::cache::{AsOf, Keepable, Kept, Key, PAGE_BYTES_MAX};
use crate::problem::Problem;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Method, Request, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::{Either as Two, Ready, ready};
use futures_util::{StreamExt, stream};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tower::ServiceExt;

/// The program as it answers: kept pages before the router.
#[derive(Clone)]
pub(crate) struct Front(Arc<Parts>);

struct Parts {
    app: App,
    router: Router,
}

/// A kept body as it is, or one that is being made.
type Answer = Response<Either<Full<Bytes>, Body>>;
type Later = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

impl Front {
    /// The front of every route.
    pub(crate) fn new(app: App) -> Self {
        Self(Arc::new(Parts { router: crate::router(app.clone()), app }))
    }

    /// The front as one connection's service.
    pub(crate) fn connection(&self, peer: SocketAddr) -> Connection {
        Connection { front: self.clone(), peer }
    }

    /// The kept page, when that can be told at once.
    fn at_hand(&self, key: &Key, method: &Method, known: Option<&HeaderValue>) -> Option<Answer> {
        let app = &self.0.app;
        let epoch = store::journal::known_epoch(&app.store)?;
        let kept = app.pages.get(key, AsOf { epoch, day: app.today() })?;
        Some(counted(&kept, method, known))
    }

    /// The page, kept by now, or made.
    async fn made(self, key: Option<Key>, request: Request<Body>) -> Answer {
        let app = &self.0.app;
        let epoch = match &key {
            Some(_) => store::journal::recent_epoch(&app.store).await.ok(),
            None => None,
        };
        // Without an epoch nothing can be kept; the handler will say what is wrong with the database.
        let (Some(key), Some(epoch)) = (key, epoch) else { return self.routed(request).await };
        // Both are read before the page is made: what changes meanwhile is never kept under what it changed to.
        let as_of = AsOf { epoch, day: app.today() };
        let method = request.method().clone();
        let known = request.headers().get(header::IF_NONE_MATCH).cloned();
        if let Some(kept) = app.pages.get(&key, as_of) {
            return counted(&kept, &method, known.as_ref());
        }
        let (mut request, mut own) = (Some(request), None);
        let flight = app.pages.flight(&key, as_of);
        let kept = flight
            .get_or_init(async || {
                // Ended by whoever makes the page, also when its visitor goes away meanwhile.
                let _landing = app.pages.landing(&key, as_of);
                match self.make(&key, as_of, request.take()).await {
                    Ok(kept) => Some(kept),
                    Err(response) => {
                        own = Some(response);
                        None
                    }
                }
            })
            .await;
        match (kept, own, request) {
            (Some(kept), _, None) => answer(kept, known.as_ref()),
            (Some(kept), _, Some(_)) => counted(kept, &method, known.as_ref()),
            (None, Some(response), _) => response.map(Either::Right),
            (None, None, Some(request)) => self.routed(request).await,
            (None, None, None) => Problem::fault().into_response().map(Either::Right),
        }
    }

    /// Has the page made and keeps it; the response itself where it is not to be kept.
    async fn make(
        &self,
        key: &Key,
        as_of: AsOf,
        request: Option<Request<Body>>,
    ) -> Result<Arc<Kept>, Response> {
        let Some(mut request) = request else { return Err(Problem::fault().into_response()) };
        *request.method_mut() = Method::GET;
        key.encoding.ask_for(request.headers_mut());
        let response = self.0.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let Some(keepable) = response.extensions().get::<Keepable>().cloned() else { return Err(response) };
        let (parts, body) = response.into_parts();
        let mut pieces = body.into_data_stream();
        let (mut taken, mut size) = (Vec::new(), 0);
        while let Some(piece) = pieces.next().await {
            let piece = match piece {
                Ok(piece) => piece,
                Err(error) => {
                    tracing::error!(?error, "a page could not be collected");
                    return Err(Problem::fault().into_response());
                }
            };
            size += piece.len();
            taken.push(piece);
            if size > PAGE_BYTES_MAX {
                let whole = stream::iter(taken.into_iter().map(Ok)).chain(pieces);
                return Err(Response::from_parts(parts, Body::from_stream(whole)));
            }
        }
        let kept = Arc::new(Kept::new(as_of, &keepable, parts.headers, Bytes::from(taken.concat())));
        self.0.app.pages.keep(key, Arc::clone(&kept));
        Ok(kept)
    }

    async fn routed(&self, request: Request<Body>) -> Answer {
        let response = self.0.router.clone().oneshot(request).await;
        response.unwrap_or_else(|never| match never {}).map(Either::Right)
    }
}

fn answer(kept: &Kept, known: Option<&HeaderValue>) -> Answer {
    let (status, headers, body) = kept.answer(known);
    let mut response = Response::new(Either::Left(Full::new(body)));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// An answer that the router's own counters do not see.
fn counted(kept: &Kept, method: &Method, known: Option<&HeaderValue>) -> Answer {
    let answer = answer(kept, known);
    kept.count(method, answer.status());
    answer
}

/// One connection's service.
pub(crate) struct Connection {
    front: Front,
    peer: SocketAddr,
}

impl hyper::service::Service<Request<Incoming>> for Connection {
    type Response = Answer;
    type Error = Infallible;
    type Future = Two<Ready<Result<Answer, Infallible>>, Later>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let key = Key::of(&request);
        let known = request.headers().get(header::IF_NONE_MATCH);
        if let Some(key) = &key
            && let Some(answer) = self.front.at_hand(key, request.method(), known)
        {
            return Two::Left(ready(Ok(answer)));
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let front = self.front.clone();
        Two::Right(Box::pin(async move { Ok(front.made(key, request).await) }))
    }
}
