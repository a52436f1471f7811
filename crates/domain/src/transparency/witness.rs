//! A witness: another machine that remembers the last head it saw of a log and signs a new one only when it goes on from
//! there. A log that shows different people different pasts, or takes something away, is found out.

use super::checkpoint::Checkpoint;
use super::note::{Fault, Signer, Verifier};
use super::tree::{self, Hash};

/// What a witness found out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Alarm {
    /// The signature.
    #[error(transparent)]
    Note(#[from] Fault),
    /// Another log.
    #[error("这是另一个存证（{found}），不是所见证的{expected}。请核对地址和公钥。")]
    Origin {
        /// The log that is witnessed.
        expected: String,
        /// The log the checkpoint is of.
        found: String,
    },
    /// Smaller than before.
    #[error("存证回退：上次有{before}条，现在只有{now}条。有记录被删除。")]
    Rollback {
        /// Entries before.
        before: u64,
        /// Entries now.
        now: u64,
    },
    /// Another past.
    #[error("存证分叉：前{before}条记录与上次见到的不同。有记录被改动、删除或替换。")]
    Fork {
        /// Entries before.
        before: u64,
    },
}

/// Whether a newly seen signed checkpoint goes on from the last one; the new head to remember.
///
/// # Errors
/// [`Alarm`].
pub fn check(
    key: &Verifier,
    last: Option<&Checkpoint>,
    signed: &str,
    proof: &[Hash],
) -> Result<Checkpoint, Alarm> {
    let seen = Checkpoint::open(signed, key)?;
    let Some(last) = last else { return Ok(seen) };
    if last.origin != seen.origin {
        return Err(Alarm::Origin { expected: last.origin.clone(), found: seen.origin });
    }
    if seen.size < last.size {
        return Err(Alarm::Rollback { before: last.size, now: seen.size });
    }
    if !tree::is_consistent((last.size, &last.root), (seen.size, &seen.root), proof) {
        return Err(Alarm::Fork { before: last.size });
    }
    Ok(seen)
}

/// The line by which a witness vouches for a checkpoint it has checked, at a time in seconds since 1970.
pub fn cosign(witness: &Signer, seen: &Checkpoint, time: u64) -> String {
    witness.cosign(&seen.text(), time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|number| tree::leaf_hash(&[number])).collect()
    }

    fn head(signer: &Signer, leaves: &[Hash]) -> (Checkpoint, String) {
        let head =
            Checkpoint { origin: "a.cn/log".into(), size: leaves.len() as u64, root: tree::root(leaves) };
        let signed = head.sign(signer);
        (head, signed)
    }

    fn proof(leaves: &[Hash], old: u64) -> Vec<Hash> {
        let part = |range: std::ops::Range<u64>| {
            tree::root(&leaves[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()])
        };
        tree::consistency(old, leaves.len() as u64).into_iter().map(part).collect()
    }

    #[test]
    fn a_log_that_only_grows_is_vouched_for() {
        let (signer, witness) =
            (Signer::from_seed("a.cn/log", [1; 32]), Signer::from_seed("b.cn/witness", [2; 32]));
        let (first, signed) = head(&signer, &leaves(3));
        assert_eq!(check(&signer.verifier(), None, &signed, &[]).unwrap(), first);
        let (second, signed) = head(&signer, &leaves(7));
        let seen = check(&signer.verifier(), Some(&first), &signed, &proof(&leaves(7), 3)).unwrap();
        assert_eq!(seen, second);
        let witnessed = format!("{signed}{}", cosign(&witness, &seen, 1_600_000_000));
        let (_, by) = super::super::note::open(&witnessed, &[signer.verifier(), witness.witness()]).unwrap();
        assert_eq!(by.len(), 2);
    }

    #[test]
    fn a_fork_a_rollback_and_another_log_are_found_out() {
        let signer = Signer::from_seed("a.cn/log", [1; 32]);
        let (first, _) = head(&signer, &leaves(5));
        let (_, shorter) = head(&signer, &leaves(4));
        let key = signer.verifier();
        assert_eq!(check(&key, Some(&first), &shorter, &[]), Err(Alarm::Rollback { before: 5, now: 4 }));
        let mut other = leaves(8);
        other[2] = [9; 32];
        let (_, forked) = head(&signer, &other);
        assert_eq!(check(&key, Some(&first), &forked, &proof(&other, 5)), Err(Alarm::Fork { before: 5 }));
        let (_, same) = head(&signer, &other[..5]);
        assert_eq!(check(&key, Some(&first), &same, &[]), Err(Alarm::Fork { before: 5 }));
        let foreign = Checkpoint { origin: "c.cn/log".into(), ..first };
        assert!(matches!(check(&key, Some(&foreign), &shorter, &[]), Err(Alarm::Origin { .. })));
        assert!(matches!(
            check(&Signer::from_seed("a.cn/log", [3; 32]).verifier(), None, &shorter, &[]),
            Err(Alarm::Note(_))
        ));
    }
}
