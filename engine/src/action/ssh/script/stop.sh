# Ends the attempt: SIGTERM to its process group, SIGKILL after the grace.
_rl_line
_rl_grace=$_rl_v
_rl_until() {
  _rl_tries=0
  while [ "$_rl_tries" -lt "$1" ]; do
    if _rl_gone 1; then return 0; fi
    _rl_tries=$((_rl_tries + 1))
  done
  return 1
}
_rl_signal() {
  kill -s "$1" -- "-$_rl_pid" 2>/dev/null || kill -s "$1" "$_rl_pid" 2>/dev/null
}
_rl_enter
# What was not started yet is not started any more: its folder is here.
if mkdir "$_rl_at" 2>/dev/null; then printf 'off\n' >"$_rl_at/why"; fi
_rl_leave
if [ ! -f "$_rl_at/alive" ]; then
  _rl_say stopped yes
  exit 0
fi
exec 9<"$_rl_at/alive"
_rl_tries=0
until [ -s "$_rl_at/pid" ] || [ "$_rl_tries" -ge 10 ]; do
  if _rl_gone 1; then break; fi
  _rl_tries=$((_rl_tries + 1))
done
if [ ! -s "$_rl_at/pid" ]; then
  _rl_say stopped no
  exit 0
fi
read -r _rl_pid <"$_rl_at/pid"
if _rl_gone 0.01; then
  _rl_say stopped yes
  exit 0
fi
true >"$_rl_at/term"
_rl_signal TERM
if ! _rl_until "$_rl_grace"; then
  true >"$_rl_at/kill"
  _rl_signal KILL
  if ! _rl_until 30; then
    _rl_say stopped no
    exit 0
  fi
fi
_rl_say stopped yes
