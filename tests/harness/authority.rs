//! An authority of the tests' own, which issues certificates of any kind: `openssl`.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const CONFIG: &str = "[ca]\ndefault_ca = own\n[own]\ndatabase = index\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256\n\
                      policy = any\ncopy_extensions = none\n[any]\ncommonName = supplied\n[req]\nprompt = no\n\
                      distinguished_name = name\n[name]\n";

/// An authority.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
}

/// A certificate and its key, as files in PEM form.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Authority {
    /// A new one, of this name.
    pub fn new(name: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-authority-").tempdir().unwrap();
        std::fs::write(folder.path().join("config"), CONFIG).unwrap();
        std::fs::write(folder.path().join("index"), "").unwrap();
        std::fs::write(folder.path().join("serial"), "1000\n").unwrap();
        let own = Self { folder };
        own.signed_by_itself("ca", name);
        own
    }

    /// Its own certificate.
    pub fn certificate(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// A certificate that is good for these names (`DNS:app.bank.test`, `IP:127.0.0.1`), from and until then, written
    /// as `20260101000000Z`.
    pub fn issue(&self, name: &str, good_for: &str, from: &str, until: &str) -> Issued {
        let issued = self.named(name);
        let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
        let subject = format!("/CN={name}");
        self.openssl(&[
            "req",
            "-config",
            "config",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &request,
            "-subj",
            &subject,
        ]);
        let usage = format!("subjectAltName = {good_for}\nextendedKeyUsage = serverAuth, clientAuth\n");
        std::fs::write(self.path("usage"), usage).unwrap();
        let out = format!("{name}.pem");
        self.openssl(&[
            "ca",
            "-config",
            "config",
            "-batch",
            "-notext",
            "-cert",
            "ca.pem",
            "-keyfile",
            "ca.key",
            "-startdate",
            from,
            "-enddate",
            until,
            "-extfile",
            "usage",
            "-in",
            &request,
            "-out",
            &out,
        ]);
        issued
    }

    /// One that no authority has issued.
    pub fn signed_by_itself(&self, file: &str, name: &str) -> Issued {
        let (key, out, subject) = (format!("{file}.key"), format!("{file}.pem"), format!("/CN={name}"));
        let names = format!("subjectAltName=DNS:{}", name.replace(' ', "-"));
        self.openssl(&[
            "req",
            "-config",
            "config",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &key,
            "-out",
            &out,
            "-days",
            "3650",
            "-subj",
            &subject,
            "-addext",
            &names,
            "-addext",
            "basicConstraints=critical,CA:TRUE",
        ]);
        self.named(file)
    }

    fn named(&self, name: &str) -> Issued {
        Issued { certificate: self.path(&format!("{name}.pem")), key: self.path(&format!("{name}.key")) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, arguments: &[&str]) {
        let done = Command::new("openssl").args(arguments).current_dir(self.folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "openssl {arguments:?}: {said}");
    }
}

impl Issued {
    /// As nginx is told of it.
    pub fn for_nginx(&self) -> String {
        let show = |path: &Path| path.display().to_string();
        format!("ssl_certificate {}; ssl_certificate_key {};", show(&self.certificate), show(&self.key))
    }
}
