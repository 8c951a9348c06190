#!/bin/busybox sh
# The guest's first process, from the initrd: makes the host's root file system its own, over 9p and with a writable layer in memory.
# Words of the kernel's command line that the kernel does not know, vm_NAME=VALUE, are in the environment.
b=/bin/busybox
fail() {
  echo "holdfast-vm: failed: $*"
  $b sync
  echo o >/proc/sysrq-trigger
  $b sleep 60
}

$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
while read -r module; do
  $b insmod "/modules/$module.ko" || fail "cannot load the module $module"
done </modules/order

# Before the root is mounted, so that every file and process has a label of the policy. In one write: the kernel takes no part of a policy.
if [ -e /policy ]; then
  $b mount -t selinuxfs selinuxfs /sys/fs/selinux || fail 'this kernel has no SELinux to load the policy into'
  $b dd if=/policy of=/sys/fs/selinux/load bs=32M 2>/dev/null || fail 'the kernel refuses the SELinux policy'
fi

$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host || fail "cannot mount the host's root"
$b mount -t tmpfs -o mode=755 upper /upper
$b mkdir /upper/new /upper/work
$b mount -t overlay -o lowerdir=/host,upperdir=/upper/new,workdir=/upper/work root /root || fail 'cannot mount the writable layer'
for folder in proc sys dev; do $b mount -o move "/$folder" "/root/$folder"; done
exec $b switch_root /root /bin/busybox sh /proc/self/fd/3 3</second-stage
