skip = Skip to the content
nav-label = Main menu
nav-runs = Runs
nav-runbooks = Runbooks
nav-reports = Reports
other-language = 한국어
sign-out = Sign out
sign-in-title = Sign in
sign-in-what = The console for declaring, watching and approving a recovery.
sign-in-name = User name
sign-in-password = Password
sign-in-button = Sign in
sign-in-wrong = The user name or the password is wrong. Try again.
reason = Reason
unit-count = { $n ->
    [one] 1 unit
   *[other] { $n } units
  }
stage-count = { $n ->
    [one] 1 stage
   *[other] { $n } stages
  }
yes = yes
no = no
none = none
