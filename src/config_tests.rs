//! Configuration: overlays, and errors that name the key.

use super::*;

fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Config::read(text, "postern.toml", PathBuf::from("/srv"), variables)
}

#[test]
fn variables_overlay_the_file_and_the_file_overlays_the_defaults() {
    let file = "[hospital]\nname = \"From file\"\nphone = \"555-0111\"\n";
    let config = read(file, &[("POSTERN_HOSPITAL__NAME", "From variable")]).unwrap();
    assert_eq!(config.hospital.name, "From variable");
    assert_eq!(config.hospital.phone, "555-0111");
    assert_eq!(config.hospital.time_zone, "America/New_York");
}

#[test]
fn a_key_that_does_not_exist_is_an_error_that_names_it() {
    let error = read("[hospital]\nnmae = \"x\"\n", &[]).unwrap_err().to_string();
    assert!(error.contains("nmae"), "{error}");
    let error = read("", &[("POSTERN_DATABASE__ULR", "x")]).unwrap_err().to_string();
    assert!(error.contains("ulr"), "{error}");
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_that_names_the_key() {
    let error = read("[listen]\nbehind_tls_proxy = \"maybe\"\n", &[]).unwrap_err().to_string();
    assert!(error.contains("behind_tls_proxy"), "{error}");
}

#[test]
fn plain_http_is_refused_on_an_address_that_is_not_loopback() {
    let error = read("[listen]\naddress = \"10.0.0.1:80\"\n", &[]).unwrap_err().to_string();
    assert!(error.contains("listen.address") && error.contains("TLS proxy"), "{error}");
    assert!(read("[listen]\naddress = \"10.0.0.1:80\"\nbehind_tls_proxy = true\n", &[]).is_ok());
}

#[test]
fn a_first_opening_must_be_april_1_or_october_1() {
    assert!(read("[validation]\nfirst_opening = \"2026-05-01\"\n", &[]).is_err());
    assert!(read("[validation]\nfirst_opening = \"2026-10-01\"\n", &[]).is_ok());
}

#[test]
fn a_closing_time_is_a_time_of_day_in_hours_and_minutes() {
    use time::macros::time;
    assert_eq!(read("", &[]).unwrap().hospital(Instant::EVER).unwrap().closes, time!(17:00));
    let early = read("[hospital]\nclosing_time = \"08:30\"\n", &[]).unwrap();
    assert_eq!(early.hospital(Instant::EVER).unwrap().closes, time!(8:30));
    for wrong in ["24:00", "5 pm", "17:60", "1700", "+7:00", ""] {
        let error = read(&format!("[hospital]\nclosing_time = \"{wrong}\"\n"), &[]).unwrap_err().to_string();
        assert!(error.contains("hospital.closing_time"), "{error}");
    }
}

#[test]
fn an_sqlite_path_is_relative_to_the_configuration() {
    assert_eq!(read("", &[]).unwrap().database_url(), "sqlite:/srv/postern.db");
    let absolute = read("[database]\nurl = \"sqlite:/data/p.db?mode=rwc\"\n", &[]).unwrap();
    assert_eq!(absolute.database_url(), "sqlite:/data/p.db?mode=rwc");
}

#[test]
fn a_scanner_of_files_is_on_this_machine_and_has_one_to_ten_seconds() {
    use crate::domain::file_scan::ScannerAddress;
    use std::time::Duration;
    assert_eq!(read("", &[]).unwrap().scanner().unwrap(), None);
    let set = read("[files]\nscanner = \"clamd:/run/clamav/clamd.ctl\"\n", &[]).unwrap();
    let socket = ScannerAddress::Socket(PathBuf::from("/run/clamav/clamd.ctl"));
    assert_eq!(set.scanner().unwrap(), Some((socket, Duration::from_secs(10))));
    let far =
        read("", &[("POSTERN_FILES__SCANNER", "clamd://scanner.example:3310")]).unwrap_err().to_string();
    assert!(far.contains("files.scanner") && far.contains("another machine"), "{far}");
    for wrong in ["0", "11", "-1"] {
        let error = read(&format!("[files]\nscanner_seconds = {wrong}\n"), &[]).unwrap_err().to_string();
        assert!(error.contains("files.scanner_seconds") || error.contains("scanner_seconds"), "{error}");
    }
}
