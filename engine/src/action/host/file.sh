# Looks at the files that a path matches and answers in lines of name=value. Nothing of an argument is ever executed.
# $1: path, in which * ? [ ] match names. $2: 1 to digest the newest file. $3: 1 to read it as a gzip archive.
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
export LC_ALL PATH
exec 2> /dev/null

# Without separators an unquoted variable is matched against names, and not taken apart at its blanks.
IFS=
count=0
newest=
for file in $1; do
  [ -e "$file" ] || continue
  count=$((count + 1))
  if [ -z "$newest" ] || [ "$file" -nt "$newest" ]; then newest=$file; fi
done
echo "count=$count"

if [ "$count" -eq 0 ]; then
  # Nothing is seen as well where one may not look: find the folder that can not be looked into.
  before=${1%%[*?[]*}
  folder=${before%/*}
  while [ -n "$folder" ] && [ ! -e "$folder" ]; do folder=${folder%/*}; done
  if [ -d "${folder:-/}" ] && { [ ! -x "${folder:-/}" ] || { [ "$before" != "$1" ] && [ ! -r "${folder:-/}" ]; }; }; then
    echo "hidden=${folder:-/}"
  fi
  exit 0
fi

printf 'newest=%s\n' "$(printf '%s' "$newest" | tr -d '\000-\037\177')"
if seen=$(stat -L -c '%s %Y' -- "$newest") || seen=$(stat -L -f '%z %m' -- "$newest"); then
  echo "size=${seen% *}"
  echo "modified=${seen#* }"
  echo "now=$(date +%s)"
fi
if [ "$2$3" != 00 ] && { [ ! -f "$newest" ] || [ ! -r "$newest" ]; }; then
  echo "unreadable=1"
  exit 0
fi
if [ "$2" = 1 ]; then
  if command -v sha256sum > /dev/null; then
    sum=$(sha256sum < "$newest")
  elif command -v shasum > /dev/null; then
    sum=$(shasum -a 256 < "$newest")
  else
    sum=$(openssl dgst -sha256 -r < "$newest")
  fi
  echo "sha256=${sum%% *}"
fi
if [ "$3" = 1 ] && command -v gzip > /dev/null; then
  gzip -t < "$newest"
  case $? in
    # 2 warns of something behind the archive; the archive itself is whole.
    0 | 2) echo "gzip=whole" ;;
    *) echo "gzip=broken" ;;
  esac
fi
