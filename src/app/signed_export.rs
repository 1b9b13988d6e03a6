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
    /// Every byte is as it left; what its line before the signature says: when it left, and by whom.
    Unchanged(String),
    /// It does not end in a signature.
    Unsigned,
    /// It says that another installation signed it, whose public key this is, in base64.
    OtherKey(String),
    /// This installation signed it, and it was changed since.
    Changed,
}

/// `table`, whose last line says when it leaves and by whom, with its signature.
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
    Ok(if holds && is_own_line { Checked::Unchanged(said(table)) } else { Checked::Changed })
}

fn last_line(key: &str, signature: &str) -> String {
    format!("{SIGNED_BY}{key}: {signature}\r\n")
}

/// The one cell of the last line of `table`.
fn said(table: &[u8]) -> String {
    let text = String::from_utf8_lossy(table);
    let line = text.trim_end().lines().next_back().unwrap_or_default();
    line.trim_matches('"').replace("\"\"", "\"")
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

    const TABLE: &str = "\"When\",\"Who\"\r\n\"11-Mar-2026\",\"Jo \"\"J\"\" Ortiz\"\r\n\r\n\"Exported by Jo \"\"J\"\" Ortiz.\"\r\n";

    fn keys(audit: u8) -> Keys {
        Keys { audit: [audit; 32], seal: [9; 32] }
    }

    #[test]
    fn a_table_is_unchanged_only_while_every_byte_is() {
        let file = signed(&keys(7), TABLE).unwrap();
        let says = "Exported by Jo \"J\" Ortiz.".to_owned();
        assert_eq!(check(&keys(7), file.as_bytes()).unwrap(), Checked::Unchanged(says));
        for at in 0..file.len() {
            let mut bytes = file.clone().into_bytes();
            bytes[at] ^= 1;
            assert!(!matches!(check(&keys(7), &bytes).unwrap(), Checked::Unchanged(_)), "byte {at}");
        }
        for other in [format!("{file}\r\n"), format!("\u{feff}{file}"), file.replace("\r\n", "\n")] {
            assert_eq!(check(&keys(7), other.as_bytes()).unwrap(), Checked::Changed, "{other}");
        }
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
