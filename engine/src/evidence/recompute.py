#!/usr/bin/env python3
"""Reckons a Relight report again from its journal, without Relight, and names whatever differs.

    python3 recompute.py PACK.zip|FOLDER ...

A pack is what `relight seal` writes; a folder holds its entries: report.json, journal.jsonl, plan.json, runbook.yaml; or
folders that do. Needs Python 3.9 and nothing else. The rules are those of docs/report.md; none of the engine's code is used.
Exit status: 0 everything is the same, 1 something differs, 2 something can not be read.
"""

import hashlib
import json
import re
import struct
import sys
import uuid
import zipfile
from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

ACCOUNTS = ("queue", "gate", "exec", "retry_wait", "manual", "check", "unknown", "pause", "rollback", "excluded")
# Of several units at work the first of these is what the time of all together goes to: work before waiting.
OF_MANY = ("excluded", "exec", "rollback", "check", "retry_wait", "gate", "manual", "unknown", "pause", "queue")
# The account of a unit by its state; in every other state its clock does not run.
GOING = {
    "queued": "queue", "awaiting_rollback": "queue", "running": "exec", "verifying": "check", "retry_wait": "retry_wait",
    "awaiting_gate": "gate", "awaiting_manual": "manual", "failed": "manual", "unknown": "unknown",
    "rolling_back": "rollback",
}
SATISFIED = {"ready", "attested", "skipped", "not_selected"}
ACTIVE = {"queued", "running", "verifying", "retry_wait", "rolling_back"}
FROM_BEST = ("simulated", "met", "not_measured", "exceeded", "not_recovered")
ORIGINS = ("event", "detect", "declare")
# From here on the offset of a clock matters, in milliseconds.
CLOCK_MATTERS = 1_000
BY_HAND = {
    "title": {"ko": "손으로 되돌리기", "en": "undo it by hand"},
    "phase": "rollback",
    "action": {"manual": {
        "instruction": {
            "ko": "이 단위에는 되돌리기 절차가 없습니다. 한 일을 직접 되돌리고, 무엇으로 확인했는지 적으십시오",
            "en": "This unit has no rollback steps. Undo what it did, as far as it went, and say what shows it",
        },
    }},
}


class Unreadable(Exception):
    """What was given is no journal with its plan."""


def since(later, earlier):
    """The time between two instants, never less than nothing."""
    return max(0, later - earlier)


def latest(instants):
    return max((at for at in instants if at is not None), default=None)


def instant(text):
    """Milliseconds since 1970 of an ISO 8601 instant with an offset; None of anything else."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?([Zz]|[+-]\d\d(?::?\d\d)?)", text.strip())
    if found is None:
        return None
    day, clock, fraction, offset = found.groups()
    offset = "+0000" if offset in "Zz" else offset.replace(":", "").ljust(5, "0")
    try:
        whole = datetime.strptime(f"{day}T{clock}{offset}", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None
    return int(whole.timestamp()) * 1000 + int((fraction or "0").ljust(9, "0")[:3])


def in_seoul(at):
    civil = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=at)
    civil = civil.astimezone(timezone(timedelta(hours=9)))
    return civil.strftime("%Y-%m-%d %H:%M:%S.") + f"{civil.microsecond // 1000:03} +09:00"


def text(ko, en):
    """A text in two languages; one string where both are the same."""
    return en if ko == en else {"ko": ko, "en": en}


# --- The journal -----------------------------------------------------------------------------------------------------


def chained(rows, run):
    """Checks the chain: the hash of each row covers the one before, run, place, instant and event."""
    before = bytes(32)
    for place, row in enumerate(rows, 1):
        hasher = hashlib.sha256()
        for part in (before, run.bytes, struct.pack(">Q", row["seq"]), struct.pack(">q", row["at"]), row["event"].encode()):
            hasher.update(struct.pack(">Q", len(part)) + part)
        before = hasher.digest()
        if row["seq"] != place or before.hex() != row["hash"]:
            raise Unreadable(f"journal.jsonl: row {place} does not fit the chain")


class Unit:
    """What the journal says of one unit."""

    def __init__(self, written, place):
        self.written, self.place = written, place
        self.state = "pending"
        self.eligible = self.started = self.settled = self.usable = None
        self.round = []  # instant and state, since its clock started
        self.history = [] # the same, since the declaration
        self.said = None
        self.outputs = {}
        self.attempts = []
        self.rounds = 0
        self.approvers = []
        self.back = False  # it is being undone, or is to be

    def step(self, at):
        steps = self.written["steps"]
        if at < len(steps):
            return steps[at]
        back = self.written.get("rollback", [])
        return back[at - len(steps)]["step"] if back else BY_HAND

    def is_usable_at(self, step):
        usable = self.written.get("usable")
        return usable is not None and usable["after"] < step

    def begins_anew(self, step):
        """It is undone, or starts again at a step: what came of it before is no more to be used."""
        if not self.is_usable_at(step):
            self.usable = None

    def ready(self):
        return self.settled if self.state in ("ready", "attested") else None

    def elapsed(self, now):
        return None if self.eligible is None else since(now if self.settled is None else self.settled, self.eligible)


def kind_of(step):
    """The kind of a step's action and what it says."""
    return next(iter(step["action"].items()))


def measures_link(step):
    """What a step measures of a replication link, if it does."""
    kind, action = kind_of(step)
    if kind == "check":
        kind, action = next(iter(action["probe"].items()))
    return action.get("replication") if kind == "look" else None


def hosts_of(purpose, step):
    """The hosts that an attempt runs commands on or asks a database of."""
    kind, action = kind_of(step)
    if purpose == "probe":
        return probed(step["already_done"])
    if kind == "check":
        return probed(action["probe"]) + ((action.get("from") or {}).get("points") or [])
    if kind == "change":
        return [action["sql"].get("on")] if "sql" in action else []
    return probed({kind: action})


def probed(probe):
    kind, action = next(iter(probe.items()))
    if kind == "look":
        kind, action = next(iter(action.items()))
        return [action.get("on")] if kind not in ("dns", "tls", "replication") else []
    return [action.get("on")] if kind == "command" else []


def bounds(clock):
    return clock["offset_ms"] - clock["doubt_ms"], clock["offset_ms"] + clock["doubt_ms"]


def middle(least, most):
    half = (most - least) // 2
    return {"offset_ms": least + half, "doubt_ms": most - least - half}


def narrowed(one, other):
    (least, most), (from_, to) = bounds(one), bounds(other)
    return middle(max(least, from_), min(most, to)) if max(least, from_) <= min(most, to) else None


def widened(one, other):
    (least, most), (from_, to) = bounds(one), bounds(other)
    return middle(min(least, from_), max(most, to))


def worst(clock):
    return abs(clock["offset_ms"]) + clock["doubt_ms"]


