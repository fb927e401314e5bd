//! What a case is about, in the words that runbooks, cases and screens share.

macro_rules! keywords {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in YAML, forms and exports.
            pub const fn keyword(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word back.
            pub fn from_keyword(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.keyword() == word)
            }
        }
    )+};
}

keywords! {
    /// What kind of thing happened.
    CaseClass {
        /// 재해: fire, flood, loss of power or of the site.
        Disaster = "disaster",
        /// 장애: something of ours broke.
        Failure = "failure",
        /// 침해사고: somebody broke in.
        Security = "security",
    }
    /// How much of the facility is hit (시설기준). The grade is the place in this list.
    FacilityScope {
        /// 전체 장애 (DC급).
        Dc = "dc",
        /// Zone급 장애.
        Zone = "zone",
        /// POD급 장애.
        Pod = "pod",
        /// Cluster 장애.
        Cluster = "cluster",
    }
    /// What a run is in its case.
    CasePart {
        /// 전환: moves services to the DR site, and with them the case.
        Failover = "failover",
        /// 환원: moves them back.
        Failback = "failback",
        /// Anything else: contact calls, isolation, a repair on the spot. Never moves the case.
        Support = "support",
    }
}

pub(crate) use keywords;
