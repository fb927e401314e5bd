//! The authorities by which the certificate of a directory or a provider is judged.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Bytes of a file of certificates, at most.
const LONGEST: u64 = 1 << 20;

/// Which authorities are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Those that the system trusts.
    System,
    /// Those of a file in PEM form, and no others.
    File(PathBuf),
}

/// Why there are no authorities.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file can not be read.
    #[error("the certificates in {path} can not be read: {cause}; correct `ca`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// There is none in it.
    #[error("there is no certificate in PEM form in {0}: put that of the authority in")]
    Empty(PathBuf),
    /// The system trusts nobody.
    #[error("this host trusts no authority: install ca-certificates, or write `ca`")]
    NoSystem,
}

impl Trust {
    /// The authorities as they are now: a file may have been renewed since the last time. Reads files: call it off the
    /// async threads.
    pub(super) fn roots(&self) -> Result<RootCertStore, TrustError> {
        let (certificates, none) = match self {
            Self::System => (rustls_native_certs::load_native_certs().certs, TrustError::NoSystem),
            Self::File(path) => {
                let read = CertificateDer::pem_slice_iter(&pem(path)?).collect::<Result<Vec<_>, _>>();
                (read.unwrap_or_default(), TrustError::Empty(path.clone()))
            }
        };
        let mut roots = RootCertStore::empty();
        let (known, _) = roots.add_parsable_certificates(certificates);
        if known == 0 { Err(none) } else { Ok(roots) }
    }
}

fn pem(path: &Path) -> Result<Vec<u8>, TrustError> {
    let mut read = Vec::new();
    let file = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut read));
    file.map(|_| read).map_err(|cause| TrustError::Unreadable { path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_told_apart_from_one_that_is_not_there() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("ca.pem");
        let missing = Trust::File(path.clone()).roots().unwrap_err();
        assert!(matches!(missing, TrustError::Unreadable { .. }), "{missing}");
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        let empty = Trust::File(path).roots().unwrap_err();
        assert!(matches!(empty, TrustError::Empty(_)), "{empty}");
    }
}
