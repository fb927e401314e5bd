//! L1: from YAML text to a spanned document, and what is wrong with it.
