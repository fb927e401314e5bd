# The folder of a run and of one attempt, and the fence before them.
_rl_line
_rl_id=$_rl_v
_rl_line
_rl_attempt=$_rl_v
_rl_line
_rl_token=$_rl_v
if [ -n "${HOME:-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; then
  _rl_base=$HOME/.relight
else
  _rl_base=/var/tmp/.relight-$(id -u)
fi
[ -d "$_rl_base" ] || mkdir "$_rl_base" 2>/dev/null
if [ -L "$_rl_base" ] || [ ! -d "$_rl_base" ] || [ ! -O "$_rl_base" ]; then _rl_refuse place "$_rl_base"; fi
_rl_run=$_rl_base/$_rl_id
[ -d "$_rl_run" ] || mkdir "$_rl_run" 2>/dev/null || [ -d "$_rl_run" ] || _rl_refuse place "$_rl_run"
_rl_at=$_rl_run/$_rl_attempt
(: >>"$_rl_run/fence") 2>/dev/null || _rl_refuse place "$_rl_run"
exec 8>>"$_rl_run/fence"

# From here to the closing of descriptor 8 nobody else is at this run. A smaller token never passes a greater one.
_rl_enter() {
  flock 8 || _rl_refuse place "$_rl_run/fence"
  _rl_held=0
  [ -s "$_rl_run/token" ] && read -r _rl_held <"$_rl_run/token"
  if [ "$_rl_token" -lt "$_rl_held" ]; then
    _rl_say "stale $_rl_held"
    exit 0
  fi
  if [ "$_rl_token" -gt "$_rl_held" ]; then
    _rl_v=
    printf '%s\n' "$_rl_token" 2>/dev/null >"$_rl_run/token.new" && read -r _rl_v <"$_rl_run/token.new"
    [ "$_rl_v" = "$_rl_token" ] && mv -f "$_rl_run/token.new" "$_rl_run/token" || _rl_refuse place "$_rl_run"
  fi
}
_rl_leave() { exec 8>&-; }

# Waits so many seconds at most until whoever looks after the attempt is gone: the lock goes with its process, however
# that ends. A flock that knows no time-out (busybox) is asked again and again.
_rl_gone() {
  if [ -n "$_rl_patient" ]; then
    flock -s -w "$1" 9
  elif flock -s -n 9; then
    true
  else
    sleep 1
    false
  fi
}
if flock -s -w 1 8 2>/dev/null; then _rl_patient=1; else _rl_patient=; fi
