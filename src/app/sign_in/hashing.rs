//! Password hashes: argon2id beside the async threads, as many at once as there are cores but one, with a short queue.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::BASE64_NOPAD;
use tokio::sync::Semaphore;

use crate::app::AppError;
use crate::domain::sign_in::{ARGON2_KIB, ARGON2_LANES, ARGON2_PASSES, HASHES_WAITING};

/// Checked when there is no password to check against: the same work, never right.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdCBvZiBub2JvZHkhIQ$\
                       /uNhvb2D8cKCOzpN9ztx5SSQOfjyz3uQ1v4Ff0GLgTY";

/// Where passwords are hashed. Cheap to clone; clones share the cores.
#[derive(Clone, Debug)]
pub struct Hashing {
    cores: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// Too many hashes wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Busy;

impl Hashing {
    /// Hashing on this many cores at once, with room for 16 more to wait.
    pub fn on_cores(cores: usize) -> Self {
        let cores = cores.max(1);
        Self {
            cores: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores + HASHES_WAITING)),
        }
    }

    /// Hashing on all cores of this machine but one.
    pub fn for_this_machine() -> Self {
        Self::on_cores(std::thread::available_parallelism().map_or(1, std::num::NonZero::get) - 1)
    }

    /// Whether `password` has this hash; with no hash, the same work and `false`.
    ///
    /// # Errors
    /// [`AppError::Fault`] when the hashing itself fails.
    pub(super) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<Result<bool, Busy>, AppError> {
        self.run(move || {
            let right = verify(&password, hash.as_deref().unwrap_or(NOBODYS));
            Ok(right && hash.is_some())
        })
        .await
    }

    /// The hash of `password`.
    ///
    /// # Errors
    /// [`AppError::Fault`] when the hashing itself fails.
    pub(in crate::app) async fn hash(
        &self,
        password: String,
        salt: [u8; 16],
    ) -> Result<Result<String, Busy>, AppError> {
        self.run(move || password_hash(&password, salt)).await
    }

    /// The hash of one recovery code with the salt of its set.
    ///
    /// # Errors
    /// [`AppError::Fault`] when the hashing itself fails.
    pub(super) async fn recovery_hash(
        &self,
        code: String,
        salt: Vec<u8>,
    ) -> Result<Result<Vec<u8>, Busy>, AppError> {
        let hashes = self.recovery_hashes(vec![code], salt).await?;
        Ok(hashes.map(|mut hashes| hashes.pop().unwrap_or_default()))
    }

    /// The hashes of recovery codes with the salt of their set, in their order.
    ///
    /// # Errors
    /// [`AppError::Fault`] when the hashing itself fails.
    pub(super) async fn recovery_hashes(
        &self,
        codes: Vec<String>,
        salt: Vec<u8>,
    ) -> Result<Result<Vec<Vec<u8>>, Busy>, AppError> {
        self.run(move || {
            let argon2 = argon2id()?;
            let mut memory = vec![Block::default(); argon2.params().block_count()];
            let mut hash = |code: &String| {
                let mut out = [0_u8; Params::DEFAULT_OUTPUT_LEN];
                let made =
                    argon2.hash_password_into_with_memory(code.as_bytes(), &salt, &mut out, &mut memory);
                made.map(|()| out.to_vec()).map_err(|e| AppError::Fault(format!("argon2: {e}")))
            };
            codes.iter().map(&mut hash).collect()
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<Result<T, Busy>, AppError> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return Ok(Err(Busy)) };
        let core = Arc::clone(&self.cores).acquire_owned().await;
        let core = core.map_err(|e| AppError::Fault(format!("password hashing has stopped: {e}")))?;
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop((place, core));
            outcome
        });
        done.await.map_err(|e| AppError::Fault(format!("password hashing failed: {e}")))?.map(Ok)
    }
}

fn argon2id() -> Result<Argon2<'static>, AppError> {
    let params = Params::new(ARGON2_KIB, ARGON2_PASSES, ARGON2_LANES, None);
    let params = params.map_err(|e| AppError::Fault(format!("argon2: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The argon2id hash of `password` (already NFC) with `salt`, as a PHC string. Takes tens of milliseconds: not for async code.
///
/// # Errors
/// [`AppError::Fault`] when argon2 refuses.
pub fn password_hash(password: &str, salt: [u8; 16]) -> Result<String, AppError> {
    let hash: Result<PasswordHash, _> = argon2id()?.hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|h| h.to_string()).map_err(|e| AppError::Fault(format!("argon2: {e}")))
}

/// The hashes of `password` with each of `salts`, in their order, all made in one working memory: each would otherwise take 19
/// MiB from the allocator, which keeps them. Not for async code.
///
/// # Errors
/// [`AppError::Fault`] when argon2 refuses.
pub fn password_hashes(password: &str, salts: &[[u8; 16]]) -> Result<Vec<String>, AppError> {
    let argon2 = argon2id()?;
    let mut memory = vec![Block::default(); argon2.params().block_count()];
    let mut hash = |salt: &[u8; 16]| {
        let mut out = [0_u8; Params::DEFAULT_OUTPUT_LEN];
        let made = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut memory);
        made.map_err(|e| AppError::Fault(format!("argon2: {e}")))?;
        let (salt, out) = (BASE64_NOPAD.encode(salt), BASE64_NOPAD.encode(&out));
        Ok(format!("$argon2id$v=19$m={ARGON2_KIB},t={ARGON2_PASSES},p={ARGON2_LANES}${salt}${out}"))
    };
    salts.iter().map(&mut hash).collect()
}

fn verify(password: &str, hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    argon2id().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_takes_the_same_work_as_a_real_one() {
        let real = password_hash("purple otters glide", [7; 16]).unwrap();
        let parts = |hash: &str| hash.split('$').map(str::to_owned).collect::<Vec<_>>();
        let (real, nobodys) = (parts(&real), parts(NOBODYS));
        assert_eq!(real[..4], nobodys[..4]);
        assert_eq!((real[4].len(), real[5].len()), (nobodys[4].len(), nobodys[5].len()));
        assert!(PasswordHash::new(NOBODYS).is_ok());
    }

    #[test]
    fn the_hash_is_argon2id_of_nineteen_mebibytes_two_passes_one_lane() {
        let hash = password_hash("purple otters glide", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("purple otters glide", &hash));
        assert!(!verify("purple otters glidE", &hash));
    }

    #[test]
    fn many_hashes_are_those_made_one_by_one() {
        let salts = [[1; 16], [2; 16]];
        let one_by_one = salts.map(|salt| password_hash("purple otters glide", salt).unwrap());
        assert_eq!(password_hashes("purple otters glide", &salts).unwrap(), one_by_one);
    }

    #[tokio::test]
    async fn beyond_the_queue_sign_ins_are_told_to_come_back() {
        let hashing = Hashing::on_cores(1);
        let held = Arc::clone(&hashing.places).acquire_many_owned(17).await.unwrap();
        let answer = hashing.verify("x".to_owned(), None).await.unwrap();
        assert_eq!(answer, Err(Busy));
        drop(held);
        assert_eq!(hashing.verify("x".to_owned(), None).await.unwrap(), Ok(false));
    }
}
