"""The scanners behind scripts/scan."""

import html.parser
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

FOLDER = Path("target/scan")
# Below the bound on requests of one caller, which is not what is looked at here.
PACE = "15/s"
# Cases that schemathesis makes for an operation in each of its phases.
EXAMPLES = os.environ.get("SCAN_EXAMPLES", "15")
# What schemathesis does; `examples,fuzzing` is the quick way through all operations.
PHASES = os.environ.get("SCAN_PHASES", "examples,coverage,fuzzing")
# Only as these, where any are named: a person, or a token by its person and scope (operator-view).
ONLY = set(filter(None, os.environ.get("SCAN_AS", "").split(",")))
# Forms that everybody who is signed in may have.
EVERYBODYS = ("/sign-out", "/language", "/password", "/me")
# Pages, by how their address begins, and who of the people below may open them.
RESERVED = {"/audit": {"auditor", "admin"}, "/people": {"admin"}}
# They end what the scanner is signed in with, as it takes ids out of answers: so they are asked by themselves at the end.
LAST = "delete_sessions|delete_sessions_session|delete_tokens_token"
# Who breaks the glass acts in real runs, and so is nobody who only looks any more: likewise for those below.
BREAKING = "post_break_glass"
# Who only looks: nothing that they send may change a run.
LOOKING = ("auditor", "admin", "owner")
# A token of each scope, and whose: somebody who may do more than the scope.
SCOPES = {"view": "operator", "act": "operator", "admin": "admin", "alert": "operator"}
PROGRAMS = [(name, scope) for scope, name in SCOPES.items() if scope != "admin"]
# With these, no run changes whoever sent them.
SCOPES_THAT_LOOK = ("view", "admin", "alert")
# The longest that schemathesis may take as one of them, in seconds.
PATIENCE = int(os.environ.get("SCAN_PATIENCE", "1800"))


