# Tells the time of this host in lines of name=value.
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
export LC_ALL PATH

now=$(date -u +%s.%N)
case $now in
  *[!0-9.]* | *.) echo "seconds=$(date -u +%s)" ;;
  *)
    echo "seconds=${now%.*}"
    echo "nanoseconds=${now#*.}"
    ;;
esac
