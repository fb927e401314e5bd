# Empties what is left of attempts whose outcomes are durable, and removes runs that nobody has touched for a month. The
# folder of an attempt stays until then: an order that comes late must find that it was there.
_rl_idle() {
  [ -f "$1/alive" ] || return 0
  exec 9<"$1/alive"
  flock -s -n 9
  _rl_status=$?
  exec 9<&-
  return "$_rl_status"
}
_rl_enter
_rl_line
_rl_n_gone=$_rl_v
while [ "$_rl_n_gone" -gt 0 ]; do
  _rl_line
  if [ -d "$_rl_run/$_rl_v" ] && _rl_idle "$_rl_run/$_rl_v"; then rm -rf "${_rl_run:?}/$_rl_v"/*; fi
  _rl_n_gone=$((_rl_n_gone - 1))
done
_rl_leave
find "$_rl_base" -mindepth 1 -maxdepth 1 -type d -mtime +30 2>/dev/null | while IFS= read -r _rl_old; do
  _rl_busy=
  for _rl_v in "$_rl_old"/*/; do _rl_idle "${_rl_v%/}" || _rl_busy=1; done
  [ -n "$_rl_busy" ] || rm -rf "$_rl_old"
done
_rl_say forgotten
