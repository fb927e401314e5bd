mode-meaning-mock = A simulation. No system is touched.
mode-meaning-isolated = Real steps, inside the isolated test bubble only.
mode-meaning-drill = An exercise with a real switchover. Production systems change.
mode-meaning-real = A real disaster. Production systems change.
