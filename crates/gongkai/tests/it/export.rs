//! The portal as static files: the server's own bytes, renewed in part as if in whole, whole again after kill -9, and
//! served by nginx as the server would.

use crate::http::{Answer, OWN, ask, get, post, sign_in};
use crate::program::{Demo, complained, printed, run};
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A demonstration's record served by a configuration file, and the folder around it.
struct Site {
    served: Demo,
    folder: tempfile::TempDir,
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl Site {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Demo::start(&data).kill();
        let port = free_port();
        let names = ["name", "domain", "id_code", "host_unit", "organiser", "contact", "icp", "police"];
        let text = format!(
            "database = \"sqlite:{0}/gongkai.db\"\nattachments = \"{0}/attachments\"\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{port}\"\nbehind_proxy = true\n[site]\n{1}",
            data.display(),
            names.map(|name| format!("{name} = \"示例\"\n")).concat()
        );
        std::fs::write(folder.path().join("site.toml"), text).unwrap();
        let served = Demo::serve(&folder.path().join("site.toml"), port);
        let site = Self { served, folder };
        // The first start opens the periods that have come since; then the record is still.
        let deadline = Instant::now() + Duration::from_secs(120);
        while !site.export("still").contains("写入 0 个地址") {
            assert!(Instant::now() < deadline, "the record does not come to rest");
        }
        site
    }

    fn out(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, name: &str) -> Vec<String> {
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        let (out, config) = (path(self.out(name)), path(self.out("site.toml")));
        ["export", "site", "--out", &out, "--config", &config].map(str::to_owned).to_vec()
    }

    fn export(&self, name: &str) -> String {
        let command = self.command(name);
        let output = run(&command.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(output.status.success(), "{}", complained(&output));
        printed(&output)
    }

    /// An answer, asked for from an address of its own, so that none is asked too often.
    fn get(&self, address: &str, headers: &str) -> Answer {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let next = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let from = format!("X-Forwarded-For: 10.{}.{}.{}\r\n", next >> 16, next >> 8 & 255, next & 255);
        ask(&self.served, "GET", address, &format!("{from}{headers}")).unwrap()
    }

    fn withdraw(&self, id: i64) {
        let cookie = sign_in(&self.served, "gongkai");
        let page = get(&self.served, &format!("/office/disclosures/{id}"), &cookie).unwrap().body;
        let version = page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap();
        let form = [("version", version), ("reason", "示例：内容有误")];
        let path = format!("/office/disclosures/{id}/withdraw");
        assert_eq!(post(&self.served, &path, &cookie, OWN, &form).unwrap().status, 303);
    }
}

/// The files of a manifest with their hashes.
fn manifest(out: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(out.join("current/manifest.sha256")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (hash, file) = line.split_once("  pages/").unwrap();
            (file.to_owned(), hash.to_owned())
        })
        .collect()
}

/// Two exports hold the same files with the same bytes.
fn same(left: &Path, right: &Path) {
    let (left, right) = (manifest(left), manifest(right));
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let others: Vec<&&String> = names.iter().filter(|name| left.get(**name) != right.get(**name)).collect();
    assert!(others.is_empty(), "these are others: {others:?}");
}

/// Every file is as the manifest says, and nothing else lies there but what is compressed of them.
fn verified(out: &Path) {
    let current = out.join("current");
    let checked = Command::new("sha256sum")
        .args(["--check", "--quiet", "manifest.sha256"])
        .current_dir(&current)
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let listed = manifest(out);
    let mut folders = vec![current.join("pages")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(current.join("pages")).unwrap().to_str().unwrap();
            let plain = name.strip_suffix(".gz").unwrap_or(name);
            assert!(listed.contains_key(plain), "{name} is in no manifest");
            if plain != name {
                let unpacked = Command::new("gzip").args(["-dc"]).arg(&path).output().unwrap().stdout;
                assert!(unpacked == std::fs::read(path.with_extension("")).unwrap(), "{name}");
            }
        }
    }
}

/// The address of an exported file, and the status with which the server answers there.
fn address(file: &str) -> (String, u16) {
    let (file, status) = match file.strip_prefix("gone/") {
        Some(file) => (file, 410),
        None => (file, 200),
    };
    let page = file.strip_suffix(".html").unwrap_or(file);
    let (path, query) = page.split_once('@').unwrap_or((page, ""));
    let path = match path
        .strip_prefix("disclosures/")
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        Some(rest) => {
            let parts: Vec<&str> = rest.split('.').collect();
            match parts.as_slice() {
                [id, "files", number, "preview", ..] => format!("disclosures/{id}/files/{number}/preview"),
                [id, "handout", "pdf"] => format!("disclosures/{id}/handout.pdf"),
                [id, "files", number, ..] => format!("disclosures/{id}/files/{number}"),
                parts => format!("disclosures/{}", parts.join("/")),
            }
        }
        None => path.to_owned(),
    };
    let path = if path == "index" { String::new() } else { path };
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    (format!("/{path}{query}"), status)
}

