//! Every address of the console, as functions. Templates and handlers write no path of their own.

use engine::base::{CaseId, ContactId, Digest, FindingId, LinkName, RunId, RunbookId, TeamId, UnitId, UserName};
use engine::documents::DocumentId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::report::Format;

/// What may stand unescaped in one segment of a path or one value of a query.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn segment(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, SEGMENT)
}

/// The first page: what is running and what can be run.
pub const fn home() -> &'static str {
    "/"
}

/// The replication links.
pub const fn replication() -> &'static str {
    "/replication"
}

/// One replication link.
pub fn replication_link(link: &LinkName) -> String {
    format!("/replication/{link}")
}

/// The same over a longer or shorter time: `hour`, `day`, `week`.
pub fn replication_link_over(link: &LinkName, time: &str) -> String {
    format!("/replication/{link}?time={time}")
}

/// Whether the process can serve.
pub const fn health() -> &'static str {
    "/healthz"
}

/// The sign-in form.
pub const fn sign_in() -> &'static str {
    "/sign-in"
}

/// The sign-in form, going on to a page of ours afterwards.
pub fn sign_in_then(next: &str) -> String {
    format!("/sign-in?next={}", segment(next))
}

/// Where the browser leaves for the provider of identity, going on to a page of ours afterwards.
pub fn sign_in_elsewhere(next: &str) -> String {
    format!("/sign-in/oidc?next={}", segment(next))
}

/// Where the provider of identity sends the browser back to.
pub const fn sign_in_returned() -> &'static str {
    "/sign-in/oidc/return"
}

/// The sign-in form, for who has just left and is still signed in at the provider of identity.
pub const fn signed_out_here() -> &'static str {
    "/sign-in?left=oidc"
}

/// Where a person ends the session at the provider of identity.
pub const fn sign_out_elsewhere() -> &'static str {
    "/sign-in/oidc/leave"
}

/// The second step of signing in; also where its form goes.
pub const fn second() -> &'static str {
    "/sign-in/second"
}

/// The same, going on to a page of ours afterwards.
pub fn second_then(next: &str) -> String {
    format!("/sign-in/second?next={}", segment(next))
}

/// The form on which a person shows once more who that is; also where it goes.
pub const fn confirm() -> &'static str {
    "/confirm"
}

/// The same, going on to a page of ours afterwards.
pub fn confirm_then(next: &str) -> String {
    format!("/confirm?next={}", segment(next))
}

/// The own account; also where its forms go.
pub const fn me() -> &'static str {
    "/me"
}

/// Whom a person has asked to stand in; also where the forms about that go.
pub const fn delegations() -> &'static str {
    "/me/delegations"
}

/// Who stands in for whom, for auditors and admins.
pub const fn deputies() -> &'static str {
    "/deputies"
}

/// Breaking the glass; also where the form for it goes.
pub const fn glass() -> &'static str {
    "/break-glass"
}

/// Where the review of a broken glass goes.
pub fn glass_review(id: uuid::Uuid) -> String {
    format!("/break-glass/{id}")
}

/// Everybody; also where the form goes that adds somebody.
pub const fn people() -> &'static str {
    "/people"
}

/// One person; also where the forms of that page go.
pub fn person(name: &UserName) -> String {
    format!("/people/{}", segment(name.as_str()))
}

/// The tree of organisations.
pub const fn organisations() -> &'static str {
    "/organisations"
}

/// The teams; also where the form of a new one goes.
pub const fn teams() -> &'static str {
    "/teams"
}

/// One team; also where the forms of that page go.
pub fn team(id: &TeamId) -> String {
    format!("/teams/{}", segment(id.as_str()))
}

/// The form on which a person chooses a new password; also where it goes.
pub const fn password() -> &'static str {
    "/password"
}

/// The same, going on to a page of ours afterwards.
pub fn password_then(next: &str) -> String {
    format!("/password?next={}", segment(next))
}

/// Where the sign-out form goes.
pub const fn sign_out() -> &'static str {
    "/sign-out"
}

/// Where the language form goes.
pub const fn language() -> &'static str {
    "/language"
}

/// The catalogue of runbooks.
pub const fn runbooks() -> &'static str {
    "/runbooks"
}

/// One runbook.
pub fn runbook(id: &RunbookId) -> String {
    format!("/runbooks/{}", segment(id.as_str()))
}

/// A file of the library by its name, for runbooks that do not compile and so have no sure id.
pub fn runbook_file(file: &str) -> String {
    format!("/runbooks/file/{}", segment(file))
}

/// The catalogue of components.
pub const fn components() -> &'static str {
    "/components"
}

/// What a diagnostic means.
pub fn diagnostic(code: &str) -> String {
    format!("/diagnostics/{}", segment(code))
}

/// The declaration form of a runbook; also where it goes.
pub fn declare(id: &RunbookId) -> String {
    format!("/runbooks/{}/declare", segment(id.as_str()))
}

