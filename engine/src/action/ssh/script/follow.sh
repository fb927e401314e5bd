# Tells the output from a place on, and the end.
_rl_line
_rl_off=$_rl_v
_rl_line
_rl_all=$_rl_v
_rl_most=196608
if [ "$_rl_all" = 1 ]; then _rl_most=9000000000000000000; fi

# What is new of the beginning, as far as it is told while the command runs.
_rl_news() {
  if [ "$_rl_off" -ge "$_rl_most" ] || [ ! -f "$_rl_at/trim" ]; then return 0; fi
  exec 7<"$_rl_at/trim"
  flock -s 7
  _rl_from=$_rl_at/out
  [ -f "$_rl_from.head" ] && _rl_from=$_rl_from.head
  _rl_size=$(($(wc -c <"$_rl_from")))
  [ "$_rl_size" -le "$_rl_most" ] || _rl_size=$_rl_most
  if [ "$_rl_size" -gt "$_rl_off" ]; then
    _rl_say "o $_rl_off $((_rl_size - _rl_off))"
    tail -c "+$((_rl_off + 1))" "$_rl_from" | head -c "$((_rl_size - _rl_off))"
    _rl_off=$_rl_size
  fi
  exec 7<&-
}
_rl_count() {
  _rl_v=0
  [ -s "$1" ] && read -r _rl_v <"$1"
}
_rl_rest() {
  cat "$_rl_at/out.last" 2>/dev/null
  head -c "$_rl_out" "$_rl_at/out"
  cat "$_rl_at/err.last" 2>/dev/null
  [ "$_rl_err" -eq 0 ] || head -c "$_rl_err" "$_rl_at/err"
}
_rl_boot() {
  _rl_v=other
  _rl_was=
  _rl_is=
  [ -s "$_rl_at/boot" ] && read -r _rl_was <"$_rl_at/boot"
  [ -r /proc/sys/kernel/random/boot_id ] && read -r _rl_is </proc/sys/kernel/random/boot_id
  if [ "$_rl_was" = "$_rl_is" ]; then _rl_v=same; fi
}
_rl_end() {
  if [ -s "$_rl_at/why" ]; then
    read -r _rl_v <"$_rl_at/why"
    _rl_say "unstarted $_rl_v"
    exit 0
  fi
  if [ ! -f "$_rl_at/end" ]; then
    _rl_news
    _rl_boot
    _rl_say "lost $_rl_v"
    exit 0
  fi
  read -r _rl_code _rl_out _rl_err _rl_ended _rl_date <"$_rl_at/end"
  _rl_count "$_rl_at/out.gone"
  _rl_gone_out=$_rl_v
  _rl_count "$_rl_at/err.gone"
  _rl_total=$((_rl_gone_out + _rl_out + _rl_v + _rl_err))
  # What daemons write later does not belong to the attempt.
  if [ "$_rl_gone_out" -eq 0 ] && [ "$_rl_out" -lt "$_rl_most" ]; then _rl_most=$_rl_out; fi
  _rl_news
  if [ "$_rl_total" -gt "$_rl_off" ]; then
    _rl_tail=$((_rl_total - _rl_off))
    [ "$_rl_tail" -le 65536 ] || _rl_tail=65536
    _rl_v=o
    [ -f "$_rl_at/err" ] && _rl_v=r
    _rl_say "$_rl_v $((_rl_total - _rl_tail)) $_rl_tail"
    _rl_rest | tail -c "$_rl_tail"
  fi
  _rl_stop=no
  [ -f "$_rl_at/term" ] && _rl_stop=term
  [ -f "$_rl_at/kill" ] && _rl_stop=kill
  _rl_boot
  read -r _rl_up _rl_x </proc/uptime
  _rl_say "end $_rl_code $_rl_total $_rl_gone_out $_rl_stop $_rl_v $_rl_ended $_rl_up $_rl_date $(date +%s)"
  exit 0
}

[ -f "$_rl_at/alive" ] || _rl_end
exec 9<"$_rl_at/alive"
_rl_say h
_rl_pause=0.05
_rl_beats=0
until _rl_gone "$_rl_pause"; do
  _rl_news
  case $_rl_pause in
    0.05) _rl_pause=0.1 ;;
    0.1) _rl_pause=0.2 ;;
    0.2) _rl_pause=0.5 ;;
    *) _rl_pause=1 ;;
  esac
  _rl_beats=$((_rl_beats + 1))
  # Whoever does not hear this ends the link; and where nobody is left to hear it, writing it ends this.
  if [ "$_rl_beats" -ge 10 ]; then
    _rl_beats=0
    _rl_say h
  fi
done
_rl_end
