//! Looking for a part of a text: what a person typed is matched as it stands, `%` and `_` included, capital or not.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};

/// Rows whose column holds the text. Both sides are lowered, because `LIKE` minds capitals on PostgreSQL only.
pub(crate) fn holds(column: impl ColumnTrait, text: &str) -> SimpleExpr {
    let mut pattern = String::from("%");
    for c in text.chars().filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    let column = Expr::col((column.entity_name(), column));
    Expr::expr(Func::lower(column)).like(LikeExpr::new(pattern).escape('\\'))
}
