//! `gongkai calendar`: working days at the command line.

use super::{say, say_json};
use anyhow::Result;
use clap::Subcommand;
use jiff::civil::Date;
use std::path::PathBuf;

/// What to do with the calendar.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The n-th working day after a date.
    #[command(
        about = "从某日（不计当日）起第 N 个工作日是哪一天",
        after_help = "示例：gongkai calendar add 2026-09-25 20 --json"
    )]
    Add {
        /// The event's day, not counted.
        #[arg(value_name = "日期")]
        date: Date,
        /// How many working days.
        #[arg(value_name = "工作日数")]
        days: u32,
        /// Print JSON.
        #[arg(long, help = "按 JSON 输出")]
        json: bool,
        /// Folder with later years.
        #[arg(long, value_name = "目录", help = "另外读入该目录中的年度节假日文件")]
        calendars: Option<PathBuf>,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Result<()> {
    let Command::Add { date, days, json, calendars } = command;
    let calendar = super::calendar(calendars.as_deref())?;
    let deadline = calendar.add_working_days(*date, *days);
    let skipped = calendar.skipped(*date, deadline.date);
    if *json {
        return say_json(&serde_json::json!({
            "date": deadline.date,
            "known": deadline.known,
            "skipped": skipped,
        }));
    }
    say(&format!("{date} 起（不计当日）第 {days} 个工作日是 {}。", deadline.date));
    if !deadline.known {
        say(domain::workday::UNKNOWN_NOTICE);
    }
    for day in skipped {
        say(&format!("  不计 {} {}", day.date, day.reason));
    }
    Ok(())
}