/// The declaration form of a runbook, in a case and with the part that the run has there.
pub fn declare_in_case(id: &RunbookId, case: CaseId, part: &str) -> String {
    format!("{}?case={case}&part={}", declare(id), segment(part))
}

/// The list of cases.
pub const fn cases() -> &'static str {
    "/cases"
}

/// Cases opened before this one.
pub fn cases_before(case: CaseId) -> String {
    format!("/cases?before={case}")
}

/// The form that opens a case; also where it goes.
pub const fn case_new() -> &'static str {
    "/cases/new"
}

/// The page of a case.
pub fn case(case: CaseId) -> String {
    format!("/cases/{case}")
}

/// Where every acting form of a case goes.
pub fn case_act(case: CaseId) -> String {
    format!("/cases/{case}/act")
}

/// Where the declaration form goes for a preflight.
pub fn preflight(id: &RunbookId) -> String {
    format!("/runbooks/{}/preflight", segment(id.as_str()))
}

/// The list of runs.
pub const fn runs() -> &'static str {
    "/runs"
}

/// Runs declared before this one.
pub fn runs_before(run: RunId) -> String {
    format!("/runs?before={run}")
}

/// The page of a run.
pub fn run(run: RunId) -> String {
    format!("/runs/{run}")
}

/// The stream of a run's changes.
pub fn run_live(run: RunId) -> String {
    format!("/runs/{run}/live")
}

/// What a run asks of the person who looks: acting forms, rendered for each person.
pub fn run_asks(run: RunId) -> String {
    format!("/runs/{run}/asks")
}

/// Where every acting form of a run goes.
pub fn run_act(run: RunId) -> String {
    format!("/runs/{run}/act")
}

/// One unit of a run: its attempts and their output.
pub fn run_unit(run: RunId, unit: &UnitId) -> String {
    format!("/runs/{run}/units/{}", segment(unit.as_str()))
}

/// The audit log.
pub const fn audit() -> &'static str {
    "/audit"
}

/// The audit log with a filter as it stands behind the question mark.
pub fn audit_with(filter: &str) -> String {
    format!("/audit?{filter}")
}

/// The audit log as a file for spreadsheets.
pub fn audit_csv(filter: &str) -> String {
    format!("/audit.csv?{filter}")
}

/// The audit log as a file for programs.
pub fn audit_json_lines(filter: &str) -> String {
    format!("/audit.jsonl?{filter}")
}

/// The API, for people.
pub const fn api() -> &'static str {
    "/api"
}

/// The API, for programs.
pub const fn api_document() -> &'static str {
    "/api/v1/openapi.json"
}

/// The contact tree; also where a contact's form goes.
pub const fn contacts() -> &'static str {
    "/contacts"
}

/// The form of a new contact.
pub const fn contact_new() -> &'static str {
    "/contacts/new"
}

/// The form of a contact.
pub fn contact(id: &ContactId) -> String {
    format!("/contacts/entry/{}", segment(id.as_str()))
}

/// Where a contact is removed.
pub const fn contacts_remove() -> &'static str {
    "/contacts/remove"
}

/// The form of a contact list; also where it goes.
pub const fn contacts_import() -> &'static str {
    "/contacts/import"
}

/// Where a class is called to try it out.
pub const fn contacts_test() -> &'static str {
    "/contacts/test"
}

/// A person's own messages.
pub const fn messages() -> &'static str {
    "/messages"
}

/// Where a message is marked as read or acknowledged.
pub const fn messages_read() -> &'static str {
    "/messages/read"
}

/// Messages that could not be delivered.
pub const fn messages_failed() -> &'static str {
    "/messages/failed"
}

/// Where one of them is sent again.
pub const fn messages_again() -> &'static str {
    "/messages/again"
}

/// Who was told about an occasion.
pub fn occasion(key: &str) -> String {
    format!("/messages/occasion?key={}", segment(key))
}

/// Where it is entered that somebody has acknowledged on the telephone.
pub const fn occasion_report() -> &'static str {
    "/messages/report"
}

/// Where links in messages lead to, and their button.
pub const fn acknowledge() -> &'static str {
    "/acknowledge"
}

/// Rules, classes, words and channels; also where their forms go.
pub const fn telling() -> &'static str {
    "/telling"
}

/// What waits for the person who looks.
pub const fn tasks() -> &'static str {
    "/tasks"
}

/// Two runs beside each other.
pub fn compare(then: RunId, now: RunId) -> String {
    format!("/compare?then={then}&now={now}")
}

/// Where notes about differences of two runs go.
pub const fn compare_notes() -> &'static str {
    "/compare"
}

/// How runbooks do from run to run.
pub const fn trends() -> &'static str {
    "/trends"
}

/// How one does; also where the form of its baseline goes.
pub fn trend(id: &RunbookId) -> String {
    format!("/trends/{}", segment(id.as_str()))
}

