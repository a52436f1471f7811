//! Who is asking: the session cookie, and the extractor that every office handler begins with.

use crate::app::App;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use domain::role::{Act, Actor, Denied, Person, Place, Scope, authorise};
use domain::unit::{Directory, UnitId};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::session::Session;

/// The session cookie's name.
pub(crate) const COOKIE: &str = "gongkai_session";

/// A signed-in person. Its presence in a handler's arguments means that signing in is required.
#[derive(Clone)]
pub(crate) struct Staff {
    /// Who, with what grants.
    pub(crate) person: Person,
    /// The actor for commands.
    pub(crate) actor: Actor,
    /// The session.
    pub(crate) session: Arc<Session>,
    /// Regions and units at this moment.
    pub(crate) directory: Arc<Directory>,
}

impl Staff {
    /// Whether the person may do this for that unit.
    ///
    /// # Errors
    /// [`Denied`], shown as a page.
    pub(crate) fn authorise_unit(&self, act: Act, unit: UnitId) -> Result<(), Denied> {
        authorise(&self.actor, act, &store::unit::place(&self.directory, unit))
    }

    /// Whether the person may do this for a region as a whole.
    ///
    /// # Errors
    /// [`Denied`], shown as a page.
    pub(crate) fn authorise_region(&self, act: Act, region: i64) -> Result<(), Denied> {
        authorise(&self.actor, act, &Place { unit: None, regions: self.directory.chain(region) })
    }

    /// Whether the person may do this for the county, whose matter it is what every unit shares.
    ///
    /// # Errors
    /// [`Denied`], shown as a page.
    pub(crate) fn authorise_county(&self, act: Act) -> Result<(), Denied> {
        let county = self.directory.county().ok_or(Denied { act })?;
        self.authorise_region(act, county.id)
    }

    /// Whether the person may do this for at least one of the units.
    ///
    /// # Errors
    /// [`Denied`] when for none.
    pub(crate) fn authorise_any(
        &self,
        act: Act,
        units: impl IntoIterator<Item = UnitId>,
    ) -> Result<(), Denied> {
        if units.into_iter().any(|unit| self.authorise_unit(act, unit).is_ok()) {
            return Ok(());
        }
        Err(Denied { act })
    }

    /// The scopes within which the person may do this.
    pub(crate) fn scopes(&self, act: Act) -> Vec<Scope> {
        domain::role::scopes(&self.person, act)
    }

    /// The units for which the person may do this.
    pub(crate) fn units(&self, act: Act) -> BTreeSet<UnitId> {
        store::unit::visible(&self.directory, &self.scopes(act))
    }

    /// Whether the person may do this anywhere: for menus, buttons and lists that are narrowed to what they may see. It
    /// opens nothing that every unit shares; that is [`Staff::authorise_county`].
    pub(crate) fn may(&self, act: Act) -> bool {
        domain::role::may_somewhere(&self.person, act)
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        if let Some(staff) = parts.extensions.get::<Self>() {
            return Ok(staff.clone());
        }
        let jar = CookieJar::from_headers(&parts.headers);
        let found = match jar.get(COOKIE) {
            Some(cookie) => store::session::find(&app.store, cookie.value()).await,
            None => Ok(None),
        };
        let session = match found {
            Ok(Some(session)) => session,
            Ok(None) => return Err(sign_in_first(parts)),
            Err(error) => return Err(Problem::from(error).into_response()),
        };
        let changing = matches!(parts.uri.path(), "/office/password" | "/office/sign-out");
        if session.must_change_password && !changing {
            return Err(Redirect::to("/office/password").into_response());
        }
        let directory =
            store::unit::directory(&app.store).await.map_err(|error| Problem::from(error).into_response())?;
        let staff = Self {
            person: session.person.clone(),
            actor: Actor::Person(session.person.clone()),
            session: Arc::new(session),
            directory,
        };
        parts.extensions.insert(staff.clone());
        Ok(staff)
    }
}

/// To the sign-in page; a form that was sent too late gets a page instead, so that going back keeps what was typed.
fn sign_in_first(parts: &Parts) -> Response {
    if parts.method == Method::GET {
        let here = parts.uri.path_and_query().map_or("/office", |path| path.as_str());
        let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
        return Redirect::to(&format!("/office/sign-in?next={next}")).into_response();
    }
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "登录已超时",
        "为保障安全，较长时间没有操作后需要重新登录，本次提交没有执行。请在新窗口登录后，返回上一页重新提交，已填写的内容仍在页面上。",
    )
    .into_response()
}

/// The cookie that carries a session token.
pub(crate) fn cookie(token: String, secure: bool) -> Cookie<'static> {
    Cookie::build((COOKIE, token)).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build()
}

/// The cookie that ends the session in the browser.
pub(crate) fn removal() -> Cookie<'static> {
    Cookie::build((COOKIE, "")).path("/").build()
}

/// Where to go after signing in: a path of the office, never another site.
pub(crate) fn safe_next(next: Option<&str>) -> &str {
    match next {
        Some(path)
            if (path == "/office" || path.starts_with("/office/") || path.starts_with("/office?"))
                && !path.contains('\\')
                && !path.chars().any(char::is_control) =>
        {
            path
        }
        _ => "/office",
    }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(safe_next(Some("/office/plans?view=unit")), "/office/plans?view=unit");
        for foreign in
            ["https://example.com", "//example.com", "/\\example.com", "/officer", "/office/\\x", "/office\n"]
        {
            assert_eq!(safe_next(Some(foreign)), "/office", "{foreign}");
        }
    }
}
