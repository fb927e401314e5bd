# Opens a TCP connection from this host and closes it again; answers in lines of name=value.
# $1: seconds to wait for each. $2: port. $3 and on: IP addresses, tried in turn until one takes the connection.
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
export LC_ALL PATH

patience=$1
port=$2
shift 2

if command -v timeout > /dev/null && command -v bash > /dev/null; then
  try() { timeout "$patience" bash -c 'exec 3<> "/dev/tcp/$0/$1"' "$1" "$port"; }
elif command -v nc > /dev/null; then
  try() { nc -v -z -w "$patience" "$1" "$port"; }
else
  echo "missing=bash"
  exit 0
fi

for address; do
  said=$(try "$address" 2>&1 < /dev/null)
  code=$?
  [ "$code" = 0 ] && { echo "open=$address"; exit 0; }
done
# Of several addresses the last one speaks, as where the engine itself connects.
case $said in
  *'onnection refused'*) echo "refused=$address" ;;
  *) if [ "$code" = 124 ] || [ -z "$said" ]; then echo "silent=$address"; else echo "problem=$(echo "$said" | tr '\n' ' ')"; fi ;;
esac
