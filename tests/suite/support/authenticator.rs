//! A passkey in software: it answers the portal's options as a browser and its device do, and can be told to answer wrongly.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// User present, user verified.
const VERIFIED: u8 = 0x05;
/// A credential is attached.
const ATTACHED: u8 = 0x40;

/// One device with one passkey.
#[derive(Clone)]
pub struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    user: Vec<u8>,
    /// How often it has signed.
    pub counter: u32,
    /// Where the browser says that it is.
    pub origin: String,
    /// What the device says of its user.
    pub flags: u8,
}

impl Authenticator {
    /// The device number `n`, in a browser at the portal of the tests.
    pub fn number(n: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[n.max(1); 32]).unwrap(),
            id: vec![n; 16],
            user: Vec::new(),
            counter: 0,
            origin: "http://localhost:8080".to_owned(),
            flags: VERIFIED,
        }
    }

    /// The answer to the options of a new passkey.
    pub fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let asked = &options["publicKey"];
        self.user = decode(&asked["user"]["id"]);
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut data = self.data(asked["rp"]["id"].as_str().unwrap(), self.flags | ATTACHED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // COSE_Key of ES256: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend_from_slice(point.x().unwrap());
        data.extend([0x22, 0x58, 0x20]);
        data.extend_from_slice(point.y().unwrap());
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let mut object = vec![0xa3];
        for (name, value) in [("fmt", &[0x64, b'n', b'o', b'n', b'e'][..]), ("attStmt", &[0xa0][..])] {
            object.push(0x60 + u8::try_from(name.len()).unwrap());
            object.extend(name.as_bytes());
            object.extend(value);
        }
        object.extend([0x68]);
        object.extend(b"authData");
        object.push(0x59);
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        self.answer(&json!({
            "attestationObject": BASE64URL_NOPAD.encode(&object),
            "clientDataJSON": BASE64URL_NOPAD.encode(&self.client_data("webauthn.create", asked)),
        }))
    }

    /// The answer to the options of showing a passkey.
    pub fn show(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let asked = &options["publicKey"];
        self.counter += 1;
        let data = self.data(asked["rpId"].as_str().unwrap(), self.flags);
        let client = self.client_data("webauthn.get", asked);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answer(&json!({
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "clientDataJSON": BASE64URL_NOPAD.encode(&client),
            "signature": BASE64URL_NOPAD.encode(signature.to_der().as_bytes()),
            "userHandle": BASE64URL_NOPAD.encode(&self.user),
        }))
    }

    fn data(&self, relying_party: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(relying_party.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, asked: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn answer(&self, response: &Value) -> String {
        let id = BASE64URL_NOPAD.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} })
            .to_string()
    }
}

fn decode(text: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_str().unwrap().as_bytes()).unwrap()
}
