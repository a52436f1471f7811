//! `gongkai user`: the first person of a new installation; everyone else is added in the office.

use super::{Place, say};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use domain::role::{Actor, Grant, Role, Scope};
use domain::unit::Resolution;
use std::collections::BTreeSet;

/// What to do with people.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Adds a person.
    #[command(
        about = "新增人员；密码从标准输入读取，首次登录须修改",
        after_help = "示例：echo '初始密码' | gongkai user add guanli --name 系统管理员 --unit 旗政务服务局 --role administrator"
    )]
    Add(Add),
}

/// The person.
#[derive(Args)]
pub(crate) struct Add {
    #[command(flatten)]
    place: Place,
    /// What is typed to sign in.
    #[arg(value_name = "登录名")]
    login: String,
    /// The name shown beside what they do.
    #[arg(long, value_name = "姓名")]
    name: String,
    /// The unit, by any of its names.
    #[arg(long, value_name = "单位")]
    unit: String,
    /// Where reminders are mailed.
    #[arg(long, value_name = "邮箱")]
    email: Option<String>,
    /// The role's word.
    #[arg(
        long,
        value_name = "角色",
        help = "coordinator 政务公开办、clerk 信息员、reviewer 审核人、leader 领导、administrator 系统管理员、security_officer 安全管理员、auditor 审计员"
    )]
    role: String,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Add(add) = command;
    let Some(role) = Role::from_word(&add.role) else {
        bail!("没有名为 {} 的角色。运行 gongkai user add --help 查看可用角色。", add.role)
    };
    let (_, store) = add.place.open().await?;
    let directory = store::unit::directory(&store).await?;
    let unit = match directory.resolve(&add.unit) {
        Resolution::Unit(unit) => unit,
        Resolution::Ambiguous(_) => bail!("有多个单位叫“{}”，请写全称。", add.unit),
        Resolution::Group(_) => bail!("“{}”是一组单位，请写具体单位。", add.unit),
        Resolution::Unknown => bail!("单位名录中没有“{}”，请检查名称或先登记该单位。", add.unit),
    };
    let scope = match role {
        Role::Clerk | Role::Reviewer => Scope::Unit(unit),
        _ => {
            let region = directory.unit(unit).map(|unit| unit.region).context("该单位没有所属行政区划。")?;
            Scope::Region(region)
        }
    };
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).context("没有读到密码。")?;
    let user = store::user::NewUser {
        login: add.login.clone(),
        name: add.name,
        unit,
        email: add.email,
        grants: BTreeSet::from([Grant { role, scope }]),
        password: password.trim_end_matches(['\r', '\n']).to_owned(),
        must_change_password: true,
    };
    store::user::create(&store, &Actor::System, user).await?;
    say(&format!("已新增 {}（{}），首次登录须修改密码。", add.login, role.label()));
    Ok(())
}
