//! Certificates of the tests' own, made by `openssl`: an authority, and what it signs.

#![expect(clippy::disallowed_methods, reason = "starts a program of the machine that the tests run on")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// An authority that nobody trusts unless a test says so.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
}

/// What an authority signed: files in PEM.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Authority {
    /// A new one.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("relight-authority-").tempdir().unwrap();
        let authority = Self { folder };
        let (key, certificate) = (authority.path("ca.key"), authority.certificate());
        openssl(&["req", "-x509", "-days", "2", "-subj", "/CN=Relight test authority"], &key, &certificate, &[]);
        authority
    }

    /// Its own certificate, in PEM.
    pub fn certificate(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// Signs a certificate for a host name that is good for two days.
    pub fn sign(&self, name: &str) -> Signed {
        let (key, certificate) = (self.path(&format!("{name}.key")), self.path(&format!("{name}.pem")));
        let (names, ca, ca_key) = (format!("subjectAltName=DNS:{name}"), self.certificate(), self.path("ca.key"));
        let (ca, ca_key) = (ca.display().to_string(), ca_key.display().to_string());
        let subject = format!("/CN={name}");
        let signing = ["-CA", &ca, "-CAkey", &ca_key, "-addext", &names, "-addext", "basicConstraints=CA:FALSE"];
        openssl(&["req", "-x509", "-days", "2", "-subj", &subject], &key, &certificate, &signing);
        Signed { certificate, key }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

fn openssl(what: &[&str], key: &Path, certificate: &Path, further: &[&str]) {
    let made = Command::new("openssl")
        .args(what)
        .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout"])
        .arg(key)
        .arg("-out")
        .arg(certificate)
        .args(further)
        .stdin(Stdio::null())
        .output()
        .expect("openssl can not be started: run scripts/setup test");
    assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
}
