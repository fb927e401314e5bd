//! What programs may rely on.

mod about;
mod alert;
mod ask;
mod audit;
mod calendar;
mod case;
mod case_ask;
mod contact;
mod coverage;
mod declare;
mod delegation;
mod document;
mod evidence;
mod finding;
mod glass;
mod issue;
mod manual;
mod message;
mod own;
mod person;
mod preflight;
mod profile;
mod replication;
mod run;
mod runbook;
mod team;
mod telling;
mod trend;
mod unit;
mod waiting;
mod words;

pub use about::{Granted, Health, Session};
pub use alert::{
    Alert, AlertClass, AlertStanding, AlertTaken, AlertsTaken, PlainAlert, Webhook, WebhookAlert, WebhookStatus,
};
pub use ask::{Ask, ManualResult, Mark, Reply, Standing};
pub use audit::{AuditLog, DeedLine, DeedRead};
pub use calendar::{
    AdoptionLine, BaselineNamed, Calendar, CalendarAct, DutyLine, NameBaseline, NoteKept, PlannedLine, UnitNote,
};
pub use case::{Case, CaseLine, CaseList, CaseOpened, CaseStands};
pub use case_ask::{CaseAct, OpenCase};
pub use contact::{
    BothNames, Channel, ContactBody, ContactClass, ContactClasses, ContactImport, ContactLine, ContactList, ContactWay,
    ContactsImported, TestCall, TestCalled,
};
pub use coverage::{CoverageMap, CoveredPart, LastTime};
pub use declare::{Declare, Declared, FaultKind, Played, PlayedUnit};
pub use delegation::{DelegationLine, DelegationStanding, Delegations, Deputies, NewDelegation};
pub use document::{Document, DocumentFile, DocumentReport, DocumentVersions, Documents, KeepDocument};
pub use evidence::{EvidenceLine, EvidenceList, EvidenceTaken};
pub use finding::{FindingAct, FindingLine, FindingList, NewFinding};
pub use glass::{BreakGlass, GlassLine, GlassList, GlassReview, ReviewGlass};
pub use issue::{Issue, IssueReport, Issues, Sign, SignBox, Signature};
pub use manual::{ItemLine, ManualOpen, MeasureWanted, ReportedWork, SentBack};
pub use message::{
    AcknowledgeCall, Answering, CallLine, CallStanding, DeliverAgain, DeliveryLine, FailedDeliveries, MessageLine,
    Messages, OccasionLine, OccasionShown, Occasions, ReadMessage,
};
pub use own::{Language, NewToken, SessionLine, Sessions, Speak, TokenLine, TokenMade, TokenScope, Tokens};
pub use person::{Holder, NewPerson, Organisation, Organisations, OwnRunbook, People, Person, PersonAct, PersonAdded};
pub use preflight::{LookAhead, PreflightFound, PreflightLine};
pub use profile::{ClauseLine, HolidayLine, ProfileCatalogue, ProfileDuty, ProfileLine};
pub use replication::{
    DeclaredThen, LossPoint, ReplicationBreak, ReplicationHistory, ReplicationLink, ReplicationLinks, ReplicationOver,
    Stretch,
};
pub use run::{CalledBy, Event, Events, MarkSet, Recovery, Run, RunLine, RunList, ServiceRecovery, Who};
pub use runbook::{
    Component, Components, Explanation, Fault, Faults, InputLine, Param, Runbook, RunbookLine, Runbooks, ServiceLine,
};
pub use team::{TeamBody, TeamLine, TeamRole, Teams};
pub use telling::{
    BothTexts, Carrier, ClassBody, RuleBody, SettingsBody, TellingRule, TellingRules, TellingSettings, TellingTemplate,
    TellingTemplates, TemplateBody,
};
pub use trend::{MeanTime, RealIncident, TrendLine, TrendPoint, Trends};
pub use unit::{Attempt, GateOpen, GateVote, Output, Unit, UnitLine};
pub use waiting::{Approvals, Tasks, WaitingGate, WaitingTask};
pub use words::{Both, Mode, iso};
