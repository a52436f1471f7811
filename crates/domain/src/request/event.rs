//! What happened to a request and on what day, readable from JSON. What cannot be read is kept as it was written, with a
//! finding, and has no effect.

use super::applicant::Way;
use super::outcome::Outcome;
use crate::finding::{Finding, Place};
use crate::limits::{REQUEST_EVENTS_MAX, REQUEST_NOTE_CHARACTERS};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

/// What happened. The order is that of events of one day: what a day's act presupposes comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// 申请到达: it came, by a way ([`Way`]) after which its receipt may still have to be confirmed.
    Arrived,
    /// 双方确认收到.
    Confirmed,
    /// 收到申请: the day of receipt in the sense of art. 31 is settled.
    Received,
    /// 要求补正.
    SupplementAsked,
    /// 收到补正.
    SupplementReceived,
    /// 要求说明理由 (art. 35).
    ReasonsAsked,
    /// 收到理由说明.
    ReasonsGiven,
    /// 发出收费通知.
    FeeNoticed,
    /// 缴清费用.
    FeePaid,
    /// 延长答复期限.
    Extended,
    /// 确定延迟答复的合理期限 (art. 35).
    Delayed,
    /// 征求第三方意见.
    ThirdPartyAsked,
    /// 收到第三方意见.
    ThirdPartyAnswered,
    /// 征求共同制作机关意见.
    AgencyAsked,
    /// 收到共同制作机关意见.
    AgencyAnswered,
    /// 答复.
    Replied,
    /// 申请人撤回.
    Withdrawn,
    /// 更正登记: the day of receipt was entered wrongly; what was entered stays in the history.
    Corrected,
}

impl EventKind {
    /// Every kind, in the order of one day.
    pub const ALL: [Self; 18] = [
        Self::Arrived,
        Self::Confirmed,
        Self::Received,
        Self::SupplementAsked,
        Self::SupplementReceived,
        Self::ReasonsAsked,
        Self::ReasonsGiven,
        Self::FeeNoticed,
        Self::FeePaid,
        Self::Extended,
        Self::Delayed,
        Self::ThirdPartyAsked,
        Self::ThirdPartyAnswered,
        Self::AgencyAsked,
        Self::AgencyAnswered,
        Self::Replied,
        Self::Withdrawn,
        Self::Corrected,
    ];

    /// The word kept in the record and written in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Confirmed => "confirmed",
            Self::Received => "received",
            Self::SupplementAsked => "supplement_asked",
            Self::SupplementReceived => "supplement_received",
            Self::ReasonsAsked => "reasons_asked",
            Self::ReasonsGiven => "reasons_given",
            Self::FeeNoticed => "fee_noticed",
            Self::FeePaid => "fee_paid",
            Self::Extended => "extended",
            Self::Delayed => "delayed",
            Self::ThirdPartyAsked => "third_party_asked",
            Self::ThirdPartyAnswered => "third_party_answered",
            Self::AgencyAsked => "agency_asked",
            Self::AgencyAnswered => "agency_answered",
            Self::Replied => "replied",
            Self::Withdrawn => "withdrawn",
            Self::Corrected => "corrected",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Arrived => "申请到达",
            Self::Confirmed => "双方确认收到",
            Self::Received => "收到申请",
            Self::SupplementAsked => "要求补正",
            Self::SupplementReceived => "收到补正",
            Self::ReasonsAsked => "要求说明理由",
            Self::ReasonsGiven => "收到理由说明",
            Self::FeeNoticed => "发出收费通知",
            Self::FeePaid => "缴清费用",
            Self::Extended => "延长答复期限",
            Self::Delayed => "确定延迟答复期限",
            Self::ThirdPartyAsked => "征求第三方意见",
            Self::ThirdPartyAnswered => "收到第三方意见",
            Self::AgencyAsked => "征求共同制作机关意见",
            Self::AgencyAnswered => "收到共同制作机关意见",
            Self::Replied => "答复",
            Self::Withdrawn => "申请人撤回申请",
            Self::Corrected => "更正登记",
        }
    }

    /// The fields it needs or may have, beside its day and a note.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Arrived | Self::Received => &["way"],
            Self::SupplementAsked => &["until", "working_days", "delivered"],
            Self::SupplementReceived => &["justified"],
            Self::FeeNoticed => &["delivered", "yuan"],
            Self::FeePaid => &["yuan"],
            Self::Extended => &["working_days", "until", "approved"],
            Self::Delayed => &["until"],
            Self::ThirdPartyAsked | Self::AgencyAsked => &["party", "delivered"],
            Self::ThirdPartyAnswered | Self::AgencyAnswered => &["party", "agrees"],
            Self::Replied => &["outcome"],
            Self::Corrected => &["received"],
            Self::Confirmed | Self::ReasonsAsked | Self::ReasonsGiven | Self::Withdrawn => &[],
        }
    }

    /// Whether somebody else than its proposer decides on it: an extension (art. 33: the head of the disclosure office
    /// agrees), the reply, another day of receipt.
    pub fn needs_approval(self) -> bool {
        matches!(self, Self::Extended | Self::Replied | Self::Corrected)
    }

    /// The article under which it happens.
    pub fn article(self) -> &'static str {
        match self {
            Self::Arrived | Self::Confirmed | Self::Received | Self::Corrected => {
                "政府信息公开条例第三十一条"
            }
            Self::SupplementAsked | Self::SupplementReceived => "政府信息公开条例第三十条",
            Self::ReasonsAsked | Self::ReasonsGiven | Self::Delayed => "政府信息公开条例第三十五条",
            Self::FeeNoticed | Self::FeePaid => {
                "政府信息公开条例第四十二条、政府信息公开信息处理费管理办法第六条"
            }
            Self::Extended => "政府信息公开条例第三十三条第二款",
            Self::ThirdPartyAsked | Self::ThirdPartyAnswered => {
                "政府信息公开条例第三十二条、第三十三条第三款"
            }
            Self::AgencyAsked | Self::AgencyAnswered => "政府信息公开条例第三十四条、第三十三条第三款",
            Self::Replied => "政府信息公开条例第三十三条、第三十六条",
            Self::Withdrawn => "政府信息公开条例第二十九条",
        }
    }
}

