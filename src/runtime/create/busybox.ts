// The template `busybox`: a root file system of one static program, the host's, with an init that ends when it is asked to.

import { copy, dir, file, link, type TreeEntry } from './tree-entry.ts';

/** busybox init knows these (its init/init.c, `Signals`): LXC's own template sets them too. */
const SIGNALS = ['lxc.signal.halt = SIGUSR1', 'lxc.signal.reboot = SIGTERM'];

/** Lines of the configuration. Device nodes, /proc and /sys are made by the start. */
export const BUSYBOX_LINES: readonly string[] = [
  'lxc.init.cmd = /sbin/init',
  ...SIGNALS,
  'lxc.mount.auto = proc:mixed sys:mixed',
  'lxc.tty.max = 0',
  'lxc.cap.drop = mac_admin mac_override sys_module sys_rawio sys_time',
];

const INITTAB = `# busybox init: ID:RUNLEVELS:ACTION:PROCESS
::sysinit:/etc/init.d/rcS
console::askfirst:-/bin/sh
::shutdown:/etc/init.d/rcK
`;

const runAll = (order: string, word: string): string => `#!/bin/sh
# ${word === 'start' ? 'At the start' : 'At the end'} every script of this directory whose name begins with S and a number, ${order}.
for script in ${word === 'start' ? '/etc/init.d/S[0-9]*' : '$(ls -r /etc/init.d/S[0-9]* 2>/dev/null)'}; do
  [ -x "$script" ] && "$script" ${word}
done
exit 0
`;

const ETC: readonly (readonly [string, string])[] = [
  ['passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'],
  ['group', 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n'],
  ['fstab', '# mounted by mount -a\n'],
  ['hosts', '127.0.0.1 localhost\n::1 localhost\n'],
  ['profile', "export PATH=/usr/sbin:/usr/bin:/sbin:/bin\nexport PS1='\\u@\\h:\\w\\$ '\n"],
  ['os-release', 'NAME=BusyBox\nID=busybox\nPRETTY_NAME="BusyBox"\n'],
  ['inittab', INITTAB],
];

/** `program`: the host's static busybox; `applets`: what it can be called as (busybox --list). */
export function busyboxTree(name: string, program: string, applets: readonly string[]): readonly TreeEntry[] {
  return [
    dir(''),
    ...['bin', 'etc', 'etc/init.d', 'dev', 'proc', 'sys', 'mnt', 'home', 'run', 'srv', 'usr', 'var', 'var/log'].map((path) => dir(path)),
    dir('root', 0o700),
    dir('tmp', 0o1777),
    dir('var/tmp', 0o1777),
    link('sbin', 'bin'),
    link('usr/bin', '../bin'),
    link('usr/sbin', '../bin'),
    link('var/run', '../run'),
    copy('bin/busybox', program),
    ...applets.filter((applet) => /^[A-Za-z0-9_[.-]+$/.test(applet) && applet !== 'busybox').map((applet) => link(`bin/${applet}`, 'busybox')),
    ...ETC.map(([path, text]) => file(`etc/${path}`, text)),
    file('etc/hostname', `${name}\n`),
    // Nobody logs in with a password until one is set inside.
    file('etc/shadow', 'root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n', 0o640),
    file('etc/init.d/rcS', runAll('in their order', 'start'), 0o755),
    file('etc/init.d/rcK', runAll('backwards', 'stop'), 0o755),
  ];
}
