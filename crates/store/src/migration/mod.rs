//! Migrations, one file a step, written once for both databases. A step that has been released is never changed.

use sea_orm_migration::prelude::*;

mod m0001_foundation;
mod m0002_catalogue;
mod m0003_obligation;
mod m0004_catalogue_comment;
mod m0005_guide;
mod m0006_disclosure;
mod m0007_scan;
mod m0008_transparency;
mod m0009_search;
mod m0010_review;
mod m0011_reader;
mod m0012_request;
mod m0013_annual_report;
mod m0014_guide;
mod m0015_account;

/// All steps, oldest first.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_catalogue::Migration),
            Box::new(m0003_obligation::Migration),
            Box::new(m0004_catalogue_comment::Migration),
            Box::new(m0005_guide::Migration),
            Box::new(m0006_disclosure::Migration),
            Box::new(m0007_scan::Migration),
            Box::new(m0008_transparency::Migration),
            Box::new(m0009_search::Migration),
            Box::new(m0010_review::Migration),
            Box::new(m0011_reader::Migration),
            Box::new(m0012_request::Migration),
            Box::new(m0013_annual_report::Migration),
            Box::new(m0014_guide::Migration),
            Box::new(m0015_account::Migration),
        ]
    }
}
