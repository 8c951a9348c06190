# The guest's first process on the host's userland: mounts what a booted Debian has, says what the guest is, runs the command, powers off.
# It stays the static busybox with its own applets: a program with libraries takes three times as long to start under emulation.
for applet in cat cut dmesg echo grep ip ln mkdir mknod mount mv sed sleep sync tr umount; do alias "$applet=/bin/busybox $applet"; done
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
say() {
  read -r up _ </proc/uptime
  echo "holdfast-vm: $* at $up"
}

mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/lock /run/vm
# Tests make hundreds of small files: in memory that is five times as fast as on the layer above 9p.
mkdir -m 1777 /run/tmp
export TMPDIR=/run/tmp
# The host's own compiled launchers are none of the guest's business.
mkdir -p /var/lib/holdfast
mount -t tmpfs -o mode=700 holdfast /var/lib/holdfast
mount -t securityfs securityfs /sys/kernel/security
mount -t bpf bpf /sys/fs/bpf
[ -d /sys/fs/selinux ] && [ ! -e /sys/fs/selinux/load ] && mount -t selinuxfs selinuxfs /sys/fs/selinux

# Modules that the kernel asks for by itself (a file system, a kind of network link) come from the package of this kernel.
read -r release </proc/sys/kernel/osrelease
mkdir -p "/lib/modules/$release"
mount -o bind "$vm_modules" "/lib/modules/$release"
[ -e /sbin/modprobe ] || ln -s /bin/busybox /sbin/modprobe
# Opening one of these loads its module (modules.devname); udev makes them elsewhere.
mkdir -p /dev/net
mknod -m 600 /dev/loop-control c 10 237
mknod -m 666 /dev/fuse c 10 229
mknod -m 666 /dev/net/tun c 10 200

top=/sys/fs/cgroup
case $vm_cgroup in
  v2)
    mount -t cgroup2 -o nsdelegate cgroup2 $top
    for controller in $(cat $top/cgroup.controllers); do echo "+$controller" >$top/cgroup.subtree_control; done
    ;;
  v1 | hybrid)
    mount -t tmpfs -o mode=755 cgroup $top
    for set in cpuset cpu,cpuacct memory devices freezer net_cls,net_prio blkio pids perf_event hugetlb; do
      mkdir "$top/$set" && mount -t cgroup -o "$set" cgroup "$top/$set"
    done
    # crun looks for a controller under its own name.
    for link in cpu:cpu,cpuacct cpuacct:cpu,cpuacct net_cls:net_cls,net_prio net_prio:net_cls,net_prio; do ln -s "${link#*:}" "$top/${link%%:*}"; done
    mkdir $top/systemd && mount -t cgroup -o none,name=systemd cgroup $top/systemd
    [ "$vm_cgroup" = hybrid ] && mkdir $top/unified && mount -t cgroup2 -o nsdelegate cgroup2 $top/unified
    ;;
esac

ip link set lo up
echo vm >/proc/sys/kernel/hostname
# Every message about a denial counts.
echo 0 >/proc/sys/kernel/printk_ratelimit
if [ -e /sys/fs/selinux/load ]; then
  # libselinux takes SELinux for absent without this file.
  mkdir -p /etc/selinux
  printf 'SELINUX=enforcing\nSELINUXTYPE=tiny\n' >/etc/selinux/config
  [ -n "$vm_enforcing" ] && echo 1 >/sys/fs/selinux/enforce
fi
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none out /run/vm || say 'failed: cannot mount the share for results'

# What the kernel says of itself: the host compares it with what was asked for. Complete or absent, as the exit status below.
{
  echo "modules=$(cat /sys/kernel/security/lsm)"
  [ -e /sys/module/apparmor/parameters/enabled ] && echo "apparmor=$(cat /sys/module/apparmor/parameters/enabled)"
  [ -e /sys/fs/selinux/enforce ] && echo "enforcing=$(cat /sys/fs/selinux/enforce)"
  echo "label=$(tr -d '\000\n' </proc/self/attr/current 2>/dev/null)"
  echo "cgroup=$(sed -n 's/^[^ ]* \([^ ]*\) \(cgroup2\{0,1\}\) .*/\2 \1/p' /proc/mounts | tr '\n' ';')"
} >/run/vm/facts.new
mv /run/vm/facts.new /run/vm/facts

say ready
setsid /bin/sh /run/vm/command >/run/vm/stdout 2>/run/vm/stderr </dev/null 3<&-
code=$?
say "ended with $code"
dmesg >/run/vm/dmesg
echo $code >/run/vm/code.new && mv /run/vm/code.new /run/vm/code
umount /run/vm
echo o >/proc/sysrq-trigger
# Nothing is executed any more: the share that programs come from may go first, and the kernel panics when its first process ends.
while :; do :; done
