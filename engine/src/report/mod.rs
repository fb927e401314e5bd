//! L3: the report as data, and its plain renderings.
