//! Directories of the tests' own: OpenLDAP on free loopback ports, with a small bank in it.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use tempfile::TempDir;

use crate::certificates::Signed;
use crate::janitor::Janitor;
use crate::ports::free_port;

/// A bind without a password is one by nobody and succeeds, as many directories have it; people may look at nothing, the
/// account that looks them up gets three entries at most.
const CONFIG: &str = r#"
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' SYNTAX '1.3.6.1.4.1.1466.115.121.1.27' SINGLE-VALUE )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile FOLDER/pid
TLSCertificateFile CERTIFICATE
TLSCertificateKeyFile KEY
allow bind_anon_cred
database mdb
suffix "dc=bank,dc=test"
rootdn "cn=root,dc=bank,dc=test"
rootpw root-words
directory FOLDER/data
limits dn.exact="cn=relight,dc=bank,dc=test" size=3
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=relight,dc=bank,dc=test" read by * none
"#;

const BANK: &str = "
dn: dc=bank,dc=test
objectClass: dcObject
objectClass: organization
o: Bank
dc: bank

dn: cn=relight,dc=bank,dc=test
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: relight
userPassword: looking-people-up

dn: ou=people,dc=bank,dc=test
objectClass: organizationalUnit

dn: ou=groups,dc=bank,dc=test
objectClass: organizationalUnit

dn: uid=Kim,ou=people,dc=bank,dc=test
objectClass: inetOrgPerson
objectClass: extensibleObject
cn: Kim Minjun
sn: Kim
displayName: 김민준
mail: minjun@bank.test
userPassword: kim's words

dn: uid=lee,ou=people,dc=bank,dc=test
objectClass: inetOrgPerson
objectClass: extensibleObject
cn: Lee (night) * \\
sn: Lee
userPassword: lee's words

dn: uid=park,ou=people,dc=bank,dc=test
objectClass: inetOrgPerson
objectClass: extensibleObject
cn: Park
sn: Park
mail: minjun@bank.test
userAccountControl: 514
userPassword: park's words

dn: cn=commanders,ou=groups,dc=bank,dc=test
objectClass: groupOfNames
cn: commanders
member: uid=Kim,ou=people,dc=bank,dc=test

dn: cn=everybody,ou=groups,dc=bank,dc=test
objectClass: groupOfNames
cn: everybody
member: uid=Kim,ou=people,dc=bank,dc=test
member: uid=lee,ou=people,dc=bank,dc=test
";

/// A directory.
#[derive(Debug)]
pub struct Slapd {
    server: Option<Janitor>,
    folder: TempDir,
    port: u16,
    tls_port: u16,
}

impl Slapd {
    /// The account that may look people up.
    pub const READER: &str = "cn=relight,dc=bank,dc=test";
    /// Its password.
    pub const READER_PASSWORD: &str = "looking-people-up";

    /// With this certificate. When OpenLDAP is not installed or does not start, the test that needs it has failed.
    pub fn start(signed: &Signed) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-slapd-").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let config = CONFIG
            .replace("FOLDER", &folder.path().display().to_string())
            .replace("CERTIFICATE", &signed.certificate.display().to_string())
            .replace("KEY", &signed.key.display().to_string());
        std::fs::write(folder.path().join("slapd.conf"), config).unwrap();
        let mut directory = Self { server: None, folder, port: free_port(), tls_port: free_port() };
        directory.resume();
        directory.tell("ldapadd", BANK);
        directory
    }

    /// Where it listens without TLS, and does StartTLS.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens with TLS.
    pub const fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// Changes entries, as `ldapmodify` reads it.
    pub fn change(&self, ldif: &str) {
        self.tell("ldapmodify", ldif);
    }

    /// Ends it as a lost machine would.
    pub fn end(&mut self) {
        self.server = None;
    }

    /// Leaves it running without answering, as a machine that hangs would.
    pub fn hang(&self) {
        kill(self.server.as_ref().unwrap().server(), Signal::SIGSTOP).unwrap();
    }

    /// Starts it again on what it had.
    pub fn resume(&mut self) {
        let config = self.folder.path().join("slapd.conf");
        let listen = format!("ldap://127.0.0.1:{} ldaps://127.0.0.1:{}", self.port, self.tls_port);
        let words = ["/usr/sbin/slapd", "-d", "0", "-h", &listen, "-f", config.to_str().unwrap()];
        self.server = Some(Janitor::start(&words, &self.said(), None));
        for _ in 0..1_500 {
            if [self.port, self.tls_port].iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let said = std::fs::read_to_string(self.said()).unwrap_or_default();
        panic!("/usr/sbin/slapd does not start: run scripts/setup test; {said}");
    }

    fn said(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("stderr")
    }

    fn tell(&self, program: &str, ldif: &str) {
        let server = format!("ldap://127.0.0.1:{}", self.port);
        let mut told = Command::new(program)
            .args(["-x", "-H", &server, "-D", "cn=root,dc=bank,dc=test", "-w", "root-words"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|why| panic!("{program} can not be started ({why}): run scripts/setup test"));
        told.stdin.take().unwrap().write_all(ldif.as_bytes()).unwrap();
        let told = told.wait_with_output().unwrap();
        assert!(told.status.success(), "{program}: {}", String::from_utf8_lossy(&told.stderr));
    }
}
