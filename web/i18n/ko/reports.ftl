reports-title = 보고서
reports-none = 아직 보고서가 없습니다. 실행을 선포하면 그 보고서가 여기에 나타납니다.
col-ended = 종료
report-contents = 차례
report-run = 실행 화면으로
