//! `[single_sign_on]`: the hospital's identity provider.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Config, ConfigError};
use crate::domain::people::Role;

/// `[single_sign_on]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SingleSignOn {
    /// The issuer; empty for none.
    pub issuer: String,
    /// What the provider calls this portal.
    pub client_id: String,
    /// A file with the client's secret; empty for a public client.
    pub client_secret_file: PathBuf,
    /// The `acr` values that stand for a second factor.
    pub acr_values: Vec<String>,
    /// The `amr` values any of which stands for a second factor.
    pub amr: Vec<String>,
    /// The claim that says roles; empty for none.
    pub role_claim: String,
    /// `VALUE=ROLE`.
    pub roles: Vec<String>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// What the link on the sign-in page says.
    pub label: String,
}

impl SingleSignOn {
    /// Whether it is set up.
    pub fn is_on(&self) -> bool {
        !self.issuer.is_empty()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key: &'static str, why: &str| Err(ConfigError::Value(key, why.to_owned()));
        if !self.is_on() {
            return Ok(());
        }
        if !(self.issuer.starts_with("https://") || is_on_this_machine(&self.issuer)) {
            return wrong(
                "single_sign_on.issuer",
                "must begin with https://, as the provider's metadata name it",
            );
        }
        if self.client_id.is_empty() {
            return wrong(
                "single_sign_on.client_id",
                "is needed: it is what the identity provider calls this portal",
            );
        }
        if self.acr_values.is_empty() && self.amr.is_empty() {
            return wrong(
                "single_sign_on.acr_values",
                "or single_sign_on.amr must say what stands for a second factor: a sign-in without one is refused",
            );
        }
        if !self.roles.is_empty() && self.role_claim.is_empty() {
            return wrong(
                "single_sign_on.role_claim",
                "is needed: single_sign_on.roles are values of that claim",
            );
        }
        self.roles().map(|_| ())
    }

    /// Which value of the claim stands for which role.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn roles(&self) -> Result<Vec<(String, Role)>, ConfigError> {
        let pair = |text: &String| {
            let parts = text.rsplit_once('=');
            let pair = parts
                .and_then(|(value, role)| Some((value.trim().to_owned(), Role::from_word(role.trim())?)));
            pair.filter(|(value, _)| !value.is_empty()).ok_or_else(|| {
                let why = format!("`{text}` is not VALUE=reviewer, VALUE=administrator or VALUE=auditor");
                ConfigError::Value("single_sign_on.roles", why)
            })
        };
        self.roles.iter().map(pair).collect()
    }
}

/// Whether `url` is one in the clear that leads nowhere but to this machine: its whole host is compared, and the port is a number.
pub(super) fn is_on_this_machine(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or("");
    let is_port = |rest: &str| {
        let port = rest.strip_prefix(':');
        rest.is_empty() || port.is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()))
    };
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| authority.strip_prefix(host).is_some_and(is_port))
}

impl Config {
    /// The client's secret at the identity provider; `None` for a public client.
    ///
    /// # Errors
    /// [`ConfigError::KeyFile`] when the file is missing, readable by others, or empty.
    pub fn client_secret(&self) -> Result<Option<String>, ConfigError> {
        if self.single_sign_on.client_secret_file.as_os_str().is_empty() {
            return Ok(None);
        }
        super::read_secret(&self.path(&self.single_sign_on.client_secret_file)).map(|secret| Some(secret.0))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        Config::of_text(text, Path::new("/srv/postern.toml"))
    }

    const SOUND: &str =
        "issuer = \"https://login.hospital.example\"\nclient_id = \"portal\"\namr = [\"mfa\"]\n";

    fn with(more: &str) -> Result<Config, ConfigError> {
        read(&format!("[single_sign_on]\n{SOUND}{more}"))
    }

    #[test]
    fn single_sign_on_is_off_until_an_issuer_is_named() {
        assert!(!read("").unwrap().single_sign_on.is_on());
        assert!(with("").unwrap().single_sign_on.is_on());
    }

    #[test]
    fn an_issuer_in_the_clear_is_refused_but_on_loopback() {
        let error =
            read("[single_sign_on]\nissuer = \"http://login.hospital.example\"\n").unwrap_err().to_string();
        assert!(error.contains("single_sign_on.issuer"), "{error}");
        assert!(
            read("[single_sign_on]\nissuer = \"http://localhost:9\"\nclient_id = \"x\"\namr = [\"mfa\"]\n")
                .is_ok()
        );
    }

    #[test]
    fn a_host_that_only_begins_like_this_machine_is_refused() {
        let of = |issuer: &str| {
            read(&format!("[single_sign_on]\nissuer = '{issuer}'\nclient_id = \"x\"\namr = [\"mfa\"]\n"))
        };
        for issuer in
            ["http://127.0.0.1", "http://localhost:9/realms/a", "http://[::1]:9", "http://localhost/"]
        {
            assert!(of(issuer).is_ok(), "{issuer}");
        }
        for issuer in [
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example:80",
            "http://localhost:80@evil.example/",
            "http://localhost@evil.example",
            "http://evil.example/http://localhost",
            "http://localhostile",
            "http://",
        ] {
            let error = of(issuer).unwrap_err().to_string();
            assert!(error.contains("single_sign_on.issuer"), "{issuer}: {error}");
        }
    }

    #[test]
    fn what_stands_for_a_second_factor_must_be_said() {
        let error =
            read("[single_sign_on]\nissuer = \"https://a.example\"\nclient_id = \"x\"\n").unwrap_err();
        assert!(error.to_string().contains("single_sign_on.acr_values"), "{error}");
    }

    #[test]
    fn roles_name_their_claim_and_a_role_that_exists() {
        assert!(with("roles = [\"a=reviewer\"]\n").unwrap_err().to_string().contains("role_claim"));
        assert!(
            with("role_claim = \"groups\"\nroles = [\"a=king\"]\n")
                .unwrap_err()
                .to_string()
                .contains("a=king")
        );
        let config = with("role_claim = \"groups\"\nroles = [\"a=b=auditor\"]\n").unwrap();
        assert_eq!(config.single_sign_on.roles().unwrap(), [("a=b".to_owned(), Role::Auditor)]);
    }

    #[test]
    fn a_secret_that_is_not_there_is_an_error_that_names_the_file() {
        let error = with("client_secret_file = \"no/such.secret\"\n").unwrap().client_secret().unwrap_err();
        assert!(error.to_string().contains("no/such.secret"), "{error}");
    }
}
