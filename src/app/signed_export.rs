//! Tables of the audit leave the portal signed, so that whoever holds one can tell whether it is as it left.
//!
//! The last line carries an Ed25519 signature (RFC 8032) over every byte before it. The key is derived from the audit's: an installation
//! has no further secret to keep, every node signs alike, and nobody with the database alone can sign. Its public half is given to
//! whoever is to check without the installation.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::Sha256;

use super::{AppError, Keys};

/// What the audit's key is asked for, so that no other use of it ever gives this one.
const PURPOSE: &[u8] = b"postern signed export\0";
/// How the last line begins: the key and the signature follow, in base64.
const SIGNED_BY: &str = "Ed25519 signature by key ";
/// What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410).
const KEY_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// What a table that is said to have left this portal turns out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Checked {
    /// Every byte is as it left.
    Unchanged {
        /// What its line before the signature says: when it left, and by whom.
        says: String,
        /// What the line before that says: what it was made with; empty in a table of an earlier version, which does not say it.
        made_with: String,
    },
    /// It does not end in a signature.
    Unsigned,
    /// It says that another installation signed it, whose public key this is, in base64.
    OtherKey(String),
    /// This installation signed it, and it was changed since.
    Changed,
}

/// What a table is made with, in one line: `account 0190…, act open_chart, from 2026-02-09T05:00:00Z`. Ids and instants as the audit has
/// them, no names; what is `None` narrows nothing.
pub fn made_with(fields: &[(&str, Option<String>)]) -> String {
    let said = fields.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_deref()?)));
    said.collect::<Vec<_>>().join(", ")
}

/// `table`, whose last two lines say what it was made with, and when it leaves and by whom, with its signature.
///
/// # Errors
/// [`AppError::Fault`] when no key can be made.
pub fn signed(keys: &Keys, table: &str) -> Result<String, AppError> {
    let pair = pair(keys)?;
    let (key, signature) = (pair.public_key(), pair.sign(table.as_bytes()));
    let line = last_line(&BASE64.encode(key.as_ref()), &BASE64.encode(signature.as_ref()));
    Ok(format!("{table}{line}"))
}

/// The public key with which everybody can check what this installation signed, as PEM.
///
/// # Errors
/// [`AppError::Fault`] when no key can be made.
pub fn public_key(keys: &Keys) -> Result<String, AppError> {
    let info = [KEY_INFO.as_slice(), pair(keys)?.public_key().as_ref()].concat();
    Ok(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64.encode(&info)))
}

/// Whether the bytes of `file` are a table as it left this installation.
///
/// # Errors
/// [`AppError::Fault`] when no key can be made.
pub fn check(keys: &Keys, file: &[u8]) -> Result<Checked, AppError> {
    let own = pair(keys)?;
    let own = own.public_key().as_ref();
    let written = file.trim_ascii_end();
    let begins = written.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (Some((table, end)), Some(line)) = (file.split_at_checked(begins), written.get(begins..)) else {
        return Ok(Checked::Unsigned);
    };
    let line = std::str::from_utf8(line).unwrap_or_default();
    let Some((key, signature)) = line.strip_prefix(SIGNED_BY).and_then(|rest| rest.split_once(": ")) else {
        return Ok(Checked::Unsigned);
    };
    if key != BASE64.encode(own) {
        return Ok(Checked::OtherKey(key.to_owned()));
    }
    // The line itself is compared too: blanks put at the end are a change like any other.
    let is_own_line = end == last_line(key, signature).as_bytes();
    let signature = BASE64.decode(signature.as_bytes()).unwrap_or_default();
    let holds = UnparsedPublicKey::new(&ED25519, own).verify(table, &signature).is_ok();
    Ok(if holds && is_own_line { unchanged(table) } else { Checked::Changed })
}

fn last_line(key: &str, signature: &str) -> String {
    format!("{SIGNED_BY}{key}: {signature}\r\n")
}

/// What the last lines of `table` say, of one cell each, after the empty line that ends the rows.
fn unchanged(table: &[u8]) -> Checked {
    let text = String::from_utf8_lossy(table);
    let mut lines = text.trim_end().lines().rev();
    let mut cell = || lines.next().unwrap_or_default().trim_matches('"').replace("\"\"", "\"");
    Checked::Unchanged { says: cell(), made_with: cell() }
}

fn pair(keys: &Keys) -> Result<Ed25519KeyPair, AppError> {
    let fault = |why: String| AppError::Fault(format!("the key that signs exports: {why}"));
    let mut mac = Hmac::<Sha256>::new_from_slice(&keys.audit).map_err(|error| fault(error.to_string()))?;
    mac.update(PURPOSE);
    let seed: [u8; 32] = mac.finalize().into_bytes().into();
    Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\"When\",\"Who\"\r\n\"11-Mar-2026\",\"Jo \"\"J\"\" Ortiz\"\r\n\r\n\"Made with: act open_chart.\"\r\n\"Exported by Jo \"\"J\"\" Ortiz.\"\r\n";

    fn keys(audit: u8) -> Keys {
        Keys { audit: [audit; 32], seal: [9; 32] }
    }

    #[test]
    fn a_table_is_unchanged_only_while_every_byte_is() {
        let file = signed(&keys(7), TABLE).unwrap();
        let says = "Exported by Jo \"J\" Ortiz.".to_owned();
        let made_with = "Made with: act open_chart.".to_owned();
        assert_eq!(
            check(&keys(7), file.as_bytes()).unwrap(),
            Checked::Unchanged { says: says.clone(), made_with }
        );
        // A table of an earlier version does not say what it was made with.
        let earlier = signed(&keys(7), &TABLE.replace("\"Made with: act open_chart.\"\r\n", "")).unwrap();
        let made_with = String::new();
        assert_eq!(check(&keys(7), earlier.as_bytes()).unwrap(), Checked::Unchanged { says, made_with });
        for at in 0..file.len() {
            let mut bytes = file.clone().into_bytes();
            bytes[at] ^= 1;
            assert!(!matches!(check(&keys(7), &bytes).unwrap(), Checked::Unchanged { .. }), "byte {at}");
        }
        for other in [format!("{file}\r\n"), format!("\u{feff}{file}"), file.replace("\r\n", "\n")] {
            assert_eq!(check(&keys(7), other.as_bytes()).unwrap(), Checked::Changed, "{other}");
        }
    }

    #[test]
    fn what_a_table_was_made_with_leaves_out_what_narrows_nothing() {
        let fields = [
            ("account", None),
            ("act", Some("open_chart".to_owned())),
            ("to", Some("2026-03-12T04:00:00Z".to_owned())),
        ];
        assert_eq!(made_with(&fields), "act open_chart, to 2026-03-12T04:00:00Z");
    }

    #[test]
    fn what_is_not_signed_here_says_so() {
        let file = signed(&keys(7), TABLE).unwrap();
        for text in
            ["", "\r\n", TABLE, SIGNED_BY, &format!("{file}\"one\",\"more\"\r\n"), &file[..file.len() - 100]]
        {
            assert_eq!(check(&keys(7), text.as_bytes()).unwrap(), Checked::Unsigned, "{text}");
        }
        let other = check(&keys(8), file.as_bytes()).unwrap();
        let Checked::OtherKey(key) = other else { panic!("{other:?}") };
        assert!(public_key(&keys(7)).unwrap().contains(&key), "the key is found in the installation's own");
        assert!(!public_key(&keys(8)).unwrap().contains(&key));
    }
}