/// What nginx asks the service for.
fn is_the_services(link: &str) -> bool {
    ["/office", "/search", "/log/proof/", "/error-reports", "/subscriptions", "/requests", "/guide/", "/disclosures?unit=", "/disclosures?subject="].iter().any(|start| link.starts_with(start))
        // What the log's proofs are about.
        || (link.starts_with("/disclosures/") && link.ends_with("/record.json"))
        // Pages far behind in a list.
        || link.split_once("page=").is_some_and(|(_, page)| page.parse::<u64>().is_ok_and(|page| page > 5))
}

fn elder(page: &str) -> String {
    web::export::ELDER.iter().fold(page.to_owned(), |page, (plain, elder)| page.replacen(plain, elder, 1))
}

#[test]
fn an_export_holds_the_very_bytes_the_server_sends() {
    let site = Site::start();
    let out = site.out("still");
    verified(&out);
    let files = manifest(&out);
    let addresses: BTreeSet<String> = files.keys().map(|file| address(file).0).collect();
    assert_eq!(addresses.len(), files.len(), "an address for each file");
    let mut elders = 0;
    for file in files.keys() {
        let (address, status) = address(file);
        let answer = site.get(&address, "");
        let bytes = std::fs::read(out.join("current/pages").join(file)).unwrap();
        assert_eq!(answer.status, status, "{address}");
        assert!(answer.bytes == bytes, "{address} is not what {file} holds");
        if !file.ends_with(".html") {
            continue;
        }
        let page = String::from_utf8(bytes).unwrap();
        for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.replace("&amp;", "&").replace("&#38;", "&");
            let link = link.split('#').next().unwrap().to_owned();
            let known = !link.starts_with('/') || addresses.contains(&link) || is_the_services(&link);
            assert!(known, "{link} on {address} leads nowhere");
        }
        if elders < 60 {
            elders += 1;
            let answer = site.get(&address, "Cookie: gongkai_elder=1\r\n");
            assert!(answer.body == elder(&page), "{address} in the elder mode");
        }
    }
    for wanted in [
        "/",
        "/disclosures?kind=policy&page=1",
        "/disclosures/1",
        "/disclosures/feed/atom",
        "/log/tile/entries/000",
    ] {
        assert!(addresses.iter().any(|address| address.starts_with(wanted)), "{wanted}");
    }
    for wanted in ["/chain", "/handout.pdf"] {
        assert!(addresses.iter().any(|address| address.ends_with(wanted)), "{wanted}");
    }
}

#[test]
fn what_is_renewed_in_part_is_what_is_made_in_whole() {
    let site = Site::start();
    let before = manifest(&site.out("still"));
    site.withdraw(1);
    site.withdraw(2);
    // A policy file that another one names, and an interpretation of one.
    let pages = site.out("still/current/pages/disclosures");
    for words in ["<p>修改了：", "<p>解读的文件："] {
        let names = |id: &i64| {
            std::fs::read_to_string(pages.join(format!("{id}.html"))).is_ok_and(|page| page.contains(words))
        };
        site.withdraw((3..300).find(names).unwrap());
    }
    let said = site.export("still");
    assert!(said.contains("只更新有变化的"), "{said}");
    verified(&site.out("still"));
    assert!(site.export("fresh").contains("全部重新生成"));
    verified(&site.out("fresh"));
    same(&site.out("still"), &site.out("fresh"));
    let renewed = manifest(&site.out("still"));
    for name in ["nginx.conf", "index.txt", "names.txt"] {
        let read = |out: &str| std::fs::read_to_string(site.out(out).join("current").join(name)).unwrap();
        assert_eq!(read("still").replace("still", "fresh"), read("fresh"), "{name}");
    }
    assert!(before.contains_key("disclosures/1.html"));
    assert!(!renewed.keys().any(|file| file.starts_with("disclosures/1.")), "its bytes are gone");
    assert!(renewed.contains_key("gone/disclosures/1.html"));
    let changed = renewed.iter().filter(|(file, hash)| before.get(*file) != Some(hash)).count();
    assert!(changed < renewed.len() / 2, "{changed} of {} are others", renewed.len());
    assert!(site.export("still").contains("写入 0 个地址"));
    let foreign = complained(&run(&[
        "export",
        "site",
        "--out",
        site.folder.path().to_str().unwrap(),
        "--config",
        site.out("site.toml").to_str().unwrap(),
    ]));
    assert!(foreign.contains("不是本程序导出的目录"), "{foreign}");
}

#[test]
fn kill_9_leaves_a_site_in_use_and_the_next_run_mends_it() {
    let site = Site::start();
    let started = |name: &str, after: Duration| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gongkai"))
            .args(site.command(name))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    };
    // A first export that breaks off shows nothing; the next one is whole.
    started("first", Duration::from_millis(900));
    assert!(!site.out("first/current").exists(), "it was too fast to be killed");
    site.export("first");
    same(&site.out("first"), &site.out("still"));
    verified(&site.out("first"));
    // One that renews in place, killed again and again.
    for id in 3..9 {
        site.withdraw(id);
        started("still", Duration::from_millis(100 * u64::try_from(id).unwrap()));
        let pages = site.out("still/current/pages");
        assert!(pages.join("index.html").exists() && pages.join("disclosures/20.html").exists());
    }
    site.export("still");
    verified(&site.out("still"));
    site.export("fresh");
    same(&site.out("still"), &site.out("fresh"));
}

/// An nginx of its own; killed when dropped.
struct Nginx {
    child: Child,
    port: u16,
}

impl Nginx {
    fn start(site: &Site, out: &Path) -> Self {
        let (port, folder) = (free_port(), site.out("nginx"));
        std::fs::create_dir_all(&folder).unwrap();
        let settings = std::fs::read_to_string(out.join("current/nginx.conf")).unwrap();
        let settings = settings.replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
        let user = if std::fs::metadata("/proc/self")
            .is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
        {
            "user root;\n"
        } else {
            ""
        };
        let around = format!(
            "{user}daemon off;\nworker_processes 1;\npid {0}/pid;\nerror_log {0}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\nclient_body_temp_path {0}/body;\nproxy_temp_path {0}/proxy;\nfastcgi_temp_path {0}/fastcgi;\nuwsgi_temp_path {0}/uwsgi;\nscgi_temp_path {0}/scgi;\nmap_hash_bucket_size 256;\n{settings}\n}}\n",
            folder.display()
        );
        std::fs::write(folder.join("nginx.conf"), around).unwrap();
        let child = Command::new("/usr/sbin/nginx")
            .arg("-p")
            .arg(&folder)
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .spawn()
            .expect("nginx is installed by `cargo xtask test`");
        let nginx = Self { child, port };
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "nginx does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        nginx
    }

    fn ask(&self, method: &str, address: &str, headers: &str) -> Answer {
        crate::http::ask_port(self.port, method, address, headers).unwrap()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers when it is asked to, not when it is killed.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

#[test]
fn nginx_answers_as_the_service_does() {
    let site = Site::start();
    site.withdraw(1);
    let out = site.out("still");
    site.export("still");
    let nginx = Nginx::start(&site, &out);
    let files = manifest(&out);
    for file in files.keys() {
        let (address, status) = address(file);
        let (ours, theirs) = (site.get(&address, ""), nginx.ask("GET", &address, ""));
        assert_eq!((theirs.status, ours.status), (status, status), "{address}");
        assert!(theirs.bytes == ours.bytes, "{address}");
        for name in
            ["content-type", "content-disposition", "content-security-policy", "x-content-type-options"]
        {
            let kind = |answer: &Answer| answer.header(name).map(str::to_ascii_lowercase);
            assert_eq!(kind(&theirs), kind(&ours), "{name} of {address}");
        }
        assert!(theirs.header("x-served-by").is_none(), "{address} is answered by nginx itself");
    }
    let packed = nginx.ask("GET", "/disclosures/2", "Accept-Encoding: gzip\r\n");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.bytes == std::fs::read(out.join("current/pages/disclosures/2.html.gz")).unwrap());
    for address in ["/", "/disclosures/2", "/disclosures?kind=policy", "/catalogues/1"] {
        let cookie = "Cookie: gongkai_elder=1\r\n";
        let theirs = nginx.ask("GET", address, &format!("{cookie}Accept-Encoding: gzip\r\n"));
        assert!(theirs.bytes == site.get(address, cookie).bytes, "{address} in the elder mode");
        assert!(theirs.body.contains("退出长者模式"));
        // A browser that has the plain page asks whether it is still the same.
        let plain = nginx.ask("GET", address, "");
        let kept = plain.header("etag").expect("nginx tells the version");
        let same = nginx.ask("GET", address, &format!("If-None-Match: {kept}\r\n"));
        let theirs = nginx.ask("GET", address, &format!("{cookie}If-None-Match: {kept}\r\n"));
        assert_eq!((same.status, theirs.status), (304, 200), "{address} in the elder mode");
    }
    // What is sent reaches the service however large it is, which finds no form in it.
    let large = crate::http::send_port(nginx.port, "/requests", &[b'a'; 1_500_000]).unwrap();
    assert!(
        large.status == 400 && large.body.contains("提交的内容无法识别"),
        "{} {}",
        large.status,
        large.body
    );
    // What is not exported is the service's.
    for (address, status) in [
        ("/search?q=%E5%85%AC%E5%BC%80", 200),
        ("/office/sign-in", 200),
        ("/disclosures?kind=policy&unit=&sector=&subject=&year=", 200),
        ("/disclosures?kind=../../../etc/passwd", 200),
        ("/disclosures/1/versions/1", 410),
        ("/log/proof/0", 200),
        ("/nothing", 404),
        ("/gone/disclosures/1.html", 404),
    ] {
        assert_eq!(nginx.ask("GET", address, "").status, status, "{address}");
    }
    let chosen = nginx.ask("POST", "/elder", "Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n");
    assert_eq!(chosen.status, 415, "forms reach the service, which misses what the form says");
}
