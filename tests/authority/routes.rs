//! The routes as the router's source lists them.

/// Every method and path that the router takes, such as `GET /runs`.
pub(crate) fn routes() -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/router.rs");
    let source = std::fs::read_to_string(path).unwrap();
    let mut found = Vec::new();
    for rest in source.split(".route(").skip(1) {
        let path = rest.split('"').nth(1).unwrap();
        // Up to the end of the call: `get(…)`, `post(…)`, one behind the other.
        let mut depth = 1;
        let call: String = rest
            .chars()
            .take_while(|c| {
                depth += i32::from(*c == '(') - i32::from(*c == ')');
                depth > 0
            })
            .collect();
        let methods = ["get", "post", "put", "patch", "delete"].into_iter().filter(|method| {
            let called = |before: &str| call.contains(&format!("{before}{method}("));
            called(" ") || called(".") || called("\n")
        });
        let before = found.len();
        found.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
        assert!(found.len() > before, "{path} has no method that this reader knows");
    }
    assert!(found.len() > 20, "{found:?}");
    found
}
