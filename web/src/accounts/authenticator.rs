//! Codes of an authenticator (RFC 6238): six digits, 30 seconds, SHA-1, as every such program has them.

use engine::base::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a shared secret.
const LENGTH: usize = 20;
/// Clocks of telephones may be off by so many steps.
const SKEW: u16 = 1;

/// What an authenticator and the console share.
pub struct Authenticator([u8; LENGTH]);

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authenticator(…)")
    }
}

impl Authenticator {
    /// A new secret.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A secret that was kept.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// For keeping, sealed.
    pub(super) const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret as people type it.
    pub fn base32(&self) -> String {
        Secret::from(self.0).to_base32()
    }

    /// The address that authenticators read out of the picture.
    pub fn address(&self, name: &str) -> String {
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
        format!("otpauth://totp/Relight:{name}?secret={}&issuer=Relight", self.base32())
    }

    /// The time step whose code this is, at an instant.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let seconds = u64::try_from(now.0).ok()? / 1_000;
        self.codes().check(code, seconds)
    }

    /// The code at an instant.
    pub fn code(&self, now: Timestamp) -> String {
        self.codes().generate(u64::try_from(now.0).unwrap_or(0) / 1_000).to_string()
    }

    fn codes(&self) -> Totp {
        Builder::new().with_secret(self.0).with_skew(SKEW).build_noncompliant()
    }
}

/// A text as the path of a QR picture, one unit a module, and the length of its side with the quiet border.
pub fn qr_path(text: &str) -> Option<(String, i32)> {
    const BORDER: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = code.size();
    let mut path = String::new();
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y)) {
        path.push_str(&format!("M{},{}h1v1h-1z", x + BORDER, y + BORDER));
    }
    Some((path, side + 2 * BORDER))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the examples of RFC 6238.
    const EXAMPLE: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        let authenticator = Authenticator::of(EXAMPLE).unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(authenticator.code(Timestamp(seconds * 1_000)), code);
            let step = u64::try_from(seconds).unwrap() / 30;
            assert_eq!(authenticator.step_of(code, Timestamp(seconds * 1_000)), Some(step));
            assert_eq!(authenticator.step_of(code, Timestamp((seconds + 30) * 1_000)), Some(step), "a slow clock");
            assert_eq!(authenticator.step_of(code, Timestamp((seconds + 90) * 1_000)), None);
        }
        assert_eq!(authenticator.step_of("", Timestamp(59_000)), None);
        assert_eq!(authenticator.step_of("28708", Timestamp(59_000)), None);
        assert_eq!(authenticator.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_picture_has_a_quiet_border() {
        let (path, side) = qr_path(&Authenticator::of(EXAMPLE).unwrap().address("김 철수")).unwrap();
        assert!(path.starts_with("M4,4h1v1h-1z") && side >= 33 + 8, "{side}");
    }
}
