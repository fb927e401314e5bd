//! The words of a case in both languages, one exhaustive table a kind.

use super::{Criterion, Customers, Ending, Moment, Phase, Seat, Source, SupportState, Threshold};
use crate::base::{CaseClass, CasePart, FacilityScope, Lang};
use crate::report::Word;

macro_rules! words {
    ($($kind:ty { $($pattern:pat => $ko:literal, $en:literal;)+ })+) => {$(
        impl Word for $kind {
            fn word(&self, lang: Lang) -> &'static str {
                let (ko, en) = match self {
                    $($pattern => ($ko, $en),)+
                };
                match lang {
                    Lang::Ko => ko,
                    Lang::En => en,
                }
            }
        }
    )+};
}

words! {
    CaseClass {
        Self::Disaster => "재해", "disaster";
        Self::Failure => "장애", "failure";
        Self::Security => "침해사고", "security incident";
    }
    FacilityScope {
        Self::Dc => "전체 장애(DC급)", "data centre";
        Self::Zone => "Zone급 장애", "zone";
        Self::Pod => "POD급 장애", "pod";
        Self::Cluster => "Cluster 장애", "cluster";
    }
    CasePart {
        Self::Failover => "전환", "failover";
        Self::Failback => "환원", "failback";
        Self::Support => "지원", "support";
    }
    Phase {
        Self::Assessing => "상황 판단 중", "assessing";
        Self::Declared => "선포됨", "declared";
        Self::FailingOver => "전환 중", "failing over";
        Self::RunningOnDr => "DR 운영 중", "running on DR";
        Self::FailingBack => "환원 중", "failing back";
        Self::Normal => "정상", "normal";
    }
    Customers {
        Self::Sensitive => "민감고객", "sensitive customers";
        Self::Large => "대형고객", "large customers";
        Self::General => "일반고객", "other customers";
    }
    Threshold {
        Self::HalfHour => "30분", "30 min";
        Self::OneHour => "1시간", "1 h";
        Self::TwoHours => "2시간", "2 h";
    }
    Source {
        Self::Person => "사람이 확인", "seen by a person";
        Self::Monitoring => "모니터링", "monitoring";
        Self::Outside => "고객·협력사 통보", "told by a customer or vendor";
        Self::Estimate => "추정", "estimated";
    }
    Moment {
        Self::Event => "발생 시점", "event";
        Self::Detect => "인지 시점", "detection";
    }
    Criterion {
        Self::Infrastructure => "재해·기반시설 고장으로 인한 서비스 장애", "services are out through a disaster or a fault of the infrastructure";
        Self::Sensitive => "민감고객 또는 위험이 있는 장애", "sensitive customers are hit, or there is a risk";
        Self::Judgement => "소관 부서장이 필요하다고 판단", "the department head finds it necessary";
        Self::Unreachable => "주센터에 접근할 수 없음", "the primary site can not be reached";
        Self::BeyondRto => "예상 복구 시간이 RTO를 넘음", "recovery on the spot would take longer than the RTO";
        Self::Unsafe => "안전 위험", "people are in danger";
    }
    Seat {
        Self::Commander => "총괄 지휘", "commander";
        Self::Deputy => "부지휘", "deputy";
        Self::Situation => "상황 전파·경과보고", "situation and reports";
        Self::Recovery => "긴급복구반", "recovery team";
        Self::TechSupport => "기술지원반", "technical support team";
        Self::Customers => "고객응대·대외 소통", "customers and communication";
        Self::Business => "업무 담당", "business owner";
        Self::Vendor => "협력사", "vendor";
        Self::Observer => "참관·평가", "observer";
    }
    SupportState {
        Self::Asked => "요청", "asked";
        Self::Accepted => "접수", "accepted";
        Self::Arrived => "도착·투입", "arrived";
        Self::Done => "완료", "done";
        Self::Declined => "거절", "declined";
    }
    Ending {
        Self::StoodDown => "해제", "stood down";
        Self::Closed => "종료", "closed";
    }
}