class Person:
    """A signed-in browser that follows no redirect by itself."""

    def __init__(self, address, name, password):
        self.address, self.name = address, name
        form = urllib.parse.urlencode({"name": name, "password": password})
        status, headers, _ = self.send("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 303, f"{name} can not sign in: {status}"
        self.cookie = headers["Set-Cookie"].split(";")[0]
        self.csrf = self.json("/api/v1/session")["csrf"]

    def send(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        known = {"Cookie": self.cookie} if hasattr(self, "cookie") else {}
        connection.request(method, path, body, {**known, **(headers or {})})
        answer = connection.getresponse()
        kind = answer.getheader("Content-Type", "")
        # A stream of changes never ends.
        body = b"" if kind.startswith("text/event-stream") else answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def json(self, path):
        while True:
            status, headers, body = self.send("GET", path)
            if status != 429:
                assert status == 200, f"{self.name}: {path}: {status}: {body[:300]}"
                return json.loads(body)
            time.sleep(int(headers["Retry-After"]))

    def token(self, scope):
        """A token for a program, as the account page shows it once."""
        fields = {"csrf": self.csrf, "verb": "token-add", "label": f"scan {scope}", "scope": scope, "days": "1"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, body = self.send("POST", "/me", urllib.parse.urlencode(fields), form)
        assert status == 200, f"{self.name} gets no token: {status}"
        return re.search(r"rlt_[A-Za-z0-9_-]+", body.decode())[0]

    def post(self, path, body):
        headers = {"Content-Type": "application/json", "x-csrf-token": self.csrf}
        return self.send("POST", path, json.dumps(body), headers)


class Links(html.parser.HTMLParser):
    """Everything that a page leads to, and where its forms go."""

    def __init__(self):
        super().__init__()
        self.links, self.posts = set(), set()

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        for name in ("href", "src", "data-hx-get", "data-hx-sse-connect", "sse-connect"):
            if known.get(name):
                self.links.add(known[name])
        if tag == "form":
            action = known.get("action") or ""
            if (known.get("method") or "get").lower() == "post":
                self.posts.add(action)
            else:
                self.links.add(action)


def crawl(person):
    """Follows every link from the first page on. Gives what was found at each address, and the complaints."""
    found, complaints, waiting = {}, [], ["/", "/api"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        status, headers, body = person.send("GET", path)
        kind = headers.get("Content-Type", "")
        found[path] = status
        if status >= 400:
            complaints.append(f"{person.name}: a link leads to {path}, which answers {status}")
        if status in (302, 303, 307, 308):
            target = urllib.parse.urlsplit(headers["Location"])
            if target.netloc:
                complaints.append(f"{person.name}: {path} leads away to {headers['Location']}")
            else:
                waiting.append(urllib.parse.urlunsplit(target._replace(fragment="")))
        if kind.startswith("text/html"):
            page = Links()
            page.feed(body.decode())
            for link in page.links:
                parts = urllib.parse.urlsplit(urllib.parse.urljoin(f"http://{person.address}{path}", link))
                if parts.netloc != person.address:
                    complaints.append(f"{person.name}: {path} has a link to {link}, which is not of this console")
                else:
                    waiting.append(urllib.parse.urlunsplit(("", "", parts.path, parts.query, "")))
            # Whoever reads the audit log reviews broken glass.
            beyond = [post for post in page.posts if not post.startswith((*EVERYBODYS, "/break-glass/"))]
            if person.name == "auditor" and beyond:
                complaints.append(f"auditor: {path} has forms to {', '.join(beyond)}")
    return found, complaints


def beyond(person, addresses):
    """Tries every address that anybody has found."""
    for path in sorted(addresses):
        status, _, _ = person.send("GET", path)
        if status >= 500:
            yield f"{person.name}: {path} answers {status}"
        for begin, permitted in RESERVED.items():
            if path.startswith(begin) and status < 400 and person.name not in permitted:
                yield f"{person.name}: {path} is open, and is only for {', '.join(sorted(permitted))}"


def runs(person):
    """Every run with the place of its last event: whatever changes one shows in it."""
    found, before = {}, ""
    while True:
        page = person.json(f"/api/v1/runs?limit=500{before}")
        found.update({run["run"]: run["seq"] for run in page["runs"]})
        if not page["next"]:
            return found
        before = f"&before={page['next']}"


def fuzz(person, schemathesis, run, scope=None, token=None):
    """schemathesis as one person, or as a program of that person. The ids of a run that is there lead it beyond 404."""
    config, named = FOLDER / "schemathesis.toml", f"{person.name}-{scope}" if scope else person.name
    if token:
        shown = f'[auth.openapi.token]\nbearer = "{token}"\n'
    else:
        session = person.cookie.split("=", 1)[1]
        shown = f'[auth.openapi.session]\napi_key = "{session}"\n[auth.openapi.csrf]\napi_key = "{person.csrf}"\n'
    # Nobody else on this host reads what signs in.
    config.touch(0o600)
    config.write_text(f'[parameters]\n"path.run" = "{run}"\n"path.unit" = "go"\n"path.id" = "scan"\n{shown}')
    left_out = f"{LAST}|{BREAKING}" if person.name in LOOKING and not token else LAST
    arguments = [
        schemathesis, "--config-file", str(config), "run", f"http://{person.address}/api/v1/openapi.json",
        "--rate-limit", PACE, "--max-examples", EXAMPLES, "--phases", PHASES,
        "--continue-on-failure", "--no-shrink", "--seed", "1", "--exclude-operation-id-regex", f"^({left_out})$",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
        "response_headers_conformance,negative_data_rejection,unsupported_method,ignored_auth",
    ]  # fmt: skip
    log = FOLDER / f"schemathesis-{named}.log"
    with log.open("w") as out:
        try:
            told = {"stdout": out, "stderr": subprocess.STDOUT, "env": {**os.environ, "NO_COLOR": "1"}}
            came = subprocess.run(arguments, timeout=PATIENCE, **told).returncode
        except subprocess.TimeoutExpired:
            came = f"no end within {PATIENCE} s"
    config.unlink()
    print(f"  schemathesis as {named}: {'nothing' if came == 0 else 'faults'}", flush=True)
    return [] if came == 0 else [f"schemathesis as {named}: {came}: see {log}"]


def looked(person, scope, schemathesis, run, tokens):
    """schemathesis as a person or as a program of that person, and whether that changed a run that it must not."""
    named = f"{person.name}-{scope}" if scope else person.name
    if ONLY and named not in ONLY:
        return []
    before = runs(person)
    complaints = fuzz(person, schemathesis, run, scope, tokens.get(scope))
    only_looks = scope in SCOPES_THAT_LOOK if scope else person.name in LOOKING
    if only_looks and runs(person) != before:
        complaints.append(f"{named} has changed a run or declared one")
    return complaints


def leave(person, token):
    """What was left out of the fuzzing: a token ends nothing of its person, who ends all sessions is out, and so are tokens."""
    bearer = {"Authorization": f"Bearer {token}", "Cookie": ""}
    shown = {"x-csrf-token": person.csrf}
    own = person.json("/api/v1/sessions")["sessions"][0]["session"]
    spare = person.json("/api/v1/tokens")["tokens"][0]["token"]
    ends = [f"/api/v1/sessions/{own}", f"/api/v1/tokens/{spare}", "/api/v1/sessions"]
    came = [person.send("DELETE", path, None, headers)[0] for headers in (bearer, {}) for path in ends]
    came += [person.send("DELETE", path, None, shown)[0] for path in ends[1:]]
    came += [person.send("GET", "/api/v1/session", None, headers)[0] for headers in ({}, bearer)]
    return [] if came == [403] * 6 + [204, 204, 401, 401] else [f"{person.name}: ending what is the own: {came}"]


def smash(person, wanted):
    """Who only looks on breaks no glass."""
    came = person.post("/api/v1/break-glass", {"reason": "scan"})[0]
    # A sign-in of more than five minutes ago breaks none either.
    return [] if came in (wanted, 403) else [f"{person.name}: breaking the glass: {came}"]


def serve(relight):
    """The demonstration on a free port, with its people and their passwords."""
    state = (FOLDER / "state").resolve()
    shutil.rmtree(state, ignore_errors=True)
    process = subprocess.Popen(
        [relight, "demo", "--listen", "127.0.0.1:0", "--state", str(state)], stdout=subprocess.PIPE, text=True
    )
    address, people = None, {}
    for line in process.stdout:
        if found := re.search(r"http://([^/]+)/", line):
            address = found[1]
        if found := re.match(r"  (\w+) +([a-z0-9-]{14}) ", line):
            people[found[1]] = found[2]
        if line.startswith("declare"):
            return process, address, people, state
    raise SystemExit("the demonstration did not start")


def main(relight, schemathesis):
    FOLDER.mkdir(parents=True, exist_ok=True)
    process, address, passwords, state = serve(relight)
    complaints = []
    try:
        runbook = "runbook: scan\nunits:\n  go: {gate: {question: Go?, approvers: [commander], timeout: 10h}}\n"
        (state / "runbooks" / "scan.yaml").write_text(runbook)
        people = {name: Person(address, name, password) for name, password in passwords.items()}
        wanted = {"runbook": "scan", "mode": "mock", "reason": "scan", "simulation": {"speed": 1}}
        status, _, body = people["operator"].post("/api/v1/runs", wanted)
        assert status == 201, body
        run = json.loads(body)["run"]
        tokens = {scope: people[name].token(scope) for scope, name in SCOPES.items()}
        for name in LOOKING:
            complaints += smash(people[name], 403) if name != "owner" else []
        found = {name: crawl(person) for name, person in people.items()}
        addresses = set().union(*(pages for pages, _ in found.values()))
        for name, person in people.items():
            complaints += found[name][1] + list(beyond(person, addresses))
            print(f"  crawler as {name}: {len(found[name][0])} addresses", flush=True)
        # Whoever manages people comes last, as that locks some of them out.
        for name, scope in [*((name, None) for name in people if name != "admin"), *PROGRAMS]:
            complaints += looked(people[name], scope, schemathesis, run, tokens)
        complaints += smash(people["owner"], 201) + leave(people["operator"], tokens["act"])
        for scope in (None, "admin"):
            complaints += looked(people["admin"], scope, schemathesis, run, tokens)
        if process.poll() is not None:
            complaints.append("the console has ended")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    for complaint in complaints:
        print(complaint)
    print(f"{len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
