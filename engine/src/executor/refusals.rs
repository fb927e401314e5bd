//! Why an engine does not take a run over, and why a request has no answer yet.

use super::loading::LoadError;
use crate::base::{Bilingual, RequestId, RunId};
use crate::store::Error;

/// Why a run is not taken over.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// It can not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
    /// Another engine carries it on.
    #[error("run {0} is carried on by another engine; watch it there, or wait until its lease has run out")]
    Owned(RunId),
    /// The engine is being shut down.
    #[error("the engine is being shut down and takes over nothing new")]
    ShuttingDown,
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
    /// Nobody answered in time; the request is kept and takes effect once an engine carries the run on.
    #[error("request {0} is kept, but no engine has answered it yet: it takes effect when one carries the run on")]
    Unanswered(RequestId),
}

impl Bilingual for AdoptError {
    fn ko(&self) -> String {
        match self {
            Self::Load(error) => error.ko(),
            Self::Store(error) => error.ko(),
            Self::Owned(run) => format!(
                "실행 {run}은(는) 다른 엔진이 이어 가고 있습니다. 그쪽에서 지켜보거나 임대가 끝날 때까지 기다리십시오"
            ),
            Self::ShuttingDown => "엔진이 종료되는 중이라 새로 맡지 않습니다".to_owned(),
        }
    }
}

impl Bilingual for SubmitError {
    fn ko(&self) -> String {
        match self {
            Self::Store(error) => error.ko(),
            Self::Unanswered(request) => format!(
                "요청 {request}은(는) 접수되었으나 아직 답한 엔진이 없습니다. 엔진이 실행을 이어 가면 반영됩니다"
            ),
        }
    }
}
