//! The page that a pack explains itself with, in both languages.

use super::key::PublicKey;
use super::manifest::Unproven;
use crate::base::{Lang, Text};
use crate::report::{RunReport, Word as _};

/// The page. It says nothing that is not fixed by the report and the key.
pub(super) fn readme(report: &RunReport, key: &PublicKey) -> String {
    let page = |lang: Lang| {
        let (cover, integrity) = (&report.cover, &report.integrity);
        let facts = [
            (Text::new("문서 번호", "Document"), cover.document_no.clone()),
            (Text::new("실행", "Run"), cover.run.to_string()),
            (Text::new("런북", "Runbook"), format!("{} — {}", cover.runbook, cover.title.get(lang))),
            (Text::new("기준 시점", "As of"), cover.as_of_at.in_seoul()),
            (Text::new("저널", "Journal"), format!("{} / {}", integrity.rows, integrity.head)),
            (Text::new("키 지문", "Key"), key.fingerprint().to_string()),
        ];
        let facts: String = facts.iter().map(|(name, value)| format!("  {}: {value}\n", name.get(lang))).collect();
        let bullet = |text: &str| format!("  - {text}\n");
        let contents: String = contents().iter().map(|text| bullet(text.get(lang))).collect();
        let limits: String = report.limits.iter().map(|limit| bullet(limit.word(lang))).collect();
        let own: String = Unproven::ALL.iter().map(|unproven| bullet(unproven.text().get(lang))).collect();
        let unproven = limits + &own;
        let words = Text::new(
            format!(
                "Relight 증거 꾸러미\n\n{facts}\n들어 있는 것\n{contents}\n검증\n  relight verify 파일 --key 공개키\n  \
                 공개키는 이 꾸러미가 아닌 다른 경로로 받은 것이어야 합니다. 서명만은 openssl로도 확인됩니다:\n  \
                 openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in statement.txt -sigfile statement.sig\n\n\
                 증명하지 않는 것\n{unproven}"
            ),
            format!(
                "A Relight evidence pack\n\n{facts}\nWhat is in it\n{contents}\nProof\n  relight verify FILE --key PUBLIC-KEY\n  \
                 Have the public key from elsewhere than this pack. The signature alone can be checked with openssl:\n  \
                 openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in statement.txt -sigfile statement.sig\n\n\
                 What it does not prove\n{unproven}"
            ),
        );
        words.get(lang).to_owned()
    };
    format!("{}\n{}\n{}", page(Lang::Ko), "-".repeat(72), page(Lang::En))
}

fn contents() -> Vec<Text> {
    vec![
        Text::new(
            "report.json: 저널에서 다시 계산할 수 있는 보고서. 같은 내용의 사람용 형식이 그 곁에 있습니다",
            "report.json: the report, which can be made again from the journal; forms for people lie beside it",
        ),
        Text::new(
            "issue.json: 발행본과 결재(발행본을 봉인한 경우)",
            "issue.json: the issued version and its signatures, where one was sealed",
        ),
        Text::new(
            "runbook.yaml, plan.json: 실행된 런북과 고정된 계획",
            "runbook.yaml, plan.json: the runbook as executed and the frozen plan",
        ),
        Text::new(
            "journal.jsonl: 저널의 모든 행. 각 행의 해시는 앞 행을 포함합니다",
            "journal.jsonl: every row of the journal; the hash of each covers the one before",
        ),
        Text::new(
            "recompute.py: Relight 없이 저널에서 보고서의 모든 수치를 다시 계산해 비교합니다(python3 recompute.py 폴더)",
            "recompute.py: reckons every number of the report again from the journal, without Relight (python3 recompute.py FOLDER)",
        ),
        Text::new(
            "outputs.jsonl, evidence/: 단계의 출력과 제출된 증적 파일(이름이 SHA-256)",
            "outputs.jsonl, evidence/: output of steps, and files handed in, named by their SHA-256",
        ),
        Text::new("manifest.json: 모든 항목의 크기와 SHA-256", "manifest.json: size and SHA-256 of every entry"),
        Text::new(
            "statement.txt, statement.sig, key.pem: 서명된 문장, Ed25519 서명, 공개키",
            "statement.txt, statement.sig, key.pem: what is signed, the Ed25519 signature, the public key",
        ),
    ]
}
