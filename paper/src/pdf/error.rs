//! What can go wrong between a report and its PDF.

use std::io;

use engine::base::Bilingual;

/// Why there is no PDF. Each says what to do; the other formats never depend on the press.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data of the report can not be read.
    #[error("the report can not be printed: its data can not be read: {0}; take the HTML or JSON report")]
    Data(#[from] serde_json::Error),
    /// The typesetter refused it.
    #[error(
        "the report can not be printed: the typesetter says: {0}; take the HTML or JSON report and report this fault"
    )]
    Typeset(String),
    /// The process could not be started or talked to.
    #[error(
        "the report can not be printed: {program} does not work as a press: {cause}; look whether it may be executed"
    )]
    Start {
        /// Its file.
        program: String,
        /// What the system says.
        cause: io::Error,
    },
    /// It took more memory than it may.
    #[error("the report can not be printed: setting it took more than {mib} MiB; take the HTML or JSON report")]
    Memory {
        /// The limit.
        mib: u64,
    },
    /// It took more time than it may.
    #[error(
        "the report can not be printed: setting it took more than {seconds} s; try again when the machine is less busy, \
         or take the HTML or JSON report"
    )]
    Time {
        /// The limit.
        seconds: u64,
    },
    /// It ended otherwise.
    #[error(
        "the report can not be printed: the press ended with {how}: {said}; take the HTML or JSON report and report this \
         fault"
    )]
    Ended {
        /// Status or signal.
        how: String,
        /// The end of what it said.
        said: String,
    },
}

impl Bilingual for Error {
    fn ko(&self) -> String {
        match self {
            Self::Data(why) => {
                format!(
                    "보고서를 인쇄할 수 없습니다: 데이터를 읽지 못했습니다({why}). HTML이나 JSON 보고서를 받으십시오."
                )
            }
            Self::Typeset(why) => format!(
                "보고서를 인쇄할 수 없습니다: 조판기의 설명은 “{why}”입니다. HTML이나 JSON 보고서를 받고 이 오류를 알려 주십시오."
            ),
            Self::Start { program, cause } => {
                format!(
                    "보고서를 인쇄할 수 없습니다: {program}을(를) 조판에 쓸 수 없습니다({cause}). 실행 권한을 확인하십시오."
                )
            }
            Self::Memory { mib } => format!(
                "보고서를 인쇄할 수 없습니다: 조판에 메모리가 {mib}MiB 넘게 필요합니다. HTML이나 JSON 보고서를 받으십시오."
            ),
            Self::Time { seconds } => format!(
                "보고서를 인쇄할 수 없습니다: 조판이 {seconds}초를 넘겼습니다. 서버가 덜 바쁠 때 다시 하거나 HTML이나 JSON 보고서를 받으십시오."
            ),
            Self::Ended { how, said } => format!(
                "보고서를 인쇄할 수 없습니다: 조판 프로세스가 {how}(으)로 끝났습니다({said}). HTML이나 JSON 보고서를 받고 이 오류를 알려 주십시오."
            ),
        }
    }
}
