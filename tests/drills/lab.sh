# Machines of a laboratory, each with a network, a name and a view of the file system of its own, joined by a switch.
# The first process of a process namespace: when its standard input ends, it ends, and with it everything in here.
#   $1: a folder for what outlives a machine; what follows are machines, written NAME=ADDRESS.
# A machine whose name begins with `db-` has a database server; which role it takes is up to whoever asks.
set -eu
folder=$1
shift
# The process file system is still that of the machine outside: this is how it calls us.
read -r outside rest < /proc/self/stat
mount --make-rprivate /
mount -t proc proc /proc
ip link add switch type bridge
ip link set switch up

ssh-keygen -q -t ed25519 -N '' -C '' -f "$folder/key"
cp "$folder/key.pub" "$folder/authorized_keys"
cat > "$folder/ssh_config" << CONFIG
Host *
  IdentityFile $folder/key
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
CONFIG
cat > "$folder/sshd_config" << CONFIG
HostKey $folder/key
AuthorizedKeysFile $folder/authorized_keys
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
UseDNS no
PrintMotd no
LogLevel ERROR
CONFIG
echo '127.0.0.1 localhost' > "$folder/hosts"
for machine in "$@"; do
  echo "${machine#*=} ${machine%%=*}" >> "$folder/hosts"
done

cat > "$folder/machine" << 'MACHINE'
set -eu
folder=$1 name=$2 address=$3
hostname "$name"
mount --make-rprivate /
mount --bind "$folder/hosts" /etc/hosts
mount --bind "$folder/ssh_config" /etc/ssh/ssh_config
mount -t tmpfs tmpfs /run
mkdir /run/sshd /run/mysqld
# The switch moves a link in here once it knows this machine.
echo $$ > "$folder/$name.pid"
until ip link show bond0 > /dev/null 2>&1; do sleep 0.02; done
ip link set lo up
ip link set bond0 up
ip addr add "$address/24" dev bond0
/usr/sbin/sshd -f "$folder/sshd_config"
case $name in db-*)
  # Servers call what they put aside by their process, and such numbers are the same in every laboratory.
  mkdir /run/aside
  chown mysql: /run/mysqld /run/aside
  mount -t tmpfs tmpfs /var/lib/mysql
  chown mysql: /var/lib/mysql
  cp -a /etc/mysql /run/etc-mysql
  mount --bind /run/etc-mysql /etc/mysql
  cat > /etc/mysql/mariadb.conf.d/99-laboratory.cnf << CONFIG
[mysqld]
bind_address = 0.0.0.0
tmpdir = /run/aside
server_id = ${address##*.}
log_bin = log
gtid_strict_mode = ON
skip_name_resolve = ON
innodb_buffer_pool_size = 16M
innodb_log_file_size = 8M
CONFIG
  mariadb-install-db --user=mysql --skip-test-db --auth-root-authentication-method=socket > "$folder/$name.log" 2>&1
  ;;
esac
touch "$folder/$name.up"
exec sleep infinity
MACHINE

for machine in "$@"; do
  name=${machine%%=*}
  unshare --net --uts --mount sh "$folder/machine" "$folder" "$name" "${machine#*=}" &
done
number=0
for machine in "$@"; do
  name=${machine%%=*}
  number=$((number + 1))
  until [ -s "$folder/$name.pid" ]; do sleep 0.02; done
  ip link add "port$number" type veth peer name bond0 netns "$(cat "$folder/$name.pid")"
  ip link set "port$number" master switch up
done
for machine in "$@"; do
  until [ -e "$folder/${machine%%=*}.up" ]; do
    kill -0 "$(cat "$folder/${machine%%=*}.pid")" || { cat "$folder/${machine%%=*}.log" >&2; exit 1; }
    sleep 0.02
  done
done
echo "$outside" > "$folder/outside.new"
mv "$folder/outside.new" "$folder/outside"
cat > /dev/null