/// What of a runbook was gone through.
pub fn coverage(id: &RunbookId) -> String {
    format!("/runbooks/{}/coverage", segment(id.as_str()))
}

/// The drill calendar; also where its forms go.
pub const fn calendar() -> &'static str {
    "/calendar"
}

/// The same as a file.
pub const fn calendar_file() -> &'static str {
    "/calendar.ics"
}

/// Findings.
pub const fn findings() -> &'static str {
    "/findings"
}

/// Closed findings of runs before this one, with the filter kept.
pub fn findings_closed_before(runbook: &str, owner: &str, before: &str) -> String {
    format!("/findings?status=closed&runbook={}&owner={}&before={}", segment(runbook), segment(owner), segment(before))
}

/// One finding.
pub fn finding(finding: FindingId) -> String {
    format!("/findings/{finding}")
}

/// Where every acting form of a finding goes.
pub fn finding_act(finding: FindingId) -> String {
    format!("/findings/{finding}/act")
}

/// Where the form of a new finding goes.
pub const fn finding_new() -> &'static str {
    "/findings/new"
}

/// The form of a new finding of a run.
pub fn finding_new_of(run: RunId) -> String {
    format!("/findings/new?run={run}")
}

/// My approvals.
pub const fn approvals() -> &'static str {
    "/approvals"
}

/// A gate on a page of its own.
pub fn gate(run: RunId, unit: &UnitId) -> String {
    format!("/runs/{run}/gates/{}", segment(unit.as_str()))
}

/// The next part of a list of which so many were passed over.
pub fn from_on(list: &str, from: usize) -> String {
    format!("{list}?from={from}")
}

/// Manual work of a unit, on a page of its own; also where its form goes.
pub fn task(run: RunId, unit: &UnitId) -> String {
    format!("/runs/{run}/tasks/{}", segment(unit.as_str()))
}

/// A file that was handed in for a run.
pub fn evidence(run: RunId, digest: Digest) -> String {
    format!("/runs/{run}/evidence/{digest}")
}

/// The list of reports.
pub const fn reports() -> &'static str {
    "/reports"
}

/// Reports of runs declared before this one.
pub fn reports_before(run: RunId) -> String {
    format!("/reports?before={run}")
}

/// The report of a run.
pub fn report(run: RunId) -> String {
    format!("/runs/{run}/report")
}

/// The report of a run as a file.
pub fn report_file(run: RunId, format: Format) -> String {
    format!("/runs/{run}/report.{}", format.end())
}

/// Issued versions of the report of a run; also where its forms go.
pub fn issues(run: RunId) -> String {
    format!("/runs/{run}/issues")
}

/// The report of an issued version as a file.
pub fn issue_file(run: RunId, number: u32) -> String {
    format!("/runs/{run}/issues/{number}")
}

/// The sealed pack of a run, or of an issued version of its report.
pub fn pack(run: RunId, issue: Option<u32>) -> String {
    let which = issue.map_or_else(String::new, |number| format!("?issue={number}"));
    format!("/runs/{run}/evidence.zip{which}")
}

/// The repository of documents.
pub const fn documents() -> &'static str {
    "/documents"
}

/// The form of a new document.
pub const fn document_new() -> &'static str {
    "/documents/new"
}

/// Documents in which words stand, or all, made before this one.
pub fn documents_behind(words: &str, document: DocumentId) -> String {
    format!("/documents?q={}&before={document}", segment(words))
}

/// A document; also where its form goes.
pub fn document(document: DocumentId) -> String {
    format!("/documents/{document}")
}

/// The form of a document.
pub fn document_edit(document: DocumentId) -> String {
    format!("/documents/{document}/edit")
}

/// A file of a document.
pub fn document_file(document: DocumentId, digest: Digest) -> String {
    format!("/documents/{document}/files/{digest}")
}

/// An address that a visitor brought along, when it is a path of this console and nothing else; else the first page.
///
/// `//host` and `/\host` are addresses of other sites to a browser, and control characters are dropped by it before it
/// looks, so both are refused.
pub fn safe_next(next: &str) -> &str {
    let mut characters = next.chars();
    let local = characters.next() == Some('/') && !matches!(characters.next(), Some('/' | '\\'));
    if local && next.len() <= 2_048 && !next.chars().any(char::is_control) { next } else { home() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_paths() {
        let id: RunbookId = "계정계-1".parse().unwrap();
        assert_eq!(runbook(&id), "/runbooks/%EA%B3%84%EC%A0%95%EA%B3%84-1");
        assert_eq!(sign_in_then("/runs?a=b&c"), "/sign-in?next=%2Fruns%3Fa%3Db%26c");
    }

    #[test]
    fn only_paths_of_this_console_are_followed() {
        assert_eq!(safe_next("/runs?before=1"), "/runs?before=1");
        for foreign in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil"]
        {
            assert_eq!(safe_next(foreign), "/", "{foreign:?}");
        }
    }
}
