//! Pages of which there are few: made by the same routes that answer visitors, without what stands around them.

use super::Error;
use super::address::{Form, file};
use super::writer::{Packer, Writer};
use crate::app::App;
use crate::asset;
use crate::problem::Problem;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use tower::ServiceExt;

/// The routes, and where their answers go.
pub(super) struct Routed<'a> {
    app: &'a App,
    routes: Router,
    pub(super) writer: &'a Writer,
}

/// A page that could not be made, as an error with its address; the log says why.
pub(super) fn failed(address: &str) -> impl FnOnce(Problem) -> Error + '_ {
    move |problem| {
        tracing::error!(address, title = problem.title, message = problem.message, "a page was not made");
        Error::Page(address.to_owned())
    }
}

/// A response's body.
pub(super) async fn body(response: Response, address: &str) -> Result<Bytes, Error> {
    to_bytes(response.into_body(), usize::MAX).await.map_err(|_| Error::Page(address.to_owned()))
}

impl<'a> Routed<'a> {
    pub(super) fn new(app: &'a App, writer: &'a Writer) -> Self {
        Self { app, routes: crate::public().with_state(app.clone()), writer }
    }

    async fn ask(&self, address: &str) -> Result<Response, Error> {
        let request = Request::get(address).body(Body::empty());
        let request = request.map_err(|_| Error::Page(address.to_owned()))?;
        Ok(self.routes.clone().oneshot(request).await.unwrap_or_else(|never| match never {}))
    }

    async fn answer(&self, address: &str) -> Result<Response, Error> {
        let response = self.ask(address).await?;
        if response.status() != StatusCode::OK {
            tracing::error!(address, status = %response.status(), "a page was not made");
            return Err(Error::Page(address.to_owned()));
        }
        Ok(response)
    }

    /// Writes a page.
    pub(super) async fn page(&self, address: &str, packer: &mut Packer) -> Result<(), Error> {
        let html = body(self.answer(address).await?, address).await?;
        self.writer.put(file(address, Form::Page), &html, Some(packer))
    }

    /// Writes a page that there may not be: an attachment that cannot be shown.
    pub(super) async fn try_page(&self, address: &str, packer: &mut Packer) -> Result<(), Error> {
        let response = self.ask(address).await?;
        if response.status() != StatusCode::OK {
            return Ok(());
        }
        let html = body(response, address).await?;
        self.writer.put(file(address, Form::Page), &html, Some(packer))
    }

    /// Writes a file, with the name under which it is saved if it has one.
    pub(super) async fn file(&self, address: &str, packer: Option<&mut Packer>) -> Result<(), Error> {
        let response = self.answer(address).await?;
        let disposition = response.headers().get(header::CONTENT_DISPOSITION);
        let name = file(address, Form::File);
        if let Some(disposition) = disposition.and_then(|value| value.to_str().ok()) {
            self.writer.name(address, &name, disposition);
        }
        let bytes = body(response, address).await?;
        self.writer.put(name, &bytes, packer)
    }

    /// Pages that stand alone: few, and made of so much that they are made each time.
    pub(super) async fn fixed(&self) -> Result<(), Error> {
        let mut packer = Packer::default();
        for address in ["/map", "/about", "/datasets", "/guide", "/rules", "/annual-reports", "/accounts"] {
            self.page(address, &mut packer).await?;
        }
        self.file("/datasets/catalog.jsonld", Some(&mut packer)).await?;
        self.file("/robots.txt", None).await?;
        self.file("/log/key", None).await
    }

    /// The published plans.
    pub(super) async fn plans(&self) -> Result<(), Error> {
        let mut packer = Packer::default();
        self.writer.claim("plans/");
        self.page("/plans", &mut packer).await?;
        for plan in store::plan::public_list(&self.app.store).await? {
            self.page(&format!("/plans/{}", plan.id), &mut packer).await?;
        }
        Ok(())
    }

    /// Style sheets and pictures.
    pub(super) async fn assets(&self) -> Result<(), Error> {
        let mut packer = Packer::default();
        for address in asset::urls() {
            self.file(&address, Some(&mut packer)).await?;
        }
        Ok(())
    }
}
