//! What can go wrong with an index: the disk, or a second writer. Words never go wrong.

/// Why the index did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another writer is open on this directory, in this process or another.
    #[error("另一个程序正在写入检索库，请先停止它再重试")]
    Busy,
    /// The directory cannot be read or written.
    #[error("检索库目录无法读写：{0}")]
    Directory(#[source] std::io::Error),
    /// The index is damaged or the disk is full; a rebuild from the journal mends the former.
    #[error("检索库读写失败：{0}。磁盘空间和权限正常时，请重建检索库")]
    Engine(#[source] tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for Error {
    fn from(error: tantivy::TantivyError) -> Self {
        match error {
            tantivy::TantivyError::LockFailure(..) => Self::Busy,
            other => Self::Engine(other),
        }
    }
}