class Run:
    """The whole journal, read once from the first row to the last."""

    def __init__(self, plan, rows):
        self.plan = plan
        self.units = [Unit(unit, place) for place, unit in enumerate(plan["units"])]
        self.by_id = {unit.written["id"]: unit for unit in self.units}
        self.control = "new"
        self.seconded = False
        self.marks = {}
        self.exclusions = []
        self.holds = [(-(1 << 62), None)]
        self.ended = self.header = None
        self.account, self.account_since = "queue", None
        self.booked = dict.fromkeys(ACCOUNTS, 0)
        self.count = {}
        self.count["pending"] = len(self.units)
        self.entries = {name: [] for name in (
            "marks", "gates", "manual", "choices", "deviations", "faults", "engines", "attempts", "timeline")}
        self.open_gate, self.open_manual, self.open_pause = {}, {}, None
        self.by_attempt, self.last_fault, self.deselected = {}, {}, {}
        self.clocks = []  # what was read of clocks of hosts
        self.at = self.before = self.seq = None
        for row in rows:
            event = json.loads(row["event"])
            self.before = row["at"] if self.at is None else self.at
            self.at, self.seq = row["at"], row["seq"]
            if self.at < self.before:
                raise Unreadable(f"journal.jsonl: row {self.seq} is earlier than the one before")
            self.entries["timeline"].append({"seq": self.seq, "at": self.at, "event": event})
            name = event["event"]
            if self.header is None and name != "declared":
                raise Unreadable("journal.jsonl: the first row declares no run")
            handler = getattr(self, "on_" + name, None)
            if handler is None:
                raise Unreadable(f"journal.jsonl: row {self.seq} is of a kind that this program does not know: {name}")
            handler(event, self.by_id[event["unit"]] if "unit" in event else None)
            self.book()

    # Time of the run as a whole.

    def book(self):
        account = self.account_now()
        if account != self.account:
            if self.account is not None:
                self.booked[self.account] += since(self.at, self.account_since)
            self.account, self.account_since = account, self.at

    def account_now(self):
        if self.control in ("completed", "aborted"):
            return None
        if self.control == "hold":
            if self.header.get("second_person") and not self.seconded:
                return "gate"
            return "excluded" if self.held() else "pause"
        if self.control == "new":
            return "queue"
        states = (
            ("running", "exec"), ("rolling_back", "rollback"), ("verifying", "check"), ("retry_wait", "retry_wait"),
            ("awaiting_gate", "gate"), ("awaiting_manual", "manual"), ("unknown", "unknown"), ("failed", "manual"),
            ("rolled_back", "manual"),
        )
        return next((account for state, account in states if self.count.get(state)), "queue")

    def held(self):
        return bool(self.exclusions) and self.exclusions[-1]["until"] is None

    def hold(self, kind):
        self.holds.append((self.at, kind))

    def status(self):
        if self.control in ("completed", "aborted"):
            return self.control
        if self.control != "go":
            return {"abort": "aborting", "hold": "paused", "new": "declared"}[self.control]
        some = lambda states: any(self.count.get(state) for state in states)
        if some(ACTIVE):
            return "running"
        if some(("awaiting_gate", "awaiting_manual")):
            return "waiting"
        return "failed" if some(("failed", "unknown", "rolled_back")) else "running"

    def given_up(self):
        return self.status() in ("failed", "aborted")

    # Moves of a unit.

    def shift(self, unit, state):
        self.count[unit.state] -= 1
        self.count[state] = self.count.get(state, 0) + 1
        unit.state = state
        unit.round.append((self.at, state))
        unit.history.append((self.at, state))

    def settle(self, unit, state):
        self.shift(unit, state)
        unit.settled = None if state in GOING else self.at

    def start_clock(self, unit):
        unit.eligible, unit.started = self.at, None
        unit.round = [(self.at, unit.state)]

    def begin_round(self, unit):
        unit.settled = unit.said = None

    def begins(self, unit):
        unit.started = self.at if unit.started is None else unit.started

    def works(self, unit, step, purpose):
        phase = step["phase"]
        state = {"rollback": "rolling_back", "run": "running"}.get(phase, "verifying")
        if phase == "run" and purpose == "probe":
            state = "verifying"
        self.shift(unit, state)
        self.begins(unit)

    # Registers.

    def deviate(self, kind, unit, by, reason):
        self.entries["deviations"].append({
            "seq": self.seq, "at": self.at, "kind": kind, "unit": unit and unit.written["id"], "by": by, "reason": reason})

    def fault(self, unit, attempt, cause, message):
        self.last_fault[unit.place] = message
        self.entries["faults"].append({
            "seq": self.seq, "at": self.at, "unit": unit.written["id"], "attempt": attempt, "cause": cause,
            "message": message})

    def mark(self, mark, value, by, reason):
        replaces = self.marks.get(mark)
        if replaces is not None:
            kind = {"what": "mark_correction", "mark": mark, "from_at": replaces, "to_at": value}
            self.deviate(kind, None, by, reason)
        self.marks[mark] = value
        self.entries["marks"].append({
            "seq": self.seq, "mark": mark, "value_at": value, "recorded_at": self.at, "by": by, "reason": reason,
            "replaces_at": replaces})

    def withdraw(self, unit):
        self.close_gate(unit, "withdrawn")
        manual = self.open_manual.pop(unit.place, None)
        if manual is not None:
            manual["closed_at"] = self.at

    def close_gate(self, unit, outcome):
        gate = self.open_gate.pop(unit.place, None)
        if gate is not None:
            gate["closed_at"], gate["outcome"] = self.at, outcome

    def end_pause(self, at):
        if self.open_pause is not None:
            deviation, from_at = self.open_pause
            deviation["kind"]["lasted_ms"] = since(at, from_at)
            self.open_pause = None

    # Events of the run.

    def on_declared(self, event, _):
        self.header = {name: value for name, value in event.items() if name != "event"}
        self.declared = self.account_since = self.at
        self.clocks += event.get("clocks", [])

    def on_adopted(self, event, _):
        self.entries["engines"].append({
            "seq": self.seq, "at": self.at, "engine": event["engine"], "token": event["token"],
            "clock": event.get("clock"), "silence_ms": since(self.at, self.before)})
        if "start" not in self.marks:
            self.mark("start", self.at, None, "")
        if self.control == "new":
            self.control = "go"

    def on_marked(self, event, _):
        self.mark(event["mark"], event["value"], event["by"], event["reason"])

    def on_paused(self, event, _):
        self.control = "hold"
        self.hold("exercise" if self.held() else "pause")
        self.deviate({"what": "pause", "lasted_ms": 0}, None, event["by"], event["reason"])
        self.open_pause = (self.entries["deviations"][-1], self.at)

    def on_exercise_held(self, event, _):
        self.control = "hold"
        self.exclusions.append({"from": self.at, "until": None, "by": event["by"], "reason": event["reason"]})
        self.hold("exercise")
        self.end_pause(self.at)
        self.deviate({"what": "exercise_hold", "lasted_ms": 0}, None, event["by"], event["reason"])
        self.open_pause = (self.entries["deviations"][-1], self.at)

    def let_go(self):
        if self.held():
            self.exclusions[-1]["until"] = self.at
        self.hold(None)
        self.end_pause(self.at)

    def on_resumed(self, event, _):
        self.control, self.seconded = "go", True
        self.let_go()

    def on_abort_requested(self, event, _):
        self.control = "abort"
        self.let_go()
        self.deviate({"what": "abort"}, None, event["by"], event["reason"])

    def on_ended(self, event, _):
        self.control, self.ended = event["end"], self.at
        self.let_go()
        for unit in self.units:
            if unit.settled is None and unit.eligible is not None:
                unit.settled = self.at

    def on_stalled(self, event, _):
        """Says what the states of the units say."""

    on_rto_exceeded = on_obeyed = on_stalled

    # Events of a unit.

    def on_eligible(self, event, unit):
        self.shift(unit, "queued")
        self.start_clock(unit)
        unit.rounds += 1

    def on_started(self, event, unit):
        step, purpose, number = unit.step(event["step"]), event["purpose"], event["number"]
        if purpose == "act" and number > 1:
            self.deviate({"what": "retry", "number": number}, unit, None, self.last_fault.get(unit.place, ""))
        made = {
            "attempt": event["attempt"], "unit": unit.written["id"], "step": event["step"], "title": step["title"],
            "phase": step["phase"], "purpose": purpose, "number": number, "started_at": self.at, "ended_at": None,
            "elapsed_ms": None, "process_ended_at": None, "timed_out": False, "keeper": event["keeper"], "outcome": "open",
            "summary": "", "output_bytes": 0, "output_digest": None}
        self.by_attempt[event["attempt"]] = made
        self.entries["attempts"].append(made)
        unit.attempts.append({"made": made, "outcome": None})
        self.works(unit, step, purpose)

    def on_timed_out(self, event, unit):
        self.by_attempt[event["attempt"]]["timed_out"] = True

    def on_stop_requested(self, event, unit):
        self.deviate({"what": "stop"}, unit, event["by"], event["reason"])

    def on_finished(self, event, unit):
        made, outcome = self.by_attempt[event["attempt"]], event["outcome"]
        seen, result = outcome["seen"], outcome["result"]
        made.update({
            "ended_at": self.at, "elapsed_ms": since(self.at, made["started_at"]), "outcome": result,
            "summary": seen["summary"], "output_bytes": seen["output_bytes"], "output_digest": seen["output_digest"],
            "process_ended_at": seen["ended_at"]})
        outputs = seen.get("outputs", {})
        if outputs:
            made["outputs"] = outputs
        next(kept for kept in unit.attempts if kept["made"] is made)["outcome"] = outcome
        self.clocks += seen.get("clocks", [])
        if made["purpose"] == "act" and result == "succeeded":
            unit.outputs.update(outputs)
        if result == "failed" and made["purpose"] == "act":
            self.fault(unit, event["attempt"], outcome["cause"]["kind"], outcome["cause"]["message"])
        if result == "unknown":
            self.fault(unit, event["attempt"], None, outcome["why"])
        self.shift(unit, "queued")

    def on_late(self, event, unit):
        """Came after it no longer mattered."""

    on_start_awaited = on_start_reached = on_lock_awaited = on_locked = on_target_exceeded = on_late

    def on_retry_scheduled(self, event, unit):
        self.shift(unit, "retry_wait")

    def on_requeued(self, event, unit):
        self.shift(unit, "queued")

    def on_step_done(self, event, unit):
        self.shift(unit, "queued")
        forward = event["next"] < len(unit.written["steps"]) and not unit.back
        if forward and unit.usable is None and unit.is_usable_at(event["next"]):
            unit.usable = self.at

    def on_gate_opened(self, event, unit):
        gate = kind_of(unit.step(event["step"]))[1]
        entry = {
            "unit": unit.written["id"], "question": gate["question"], "opened_at": self.at,
            "deadline_at": event["deadline"], "overdue_at": None, "closed_at": None, "outcome": "open", "wait_ms": 0,
            "quorum": gate["quorum"], "distinct": gate["distinct"], "distinct_roles": gate.get("distinct_roles", False),
            "seats": gate.get("seats", {}), "excludes": gate["exclude"], "approvers": gate["approvers"],
            "escalate": gate["escalate"], "on_timeout": gate.get("on_timeout", "wait"), "reminded_at": None,
            "escalated_at": [], "digest": event["digest"], "votes": []}
        self.entries["gates"].append(entry)
        self.open_gate[unit.place] = entry
        self.shift(unit, "awaiting_gate")
        self.begins(unit)

    def on_voted(self, event, unit):
        vote, gate = event["vote"], self.open_gate[unit.place]
        hand = vote.get("hand", "own")
        escalated = vote["role"] not in gate["approvers"]
        entry = {name: vote[name] for name in ("by", "role", "approve", "comment")}
        entry.update({"at": self.at, "escalated": escalated})
        entry.update({name: vote[name] for name in ("hand", "confirmed_at") if name in vote})
        gate["votes"].append(entry)
        caster = vote["by"]["name"]
        if vote["approve"]:
            voter, who = caster, caster
            if "for" in hand:
                giver = hand["for"]["from"]
                who = text(f"{caster} ({giver} 대행)", f"{caster} (for {giver})")
            elif "phone" in hand:
                call = hand["phone"]
                voter, when = call["approver"], in_seoul(call["called_at"])
                who = text(
                    f"{voter} ({when} 전화, {caster} 입력, {call['witness']} 입회)",
                    f"{voter} (by phone at {when}, entered by {caster}, witness {call['witness']})")
            unit.approvers.append({"name": voter, "who": who, "role": vote["role"]})
        if escalated:
            self.deviate({"what": "escalated_vote"}, unit, vote["by"], vote["comment"])

    def on_gate_reminded(self, event, unit):
        self.open_gate[unit.place]["reminded_at"] = self.at

    def on_gate_escalated(self, event, unit):
        self.open_gate[unit.place]["escalated_at"].append(self.at)

    def on_gate_overdue(self, event, unit):
        self.open_gate[unit.place]["overdue_at"] = self.at

    def on_gate_decided(self, event, unit):
        default = "timed_out" if event.get("in_default") else "rejected"
        self.close_gate(unit, "approved" if event["approved"] else default)
        self.shift(unit, "queued")

    def on_manual_opened(self, event, unit):
        manual = kind_of(unit.step(event["step"]))[1]
        items = [{"title": item["title"], "may_fail": item.get("may_fail", False), "result": None, "by": None, "at": None,
                  "note": ""} for item in manual.get("checklist", [])]
        entry = {
            "unit": unit.written["id"], "step": event["step"], "instruction": manual["instruction"], "opened_at": self.at,
            "closed_at": None, "wait_ms": 0, "by": None, "result": None, "evidence": ""}
        if items:
            entry["checklist"] = items
        if manual.get("second_checker") is not None:
            entry["second_checker"] = True
        self.entries["manual"].append(entry)
        self.open_manual[unit.place] = entry
        self.shift(unit, "awaiting_manual")
        self.begins(unit)

    def on_manual_worked(self, event, unit):
        entry, work, by = self.open_manual[unit.place], event["work"], event["by"]
        if work["what"] == "ticked":
            item = entry["checklist"][work["item"]]
            item.update({"result": work["result"], "by": by, "at": self.at, "note": work["note"]})
        elif work["what"] == "attached":
            entry.setdefault("files", []).append({"at": self.at, "by": by, **work["file"]})
        elif work["what"] == "checked":
            entry.setdefault("checks", []).append({
                "at": self.at, "by": by, "accepted": work["accepted"], "comment": work["comment"]})

    def on_manual_closed(self, event, unit):
        entry = self.open_manual.pop(unit.place)
        entry.update({"closed_at": self.at, "by": event["by"], "result": event["result"], "evidence": event["evidence"]})
        asked = kind_of(unit.step(entry["step"]))[1].get("measure")
        if event.get("measure") is not None and asked is not None:
            value = Decimal(event["measure"])
            good = (asked["min"] is None or value >= Decimal(asked["min"])) and (
                asked["max"] is None or value <= Decimal(asked["max"]))
            entry["measure"] = {
                "value": event["measure"], "unit": asked["unit"], "min": asked["min"], "max": asked["max"], "good": good}
        self.shift(unit, "queued")
        unit.said = (event["by"], event["evidence"])

    def on_passed(self, event, unit):
        self.works(unit, unit.step(event["step"]), "act")

    def on_ready(self, event, unit):
        self.settle(unit, "ready")

    def on_failed(self, event, unit):
        cause = event["cause"]
        if cause["kind"] in ("rejected", "overdue", "manual", "undecided"):
            self.fault(unit, None, cause["kind"], cause["message"])
        self.settle(unit, "failed")

    def on_unknown(self, event, unit):
        self.settle(unit, "unknown")

    def on_attested(self, event, unit):
        self.withdraw(unit)
        self.deviate({"what": "attest"}, unit, event["by"], event["evidence"])
        self.settle(unit, "attested")
        unit.said = (event["by"], event["evidence"])

    def on_skipped(self, event, unit):
        self.withdraw(unit)
        self.deviate({"what": "skip"}, unit, event["by"], event["reason"])
        self.settle(unit, "skipped")
        unit.said = (event["by"], event["reason"])

    def chose(self, event, outcome):
        self.entries["choices"].append({
            "seq": self.seq, "at": self.at, "unit": event["unit"], "outcome": outcome, "by": event["by"],
            "reason": event["reason"], "saw": event["saw"]})

    def on_judged(self, event, unit):
        if event["by"] is not None:
            self.deviate({"what": "choice", "branch": None}, unit, event["by"], event["reason"])
        self.chose(event, {"what": {True: "holds", False: "does_not_hold", None: "unjudged"}[event["holds"]]})

    def on_decided(self, event, unit):
        branch, outcome = event["branch"], {"what": "no_branch"}
        if branch is not None:
            if event["by"] is not None:
                self.deviate({"what": "choice", "branch": branch}, unit, event["by"], event["reason"])
            known = next(action for kind, action in map(kind_of, unit.written["steps"]) if kind == "decision")["branches"]
            title = next((one["title"] for one in known if one["name"] == branch), branch)
            outcome = {"what": "taken", "branch": branch, "title": title}
        self.chose(event, outcome)
        self.begins(unit)

    def on_not_selected(self, event, unit):
        self.settle(unit, "not_selected")
        why = event["why"]
        if why["kind"] == "mode":
            words = text("이 모드에서는 실행하지 않음", "left out in this mode")
        elif why["kind"] == "condition":
            words = text("조건이 성립하지 않음", "its condition does not hold")
        elif why["kind"] == "branch":
            by = ", ".join(why["deciders"])
            words = text(f"{by}에서 선택되지 않음", f"not chosen by {by}")
        elif why["approved"]:
            gate = why["gate"]
            words = text(f"{gate} 승인됨: 반려될 때만 실행", f"for a rejection of {gate}, which was approved")
        else:
            gate = why["gate"]
            words = text(f"{gate} 반려됨: 승인될 때만 실행", f"for an approval of {gate}, which was rejected")
        self.deselected[unit.place] = words

    def on_cancelled(self, event, unit):
        self.withdraw(unit)
        self.settle(unit, "cancelled")
        unit.back = False

    def on_reset(self, event, unit):
        again, undone = unit.state in SATISFIED, unit.state == "rolled_back"
        unit.rounds += again
        self.deviate({"what": "rerun" if again else "restart"}, unit, event["by"], event["reason"])
        self.shift(unit, "queued")
        self.begin_round(unit)
        unit.begins_anew(event["step"])
        if event["step"] == 0:
            unit.outputs = {}
        if again or (undone and unit.eligible is None):
            self.start_clock(unit)

    def on_rewound(self, event, unit):
        self.withdraw(unit)
        self.deviate({"what": "rewind"}, unit, event["by"], "")
        self.shift(unit, "pending")
        self.begin_round(unit)
        unit.eligible = unit.started = unit.usable = None
        unit.round, unit.outputs = [], {}

    def on_recalled(self, event, unit):
        unit.back, unit.usable = True, None

    def on_rollback_asked(self, event, unit):
        self.withdraw(unit)
        unit.rounds += unit.state in SATISFIED
        self.deviate({"what": "rollback"}, unit, event["by"], event["reason"])
        runs = unit.eligible is not None and unit.settled is None
        self.shift(unit, "awaiting_rollback")
        if not runs:
            self.start_clock(unit)
        self.begin_round(unit)
        unit.said, unit.back, unit.usable = (event["by"], event["reason"]), True, None

    def on_rollback_begun(self, event, unit):
        self.shift(unit, "queued")

    def on_rolled_back(self, event, unit):
        self.settle(unit, "rolled_back")
        unit.outputs, unit.back, unit.usable = {}, False, None
        if event["by"] is not None:
            self.withdraw(unit)
            self.deviate({"what": "undone_by_hand"}, unit, event["by"], event["evidence"])
            unit.said = (event["by"], event["evidence"])

    # Where time went.

    def pieces(self, steps, end):
        """Stretches in which neither a unit's state nor what holds the run changed: from, to, state, hold, last state."""
        instants = [at for at, _ in self.holds]
        for place, (at, state) in enumerate(steps):
            last = place + 1 == len(steps)
            to = end if last else steps[place + 1][0]
            hold = bisect_right(instants, at) - 1
            while True:
                until = min(to, instants[hold + 1]) if hold + 1 < len(instants) else to
                yield at, until, state, self.holds[hold][1], last
                if until >= to:
                    break
                at, hold = until, hold + 1

    def accounts(self, unit, end):
        """A unit's time since its clock started."""
        booked = dict.fromkeys(ACCOUNTS, 0)
        if unit.eligible is not None:
            for at, until, state, hold, last in self.pieces(unit.round, end):
                account = going(state, hold)
                # What passes before somebody decides about a unit that was undone; while nobody has, its clock stands.
                if state == "rolled_back" and not last:
                    account = "excluded" if hold == "exercise" else "manual"
                if account is not None:
                    booked[account] += until - at
        return booked

    def ledger(self, units, end):
        """The time of many units together, from when the first clock of theirs starts until the last one stops."""
        changes = {}
        for unit in units:
            for at, until, state, hold, _ in self.pieces(unit.history, end):
                account = going("failed" if state == "rolled_back" else state, hold)
                if account is not None:
                    changes.setdefault(at, []).append((account, 1))
                    changes.setdefault(until, []).append((account, -1))
        booked, elsewhere = dict.fromkeys(ACCOUNTS, 0), 0
        running = dict.fromkeys(ACCOUNTS, 0)
        instants = sorted(changes)
        for place, at in enumerate(instants):
            for account, by in changes[at]:
                running[account] += by
            if place + 1 < len(instants):
                account = next((account for account in OF_MANY if running[account]), None)
                if account is None:
                    elsewhere += instants[place + 1] - at
                else:
                    booked[account] += instants[place + 1] - at
        first, last = (instants[0], instants[-1]) if instants else (None, None)
        return {
            "from_at": first, "until_at": last, "wall_ms": 0 if first is None else last - first,
            "accounts": in_ms(booked), "elsewhere_ms": elsewhere}

    def excluded(self, start, end):
        def of(one):
            until = end if one["until"] is None else min(one["until"], end)
            return since(until, max(one["from"], start))
        return sum(map(of, self.exclusions))

    def counted(self, start, end):
        return max(0, since(end, start) - self.excluded(start, end))


