//! Web servers of the tests' own: nginx on loopback ports.

use std::net::TcpStream;
use std::time::Duration;

use tempfile::TempDir;

use crate::janitor::Janitor;
use crate::ports::free_port;

/// A web server.
#[derive(Debug)]
pub struct Nginx {
    _server: Janitor,
    folder: TempDir,
}

/// So many ports on which nothing listens, all different.
pub fn free_ports<const N: usize>() -> [u16; N] {
    [(); N].map(|()| free_port())
}

impl Nginx {
    /// With these blocks inside of `http`, which listen on these ports. `access.log` in its folder has the requests.
    /// When nginx is not installed or does not start, the test that needs it has failed.
    pub fn start(blocks: &str, ports: &[u16]) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-nginx-").tempdir().unwrap();
        let at = folder.path().display().to_string();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("  {kind}_temp_path {at}/{kind};\n"))
            .concat();
        let config = format!(
            "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log {at}/error.log notice;\nevents {{ }}\nhttp {{\n\
             {temporary}  log_format lines '$request_method $scheme://$host$request_uri $http_authorization';\n\
             access_log {at}/access.log lines;\n{blocks}\n}}\n"
        );
        std::fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let file = folder.path().join("nginx.conf");
        let words = ["/usr/sbin/nginx", "-p", &at, "-e", "stderr", "-c", file.to_str().unwrap()];
        let server = Self { _server: Janitor::start(&words, &folder.path().join("stderr"), None), folder };
        server.wait_until_it_listens(ports);
        server
    }

    /// The requests that it was sent, one a line: method, address, `Authorization`. It writes them after it has answered, so
    /// so many are waited for; a caller that wanted more than there are finds out after half a minute.
    pub fn requests(&self, wanted: usize) -> String {
        let mut written = String::new();
        for _ in 0..1_500 {
            written = std::fs::read_to_string(self.folder.path().join("access.log")).unwrap_or_default();
            if written.lines().count() >= wanted {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        written
    }

    fn wait_until_it_listens(&self, ports: &[u16]) {
        for _ in 0..1_500 {
            if ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let said = ["stderr", "error.log"]
            .map(|log| std::fs::read_to_string(self.folder.path().join(log)).unwrap_or_default());
        panic!("/usr/sbin/nginx does not start: run scripts/setup test; {said:?}");
    }
}
