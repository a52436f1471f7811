//! As much of HTTP as measuring a program on the loopback takes: one request a connection, cookies kept.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A browser of a kind.
pub struct Client {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Client {
    /// A client of the program on this port.
    pub fn new(port: u16) -> Self {
        Self { address: SocketAddr::from(([127, 0, 0, 1], port)), cookies: BTreeMap::new() }
    }

    /// Fetches a page.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, "")
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send("POST", path, &pairs.join("&"))
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_nodelay(true)?;
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let address = self.address;
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            cookies.join("; "),
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").context("the answer has no end of its head")?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.context("the answer has no status")?;
        for line in lines {
            let Some((name, value)) = line.split_once(':') else { continue };
            if !name.eq_ignore_ascii_case("set-cookie") {
                continue;
            }
            if let Some((name, value)) = value.split(';').next().and_then(|pair| pair.trim().split_once('='))
            {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Answer { status, body: body.to_owned() })
    }
}

impl Answer {
    /// The body of a page that must be there.
    pub fn page(self, what: &str) -> Result<String> {
        if self.status != 200 {
            bail!("{what} answered {}", self.status);
        }
        Ok(self.body)
    }
}

/// The value of a form's hidden field.
pub fn field<'a>(page: &'a str, name: &str) -> Result<&'a str> {
    let place =
        page.split_once(&format!("name=\"{name}\" value=\"")).with_context(|| format!("no field {name}"))?.1;
    Ok(place.split('"').next().unwrap_or_default())
}

fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::{encoded, field};

    #[test]
    fn forms_are_encoded_and_read() {
        assert_eq!(encoded("a b/旗"), "a%20b%2F%E6%97%97");
        let page = r#"<input type="hidden" name="token" value="abc"><input name="next" value="/office">"#;
        assert_eq!(field(page, "token").unwrap(), "abc");
        assert!(field(page, "csrf").is_err());
    }
}