def going(state, hold):
    account = GOING.get(state)
    if account is not None and hold == "exercise":
        return "excluded"
    return "pause" if state == "queued" and hold == "pause" else account


def in_ms(booked):
    return {f"{account}_ms": booked[account] for account in ACCOUNTS}


# --- The plan's graph ------------------------------------------------------------------------------------------------


class Graph:
    """Units, and behind each stage a barrier: who waits for whom, and the times that the targets give."""

    def __init__(self, plan):
        self.plan, units, stages = plan, plan["units"], plan["stages"]
        self.units, self.size = len(units), len(units) + len(stages)
        edges = set()
        for place, unit in enumerate(units):
            edges.add((place, self.units + unit["stage"]))
            edges.update((need, place) for need in unit["needs"])
            edges.update((self.units + stage, place) for stage in unit["needs_stages"])
        for place, stage in enumerate(stages):
            inside = range(stage["units"]["start"], stage["units"]["end"])
            for need in stage["needs"]:
                edges.update((self.units + need, unit) for unit in inside)
                edges.add((self.units + need, self.units + place))
            if stage["flow"] == "sequential":
                edges.update(zip(inside, inside[1:]))
        self.before = [[] for _ in range(self.size)]
        self.after = [[] for _ in range(self.size)]
        for start, end in sorted(edges):
            self.before[end].append(start)
            self.after[start].append(end)
        open_needs = [len(before) for before in self.before]
        self.order = [node for node in range(self.size) if not open_needs[node]]
        for node in self.order:
            for behind in self.after[node]:
                open_needs[behind] -= 1
                if not open_needs[behind]:
                    self.order.append(behind)
        if len(self.order) != self.size:
            raise Unreadable("plan.json: its needs are a circle")
        self.schedule()

    def weight(self, node):
        if node >= self.units or self.plan["units"][node]["rto_exclude"]:
            return 0
        return self.plan["units"][node]["target"] or 0

    def holds_up(self, node, takes):
        """How long a unit that takes so long holds up what needs it."""
        usable = self.plan["units"][node].get("usable") if node < self.units else None
        if usable is None:
            return takes
        target = self.plan["units"][node]["target"]
        return min(usable["within"] * takes // target if target else usable["within"], takes)

    def schedule(self):
        self.finish, self.free, tail = [0] * self.size, [0] * self.size, [0] * self.size
        for node in self.order:
            start = max((self.free[p] for p in self.before[node]), default=0)
            self.finish[node] = start + self.weight(node)
            self.free[node] = start + self.holds_up(node, self.weight(node))
        for node in reversed(self.order):
            behind = max((tail[s] for s in self.after[node]), default=0)
            tail[node] = max(self.weight(node), self.holds_up(node, self.weight(node)) + behind)
        self.length = max(self.finish)
        self.start = [self.finish[node] - self.weight(node) for node in range(self.size)]
        self.slack = [max(0, self.length - tail[node] - self.start[node]) for node in range(self.size)]
        # Back from the unit that is ready last along what is ready last before it; of equals, what is written first.
        latest_of = lambda times, nodes: max(nodes, key=lambda node: (times[node], -node), default=None)
        at, self.critical = latest_of(self.finish, range(self.units)), []
        while at is not None:
            if at < self.units:
                self.critical.insert(0, at)
            at = latest_of(self.free, self.before[at])


class Course:
    """What really happened to the graph."""

    def __init__(self, run, graph):
        self.run, self.graph = run, graph
        units, self.done, self.free = run.units, [None] * graph.size, [None] * graph.size
        for node in graph.order:
            if node < graph.units:
                self.done[node] = units[node].settled if units[node].state in SATISFIED else None
                self.free[node] = self.done[node] if units[node].usable is None else units[node].usable
            else:
                self.done[node] = self.free[node] = latest(self.free[before] for before in graph.before[node])
        behind = [None] * graph.size
        for node in reversed(graph.order):
            begins = (units[s].eligible if s < graph.units else behind[s] for s in graph.after[node])
            behind[node] = min((at for at in begins if at is not None), default=None)
        self.next = behind
        counted = [unit.place for unit in units if not unit.written["rto_exclude"]]
        recovered = latest(self.done[place] for place in counted)
        self.end = run.at if recovered is None else recovered
        self.decisive = self.path(counted)

    def slack(self, place):
        done, free, behind = self.done[place], self.free[place], self.next[place]
        if done is None:
            return None
        to_others = [] if behind is None else [since(behind, free)]
        # What let others begin before it was ready may still have been the last of all.
        to_end = [since(self.end, done)] if behind is None or free < done else []
        return min(to_others + to_end)

    def path(self, places):
        ready = [place for place in places if self.run.units[place].ready() is not None]
        at, path, limit = max(ready, key=lambda node: (self.done[node], -node), default=None), [], self.end
        while at is not None:
            if at < self.graph.units:
                path.insert(0, at)
                limit = self.run.units[at].eligible
                if limit is None:
                    break
            driving = [p for p in self.graph.before[at] if self.free[p] is not None and self.free[p] <= limit]
            at = max(driving, key=lambda node: (self.free[node], -node), default=None)
        return path


# --- The report ------------------------------------------------------------------------------------------------------


class Report:
    """The report of a run as of an instant."""

    def __init__(self, plan, plan_text, source, rows, as_of):
        run = self.run = Run(plan, rows)
        self.plan, self.as_of = plan, run.ended if run.ended is not None else max(as_of, run.at)
        self.plan_digest = hashlib.sha256(plan_text.encode()).hexdigest()
        if self.plan_digest != run.header["plan"]:
            raise Unreadable("plan.json is not the plan that the run was declared with")
        chained(rows, uuid.UUID(run.header["run"]))
        self.source, self.rows = source, rows
        self.graph = Graph(plan)
        self.course = Course(run, self.graph)
        self.objectives = plan["objectives"]
        self.origin = run.marks.get(self.objectives["clock"])
        self.mock = run.header["mode"] == "mock"
        self.booked = [run.accounts(unit, self.as_of) for unit in run.units]
        self.forecast = self.expected()
        run.end_pause(self.as_of)
        for entry in run.entries["gates"] + run.entries["manual"]:
            closed = entry["closed_at"]
            entry["wait_ms"] = since(self.as_of if closed is None else closed, entry["opened_at"])

    def played(self, verdict):
        return "simulated" if self.mock and verdict is not None else verdict

    @staticmethod
    def against(took, objective):
        if objective is None:
            return "not_measured"
        return "met" if took <= objective else "exceeded"

    # Recovery of any set of units.

    def recovery(self, places, rto):
        run, end, unmeasured, missing = self.run, None, False, False
        for unit in (run.units[place] for place in places):
            if unit.state in ("ready", "attested"):
                opens = any(step["action"] == {"mark": "resume"} for step in unit.written["steps"])
                end = latest((end, unit.settled, run.marks.get("resume") if opens else None))
            elif unit.state == "skipped":
                unmeasured = True
            elif unit.state != "not_selected":
                missing = True
        if missing:
            end, unmeasured = None, False

        def measure(origin):
            start = run.marks.get(origin)
            rta = run.counted(start, end) if None not in (start, end) and end >= start else None
            if missing:
                verdict = "not_recovered" if run.given_up() else None
            else:
                verdict = "not_measured" if rta is None else self.against(rta, rto)
                if verdict != "exceeded" and unmeasured:
                    verdict = "not_measured"
            return {"origin": origin, "from_at": start, "rta_ms": rta, "verdict": self.played(verdict)}

        measures = [measure(origin) for origin in ORIGINS]
        chosen = measures[ORIGINS.index(self.objectives["clock"])]
        over = run.ended if run.ended is not None else run.at
        excluded = 0 if self.origin is None else run.excluded(self.origin, over if end is None else end)
        return {"end": end, "rto": rto, "excluded": excluded, "measures": measures, **chosen}

    def line(self, recovery, places, expected):
        rta, rto, end = recovery["rta_ms"], recovery["rto"], recovery["end"]
        decision = self.decision(self.course.path(places))
        known = [m["verdict"] for m in recovery["measures"] if m["from_at"] is not None and m["verdict"] is not None]
        is_open = end is None and self.run.ended is None
        return {
            "rto_ms": rto, "rta_ms": rta, "excluded_ms": recovery["excluded"],
            "rta_gross_ms": None if rta is None else rta + recovery["excluded"], "end_at": end,
            "variance_ms": None if None in (rta, rto) else rta - rto,
            "utilisation": -(-rta * 1000 // rto) if rta is not None and rto else None,
            "verdict": recovery["verdict"], "live": self.live(recovery, expected) if is_open else None,
            "forecast_at": expected if is_open else None, "measures": recovery["measures"],
            "diverges": any(verdict != known[0] for verdict in known), "decision_ms": decision,
            "rta_net_ms": None if rta is None else max(0, rta - decision)}

    def decision(self, path):
        def counts(place):
            ready = self.run.units[place].ready()
            return ready is None or self.origin is None or ready > self.origin
        return sum(self.booked[place]["gate"] for place in path if counts(place))

    def live(self, recovery, expected):
        if None in (self.origin, recovery["rto"]):
            return None
        deadline = self.origin + recovery["rto"] + self.run.excluded(self.origin, self.as_of)
        if self.as_of > deadline:
            return "breached"
        return "at_risk" if expected > deadline else "on_track"

    def expected(self):
        """When each node is there if what is left takes its targets."""
        finish, free = [self.as_of] * self.graph.size, [self.as_of] * self.graph.size
        for node in self.graph.order:
            start = max((free[before] for before in self.graph.before[node]), default=self.as_of)
            if node >= self.graph.units:
                finish[node] = free[node] = start
                continue
            unit = self.run.units[node]
            target = unit.written["target"] or 0
            begun = None not in (unit.eligible, unit.started) and not unit.back and unit.state != "rolled_back"
            if unit.state in SATISFIED:
                continue
            held = self.graph.holds_up(node, target)
            if unit.written["rto_exclude"]:
                target = held = 0
            elif begun:
                taken = max(0, unit.elapsed(self.as_of) - self.booked[node]["excluded"])
                target = max(target - taken, target // 10)
                held = 0 if unit.usable is not None else max(held - taken, held // 10)
            finish[node], free[node] = start + target, start + held
        return finish

    # Tables.

    def unit(self, unit):
        written, booked, settled = unit.written, self.booked[unit.place], unit.state
        elapsed = unit.elapsed(self.as_of)
        counted = None if elapsed is None else max(0, elapsed - booked["excluded"])
        target, ready = written["target"], unit.ready()
        after = None
        if None not in (ready, self.origin) and ready >= self.origin:
            after = self.run.counted(self.origin, ready)

        def verdict(took, budget):
            if settled == "not_selected":
                return None
            if settled in ("ready", "attested"):
                return self.played("not_measured" if took is None else self.against(took, budget))
            if settled in ("skipped", "cancelled"):
                return self.played("not_measured" if settled == "skipped" else "not_recovered")
            return self.played("not_recovered" if self.run.given_up() else None)

        live = None
        if None not in (counted, target) and self.run.ended is None and settled not in SATISFIED | {"cancelled"}:
            live = "breached" if counted > target else "at_risk" if counted * 100 >= target * 80 else "on_track"
        by = written["recover_by"]
        person = None
        if unit.said is not None:
            person = {"name": unit.said[0] and unit.said[0]["name"], "said": unit.said[1]}
        line = {
            "unit": written["id"], "title": written["title"], "stage": self.plan["stages"][written["stage"]]["id"],
            "tier": written["tier"], "on": written["on"], "state": settled, "counted": self.counts(unit),
            "target_ms": target, "eligible_at": unit.eligible,
            "started_at": None if unit.eligible is None else unit.started, "ready_at": ready, "elapsed_ms": elapsed,
            "accounts": in_ms(booked), "variance_ms": None if None in (counted, target) else counted - target,
            "verdict": verdict(counted, target), "live": live,
            "recover_by": None if by is None else {"by_ms": by, "after_ms": after, "verdict": verdict(after, by)},
            "attempts": sum(kept["made"]["purpose"] == "act" for kept in unit.attempts), "rounds": unit.rounds,
            "approvers": unit.approvers, "person": person, "planned_start_ms": self.graph.start[unit.place],
            "planned_end_ms": self.graph.finish[unit.place], "planned_slack_ms": self.graph.slack[unit.place],
            "actual_slack_ms": self.course.slack(unit.place), "critical": unit.place in self.graph.critical,
            "decisive": unit.place in self.course.decisive}
        if written.get("usable") is not None:
            line["usable_within_ms"] = written["usable"]["within"]
        if unit.usable is not None:
            line["usable_at"] = unit.usable
        return line

    @staticmethod
    def counts(unit):
        return not unit.written["rto_exclude"] and unit.state != "not_selected"

    def whole(self):
        """The recovery of the plan as a whole."""
        places = [unit.place for unit in self.run.units if not unit.written["rto_exclude"]]
        expected = max((self.forecast[place] for place in places), default=self.as_of)
        return self.line(self.recovery(places, self.objectives["rto"]), places, expected)

    def service(self, service):
        accepted, needs = service["exception"], service["needs"]
        rto = service["rto"] if accepted is None else accepted["rto"]
        recovery = self.line(self.recovery(needs, rto), needs, max(self.forecast[place] for place in needs))
        exception = None
        if accepted is not None:
            exception = {
                "bia_rto_ms": service["rto"], "bia_verdict": self.recovery(needs, service["rto"])["verdict"],
                "accepted_by": accepted["approved_by"], "reason": accepted["reason"], "expires": accepted["expires"]}
        return {
            "service": service["id"], "title": service["title"], "tier": service["tier"], "recovery": recovery,
            "exception": exception, "units": len(needs), "ledger": self.together(needs)}

    def together(self, places):
        return self.run.ledger([self.run.units[place] for place in sorted(set(places))], self.as_of)

    def tiers(self, services):
        lines = []
        for tier in sorted({service["tier"] for service in self.plan["services"]} - {None}):
            own = [service for service in services if service["tier"] == tier]
            needs = sorted({need for s in self.plan["services"] if s["tier"] == tier for need in s["needs"]})
            verdicts = [service["recovery"]["verdict"] for service in own]
            worst = None if None in verdicts else max(verdicts, key=FROM_BEST.index)
            there = sum(service["recovery"]["end_at"] is not None for service in own)
            lines.append(self.tier({"services": tier}, needs, worst, len(own), there))
        chosen = [unit for unit in self.run.units if unit.state != "not_selected" and unit.written["tier"] is not None]
        for label in sorted({unit.written["tier"] for unit in chosen}):
            places = [unit.place for unit in chosen if unit.written["tier"] == label]
            there = sum(self.run.units[place].ready() is not None for place in places)
            lines.append(self.tier({"units": label}, places, None, len(places), there))
        return lines

    def tier(self, tier, places, verdict, members, there):
        whole = self.recovery(places, None)
        return {"tier": tier, "end_at": whole["end"], "rta_ms": whole["rta_ms"], "verdict": verdict, "members": members,
                "there": there, "ledger": self.together(places)}

    def stages(self):
        lines = []
        for stage in self.plan["stages"]:
            places = range(stage["units"]["start"], stage["units"]["end"])
            there = sum(self.run.units[place].ready() is not None for place in places)
            lines.append({"stage": stage["id"], "title": stage["title"], "units": len(places), "there": there,
                          "ledger": self.together(places)})
        return lines

    def actual_path(self):
        hops, before = [], self.run.declared
        for place in self.course.decisive:
            unit, booked = self.run.units[place], self.booked[place]
            hops.append({
                "unit": unit.written["id"], "gap_ms": 0 if unit.eligible is None else since(unit.eligible, before),
                "eligible_at": unit.eligible, "ready_at": unit.ready(), "elapsed_ms": unit.elapsed(self.as_of),
                "queue_ms": booked["queue"], "gate_ms": booked["gate"]})
            if unit.usable is not None:
                hops[-1]["usable_at"] = unit.usable
            let_others = unit.ready() if unit.usable is None else unit.usable
            before = before if let_others is None else let_others
        return {"hops": hops, "decision_ms": self.decision(self.course.decisive)}

    # Recovery points.

    def readings(self):
        found = []
        for unit in self.run.units:
            for kept in unit.attempts:
                reading = kept["outcome"] and kept["outcome"]["seen"].get("reading")
                if reading:
                    found.append((unit, reading))
        return sorted(found, key=lambda found: found[1]["at"])

    def measured(self, source):
        """What the step measures of a link whose output a data set is."""
        steps = self.run.units[source["unit"]].written["steps"]
        reads = lambda step: any(one["name"] == source["output"] for one in step.get("outputs", []))
        return next((measures_link(step) for step in steps if reads(step)), None)

    def behind(self, source):
        """What was read of that link when the output was taken."""
        reading = None
        for kept in self.run.units[source["unit"]].attempts if self.measured(source) is not None else []:
            outcome = kept["outcome"]
            if outcome and outcome["result"] == "succeeded" and source["output"] in outcome["seen"].get("outputs", {}):
                reading = outcome["seen"].get("reading")
        return reading

    def data_set(self, source):
        unit, output = self.run.units[source["unit"]], source["output"]
        said = unit.outputs.get(output) if unit.state in ("ready", "attested") else None
        at = None if said is None else instant(said)
        why = "not_read" if said is None else "no_instant" if at is None else None
        measured, reading = self.measured(source), self.behind(source)
        cut = None
        if measured is not None:
            if self.run.header["mode"] != "real":
                cut = self.cut(measured["link"])
        event = self.run.marks.get("event")
        reference = None
        if cut is not None:
            reference = {"what": "cut", "at": cut}
        elif event is not None:
            reference = {"what": "event", "at": event}
        rpa = None if None in (at, reference) else since(reference["at"], at)
        return {"unit": unit.written["id"], "output": output, "point_at": at, "reference": reference, "rpa_ms": rpa,
                "why": why, "link": self.link(reading) if reading else None}

    def cut(self, link):
        cuts = []
        for unit in self.run.units:
            for kept in unit.attempts:
                measured, outcome = measures_link(unit.step(kept["made"]["step"])), kept["outcome"]
                cuts_it = measured is not None and measured.get("cut") and measured["link"] == link
                if cuts_it and kept["made"]["purpose"] == "act" and outcome and outcome["result"] == "succeeded":
                    cuts.append(kept["made"]["started_at"])
        return max(cuts, default=None)

    def link(self, reading):
        own = [one for _, one in self.readings() if (one["link"], one["standby"]) == (reading["link"], reading["standby"])]
        stopped = resumed = None
        for one in own:
            if stopped is None and one["state"] in ("stopped", "broken"):
                stopped = one["at"]
            elif stopped is not None and resumed is None and one["state"] in ("streaming", "catching_up"):
                resumed = one["at"]
        point = reading["point"] or {"method": None, "confidence": None}
        return {
            "link": reading["link"], "kind": reading["kind"], "standby": reading["standby"], "state": reading["state"],
            "method": point["method"], "confidence": point["confidence"], "transaction": reading["transaction"],
            "committed_at": reading["committed_at"], "position": reading["position"], "read_at": reading["at"],
            "stopped_at": stopped, "resumed_at": resumed, "lost_transactions": reading["lag_transactions"],
            "lost_bytes": reading["lag_bytes"]}

    def point(self, service, sources, rpo):
        distinct = []
        for source in sources:
            if source not in distinct:
                distinct.append(source)
        sets = [self.data_set(source) for source in distinct]
        at = skew = rpa = None
        missing = next((one["why"] for one in sets if one["why"] is not None), None)
        if not sets:
            missing = "no_source"
        elif missing is None:
            instants = [one["point_at"] for one in sets]
            at, skew = min(instants), max(instants) - min(instants) if len(sets) > 1 else None
            if any(one["reference"] is None for one in sets):
                missing = "no_event"
            else:
                rpa = max(one["rpa_ms"] for one in sets)
        verdict = "not_measured" if None in (rpa, rpo) else self.played(self.against(rpa, rpo))
        line = {"service": service, "rpo_ms": rpo, "point_at": at, "skew_ms": skew, "rpa_ms": rpa, "verdict": verdict,
                "why": "no_objective" if rpo is None else missing}
        errors = [self.error_of(self.behind(source)) for source in distinct]
        if errors and None not in errors:
            line["clock"] = self.clock_error(max(errors), rpa, rpo)
        if sets:
            line["data_sets"] = sets
        return line

    def points(self):
        services = self.plan["services"]
        all_of_them = self.objectives["recovery_points"] + [one for s in services for one in s["recovery_points"]]
        lines = [self.point(None, all_of_them, self.objectives["rpo"])]
        return lines + [self.point(service["id"], service["recovery_points"], service["rpo"]) for service in services]

    def replication(self):
        lines = []
        for unit, reading in self.readings():
            loss = None if reading["point"] is None else since(reading["at"], reading["point"]["at"])
            clock = self.clock_of_source(reading)
            matters = None if clock is None else worst(clock) > CLOCK_MATTERS
            lines.append({"unit": unit.written["id"], "loss_ms": loss, "clock_matters": matters, **reading})
        return lines

    # Clocks.

    @staticmethod
    def clock_of_source(reading):
        offset, doubt = reading.get("clock_offset_ms"), reading.get("clock_doubt_ms")
        return None if None in (offset, doubt) else {"offset_ms": offset, "doubt_ms": doubt}

    def clocks(self):
        hosts = []
        for host in sorted({one["host"] for one in self.run.clocks}):
            read = [one for one in self.run.clocks if one["host"] == host]
            # One after another, in whole milliseconds: what all of them allow, and what any of them does.
            common = widest = {name: read[0][name] for name in ("offset_ms", "doubt_ms")}
            for one in read:
                common = common and narrowed(common, one)
                widest = widened(widest, one)
            drifted, offset = common is None, common or widest
            at = [one["at"] for one in read]
            hosts.append({
                "host": host, **offset, "readings": len(read), "first_at": min(at), "last_at": max(at),
                "by": sorted({one["by"] for one in read}, key=("ssh", "preflight", "replication").index),
                "drifted": drifted, "matters": worst(offset) > CLOCK_MATTERS})
        gone_to = set()
        for unit in self.run.units:
            for made in (kept["made"] for kept in unit.attempts):
                step = unit.step(made["step"])
                gone_to.update(hosts_of(made["purpose"], step))
                measured = measures_link(step) if made["purpose"] == "act" else None
                link = self.plan["bound"].get("links", {}).get(measured["link"]) if measured else None
                if link:
                    gone_to.update((link.get("source"), measured.get("standby") or next(iter(link["standbys"]), None)))
        gone_to -= {None, "local"} | {one["host"] for one in hosts}
        unmeasured = [] if self.mock else sorted(gone_to)
        machines = {}
        for held in self.run.entries["engines"]:
            if held["clock"]:
                machine = held["engine"].rpartition("/")[0] or held["engine"]
                machines[machine] = widened(machines.get(machine, held["clock"]), held["clock"])
        ends = list(machines.values())
        apart = [abs(one["offset_ms"] - two["offset_ms"]) + one["doubt_ms"] + two["doubt_ms"]
                 for at, one in enumerate(ends) for two in ends[at + 1:]]
        if not hosts and not unmeasured and not apart:
            return None
        return {"hosts": hosts, "unmeasured": unmeasured, "engines_apart_ms": max(apart, default=None)}

    def error_of(self, reading):
        clocks = self.clocks() if reading else None
        if clocks is None:
            return None
        known = self.clock_of_source(reading)
        known = known or next((one for one in clocks["hosts"] if one["host"] == reading["source"]), None)
        return None if known is None else worst(known) + (clocks["engines_apart_ms"] or 0)

    def clock_error(self, error, measured, objective):
        close = None if None in (measured, objective) else abs(measured - objective)
        return {"error_ms": error, "within": close is not None and close < error}

    # Runs that were called.

    def called(self, attempt):
        run = uuid.UUID(self.run.header["run"]).bytes
        random = bytearray(hashlib.sha256(run + struct.pack(">I", attempt)).digest()[:10])
        millis = int.from_bytes(run[:6], "big") + 1
        random[0] = (random[0] & 0x0F) | 0x70
        random[2] = (random[2] & 0x3F) | 0x80
        return str(uuid.UUID(bytes=millis.to_bytes(6, "big") + bytes(random)))

    def linked(self):
        lines = []
        for unit in self.run.units:
            left_open = {}
            for kept in unit.attempts:
                made, outcome = kept["made"], kept["outcome"]
                kind, link = kind_of(unit.step(made["step"]))
                if made["purpose"] != "act" or kind != "link":
                    continue
                run = left_open.get(made["step"]) or self.called(made["attempt"])
                known = outcome and outcome["seen"].get("linked")
                result = outcome and outcome["result"]
                goes_on = bool(known) and known["status"] not in ("completed", "aborted")
                left_open[made["step"]] = run if result in (None, "unknown") or result == "failed" and goes_on else None
                if outcome and not known:
                    continue
                known = known or {"status": None, "rta": None, "rto": None, "verdict": None}
                lines.append({
                    "unit": unit.written["id"], "attempt": made["attempt"], "runbook": link["runbook"], "run": run,
                    "mode": "mock" if link["mock"] else self.run.header["mode"], "wait": link["wait"],
                    "called_at": made["started_at"], "ended_at": made["ended_at"], "status": known["status"],
                    "rta_ms": known["rta"], "rto_ms": known["rto"], "verdict": known["verdict"]})
        return lines

    # Capacity.

    def capacity(self):
        """What was wanted and what came; None where the runbook says nothing of it."""
        run, total, curve, goals = self.run, 0, [], []
        brings = [unit for unit in run.units if unit.written.get("capacity") is not None]
        counted = lambda at: run.counted(self.origin, at) if None not in (self.origin, at) and at >= self.origin else None
        for unit in sorted((unit for unit in brings if unit.ready() is not None), key=lambda u: (u.ready(), u.place)):
            total += unit.written["capacity"]
            curve.append({"at": unit.ready(), "after_ms": counted(unit.ready()), "unit": unit.written["id"],
                          "share": unit.written["capacity"], "total": total})
        least, rto = self.objectives.get("min_capacity"), self.objectives["rto"]
        wanted = [] if None in (least, rto) else [(least, rto, True)]
        wanted += [(goal["reach"], goal["within"], False) for goal in self.objectives.get("capacity", [])]
        for reach, within, minimum in wanted:
            at = next((step["at"] for step in curve if step["total"] >= reach), None)
            after = counted(at)
            if at is None:
                verdict = "not_recovered" if run.given_up() or run.status() == "completed" else None
            else:
                verdict = "not_measured" if after is None else self.against(after, within)
            goals.append({"reach": reach, "within_ms": within, "minimum": minimum, "reached_at": at, "after_ms": after,
                          "verdict": self.played(verdict)})
        return {"goals": goals, "curve": curve} if goals or brings else None

    # The whole.

    def summary(self, whole, services, units, capacity):
        judged = [s["recovery"]["verdict"] for s in services if s["recovery"]["rto_ms"] is not None]
        overall = whole["verdict"]
        least = [goal["verdict"] for goal in (capacity or {"goals": []})["goals"] if goal["minimum"]]
        if overall is not None and least:
            overall = None if least[0] is None else max(overall, least[0], key=FROM_BEST.index)
        if overall is not None and judged:
            if None in judged:
                overall = None
            else:
                worst = max(judged, key=FROM_BEST.index)
                lone = self.objectives["rto"] is None and overall == "not_measured"
                overall = worst if lone else max(overall, worst, key=FROM_BEST.index)
        counted = [unit for unit in units if unit["counted"]]
        over = [unit for unit in counted if (unit["variance_ms"] or 0) > 0]
        over.sort(key=lambda unit: -unit["variance_ms"])
        late = [s["service"] for s in services if s["recovery"]["verdict"] in ("exceeded", "not_recovered")]
        return {
            "verdict": overall, "plan_verdict": whole["verdict"], "late_services": late,
            "units": tally(unit["verdict"] for unit in counted),
            "services": tally(service["recovery"]["verdict"] for service in services),
            "overruns": [{"unit": unit["unit"], "over_ms": unit["variance_ms"]} for unit in over[:3]],
            "deviations": len(self.run.entries["deviations"]), "faults": len(self.run.entries["faults"])}

    def basis(self):
        run, booked = self.run, dict(self.run.booked)
        if run.account is not None:
            booked[run.account] += since(self.as_of, run.account_since)
        out_of_order, before = [], None
        for mark in ORIGINS:
            at = run.marks.get(mark)
            if None not in (at, before) and at < before:
                out_of_order.append(mark)
            before = latest((before, at))
        exclusions = [{
            "from_at": one["from"], "until_at": one["until"],
            "lasted_ms": since(self.as_of if one["until"] is None else one["until"], one["from"]), "by": one["by"],
            "reason": one["reason"]} for one in run.exclusions]
        return {
            "origin": self.objectives["clock"], "origin_at": self.origin, "marks": run.entries["marks"],
            "exclusions": exclusions, "out_of_order": out_of_order, "accounts": in_ms(booked),
            "wall_ms": since(self.as_of, run.declared)}

    def scope(self):
        out = []
        for unit in self.run.units:
            if unit.state == "not_selected":
                out.append({"unit": unit.written["id"],
                            "why": {"kind": "not_selected", "why": self.run.deselected.get(unit.place, "")}})
            elif unit.written["rto_exclude"]:
                out.append({"unit": unit.written["id"], "why": {"kind": "housekeeping"}})
        stages = [{"stage": stage["id"], "title": stage["title"], "units": stage["units"]["end"] - stage["units"]["start"]}
                  for stage in self.plan["stages"]]
        return {"services": len(self.plan["services"]), "stages": stages,
                "units_in": len(self.run.units) - len(out), "units_out": out}

    def cover(self):
        run, header, plan = self.run, self.run.header, self.plan
        breaks = lambda actor: "break-glass" in actor["roles"]
        glass = [{"at": run.declared, "by": header["requester"]}] if breaks(header["requester"]) else []
        for gate in run.entries["gates"]:
            glass += [{"at": vote["at"], "by": vote["by"], "unit": gate["unit"]} for vote in gate["votes"]
                      if vote.get("hand", "own") == "own" and breaks(vote["by"])]
        glass.sort(key=lambda line: line["at"])
        cover = {
            "document_no": f"RL-{in_seoul(run.declared)[:10].replace('-', '')}-{header['run'][-8:].upper()}",
            "runbook": header["runbook"], "title": plan["title"], "version": plan["version"], "owner": plan["owner"],
            "plan_digest": self.plan_digest, "mode": header["mode"], "run": header["run"], "status": run.status(),
            "interim": run.ended is None, "engine": header["engine"], "requester": header["requester"],
            "reason": header["reason"], "declared_at": run.declared, "ended_at": run.ended, "as_of_at": self.as_of}
        if glass:
            cover["break_glass"] = glass
        if header.get("parent") is not None:
            cover["called_by"] = header["parent"]
        return cover

    def limits(self, points, intact, clocks):
        held = self.run.entries["engines"]
        machines = {one["engine"].rpartition("/")[0] or one["engine"] for one in held}
        apart = len(machines) > 1 and any(one["clock"] is None for one in held) and not self.mock
        unread = any(point["rpo_ms"] is not None and point["rpa_ms"] is None for point in points)
        asked = (("simulated", self.mock), ("interim", self.run.ended is None), ("source_changed", not intact),
                 ("engine_clock", True), ("clock_offset", bool(clocks and clocks["unmeasured"])), ("engines_apart", apart),
                 ("recovery_point", unread), ("beyond_checks", True), ("statements", True),
                 ("outputs", True), ("chain_head", True))
        return [word for word, holds in asked if holds]

    def json(self):
        entries, plan = self.run.entries, self.plan
        whole = self.whole()
        services = [self.service(service) for service in plan["services"]]
        units = [self.unit(unit) for unit in self.run.units]
        capacity = self.capacity()
        points = self.points()
        clocks = self.clocks()
        apart = clocks and clocks["engines_apart_ms"]
        for line in [whole] + [service["recovery"] for service in services]:
            if apart is not None:
                line["clock"] = self.clock_error(apart, line["rta_ms"], line["rto_ms"])
        intact = hashlib.sha256(self.source.encode()).hexdigest() == plan["source"]
        inputs = [{"name": one["name"], "title": one["title"], "value": self.run.header["inputs"].get(one["name"]),
                   "secret": one["kind"] == "secret"} for one in plan["inputs"]]
        report = {
            "format": 1, "cover": self.cover(), "summary": self.summary(whole, services, units, capacity),
            "basis": self.basis(),
            "scope": self.scope(), "plan": {"recovery": whole, "planned_ms": self.graph.length}, "services": services,
            "tiers": self.tiers(services), "stages": self.stages(), "units": units,
            "planned_path": {"length_ms": self.graph.length,
                             "units": [plan["units"][place]["id"] for place in self.graph.critical]},
            "actual_path": self.actual_path(), "recovery_points": points, "inputs": inputs,
            "silences": plan.get("silences", []),
            "source": {"digest": plan["source"], "intact": intact, "text": self.source},
            "integrity": {"rows": len(self.rows), "head": self.rows[-1]["hash"]}, "limits": self.limits(points, intact, clocks), "clocks": clocks}
        report.update({name: lines for name, lines in entries.items() if name != "marks"})
        for name, lines in (("replication", self.replication()), ("linked", self.linked()), ("capacity", capacity)):
            if lines:
                report[name] = lines
        return report


def tally(verdicts):
    counts = dict.fromkeys(("met", "exceeded", "not_recovered", "not_measured", "simulated", "open"), 0)
    for verdict in verdicts:
        counts[verdict or "open"] += 1
    return counts


# --- Comparison ------------------------------------------------------------------------------------------------------


def differences(said, found, place=""):
    """Places where the report says something else than the journal gives."""
    if isinstance(said, dict) and isinstance(found, dict):
        for name in [*said, *(name for name in found if name not in said)]:
            inner = f"{place}.{name}" if place else name
            if name not in found:
                yield f"{inner}: the report says {shown(said[name])}; that is not reckoned from the journal"
            elif name not in said:
                yield f"{inner}: the journal gives {shown(found[name])}, the report does not say it"
            else:
                yield from differences(said[name], found[name], inner)
    elif isinstance(said, list) and isinstance(found, list):
        if len(said) != len(found):
            yield f"{place}: the report has {len(said)} entries, the journal gives {len(found)}"
        for number, (one, other) in enumerate(zip(said, found)):
            yield from differences(one, other, f"{place}[{number}]{named(one)}")
    elif said != found or isinstance(said, bool) != isinstance(found, bool):
        yield f"{place}: the report says {shown(said)}, the journal gives {shown(found)}"


def named(entry):
    """The name of what a line is about, so that nobody has to count."""
    if isinstance(entry, dict):
        for key in ("unit", "service", "stage", "mark", "tier"):
            if isinstance(entry.get(key), (str, dict)):
                return f"({entry[key] if isinstance(entry[key], str) else shown(entry[key])})"
    return ""


def shown(value):
    value = json.dumps(value, ensure_ascii=False)
    return value if len(value) <= 120 else value[:120] + "…"


def numbers(value):
    """How many numbers a report has."""
    if isinstance(value, dict):
        return sum(map(numbers, value.values()))
    if isinstance(value, list):
        return sum(map(numbers, value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def entries_of(path):
    """What is to be compared: a name, and how its entries are read."""
    if path.is_dir():
        if (path / "report.json").is_file():
            return [(path, lambda name: (path / name).read_bytes().decode("utf-8"))]
        return [found for inner in sorted(path.iterdir()) if inner.is_dir() for found in entries_of(inner)]
    archive = zipfile.ZipFile(path)
    return [(path, lambda name: archive.read(name).decode("utf-8"))]


def compare(read):
    """Differences of one report, and how many numbers it has."""
    said, plan = json.loads(read("report.json")), read("plan.json")
    rows = [json.loads(row) for row in read("journal.jsonl").split("\n") if row]
    if not rows:
        raise Unreadable("journal.jsonl is empty")
    made = Report(json.loads(plan), plan, read("runbook.yaml"), rows, said["cover"]["as_of_at"])
    return list(differences(said, made.json())), numbers(said)


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    status = 0
    for given in paths:
        try:
            found = entries_of(Path(given))
        except (OSError, zipfile.BadZipFile) as why:
            print(f"{given}: can not be read: {why}", file=sys.stderr)
            status = 2
            continue
        if not found:
            print(f"{given}: neither a pack nor a folder with report.json", file=sys.stderr)
            status = 2
        for name, read in found:
            status = max(status, judge(name, read))
    return status


def judge(name, read):
    """Says what differs in one report."""
    try:
        differing, many = compare(read)
    except (OSError, LookupError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, Unreadable) as why:
        print(f"{name}: can not be reckoned: {type(why).__name__}: {why}", file=sys.stderr)
        return 2
    for difference in differing:
        print(f"{name}: {difference}")
    print(f"{name}: {len(differing)} differences" if differing else f"{name}: the same, {many} numbers")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
