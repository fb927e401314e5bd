# Reads what is to be executed, all of it before anything happens.
_rl_text
_rl_dir=$_rl_v
_rl_line
_rl_shell=$_rl_v
_rl_line
_rl_n_words=$_rl_v
set --
while [ "$_rl_n_words" -gt 0 ]; do
  _rl_text
  set -- "$@" "$_rl_v"
  _rl_n_words=$((_rl_n_words - 1))
done
_rl_line
_rl_n_vars=$_rl_v
_rl_i=0
while [ "$_rl_i" -lt "$_rl_n_vars" ]; do
  _rl_i=$((_rl_i + 1))
  _rl_line
  eval "_rl_name_$_rl_i=\$_rl_v"
  _rl_text
  eval "_rl_value_$_rl_i=\$_rl_v"
done
_rl_line
[ "$_rl_v" = whole ] || exit 0

# Becomes the command, in a session and process group of its own. A script travels in the environment, where only its
# own user can read it; the process list shows an unchanging line.
_rl_execute() {
  trap - HUP
  umask "$_rl_umask"
  if [ -n "$_rl_dir" ]; then cd "$_rl_dir" 2>/dev/null || _rl_cannot dir; fi
  _rl_program=
  if [ "$_rl_shell" = 1 ]; then
    _rl_script=$1
    set -- /bin/sh -c 'eval "unset RELIGHT_SCRIPT; $RELIGHT_SCRIPT"' sh
  else
    _rl_program=$1
  fi
  # A shell lets what it starts in the background ignore these two.
  case $1 in
    *=*) ;;
    *)
      if env --default-signal=INT,QUIT true 2>/dev/null; then
        set -- "$(command -v env)" --default-signal=INT,QUIT "$@"
      fi
      ;;
  esac
  _rl_i=0
  while [ "$_rl_i" -lt "$_rl_n_vars" ]; do
    _rl_i=$((_rl_i + 1))
    eval "export \"\$_rl_name_$_rl_i=\$_rl_value_$_rl_i\""
  done
  if [ "$_rl_shell" = 1 ]; then export RELIGHT_SCRIPT="$_rl_script"; fi
  case $_rl_program in
    '') ;;
    */*)
      [ -e "$_rl_program" ] || _rl_cannot missing
      [ -x "$_rl_program" ] && [ ! -d "$_rl_program" ] || _rl_cannot forbidden
      ;;
    *) command -v "$_rl_program" >/dev/null 2>&1 || _rl_cannot path ;;
  esac
  exec "$_rl_setsid" "$@"
}
