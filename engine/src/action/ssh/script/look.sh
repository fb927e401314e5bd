# Runs what only looks. It does not outlive the link: when this end of the standard input is closed, it is ended.
_rl_cannot() {
  case $1 in
    dir) printf '%s: no such folder\n' "$_rl_dir" >&2 ;;
    forbidden) printf '%s: may not be executed\n' "$_rl_program" >&2 ;;
    *) printf '%s: not found\n' "$_rl_program" >&2 ;;
  esac
  exit 126
}
exec 3<&0
(
  exec 3<&-
  _rl_execute "$@"
) </dev/null &
_rl_child=$!
(
  while IFS= read -r _rl_v <&3; do :; done
  kill -s TERM -- "-$_rl_child" || kill -s TERM "$_rl_child"
  sleep 5
  kill -s KILL -- "-$_rl_child"
) >/dev/null 2>&1 &
_rl_watch=$!
exec 3<&-
wait "$_rl_child"
_rl_code=$?
kill "$_rl_watch" 2>/dev/null
exit "$_rl_code"
