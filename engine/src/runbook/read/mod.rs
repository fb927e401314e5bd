//! From tree to document. A type that can be read says both how it is read and how its JSON Schema looks,
//! so that the two can not drift apart.

mod amounts;
mod collections;
mod reader;
mod scalars;
mod shape;
mod values;
mod words;

pub use amounts::{DomainName, FreeRoom, HostPath, ServiceName, Sha256};
pub(super) use collections::Short;
pub use collections::{Many, Named, OrShort};
pub(super) use reader::{Definitions, Read, Reader};
pub use scalars::{Address, Count, Date, Endpoint, EnvName, HostKey, HttpPlace, Method, Url};
pub(super) use shape::{Key, Part, shape};
pub use values::{Typed, Wish};
pub(super) use words::words;
