//! What a township's people may do ends at the township: what every unit shares is the county's.

use crate::http::{OWN, get, post, sign_in};
use crate::program::Demo;

/// Adds a person of a township with this role; returns the signed-in cookie.
fn of_township(demo: &Demo, role: &str) -> String {
    let administrator = sign_in(demo, "guanli");
    let page = get(demo, "/office/users", &administrator).unwrap().body;
    let unit = page.split_once(">嘎鲁图镇人民政府</option>").unwrap().0.rsplit_once("value=\"").unwrap().1;
    let unit = unit.split('"').next().unwrap();
    let (login, first, later) = (role.replace('_', "-"), "Yanshi-2025", "Yanshi-2026");
    let form =
        [("login", login.as_str()), ("name", "示例"), ("unit", unit), ("role", role), ("password", first)];
    assert_eq!(post(demo, "/office/users", &administrator, OWN, &form).unwrap().status, 303);
    let signed_in =
        post(demo, "/office/sign-in", "", OWN, &[("login", &login), ("password", first)]).unwrap();
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let passwords = [("old", first), ("new", later), ("again", later)];
    assert_eq!(post(demo, "/office/password", &cookie, OWN, &passwords).unwrap().status, 303);
    sign_in(demo, &login)
}

#[test]
fn a_township_manages_nothing_that_every_unit_shares() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let county = sign_in(&demo, "gongkai");
    let hook = [("name", "示例系统"), ("url", "https://example.invalid/hook")];
    assert_eq!(post(&demo, "/office/webhooks", &county, OWN, &hook).unwrap().status, 200);
    let report = [("page", "/"), ("kind", "link"), ("text", "首页打不开")];
    assert_eq!(post(&demo, "/error-reports", "", OWN, &report).unwrap().status, 303);
    let open = |path: &str, cookie: &str| get(&demo, path, cookie).unwrap().status;
    let send = |path: &str, cookie: &str, form: &[(&str, &str)]| {
        post(&demo, path, cookie, OWN, form).unwrap().status
    };

    let coordinator = of_township(&demo, "coordinator");
    let administrator = of_township(&demo, "administrator");
    for cookie in [&coordinator, &administrator] {
        for path in ["/office/webhooks", "/office/webhooks/1", "/office/journal"] {
            assert_eq!(open(path, cookie), 403, "{path}");
        }
        for act in ["secret", "stop", "remove"] {
            assert_eq!(send("/office/webhooks/1", cookie, &[("act", act)]), 403, "{act}");
        }
        assert_eq!(send("/office/webhooks", cookie, &hook), 403);
        assert_eq!(send("/office/webhooks/1/deliveries/1/repeat", cookie, &[]), 403);
        let word = [("word", "示例词"), ("rule", "wrong"), ("right", "示例")];
        assert_eq!(send("/office/wording", cookie, &word), 403);
    }
    let list = get(&demo, "/office/requests/templates", &coordinator).unwrap().body;
    let template = list.split_once("/office/requests/templates/").unwrap().1.split('"').next().unwrap();
    let template = format!("/office/requests/templates/{template}");
    assert_eq!(
        (open(&template, &coordinator), send(&template, &coordinator, &[("action", "reset")])),
        (200, 403)
    );
    assert_eq!(
        (open("/office/error-reports/1", &county), open("/office/error-reports/1", &coordinator)),
        (200, 403)
    );
    assert!(!get(&demo, "/office/disclosures", &coordinator).unwrap().body.contains("/office/webhooks"));

    let people = get(&demo, "/office/users", &administrator).unwrap().body;
    assert!(
        people.contains("galutu") && !people.contains("minzheng"),
        "people of other units are not listed"
    );
    let of_county = get(&demo, "/office/users?q=minzheng", &sign_in(&demo, "guanli")).unwrap().body;
    let other = of_county.split_once("\"/office/users/").unwrap().1.split('"').next().unwrap();
    assert_eq!(open(&format!("/office/users/{other}"), &administrator), 403);
    assert_eq!(open("/office/journal", &of_township(&demo, "auditor")), 403);
    assert_eq!(open("/office/journal", &sign_in(&demo, "shenji")), 200);
}
