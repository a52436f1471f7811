//! The plan (任务分解表): tasks, their assignments, who is responsible and by when. How files become plans is
//! `tables`' affair; the grammars of units and dues are in [`mention`] and [`due`], the clerk's checks in [`check`].

pub mod check;
pub mod due;
pub mod mention;

pub use due::{Due, DueKind, Phase};
pub use mention::{MentionKind, UnitMention, UnitRole};

use crate::row::{Extra, Origin};
use serde::{Deserialize, Serialize};

/// A task breakdown table (任务分解表).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The title above the table; empty when there is none.
    pub title: String,
    /// The tasks, in the table's order.
    pub tasks: Vec<Task>,
}

/// A main task (主要任务).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The number as written (序号): `2`, `三`, `(1)`; empty when there is none.
    pub number: String,
    /// What is to be done, in one sentence.
    pub name: String,
    /// The heading rows the task stands under, outermost first, one a line; empty when there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// The rows of the task.
    pub assignments: Vec<Assignment>,
}

/// One content row of a task, with its units and due (责任分工).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// What exactly is to be done (具体内容).
    pub content: String,
    /// Who does it, in the table's order.
    pub units: Vec<UnitMention>,
    /// By when.
    pub due: Due,
    /// The remark (备注).
    pub remark: String,
    /// Columns of the table that have no meaning here, kept as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<Extra>,
    /// Where it was read.
    #[serde(skip)]
    pub origin: Origin,
}

impl Plan {
    /// Every assignment with its task, in order.
    pub fn assignments(&self) -> impl Iterator<Item = (&Task, &Assignment)> {
        self.tasks.iter().flat_map(|task| task.assignments.iter().map(move |assignment| (task, assignment)))
    }

    /// The year the title names (`乌审旗2020年…`), which is the plan's year.
    pub fn year(&self) -> Option<i16> {
        due::first_year(&self.title)
    }
}
