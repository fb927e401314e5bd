reports-title = Reports
reports-none = No report yet. Declare a run and its report will show here.
col-ended = Ended
report-contents = Contents
report-run = To the run
