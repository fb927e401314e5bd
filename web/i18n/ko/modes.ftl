mode-meaning-mock = 시뮬레이션입니다. 어떤 시스템도 건드리지 않습니다.
mode-meaning-isolated = 격리된 시험 구역 안에서 실제 작업을 실행합니다.
mode-meaning-drill = 훈련이지만 실제로 전환합니다. 운영 시스템이 바뀝니다.
mode-meaning-real = 실제 재해입니다. 운영 시스템이 바뀝니다.
