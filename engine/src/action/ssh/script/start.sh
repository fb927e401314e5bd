# Starts the attempt, unless it was started before; whoever makes its folder starts it.
_rl_line
_rl_split=$_rl_v

_rl_cannot() {
  printf '%s\n' "$1" >"$_rl_at/why"
  exit 126
}

# Lets go of the middle of an output that has become too long, while its writers go on at its new end.
_rl_trim() {
  _rl_size=$(($(wc -c <"$1")))
  [ "$_rl_size" -gt 67108864 ] || return 0
  # Killed in the middle, the count would be wrong.
  trap '' TERM
  exec 7>>"$_rl_at/trim"
  flock 7
  if [ ! -f "$1.head" ]; then
    head -c 196608 "$1" >"$1.head.new" && mv "$1.head.new" "$1.head"
  fi
  tail -c 65536 "$1" >"$1.last.new" && mv "$1.last.new" "$1.last"
  _rl_size=$(($(wc -c <"$1")))
  true >"$1"
  _rl_before=0
  [ -s "$1.gone" ] && read -r _rl_before <"$1.gone"
  printf '%s\n' "$((_rl_before + _rl_size))" >"$1.gone.new" && mv "$1.gone.new" "$1.gone"
  exec 7>&-
  trap - TERM
}
_rl_guard() {
  while sleep 5; do
    _rl_trim "$_rl_at/out"
    [ -f "$_rl_at/err" ] && _rl_trim "$_rl_at/err"
  done
}

_rl_supervise() {
  exec 8>&- </dev/null >/dev/null 2>&1
  (
    exec 9>&-
    exec >>"$_rl_at/out"
    if [ "$_rl_split" = 1 ]; then exec 2>>"$_rl_at/err"; else exec 2>&1; fi
    _rl_execute "$@"
  ) &
  _rl_child=$!
  printf '%s\n' "$_rl_child" >"$_rl_at/pid.new" && mv "$_rl_at/pid.new" "$_rl_at/pid"
  (
    exec 9>&-
    _rl_guard
  ) &
  _rl_guarding=$!
  wait "$_rl_child"
  _rl_code=$?
  kill "$_rl_guarding"
  wait "$_rl_guarding"
  _rl_err=0
  _rl_out=$(($(wc -c <"$_rl_at/out")))
  [ -f "$_rl_at/err" ] && _rl_err=$(($(wc -c <"$_rl_at/err")))
  read -r _rl_up _rl_v </proc/uptime
  _rl_v="$_rl_code $_rl_out $_rl_err $_rl_up $(date +%s)"
  # Into the room that was set aside: the disk may be full by now.
  _rl_tries=0
  until printf '%s\n' "$_rl_v" 1<>"$_rl_at/end.new" && mv "$_rl_at/end.new" "$_rl_at/end"; do
    _rl_tries=$((_rl_tries + 1))
    [ "$_rl_tries" -lt 720 ] || exit 1
    sleep 5
  done
}

_rl_begin() {
  {
    true >"$_rl_at/out" && true >"$_rl_at/alive" && true >"$_rl_at/trim" &&
      printf '%127s\n' '' >"$_rl_at/end.new" && [ -s "$_rl_at/end.new" ]
  } 2>/dev/null || {
    rm -rf "$_rl_at"
    _rl_refuse place "$_rl_at"
  }
  if [ "$_rl_split" = 1 ]; then true >"$_rl_at/err"; fi
  cat /proc/sys/kernel/random/boot_id >"$_rl_at/boot" 2>/dev/null
  exec 9>>"$_rl_at/alive"
  flock -n 9
  _rl_supervise "$@" &
  exec 9>&-
}

_rl_enter
if mkdir "$_rl_at" 2>/dev/null; then
  _rl_begin "$@"
elif [ ! -d "$_rl_at" ]; then
  _rl_refuse place "$_rl_at"
fi
_rl_leave
set --
