skip = Skip to the content
nav-label = Main menu
nav-tasks = My tasks
nav-runs = Runs
nav-runbooks = Runbooks
nav-components = Components
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
password-title = Change password
password-what = All sessions of this account end; this browser goes on in a new one.
password-due = This password was printed by the program and is good for one thing only: choosing your own. Everything else comes after it.
password-present = Present password
password-chosen = New password
password-rule = at least 8 characters
password-repeated = New password, once more
password-button = Change
password-wrong = The present password is wrong. Try again.
password-differs = The new password was not written the same twice.
password-same = The new password is the present one. Choose another.
password-length = A password has at least 8 characters and at most 1,024 bytes.
