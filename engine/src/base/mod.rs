//! L0: the words everything else is said in. Imports nothing of ours.

mod amount;
mod clock;
mod cron;
mod day;
mod decimal;
mod digest;
mod duration;
mod ids;
mod mode;
mod org;
mod secret;
mod situation;
mod text;
mod timestamp;

pub use amount::{Bytes, ParseAmountError, Percent};
pub use clock::{Clock, SystemClock};
pub use cron::{Cron, ParseCronError};
pub use day::{Day, ParseDayError};
pub use decimal::{Decimal, ParseDecimalError};
pub use digest::{Digest, Hasher, Hashing};
pub use duration::{Millis, ParseMillisError};
pub use ids::{
    BranchName, CaseId, ClassName, ComponentId, ContactId, ContactName, FindingId, IdSource, InputName, InvalidName,
    InventoryId, LabelName, LinkName, LockName, OutputName, ParamName, RegionName, RequestId, RoleName, RuleName,
    RunId, RunbookId, SecretName, ServiceId, SiteName, StageId, SystemIds, TargetName, TeamId, TierName, UnitId,
    UserName,
};
pub use mode::Mode;
pub use org::{OrgId, reaches};
pub use secret::Secret;
pub(crate) use situation::keywords;
pub use situation::{CaseClass, CasePart, FacilityScope};
pub use text::{Bilingual, Lang, Text};
pub use timestamp::Timestamp;
