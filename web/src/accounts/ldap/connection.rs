//! A connection to one server of a directory.

use std::sync::Arc;
use std::time::Duration;

use engine::base::Secret;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchEntry, SearchOptions};
use rustls::{ClientConfig, RootCertStore};
use tokio::task::JoinHandle;

use super::Trouble;
use super::settings::Server;

/// An open connection. It ends when this is dropped.
pub(super) struct Connection {
    server: String,
    ldap: Ldap,
    driver: JoinHandle<()>,
    patience: Duration,
}

/// What a search found.
pub(super) struct Found {
    pub(super) entries: Vec<SearchEntry>,
    /// Whether there would have been more.
    pub(super) cut: bool,
}

impl Connection {
    pub(super) async fn open(server: &Server, roots: RootCertStore, patience: Duration) -> Result<Self, Trouble> {
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let settings = LdapConnSettings::new()
            .set_conn_timeout(patience)
            .set_config(Arc::new(tls))
            .set_starttls(server.starttls());
        let opened = LdapConnAsync::with_settings(settings, server.url()).await;
        let (connection, ldap) = opened.map_err(|why| Trouble::of(server.url(), why))?;
        let driver = tokio::spawn(async move {
            // What broke it is told to who waits for an answer.
            drop(connection.drive().await);
        });
        Ok(Self { server: server.url().to_owned(), ldap, driver, patience })
    }

    /// Says who asks from now on.
    pub(super) async fn bind(&mut self, dn: &str, password: &Secret) -> Result<LdapResult, Trouble> {
        let bound = self.ldap.with_timeout(self.patience).simple_bind(dn, password.expose()).await;
        bound.map_err(|why| Trouble::of(&self.server, why))
    }

    /// The entries below `base` that fit, `limit` at most.
    pub(super) async fn search(
        &mut self,
        base: &str,
        filter: &str,
        attributes: &[&str],
        limit: usize,
    ) -> Result<Found, Trouble> {
        let lost = |why| Trouble::of(&self.server, why);
        let seconds = i32::try_from(self.patience.as_secs().max(1)).unwrap_or(i32::MAX);
        // No limit is asked for: a directory refuses to be asked for more than it gives, however few there are.
        let options = SearchOptions::new().timelimit(seconds);
        let ldap = self.ldap.with_timeout(self.patience).with_search_options(options);
        let mut stream = ldap.streaming_search(base, Scope::Subtree, filter, attributes).await.map_err(lost)?;
        let mut entries = Vec::new();
        while let Some(entry) = stream.next().await.map_err(lost)? {
            if entry.is_ref() || entry.is_intermediate() {
                continue;
            }
            if entries.len() == limit {
                let id = stream.ldap_handle().last_id();
                self.ldap.abandon(id).await.map_err(lost)?;
                return Ok(Found { entries, cut: true });
            }
            entries.push(SearchEntry::construct(entry));
        }
        let result = stream.finish().await;
        match result.rc {
            0 | REFERRAL => Ok(Found { entries, cut: false }),
            SIZE_LIMIT | ADMIN_LIMIT => Ok(Found { entries, cut: true }),
            NO_SUCH_OBJECT => Err(Trouble::NoBase { base: base.to_owned() }),
            TIME_LIMIT => Err(Trouble::Late { server: self.server.clone() }),
            BUSY | UNAVAILABLE => Err(lost(LdapError::EndOfStream)),
            _ => Err(Trouble::Refused { what: "a search", cause: super::trouble::said(&result) }),
        }
    }
}

const TIME_LIMIT: u32 = 3;
const SIZE_LIMIT: u32 = 4;
/// Parts of the tree that another server has. They are not followed: that server would see the password.
const REFERRAL: u32 = 10;
const ADMIN_LIMIT: u32 = 11;
const NO_SUCH_OBJECT: u32 = 32;
const BUSY: u32 = 51;
const UNAVAILABLE: u32 = 52;

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
