# Asks systemd for the state of a unit and answers in lines of name=value.
# $1: name of the unit.
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
export LC_ALL PATH

command -v systemctl > /dev/null 2>&1 || { echo "missing=systemctl"; exit 0; }
if answer=$(systemctl show --no-pager --property=LoadState --property=ActiveState --property=SubState -- "$1" 2>&1); then
  printf '%s\n' "$answer"
else
  printf 'problem=%s\n' "$(printf '%s' "$answer" | tr '\n' ' ')"
fi
