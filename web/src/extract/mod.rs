//! What handlers ask of a request.

mod acting;
mod cookies;
mod fields;
mod peer;
mod run_path;
mod stands_in;
mod upload;
mod visitor;

pub use acting::Acting;
pub(crate) use acting::equal_in_constant_time;
pub use cookies::{Cookie, cookie};
pub use fields::{Fields, Named};
pub use peer::{Peer, is_forwarded_tls, same_origin};
pub use run_path::RunPath;
pub use stands_in::StandsIn;
pub use upload::{FILES_A_FORM, Upload, place_of_reader};
pub use visitor::{Person, SignedIn, Visitor};
