//! Requests for disclosure on the command line: the clock of a list of events, without any record.

use super::{calendar, say, say_findings, say_json};
use anyhow::{Context, Result};
use clap::Subcommand;
use domain::clock::Clock;
use domain::letter::written_date;
use domain::request::clock_of_json;
use domain::rule::Rules;
use jiff::civil::Date;
use std::path::PathBuf;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The clock.
    #[command(
        about = "按事件清单计算答复期限：算到哪一天、哪些天不计、依据哪一条",
        after_help = "示例：\n  gongkai request clock 事件.json --today 2026-09-30 --json\n\n\
            事件清单：[{\"on\":\"2026-09-18\",\"kind\":\"received\"}, {\"on\":\"2026-09-22\",\"kind\":\"third_party_asked\"}]"
    )]
    Clock {
        /// The events.
        #[arg(value_name = "文件", help = "事件清单（JSON）")]
        file: PathBuf,
        /// As JSON.
        #[arg(long, help = "按 JSON 输出")]
        json: bool,
        /// The day it is looked at.
        #[arg(long, value_name = "日期", help = "按哪一天计算，默认今天")]
        today: Option<Date>,
        /// Further years.
        #[arg(long, value_name = "目录", help = "补充的日历目录")]
        calendars: Option<PathBuf>,
    },
}

/// Carries out a command.
pub(crate) fn run(command: &Command) -> Result<()> {
    let Command::Clock { file, json, today, calendars } = command;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("读不到事件清单 {}。请检查路径，文件应为 UTF-8 编码。", file.display()))?;
    let calendar = calendar(calendars.as_deref())?;
    let today = today.unwrap_or_else(|| crate::clock::SystemClock.today());
    let clock = clock_of_json(&text, &calendar, &Rules::builtin()?, today);
    if *json {
        return say_json(&clock);
    }
    say(&format!("状态：{}", clock.state.label()));
    for (name, day) in [
        ("收到申请", clock.received),
        ("答复期限", clock.due),
        ("最迟答复期限", clock.due_at_latest),
        ("等待对方到", clock.waits_until),
        ("办结", clock.ended),
    ] {
        if let Some(day) = day {
            say(&format!("{name}：{}", written_date(day)));
        }
    }
    say(&format!("已计 {} 个工作日，共 {} 个工作日", clock.counted, clock.total));
    if clock.provisional {
        say("有的年份的节假日安排还没有公布，期限是暂定的。");
    }
    for basis in &clock.basis {
        say(&format!("依据：{basis}"));
    }
    for note in &clock.notes {
        say(&format!("说明：{note}"));
    }
    say_findings(&clock.findings);
    Ok(())
}
