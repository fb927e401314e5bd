//! L3: one execution of a plan, as facts and folds of facts. Pure: no I/O, no clock, no async.

mod actor;
mod alarms;
mod apply;
mod asking;
mod authority;
mod choice;
mod clock;
mod decide;
mod event;
mod evidence;
mod exclusions;
mod forecast;
mod gate;
mod header;
mod journal;
mod ledger;
mod linked;
mod locks;
mod manual;
mod marks;
mod outcome;
mod preflight;
mod queue;
mod reading;
mod replay;
mod request;
mod roles;
mod sniff;
mod standing;
mod starting;
mod state;
mod status;
mod summary;
mod tasking;
mod timing;
mod unit_run;
mod unit_state;
mod verdict;

pub use actor::{Actor, Door};
pub use apply::Illegal;
pub use asking::{Asking, Seat};
pub use authority::{Act, CaseRight, Denial, DocumentRight, ReportRight, ReviewRight, TellRight, permit, second};
pub use choice::{Decided, HOLDS, Judged, Saw, Unselected};
pub use clock::{CLOCK_MATTERS, ClockBy, ClockOffset, HostClock};
pub use decide::{Decision, Effect, Input, Surroundings, decide, declare};
pub use event::{End, Event, ManualWork, Vote};
pub use evidence::{EvidenceFile, FILE_LIMIT, FILES_LIMIT, FileLabel, Media};
pub use exclusions::{Exclusion, Exclusions};
pub use forecast::{Forecast, Live};
pub use gate::{Ballot, CONFIRMED_FOR, Call, Delegation, Hand, OpenGate, Rules, VoteRefused};
pub use header::{Fault, Header, Simulation};
pub use journal::{BrokenChain, Head, Row};
pub use ledger::{Account, Holding, Ledger};
pub use linked::{LinkedRun, Parent, called_run};
pub use locks::{Claim, Holder};
pub use manual::{Handed, ManualAct, ManualRefused, OpenManual, Reported, Tick, is_for, may_assign, may_complete};
pub use marks::{Marks, Setting};
pub use outcome::{AttemptId, Cause, CauseKind, Outcome, Purpose, Seen, StepIx};
pub use preflight::{Answered, Finding, Foreseen, Preflight, Topic};
pub use reading::{Confidence, Flow, Method, Point, Reading};
pub use replay::{Corrupt, Replayed, replay};
pub use request::{Answer, ManualResult, Request, Scope, Submission};
pub use roles::{
    ADMIN, APPROVER, AUDITOR, BUSINESS_OWNER, COMMANDER, DEPUTY, GLASS, OBSERVER, OPERATOR, ROLES, SITUATION_ROOM,
    TIER_LEAD, role_word, role_words,
};
pub use sniff::Unwanted;
pub use starting::{Elsewhere, News};
pub use state::{State, Timer, origin_mark};
pub use status::{Census, Control, RunStatus, status};
pub use summary::{OutputChunk, Summary};
pub use tasking::{Tasking, Wanted};
pub use timing::{
    Accounts, Actual, CapacityPoint, CapacityReached, DataSet, Measure, ORIGINS, Recovery, RecoveryPoint, Reference,
    ReferenceKind, UnitTiming, Unmeasured, capacity_curve, capacity_now, capacity_reached, overall_verdict, plan_point,
    plan_recovery, readings, service_point, service_recovery, units_recovery,
};
pub use unit_run::{Attempt, Flight, UnitRun};
pub use unit_state::{UnitEvent, UnitState};
pub use verdict::Verdict;
