dag-by-stage = With { $n } units the picture shows stages. Every unit is in the table below.
dag-label = Dependency graph of { $n } units
dag-critical = critical path
dag-slack = slack { $slack }
runbooks-title = Runbooks
runbooks-none = The folder of runbooks is empty. Put a YAML file there and it will show here.
runbook-size = Size
runbook-path = Critical path
runbook-over = longer than RTO
runbook-id = Runbook
runbook-version = Version
runbook-owner = Owner
runbook-digest = Plan digest
runbook-review = Reviewed
review-due = { $day }, again by { $due }
review-never = never written down; every { $every }
runbook-schedule = Scheduled
runbook-critical = Critical path:
runbook-text = Text
runbook-broken = There are errors, so there is no plan. Mend them and open this page again.
fault-error = error
fault-warning = warning
fault-note = note
fault-errors = { $n ->
    [one] 1 error
   *[other] { $n } errors
  }
fault-warnings = { $n ->
    [one] 1 warning
   *[other] { $n } warnings
  }
fault-more = { $n } more
fault-place = line { $line }, column { $column }
fault-suggestion = Did you mean `{ $text }`?
fault-id-taken = The id { $id } is that of { $file } too, which counts. This runbook can not be declared.
fault-id-taken-help = Give one of the two another id.
faults-title = Errors and warnings
silences-title = Silenced lints
silences-what = The author of the runbook does not want these to be reported. They are part of the plan and of every report.
silence-everywhere = the whole runbook
col-lint = Lint
col-about = About
col-reason = Reason
col-unsaid = What was not said
services-title = Services
schedule-title = Planned times
col-service = Service
col-tier = Tier
col-through = Through
col-stage = Stage
col-start = Earliest start
col-finish = Earliest finish
col-slack = Slack
service-system = Part of { $system }
service-source = Recovers from { $source }
service-source-loses = Recovers from { $source }: loses at most { $most }
service-exception = { $rto } in this scenario (approved by { $by })
declare-button = Declare
declare-title = Declare: { $title }
declare-mode = Mode
declare-inputs = Inputs
declare-when = When did it happen?
declare-event = Event
declare-detect = Detection
declare-when-what = Seoul time. Left empty, the moment of declaration is recorded. Recovery time is reckoned from: { $origin }.
declare-reason = Reason for declaring
declare-touched = What will be touched
declare-targets = Targets
declare-commands = Commands and requests
declare-no-return = Points of no return
declare-gates = Gates
declare-manuals = Manual work
declare-length = Planned length
declare-length-over = The plan is longer than its recovery time objective: it can not be met like this.
declare-length-fits = As planned, { $left } are left.
declare-confirm = Confirmation
declare-confirm-what = For drill and real, type the runbook's name { $id } exactly.
declare-submit = Declare
declare-people = Let simulated people answer gates and manual work (mock only)
declare-speed = Speed of the simulation
declare-speed-what = Simulated seconds in one real second; 0 goes to the end at once.
declare-problem = Nothing was declared. Please mend this:
declare-not-confirmed = The confirmation is not the runbook's name. Type { $id } exactly.
declare-no-mode = Choose a mode.
declare-bad-time = { $field } can not be read.
declare-secret-what = Kept out of journal, log and report.
declare-optional = optional
declare-changed = The runbook was changed since this page was opened. Look at it again and declare again.
gate-rule = { $quorum } of { $roles }
declare-mock = Simulation
declare-bad-speed = The speed of the simulation is not a whole number from 0.
declare-faults = Faults and durations to play
declare-faults-what = For a rehearsal of what goes wrong: the unit fails, hangs or ends in a way that nobody can tell, or takes longer than its target. Empty lines are left out.
declare-fault = Fault
declare-fault-fail = fails
declare-fault-hang = hangs
declare-fault-unknown = outcome unknown
declare-fault-count = Attempts that fail
declare-fault-all = all
declare-fault-length = Duration
declare-fault-unit = { $unit }: the runbook has no such unit to play a fault at.
declare-fault-no-unit = Line { $n } of the faults names no unit.
declare-fault-twice = { $unit }: named twice among the faults. Put fault and duration on one line.
declare-fault-nothing = { $unit }: choose a fault, a duration, or both.
declare-fault-times = { $unit }: a number of attempts goes with “fails” alone and is a whole number from 1.
declare-fault-takes = { $unit }: the duration can not be read. Write it as 90s, 5m or 1h30m.
components-title = Components
components-what = Parts that runbooks take in with uses, each with its checks. A change here reaches every runbook that uses the part when it is compiled again, and no run that has begun.
component-broken = { $file }: { $n ->
    [one] 1 error
   *[other] { $n } errors
  }. No runbook can use it.
component-file = Where
component-shipped = shipped with the program
component-undo = Way back
component-undoable = has rollback steps
component-no-return = point of no return
component-modes = Modes
component-params = { $n ->
    [one] 1 parameter
   *[other] { $n } parameters
  }
component-param = Parameter
component-type = Type
component-default = Default
component-about = Meaning
component-required = required
component-used = Used by:
