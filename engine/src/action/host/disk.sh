# Measures the room in the file system of a path and answers in lines of name=value.
# $1: path.
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
export LC_ALL PATH

if answer=$(df -P -k -- "$1" 2>&1); then
  printf '%s\n' "$answer" | {
    read -r _
    # A device whose name has blanks would move the columns: count them from the end of the numbers.
    read -r line
    line=${line%\% *}
    line=${line% *}
    line=${line%"${line##*[0-9]}"}
    available=${line##* }
    line=${line% *}
    line=${line%"${line##*[0-9]}"}
    echo "used=${line##* }"
    echo "available=$available"
  }
else
  printf 'problem=%s\n' "$(printf '%s' "$answer" | tr '\n' ' ')"
fi
