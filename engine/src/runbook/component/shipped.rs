//! The components that are part of the program, so that a runbook runs where nobody installed anything beside it.

macro_rules! shipped {
    ($($id:literal)*) => {
        &[$(($id, include_str!(concat!("../../../../runbooks/components/", $id, ".yaml")))),*]
    };
}

/// The shipped components: ids and texts in the order of their ids.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    shipped! {
        "mark.declare"
    }
}

/// What diagnostics call the file of a shipped component.
pub(super) fn path(id: &str) -> String {
    format!("(shipped) components/{id}.yaml")
}
