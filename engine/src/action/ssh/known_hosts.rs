//! The files in which OpenSSH keeps the keys of known hosts.

use aws_lc_rs::hmac;
use russh::keys::PublicKey;
use russh::keys::ssh_key::known_hosts::{Entry, HostPatterns, Marker};

/// What a file says about a host.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Keys that the host may show.
    pub(super) known: Vec<PublicKey>,
    /// Keys that must not be accepted from it.
    pub(super) revoked: Vec<PublicKey>,
}

/// Reads what the text of such a file says about a port of a host. Lines that can not be read are passed over, as
/// OpenSSH does. Certificate authorities vouch for certificates, which are not accepted.
pub(super) fn about(text: &str, host: &str, port: u16) -> Said {
    let host = host.to_ascii_lowercase();
    let name = if port == 22 { host } else { format!("[{host}]:{port}") };
    let mut said = Said::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Ok(entry) = line.split_whitespace().collect::<Vec<_>>().join(" ").parse::<Entry>() else { continue };
        if !names(entry.host_patterns(), &name) {
            continue;
        }
        match entry.marker() {
            None => said.known.push(entry.public_key().clone()),
            Some(Marker::Revoked) => said.revoked.push(entry.public_key().clone()),
            Some(Marker::CertAuthority) => {}
        }
    }
    said
}

fn names(patterns: &HostPatterns, name: &str) -> bool {
    match patterns {
        HostPatterns::HashedName { salt, hash } => {
            let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
            hmac::verify(&key, name.as_bytes(), hash).is_ok()
        }
        HostPatterns::Patterns(patterns) => {
            let fits = |pattern: &str| glob(pattern.to_ascii_lowercase().as_bytes(), name.as_bytes());
            let refused = patterns.iter().filter_map(|pattern| pattern.strip_prefix('!')).any(fits);
            !refused && patterns.iter().filter(|pattern| !pattern.starts_with('!')).any(|pattern| fits(pattern))
        }
    }
}

/// Whether a text fits a pattern of `*` and `?`. Goes back to the last star only, so the time is bounded by the product
/// of both lengths.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'?') => (p, t) = (p + 1, t + 1),
            Some(byte) if *byte == text[t] => (p, t) = (p + 1, t + 1),
            Some(_) | None => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                (p, t) = (at + 1, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6rWI3G2sz07DnfFlrouTcysQlj2P+jpNSOEWD9OJ3X";

    fn keys(text: &str, host: &str, port: u16) -> usize {
        about(text, host, port).known.len()
    }

    #[test]
    fn a_host_is_found_by_name_port_pattern_and_hash_and_not_by_a_name_that_is_struck_out() {
        let plain = format!("# a comment\n\nDB1.bank.kr,10.0.0.1 {ONE} comment words\n[db1.bank.kr]:2222 {TWO}\n");
        assert_eq!(keys(&plain, "db1.bank.kr", 22), 1);
        assert_eq!(keys(&plain, "10.0.0.1", 22), 1);
        assert_eq!(keys(&plain, "10.0.0.1", 2222), 0);
        assert_eq!(about(&plain, "db1.BANK.kr", 2222).known, [TWO.parse().unwrap()]);
        let patterns = format!("*.bank.kr,!old.bank.kr\t{ONE}\n10.0.0.? {ONE}\nnonsense\n");
        assert_eq!(keys(&patterns, "a.bank.kr", 22), 1);
        assert_eq!(keys(&patterns, "old.bank.kr", 22), 0);
        assert_eq!(keys(&patterns, "10.0.0.7", 22), 1);
        assert_eq!(keys(&patterns, "10.0.0.77", 22), 0);
        // Written by `ssh-keygen -H` for `host.example`.
        let hashed = format!("|1|{} {ONE}\n", hashed("host.example"));
        assert_eq!(keys(&hashed, "host.example", 22), 1);
        assert_eq!(keys(&hashed, "host.example", 23), 0);
    }

    fn hashed(name: &str) -> String {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let salt = [7; 20];
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
        format!("{}|{}", STANDARD.encode(salt), STANDARD.encode(hmac::sign(&key, name.as_bytes())))
    }

    #[test]
    fn what_is_revoked_is_told_apart_and_authorities_do_not_count() {
        let said = about(&format!("@revoked * {ONE}\n@cert-authority * {TWO}\n"), "any", 22);
        assert_eq!(said, Said { known: vec![], revoked: vec![ONE.parse().unwrap()] });
    }

    #[test]
    fn stars_match_any_text_and_question_marks_one_character() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcb", false),
            ("*a*b", "xaxab", true),
            ("?", "", false),
            ("??", "ab", true),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern.as_bytes(), text.as_bytes()), fits, "{pattern} {text}");
        }
    }
}
