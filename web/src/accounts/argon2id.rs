//! Argon2id hashes in PHC form, computed in memory that goes back to the system after each one.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::PasswordError;

/// Room for one hashing, in blocks of 1 KiB: 33 MiB, of which only the blocks in use are ever touched.
///
/// glibc keeps what is freed of smaller allocations, because each one teaches it to take the next of that size from the
/// heap instead of the system; above 32 MiB it never does. So a console that has checked a password is as small as before.
const ROOM: usize = 33 * 1_024;

/// Hashes a password with a fresh salt.
pub(super) fn hash(password: &[u8]) -> Result<String, PasswordError> {
    let params = Params::default();
    let salt = Salt::generate();
    let output = output(&params, Version::default(), password, &salt)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(&params).map_err(refused)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

/// Whether a password has this hash, by the parameters that the hash names. Hashes of more than 33 MiB are refused.
pub(super) fn fits(password: &[u8], hash: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(hash).map_err(refused)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(PasswordError::Hasher("the stored hash is not complete".to_owned()));
    };
    if hash.algorithm != Algorithm::Argon2id.ident() {
        return Err(PasswordError::Hasher(format!("the stored hash is of {}, not of argon2id", hash.algorithm)));
    }
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from).map_err(refused)?;
    let params = Params::try_from(&hash).map_err(refused)?;
    // Outputs are compared in constant time.
    Ok(output(&params, version, password, salt)? == *expected)
}

fn output(params: &Params, version: Version, password: &[u8], salt: &[u8]) -> Result<Output, PasswordError> {
    let mut blocks = Vec::new();
    blocks.try_reserve_exact(ROOM).map_err(refused)?;
    blocks.resize(params.block_count().min(ROOM), Block::new());
    let argon2 = Argon2::new(Algorithm::Argon2id, version, params.clone());
    let mut bytes = [0; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let bytes = bytes.get_mut(..length).ok_or_else(|| refused(argon2::Error::OutputTooLong))?;
    argon2.hash_password_into_with_memory(password, salt, bytes, &mut blocks).map_err(refused)?;
    Output::new(bytes).map_err(refused)
}

fn refused(why: impl std::fmt::Display) -> PasswordError {
    PasswordError::Hasher(why.to_string())
}

#[cfg(test)]
mod tests {
    use argon2::{CustomizedPasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[test]
    fn hashes_are_those_of_every_other_argon2id() {
        let ours = hash(b"correct horse").unwrap();
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        let parsed = PasswordHash::new(&ours).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse", &parsed).is_ok());
        assert_ne!(hash(b"correct horse").unwrap(), ours);
    }

    #[test]
    fn the_parameters_of_the_hash_are_those_it_is_checked_by() {
        let params = Params::new(64, 3, 2, Some(24)).unwrap();
        let theirs = Argon2::default().hash_password_customized(b"pass", b"saltsalt", None, None, params);
        let theirs = theirs.unwrap().to_string();
        assert!(fits(b"pass", &theirs).unwrap(), "{theirs}");
        assert!(!fits(b"past", &theirs).unwrap());
    }

    #[test]
    fn hashes_that_are_cut_too_large_or_of_another_kind_are_refused() {
        for hash in [
            "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$6vcqnhgEyEqyUBcCqY9C0Y/lELtUFfgj6h5FAQ3Jb2E",
            "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$6vcqnhgEyEqyUBcCqY9C0Y/lELtUFfgj6h5FAQ3Jb2E",
            "password",
        ] {
            assert!(matches!(fits(b"pass", hash), Err(PasswordError::Hasher(_))), "{hash}");
        }
    }
}
