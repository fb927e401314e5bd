# Counts processes and answers in lines of name=value. Nothing of an argument is ever executed.
# $1: name of the program. $2: text that the command line must contain, or empty.
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
export LC_ALL PATH
exec 2> /dev/null

if [ ! -r /proc/self/comm ]; then
  command -v ps > /dev/null || { echo "missing=ps"; exit 0; }
  # The command lines of others may hold secrets: only their number leaves this host.
  ps -A -o pid= -o stat= -o comm= | {
    count=0
    while read -r pid state name; do
      case $state in Z*) continue ;; esac
      [ "${name##*/}" = "$1" ] && [ "$pid" != $$ ] || continue
      case $(ps -p "$pid" -o args=) in *"$2"*) count=$((count + 1)) ;; esac
    done
    echo "count=$count"
  }
  exit 0
fi

# The kernel keeps fifteen bytes of a program's name.
short=$1
while [ ${#short} -gt 15 ]; do short=${short%?}; done
count=0
for folder in /proc/[0-9]*; do
  name=
  IFS= read -r name < "$folder/comm"
  [ "$name" = "$short" ] && [ "${folder#/proc/}" != $$ ] || continue
  read -r line < "$folder/stat" || continue
  case ${line##*) } in [ZX]*) continue ;; esac
  if [ "$short" != "$1" ] || [ -n "$2" ]; then
    line=$(tr '\000' ' ' < "$folder/cmdline")
    program=${line%% *}
    [ "$short" = "$1" ] || [ "${program##*/}" = "$1" ] || continue
    case $line in *"$2"*) ;; *) continue ;; esac
  fi
  count=$((count + 1))
done
echo "count=$count"
