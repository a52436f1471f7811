//! Calendar feeds (RFC 5545): all-day events, lines ended and folded as the standard says.

use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt::Write;

/// An all-day event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Stays the same for the same thing for ever, so that calendars update instead of adding.
    pub uid: String,
    /// The first day.
    pub from: Date,
    /// The last day, that day included.
    pub to: Date,
    /// One line.
    pub summary: String,
    /// More; empty when there is none.
    pub description: String,
    /// A page about it; empty when there is none.
    pub url: String,
}

/// Octets of a line, its ending not counted (RFC 5545 §3.1).
const LINE_OCTETS: usize = 75;

/// Writes a calendar. `stamp` is when it was made (DTSTAMP).
pub fn write(name: &str, events: &[Event], stamp: Timestamp) -> String {
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut calendar = String::with_capacity(200 + events.len() * 300);
    let mut line = |content: &str| fold(&mut calendar, content);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Gongkai//政务公开平台//ZH");
    line("CALSCALE:GREGORIAN");
    line("METHOD:PUBLISH");
    line(&format!("X-WR-CALNAME:{}", escape(name)));
    line("X-WR-TIMEZONE:Asia/Shanghai");
    for event in events {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escape(&event.uid)));
        line(&format!("DTSTAMP:{stamp}"));
        line(&format!("DTSTART;VALUE=DATE:{}", event.from.strftime("%Y%m%d")));
        // DTEND is the day after the last (§3.6.1); a reversed span is shown as its first day.
        let end = event.to.max(event.from).tomorrow().unwrap_or(event.to);
        line(&format!("DTEND;VALUE=DATE:{}", end.strftime("%Y%m%d")));
        line(&format!("SUMMARY:{}", escape(&event.summary)));
        if !event.description.is_empty() {
            line(&format!("DESCRIPTION:{}", escape(&event.description)));
        }
        if !event.url.is_empty() {
            let url: String = event.url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
            line(&format!("URL:{url}"));
        }
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    calendar
}

/// TEXT values (§3.3.11).
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' | '\r' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Folds between characters: a line goes on after CRLF and a space.
fn fold(out: &mut String, content: &str) {
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > LINE_OCTETS {
            out.push_str("\r\n ");
            octets = 1;
        }
        octets += c.len_utf8();
        out.push(c);
    }
    let _ = write!(out, "\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_calendar_is_what_the_standard_says() {
        let event = Event {
            uid: "assignment-7@gongkai".into(),
            from: date(2020, 12, 31),
            to: date(2020, 12, 31),
            summary: "到期：编制目录，报送;核对\\".into(),
            description: "第一行\r\n第二行".into(),
            url: "http://localhost/office/assignments/7\r\nX-EVIL:1".into(),
        };
        let stamp: Timestamp = "2020-09-04T01:02:03Z".parse().unwrap();
        let calendar = write("乌审旗政务公开任务", &[event], stamp);
        insta::assert_snapshot!(calendar.replace("\r\n", "⏎\n"), @r"
        BEGIN:VCALENDAR⏎
        VERSION:2.0⏎
        PRODID:-//Gongkai//政务公开平台//ZH⏎
        CALSCALE:GREGORIAN⏎
        METHOD:PUBLISH⏎
        X-WR-CALNAME:乌审旗政务公开任务⏎
        X-WR-TIMEZONE:Asia/Shanghai⏎
        BEGIN:VEVENT⏎
        UID:assignment-7@gongkai⏎
        DTSTAMP:20200904T010203Z⏎
        DTSTART;VALUE=DATE:20201231⏎
        DTEND;VALUE=DATE:20210101⏎
        SUMMARY:到期：编制目录，报送\;核对\\⏎
        DESCRIPTION:第一行\n第二行⏎
        URL:http://localhost/office/assignments/7X-EVIL:1⏎
        TRANSP:TRANSPARENT⏎
        END:VEVENT⏎
        END:VCALENDAR⏎
        ");
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let event = Event {
            uid: "1".into(),
            from: date(2020, 1, 1),
            to: date(2019, 1, 1),
            summary: "政务公开".repeat(40),
            description: String::new(),
            url: String::new(),
        };
        let calendar = write("x", &[event], Timestamp::UNIX_EPOCH);
        assert!(calendar.split("\r\n").all(|line| line.len() <= LINE_OCTETS));
        assert!(!calendar.replace("\r\n", "").contains('\n'));
        assert!(calendar.replace("\r\n ", "").contains(&"政务公开".repeat(40)));
        assert!(calendar.contains("DTSTART;VALUE=DATE:20200101\r\nDTEND;VALUE=DATE:20200102\r\n"));
    }
}