/// Something that happened. Only the fields its kind needs are given; `Event::new` gives none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The day.
    pub on: Date,
    /// What.
    pub kind: EventKind,
    /// `arrived`, `received`: the way it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
    /// `extended`: by how many; `supplement_asked`: how many the applicant has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_days: Option<u32>,
    /// `supplement_asked`, `delayed`, `extended`: the last day, where a day was written instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// When the letter reached the other side, from which its period runs; the day of the event when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Date>,
    /// Who was asked, where several are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// `third_party_answered`, `agency_answered`: whether whoever was asked agrees to the disclosure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agrees: Option<bool>,
    /// `extended`: whether the head of the disclosure office agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<bool>,
    /// `supplement_received` after its time: whether there was good reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justified: Option<bool>,
    /// `fee_noticed`: what is charged; `fee_paid`: what was paid, where that is another sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yuan: Option<u64>,
    /// `replied`: how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// `corrected`: the day of receipt as it should have been entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<Date>,
    /// Words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Event {
    /// An event without particulars.
    pub fn new(on: Date, kind: EventKind) -> Self {
        Self {
            on,
            kind,
            way: None,
            working_days: None,
            until: None,
            delivered: None,
            party: None,
            agrees: None,
            approved: None,
            justified: None,
            yuan: None,
            outcome: None,
            received: None,
            note: None,
        }
    }
}

/// An entry that could not be read, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its place in the list, from 1.
    pub number: usize,
    /// The entry.
    pub text: String,
}

/// A list of events read from JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// What could be read, in the order written.
    pub events: Vec<Event>,
    /// What could not.
    pub unread: Vec<Unread>,
    /// Why not, and what was passed over.
    pub findings: Vec<Finding>,
}

/// Reads `[{"on":"2026-09-18","kind":"received"}, …]`.
///
/// ```
/// let read = domain::request::read_events(r#"[{"on":"2026-09-18","kind":"received"},{"on":"soon","kind":"replied"}]"#);
/// assert_eq!((read.events.len(), read.unread.len()), (1, 1));
/// assert!(read.findings[0].message.contains("第2条"));
/// ```
pub fn read_events(text: &str) -> Reading {
    let mut reading = Reading::default();
    let Ok(Value::Array(list)) = serde_json::from_str(text.trim_start_matches('\u{feff}')) else {
        reading.unread.push(Unread { number: 1, text: text.to_owned() });
        reading.findings.push(Finding::error(
            "events-unreadable",
            "事件清单读不懂。请写成 [{\"on\":\"2026-09-18\",\"kind\":\"received\"}] 这样的列表。",
        ));
        return reading;
    };
    if list.len() > REQUEST_EVENTS_MAX {
        reading.findings.push(Finding::error(
            "events-cut",
            format!("事件共{}条，超过{REQUEST_EVENTS_MAX}条，只读了前面的部分。", list.len()),
        ));
    }
    for (index, entry) in list.into_iter().take(REQUEST_EVENTS_MAX).enumerate() {
        let number = index + 1;
        match read_event(&entry) {
            Ok((event, passed_over)) => {
                reading.events.push(event);
                if !passed_over.is_empty() {
                    reading.findings.push(
                        Finding::info(
                            "event-field-unused",
                            format!("第{number}条事件中的{}用不上，没有采用。", passed_over.join("、")),
                        )
                        .at(Place::row(0, index)),
                    );
                }
            }
            Err((code, why)) => {
                let message = format!("第{number}条事件读不懂，没有采用：{why}");
                reading.findings.push(Finding::error(code, message).at(Place::row(0, index)));
                reading.unread.push(Unread { number, text: entry.to_string() });
            }
        }
    }
    reading
}

