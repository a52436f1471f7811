//! Looking for a part of a text: what a person typed is matched as it stands, `%` and `_` included.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr};

/// Rows whose column holds the text.
pub(crate) fn holds(column: impl ColumnTrait, text: &str) -> SimpleExpr {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Expr::col((column.entity_name(), column)).like(LikeExpr::new(pattern).escape('\\'))
}
