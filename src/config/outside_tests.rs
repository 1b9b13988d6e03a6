//! The keys of mail and of the NPI registry: what is taken, and errors that say what to write.

use std::path::Path;

use super::*;

fn mail(lines: &str) -> Result<Config, ConfigError> {
    Config::of_text(&format!("[mail]\n{lines}"), Path::new("/srv/postern.toml"))
}

fn registry(lines: &str) -> Result<Config, ConfigError> {
    Config::of_text(&format!("[npi_registry]\n{lines}"), Path::new("/srv/postern.toml"))
}

fn refused(outcome: Result<Config, ConfigError>, parts: &[&str]) {
    let error = outcome.unwrap_err().to_string();
    for part in parts {
        assert!(error.contains(part), "{error} lacks {part}");
    }
}

#[test]
fn without_a_mail_server_nothing_else_is_asked() {
    assert!(mail("").unwrap().mail_settings().unwrap().is_none());
}

#[test]
fn a_password_in_the_mail_url_is_refused_and_not_repeated() {
    let outcome = mail("url = \"smtp://portal:s3cret@mail:587\"\nfrom = \"p@h.example\"\n");
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("mail.url") && error.contains("mail.password_file"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
}

#[test]
fn a_user_needs_a_password_file_and_a_password_file_a_user() {
    let from = "from = \"p@h.example\"\n";
    refused(mail(&format!("url = \"smtp://portal@mail\"\n{from}")), &["mail.password_file", "names a user"]);
    let both = format!("url = \"smtp://mail\"\npassword_file = \"keys/m\"\n{from}");
    refused(mail(&both), &["mail.password_file", "names no user"]);
    refused(mail("url = \"smtp://mail\"\n"), &["mail.from", "is empty"]);
}

#[test]
fn a_password_file_is_read_by_its_owner_only_and_loses_its_line_end() {
    let folder = std::env::temp_dir().join(format!("postern-mail-password-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("mail.password");
    let text =
        "[mail]\nurl = \"smtp://portal@mail\"\npassword_file = \"mail.password\"\nfrom = \"p@h.example\"\n";
    let config = Config::of_text(text, &folder.join("postern.toml")).unwrap();
    let missing = config.mail_settings().unwrap_err().to_string();
    assert!(missing.contains("mail.password") && missing.contains("not there"), "{missing}");
    std::fs::write(&file, " pass word \r\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let open = config.mail_settings().unwrap_err().to_string();
        assert!(open.contains("chmod 600"), "{open}");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let settings = config.mail_settings().unwrap().unwrap();
    assert_eq!(settings.password, Some(Secret(" pass word ".to_owned())));
    assert!(!format!("{settings:?}").contains("pass word"));
    std::fs::write(&file, "\n").unwrap();
    assert!(config.mail_settings().unwrap_err().to_string().contains("it is empty"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_file_of_roots_that_is_not_there_is_named() {
    let config = mail("url = \"smtp://mail\"\nfrom = \"p@h.example\"\nca_file = \"nowhere.pem\"\n").unwrap();
    let error = config.mail_settings().unwrap_err().to_string();
    assert!(error.contains("mail.ca_file") && error.contains("/srv/nowhere.pem"), "{error}");
}

#[test]
fn the_npi_registry_is_off_until_it_is_turned_on() {
    assert_eq!(registry("").unwrap().npi_registry().unwrap(), None);
    let config = registry("use = \"optional\"\n").unwrap();
    let (url, used) = config.npi_registry().unwrap().unwrap();
    assert!(url.starts_with("https://npiregistry.cms.hhs.gov/api"), "{url}");
    assert_eq!(used, RegistryUse::Optional);
    assert_eq!(registry("use = \"optional\"\nurl = \"\"\n").unwrap().npi_registry().unwrap(), None);
}

#[test]
fn a_registry_that_cannot_be_asked_is_an_error_that_names_the_key() {
    refused(registry("use = \"sometimes\"\n"), &["npi_registry.use", "sometimes"]);
    refused(registry("use = \"required\"\nurl = \"\"\n"), &["npi_registry.url", "required"]);
    for url in [
        "http://npi.example/",
        "ftp://npi.example",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
    ] {
        refused(
            registry(&format!("use = \"optional\"\nurl = \"{url}\"\n")),
            &["npi_registry.url", "https://"],
        );
    }
    assert!(registry("use = \"required\"\nurl = \"http://127.0.0.1:4000/api\"\n").is_ok());
}
