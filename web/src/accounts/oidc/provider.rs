//! Asking a provider who somebody is.

use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;

use engine::base::{Clock, Secret};
use engine::inventory::SecretSource;
use engine::secrets::Fault;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope, TokenResponse as _,
};

use super::attempt::Attempt;
use super::claims::Known;
use super::http::{Http, HttpError};
use super::keys;
use super::settings::Settings;
use super::trouble::{BadToken, Trouble};
use crate::urls;

/// Where the client's secret is found. Reads files: called off the async threads.
pub type Secrets = Arc<dyn Fn(&SecretSource) -> Result<Secret, Fault> + Send + Sync>;

/// Signatures that are taken: those that only the provider can make. One made with the client's secret (HS256) proves
/// nothing that we could not have made ourselves.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// How long ago a token may have been made: it comes straight from the provider.
const FRESH_SECONDS: i64 = 600;

/// The provider's addresses and keys, and who we are there.
type Joined =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider.
#[derive(Clone)]
pub struct Provider {
    settings: Arc<Settings>,
    secrets: Secrets,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Provider {
    /// One that is asked by these settings.
    pub fn new(settings: Settings, secrets: Secrets, clock: Arc<dyn Clock>) -> Self {
        Self { settings: Arc::new(settings), secrets, clock }
    }

    /// Where the browser goes to show who it is.
    pub async fn begin(&self, attempt: &Attempt) -> Result<String, Trouble> {
        let http = self.http().await?;
        let client = self.join(self.discover(&http).await?).await?;
        let (state, nonce) = (attempt.state(), attempt.nonce());
        let verifier = PkceCodeVerifier::new(attempt.verifier());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, _, _) = request.url();
        self.same_safety(url.as_str())?;
        Ok(url.into())
    }

    /// Who came back with a code.
    pub async fn finish(&self, attempt: &Attempt, code: &str) -> Result<Known, Trouble> {
        let http = self.http().await?;
        let client = self.join(self.discover(&http).await?).await?;
        let asked = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|why| self.unusable(&why))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier()));
        let answer = asked.request_async(&http).await.map_err(|why| match why {
            RequestTokenError::ServerResponse(said) => Trouble::Code(said.to_string()),
            RequestTokenError::Request(why) => self.unreachable(&why),
            RequestTokenError::Parse(why, _) => self.unusable(&why),
            RequestTokenError::Other(why) => Trouble::Code(why),
        })?;
        self.believe(&client, answer.id_token().ok_or(Trouble::NoToken)?, attempt)
    }

    /// Who an id token is about, if it is one for this console and this attempt.
    pub async fn judge(&self, token: &str, attempt: &Attempt) -> Result<Known, Trouble> {
        let http = self.http().await?;
        let client = self.join(self.discover(&http).await?).await?;
        let token = CoreIdToken::from_str(token).map_err(|_| Trouble::Token(BadToken::Malformed))?;
        self.believe(&client, &token, attempt)
    }

    /// Where a person ends the session at the provider too; `None` where it has no such address.
    pub async fn farewell(&self) -> Result<Option<String>, Trouble> {
        let http = self.http().await?;
        let metadata = self.discover(&http).await?;
        let Some(end) = metadata.additional_metadata().end_session_endpoint.clone() else { return Ok(None) };
        let back = PostLogoutRedirectUrl::new(self.address(urls::sign_in())).map_err(|why| self.unusable(&why))?;
        let client = ClientId::new(self.settings.client.id.clone());
        let url = LogoutRequest::from(end).set_client_id(client).set_post_logout_redirect_uri(back).http_get_url();
        self.same_safety(url.as_str())?;
        Ok(Some(url.into()))
    }

    /// Whether the provider can be asked and our secret be had.
    pub async fn examine(&self) -> Result<(), Trouble> {
        let http = self.http().await?;
        self.join(self.discover(&http).await?).await.map(|_| ())
    }

    fn believe(&self, client: &Joined, token: &CoreIdToken, attempt: &Attempt) -> Result<Known, Trouble> {
        let now = self.clock.now().0.div_euclid(1_000);
        let time = move || chrono::DateTime::from_timestamp(now, 0).unwrap_or_default();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(time)
            .set_issue_time_verifier_fn(move |made| {
                if (made.timestamp() - now).abs() <= FRESH_SECONDS { Ok(()) } else { Err(format!("made at {made}")) }
            });
        let nonce = Nonce::new(attempt.nonce());
        token.claims(&verifier, &nonce).map_err(|why| Trouble::Token(why.into()))?;
        Known::of(&token.to_string(), &self.settings.claims)
    }

    async fn discover(&self, http: &Http) -> Result<ProviderMetadataWithLogout, Trouble> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|why| self.unusable(&why))?;
        let found = ProviderMetadataWithLogout::discover_async(issuer, http).await.map_err(|why| match why {
            DiscoveryError::Request(why) => self.unreachable(&why),
            DiscoveryError::Response(status, ..) if status.is_server_error() => self.unreachable(&status),
            other => self.unusable(&other),
        })?;
        let keys = keys::whole(found.jwks()).map_err(|why| self.unusable(&why))?;
        Ok(found.set_jwks(keys))
    }

    async fn join(&self, metadata: ProviderMetadataWithLogout) -> Result<Joined, Trouble> {
        let secret = match &self.settings.client.secret {
            None => None,
            Some(source) => {
                let (secrets, source) = (Arc::clone(&self.secrets), source.clone());
                let secret = off_thread(move || secrets(&source)).await?.map_err(Trouble::NoSecret)?;
                Some(ClientSecret::new(secret.expose().to_owned()))
            }
        };
        let by_header = metadata
            .token_endpoint_auth_methods_supported()
            .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let back = RedirectUrl::new(self.address(urls::sign_in_returned())).map_err(|why| self.unusable(&why))?;
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(self.settings.client.id.clone()), secret);
        let client = client.set_redirect_uri(back);
        Ok(if by_header { client } else { client.set_auth_type(AuthType::RequestBody) })
    }

    async fn http(&self) -> Result<Http, Trouble> {
        let settings = Arc::clone(&self.settings);
        let clear = settings.issuer.starts_with("http://");
        let made = off_thread(move || {
            let roots = settings.trust.roots()?;
            Ok(Http::new(roots, settings.patience, clear))
        });
        made.await?.map_err(Trouble::Trust)?.map_err(|why: HttpError| self.unreachable(&why))
    }

    /// A provider over TLS sends nobody anywhere without it.
    fn same_safety(&self, url: &str) -> Result<(), Trouble> {
        if self.settings.issuer.starts_with("https://") && !url.starts_with("https://") {
            return Err(self.unusable(&format!("it names the address {url}, which is without TLS")));
        }
        Ok(())
    }

    /// An address of this console as browsers see it.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.settings.console.trim_end_matches('/'))
    }

    fn unreachable(&self, cause: &dyn fmt::Display) -> Trouble {
        Trouble::Unreachable { issuer: self.settings.issuer.clone(), cause: cause.to_string() }
    }

    fn unusable(&self, cause: &dyn fmt::Display) -> Trouble {
        Trouble::Unusable { issuer: self.settings.issuer.trim_end_matches('/').to_owned(), cause: cause.to_string() }
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work).await.map_err(|why| Trouble::Ending(why.to_string()))
}
