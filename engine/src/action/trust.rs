//! Certificates of authorities: where a step or the inventory says that they are, or those that the system trusts.

use std::io::Read as _;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::Launch;
use super::addressing::{SecretValues, secret_of};
use crate::base::Text;
use crate::inventory::Pem;
use crate::run::{Cause, CauseKind};

/// Bytes of a file in PEM form, at most.
const LONGEST: u64 = 1 << 20;

/// The text in PEM form. Reads files.
pub(super) fn read(launch: &Launch, pem: &Pem, values: &dyn SecretValues) -> Result<Vec<u8>, Cause> {
    match pem {
        Pem::Secret(name) => Ok(secret_of(launch, name, values)?.expose().as_bytes().to_vec()),
        Pem::File(path) => read_file(path),
    }
}

/// The text of a file in PEM form.
pub(super) fn read_file(path: &str) -> Result<Vec<u8>, Cause> {
    let mut read = Vec::new();
    let file = std::fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut read));
    file.map(|_| read).map_err(|error| {
        refused(Text::new(
            format!("인증서 파일 {path}을(를) 읽을 수 없습니다: {error}. `ca`를 확인하십시오"),
            format!("the file of certificates {path} can not be read: {error}; correct `ca`"),
        ))
    })
}

/// The authorities of a text in PEM form.
pub(super) fn roots(pem: &[u8]) -> Result<RootCertStore, Cause> {
    let mut roots = RootCertStore::empty();
    let certificates: Result<Vec<CertificateDer<'_>>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let (known, _) = roots.add_parsable_certificates(certificates.unwrap_or_default());
    if known == 0 {
        return Err(refused(Text::new(
            "`ca`에 PEM 형식의 인증서가 없습니다. 인증기관의 인증서를 넣으십시오",
            "there is no certificate in PEM form in `ca`: put that of the authority in",
        )));
    }
    Ok(roots)
}

/// The authorities that the system trusts. Reads files.
pub(super) fn of_system() -> Result<RootCertStore, Cause> {
    let mut roots = RootCertStore::empty();
    let (known, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if known == 0 {
        return Err(refused(Text::new(
            "이 호스트에는 신뢰하는 인증기관이 없습니다. ca-certificates를 설치하거나 `ca`를 쓰십시오",
            "this host trusts no authority: install ca-certificates, or write `ca`",
        )));
    }
    Ok(roots)
}

fn refused(message: Text) -> Cause {
    Cause { kind: CauseKind::Refused, message }
}
