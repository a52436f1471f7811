//! The transparency log (公开存证): every publication, revision and withdrawal is an entry of an append-only Merkle tree
//! (RFC 6962) whose head is signed, so that nobody can change or take away what was public without it being seen. Formats
//! are those of C2SP: signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature, tlog-proof.
//!
//! ```
//! use domain::transparency::{checkpoint::Checkpoint, note::Signer, tree};
//! let leaves = [b"a".as_slice(), b"b"].map(tree::leaf_hash);
//! let signer = Signer::from_seed("example.org/log", [7; 32]);
//! let head = Checkpoint { origin: "example.org/log".into(), size: 2, root: tree::root(&leaves) };
//! let signed = head.sign(&signer);
//! assert_eq!(Checkpoint::open(&signed, &signer.verifier()).unwrap(), head);
//! ```

pub mod checkpoint;
mod entry;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;
pub mod witness;

pub use entry::{Act, Entry};
