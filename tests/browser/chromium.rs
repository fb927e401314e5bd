//! Chromium with a driver of its own on a free port, gone with the test.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

/// A browser window and its driver.
pub(crate) struct Chromium {
    driver: Child,
    pub(crate) page: WebDriver,
    _profile: tempfile::TempDir,
}

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

impl Chromium {
    /// Opens a window of a width; below 600 pixels as a phone.
    pub(crate) async fn open(width: u32) -> Self {
        Self::open_with(width, &[]).await
    }

    /// The same for a person who prefers dark screens.
    pub(crate) async fn open_dark(width: u32) -> Self {
        Self::open_with(width, &["--blink-settings=preferredColorScheme=0"]).await
    }

    async fn open_with(width: u32, further: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver can not be started: install the Debian packages `chromium` and `chromium-driver`");
        let profile = tempfile::tempdir().unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        for flag in FLAGS.iter().chain(further) {
            capabilities.add_arg(flag).unwrap();
        }
        capabilities.add_arg(&format!("--window-size={width},900")).unwrap();
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        if width < 600 {
            let screen = serde_json::json!({ "width": width, "height": 844, "pixelRatio": 2, "mobile": true });
            let phone = serde_json::json!({ "deviceMetrics": screen });
            capabilities.add_experimental_option("mobileEmulation", phone).unwrap();
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let address = format!("http://127.0.0.1:{port}");
        let page = loop {
            match WebDriver::new(&address, capabilities.clone()).await {
                Ok(page) => break page,
                Err(why) if why.to_string().contains("Chrome binary") => {
                    panic!("Chromium is not there: install the Debian package `chromium`")
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        Self { driver, page, _profile: profile }
    }

    /// What of the page shown breaks a rule by which everybody can use it: `rules.js`.
    pub(crate) async fn faults(&self) -> Vec<String> {
        self.page.execute(include_str!("rules.js"), Vec::new()).await.unwrap().convert().unwrap()
    }

    /// What the browser complained about since the last call.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.page.browser_log().await.unwrap();
        log.into_iter().filter(|entry| entry.level != "INFO").map(|entry| entry.message).collect()
    }

    /// Waits for an element; the test's own patience ends what never comes.
    pub(crate) async fn wait(&self, selector: &str) -> WebElement {
        self.page
            .query(By::Css(selector))
            .wait(Duration::from_secs(90), Duration::from_millis(100))
            .first()
            .await
            .unwrap()
    }

    /// Sends the form around a button and waits for the page that answers.
    pub(crate) async fn press(&self, selector: &str) {
        let button = self.wait(selector).await;
        button.scroll_into_view().await.unwrap();
        button.click().await.unwrap();
    }

    pub(crate) async fn write(&self, selector: &str, text: &str) {
        self.wait(selector).await.send_keys(text).await.unwrap();
    }

    /// Nothing of the page lies beyond the edge of the screen, and nothing was complained about.
    pub(crate) async fn is_tidy(&self, place: &str) {
        // Not of the window: that of a phone grows with what is too wide.
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let beyond: i64 = self.page.execute(script, Vec::new()).await.unwrap().convert().unwrap();
        assert!(beyond <= 0, "{place} is {beyond} pixels too wide");
        assert_eq!(self.complaints().await, [""; 0], "{place}");
    }

    pub(crate) async fn close(self) {
        self.page.clone().quit().await.unwrap();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Either is gone already or must go; there is nobody to tell.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
