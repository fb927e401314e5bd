//! Taking addresses apart.

/// Host and port that an absolute `http://` or `https://` address leads to; without the brackets of an IPv6 address.
pub(crate) fn of_url(url: &str) -> Option<(String, u16)> {
    let (usual, rest) =
        url.strip_prefix("http://").map(|rest| (80, rest)).or_else(|| Some((443, url.strip_prefix("https://")?)))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        let port = after.strip_prefix(':').map_or(Some(usual), |port| port.parse().ok())?;
        return Some((host.to_owned(), port));
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host.to_owned(), port.parse().ok()?)),
        None => Some((authority.to_owned(), usual)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_found_in_every_form_of_an_address() {
        let found = |url| of_url(url).unwrap();
        assert_eq!(found("https://a.example"), ("a.example".to_owned(), 443));
        assert_eq!(found("http://a.example:8080/x?y=http://b:1"), ("a.example".to_owned(), 8080));
        assert_eq!(found("http://user:pw@a.example/x"), ("a.example".to_owned(), 80));
        assert_eq!(found("https://[fd00::1]:8443/"), ("fd00::1".to_owned(), 8443));
        assert_eq!(found("https://[fd00::1]"), ("fd00::1".to_owned(), 443));
        assert_eq!(of_url("ftp://a"), None);
        assert_eq!(of_url("http://a:99999/"), None);
    }
}