type Why = (&'static str, String);

fn read_event(entry: &Value) -> Result<(Event, Vec<String>), Why> {
    let Value::Object(fields) = entry else {
        return Err(("event-shape", "应为带有 on 和 kind 的一项。".to_owned()));
    };
    let word =
        text(fields, "kind")?.ok_or(("event-kind-missing", "没有写 kind（发生了什么）。".to_owned()))?;
    let kind = EventKind::from_word(&word)
        .ok_or_else(|| ("event-kind-unknown", format!("没有“{}”这种事件。", short(&word))))?;
    let on = day(fields, "on")?.ok_or(("event-day-missing", "没有写 on（哪一天）。".to_owned()))?;
    let way = match text(fields, "way")? {
        Some(word) => Some(Way::from_word(&word).ok_or_else(|| unknown("way", &word))?),
        None => None,
    };
    let outcome = match text(fields, "outcome")? {
        Some(word) => Some(Outcome::from_word(&word).ok_or_else(|| unknown("outcome", &word))?),
        None => None,
    };
    let event = Event {
        on,
        kind,
        way,
        working_days: count(fields, "working_days")?,
        until: day(fields, "until")?,
        delivered: day(fields, "delivered")?,
        party: text(fields, "party")?,
        agrees: flag(fields, "agrees")?,
        approved: flag(fields, "approved")?,
        justified: flag(fields, "justified")?,
        yuan: whole(fields, "yuan")?,
        outcome,
        received: day(fields, "received")?,
        note: text(fields, "note")?,
    };
    let needed = match kind {
        EventKind::Arrived if event.way.is_none() => Some("way（怎样来的）"),
        EventKind::Corrected if event.received.is_none() => Some("received（更正后的收到日期）"),
        EventKind::Delayed if event.until.is_none() => Some("until（延迟到哪一天）"),
        EventKind::Extended if event.working_days.is_none() && event.until.is_none() => {
            Some("working_days（延长几个工作日）")
        }
        _ => None,
    };
    if let Some(needed) = needed {
        return Err(("event-field-missing", format!("{}须写明 {needed}。", kind.label())));
    }
    let used = kind.fields();
    let unused = |key: &&String| !ALWAYS.contains(&key.as_str()) && !used.contains(&key.as_str());
    let passed_over = fields.keys().filter(unused).map(|key| format!("“{}”", short(key)));
    Ok((event, passed_over.collect()))
}

/// Fields every event may have.
const ALWAYS: [&str; 3] = ["on", "kind", "note"];

fn given<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.get(name).filter(|value| !value.is_null())
}

fn text(fields: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Why> {
    match given(fields, name) {
        None => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= REQUEST_NOTE_CHARACTERS => {
            Ok(Some(text.clone()))
        }
        Some(other) => Err(unknown(name, &other.to_string())),
    }
}

fn day(fields: &Map<String, Value>, name: &'static str) -> Result<Option<Date>, Why> {
    match text(fields, name)? {
        None => Ok(None),
        Some(written) => written.parse().map(Some).map_err(|_| unknown(name, &written)),
    }
}

fn whole(fields: &Map<String, Value>, name: &'static str) -> Result<Option<u64>, Why> {
    let number = |value: &Value| value.as_u64().ok_or_else(|| unknown(name, &value.to_string()));
    given(fields, name).map(number).transpose()
}

fn count(fields: &Map<String, Value>, name: &'static str) -> Result<Option<u32>, Why> {
    let small = |number: u64| u32::try_from(number).map_err(|_| unknown(name, &number.to_string()));
    whole(fields, name)?.map(small).transpose()
}

fn flag(fields: &Map<String, Value>, name: &'static str) -> Result<Option<bool>, Why> {
    match given(fields, name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => Err(unknown(name, &other.to_string())),
    }
}

fn unknown(name: &str, value: &str) -> Why {
    ("event-field-unreadable", format!("{name} 写的是“{}”，读不懂。", short(value)))
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
