// Makes the demonstration's container: a root file system, a seccomp policy and an LXC configuration that suit this machine.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export const DEMO_NAME = 'holdfast-demo';
/** The first of 65536 ids that the container's ids become, when root starts it. */
const FIRST_ID = 1_000_000;

const POLICY = [
  '2',
  'blacklist',
  '[all]',
  'sethostname errno 1',
  'kexec_load errno 1',
  'open_by_handle_at errno 1',
  'init_module errno 1',
  'finit_module errno 1',
  'delete_module errno 1',
];

const INIT = `#!/bin/sh
# Ends when it is asked to, as an init does.
trap 'exit 0' PWR TERM
while :; do sleep 1 & wait $!; done
`;

/** Makes the container below the folder. Returns the configuration's lines and what there is to say about them. */
export function makeContainer(folder, user) {
  const home = join(folder, DEMO_NAME);
  const rootfs = join(home, 'rootfs');
  for (const name of ['', 'dev', 'proc', 'sys', 'tmp', 'run', 'etc', 'root']) mkdirSync(join(rootfs, name), { recursive: true });
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\n');
  const userland = makeUserland(rootfs);
  writeFileSync(join(rootfs, 'root/init'), INIT);
  chmodSync(join(rootfs, 'root/init'), 0o755);
  writeFileSync(join(home, 'policy'), `${POLICY.join('\n')}\n`);

  const asRoot = user.uid === 0;
  const groups = asRoot ? controlGroupLines() : { lines: [], notes: [] };
  const lines = [
    `lxc.rootfs = ${rootfs}`,
    `lxc.utsname = ${DEMO_NAME}`,
    'lxc.init_cmd = /root/init',
    'lxc.mount.auto = proc:mixed sys:ro',
    'lxc.network.type = empty',
    'lxc.cap.drop = sys_module mac_admin mac_override sys_time',
    ...(asRoot ? [`lxc.id_map = u 0 ${FIRST_ID} 65536`, `lxc.id_map = g 0 ${FIRST_ID} 65536`] : []),
    ...groups.lines,
    `lxc.seccomp = ${join(home, 'policy')}`,
    ...userland.lines,
  ];
  writeFileSync(join(home, 'config'), `${lines.join('\n')}\n`);
  chmodSync(folder, 0o755); // the container's root, who is another outside, passes through here
  own(home, user.uid, user.gid);
  if (asRoot) own(rootfs, FIRST_ID, FIRST_ID);
  return { name: DEMO_NAME, lines, notes: groups.notes };
}

/** Programs: busybox where the static one is installed, otherwise the host's /usr, bound read-only. */
function makeUserland(rootfs) {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path) && isStatic(path));
  if (busybox !== undefined) {
    mkdirSync(join(rootfs, 'bin'));
    copyFileSync(busybox, join(rootfs, 'bin/busybox'));
    chmodSync(join(rootfs, 'bin/busybox'), 0o755);
    for (const applet of spawnSync(busybox, ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n')) {
      if (applet !== 'busybox') symlinkSync('busybox', join(rootfs, 'bin', applet));
    }
    return { lines: [] };
  }
  const bound = ['usr', 'bin', 'sbin', 'lib', 'lib64'].filter((name) => {
    const host = lstatSync(`/${name}`, { throwIfNoEntry: false });
    if (host?.isSymbolicLink()) symlinkSync(readlinkSync(`/${name}`), join(rootfs, name));
    if (host?.isDirectory()) mkdirSync(join(rootfs, name));
    return host?.isDirectory();
  });
  return { lines: bound.map((name) => `lxc.mount.entry = /${name} ${name} none ro,bind 0 0`) };
}

function isStatic(path) {
  const file = readFileSync(path);
  const [table, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)];
  return !Array.from({ length: count }, (_, index) => file.readUInt32LE(table + index * size)).includes(3); // PT_INTERP
}

/** A limit on memory, and the devices that may be used, as far as this machine has the controllers. */
function controlGroupLines() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const hasV1 = (controller) => mounts.some(([, , type, options]) => type === 'cgroup' && options.split(',').includes(controller));
  const v2 = mounts.find(([, , type]) => type === 'cgroup2')?.[1];
  const hasV2 = (controller) => v2 !== undefined && readFileSync(join(v2, 'cgroup.controllers'), 'utf8').split(/\s+/).includes(controller);
  const lines = [];
  const notes = [];
  if (hasV1('memory')) lines.push('lxc.cgroup.memory.limit_in_bytes = 134217728');
  else if (hasV2('memory')) lines.push('lxc.cgroup2.memory.max = 134217728');
  else notes.push('(No limit on memory: this machine has no memory controller.)');
  if (hasV1('devices'))
    lines.push(
      'lxc.cgroup.devices.deny = a',
      'lxc.cgroup.devices.allow = c *:* m',
      ...['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:2', '136:*'].map((rule) => `lxc.cgroup.devices.allow = c ${rule} rwm`),
    );
  else notes.push('(No rules for devices: this machine has no devices controller of version 1.)');
  return { lines, notes };
}

/** What should be gone when the tour is over and is not: control groups of the container, mounts of its files. */
export function leftovers(folder) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const hierarchies = mounts.filter(([, , type]) => type === 'cgroup' || type === 'cgroup2').map(([, point]) => point);
  const groups = hierarchies.length === 0 ? '' : spawnSync('find', [...hierarchies, '-name', `lxc.payload.${DEMO_NAME}`], { encoding: 'utf8' }).stdout;
  return [...groups.split('\n').filter((path) => path !== ''), ...mounts.map(([, point]) => point).filter((point) => point?.startsWith(folder))];
}

function own(path, uid, gid) {
  lchownSync(path, uid, gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) own(join(path, name), uid, gid);
}
