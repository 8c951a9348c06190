// What is said about wrong input, as a person reads it: the whole text for each case, in golden/wrong-input.txt.
// UPDATE=1 rewrites it; read the difference.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { diagnosticsReport } from './diagnostics.ts';

const GOLDEN = new URL('golden/wrong-input.txt', import.meta.url);

const CASES: Readonly<Record<string, string>> = {
  'a misspelt key': 'lxc.cap.dorp = sys_time',
  'a key near one that was renamed': 'lxc.selinux.contxt = system_u:system_r:lxc_t:s0',
  'a misspelt key of LXC 1': 'lxc.aa_profle = unconfined',
  'a hyphen for a dot, which LXC would ignore': 'lxc-cgroup.devices.allow = c 1:1 rwm',
  'an underscore for a dot': 'lxc.cap_drop = sys_time',
  'a dot too few': 'lxc.capdrop = sys_time',
  'a dot too many': 'lxc.id.map = u 0 100000 65536',
  'capital letters': 'LXC.Cap.Drop = sys_time',
  'capital letters behind lxc.': 'lxc.tty.Max = 4',
  'the beginning is missing': 'cap.drop = sys_time',
  'the beginning is misspelt': 'lcx.cap.drop = sys_time',
  'a plural': 'lxc.caps.drop = sys_time',
  'another plural': 'lxc.mount.entries = /srv srv none bind 0 0',
  'a name that LXC never had': 'lxc.hostname = web',
  'a family that LXC never had': 'lxc.rlimit.nofile = 1024',
  'an interface without a number': 'lxc.net.ipv4.address = 10.0.0.2/24',
  'an interface of LXC 2.0, misspelt': 'lxc.network.0.typ = veth',
  'a line seen in the wild': 'lxc.group.devices.allow = c 10:200 rwm',
  'a value of the wrong family': 'lxc.prlimit.nofiles = 1024',
  'a key of our own, misspelt': 'holdfast.allow-missing = lxc.apparmor.profile',
  'a key of lxc.conf': 'lxc.lxcpath = /srv/lxc',
  'a key of lxc.conf without its beginning': 'lxcpath = /srv/lxc',
  'a key of LXD': 'security.privileged = true',
  'a limit of LXD, as YAML': 'limits.memory: 512MB',
  'a family of LXD': 'limits.kernel.nofile = 1000',
  'an option of docker run': '--cap-drop=ALL',
  'a key of a compose file': 'cap_drop:',
  'a key of systemd.nspawn(5)': 'PrivateUsers=yes',
  'a limit of systemd.exec(5)': 'LimitNOFILE=1024',
  'a section': '[Exec]',
  'a comment without its mark': 'this is the web server',
  'a colon for an equals sign': 'lxc.cap.drop: sys_time',
  'no equals sign': 'lxc.cap.drop sys_time',
  'no value and no equals sign': 'lxc.cap.drop',
  'a comment behind a value': 'lxc.uts.name = web # the first one',
  'a name of LXC 1': 'lxc.aa_profile = unconfined',
  'a key that was removed': 'lxc.kmsg = 1',
  'a capability that is none': 'lxc.cap.drop = sys_time sys_tme',
  'a capability as the kernel writes it': 'lxc.cap.drop = CAP_SYS_TIME',
  'none where nothing can be none': 'lxc.cap.drop = none',
  'drop and keep': 'lxc.cap.drop = sys_time\nlxc.cap.keep = chown',
  'a word for a boolean': 'lxc.no_new_privs = yes',
  'a number below the least': 'lxc.pty.max = -1',
  'a limit above itself': 'lxc.prlimit.nofile = 2048:1024',
  'a signal without its beginning': 'lxc.signal.halt = PWR',
  'a choice that is none': 'lxc.net.0.type = veht',
  'an interface without a type': 'lxc.net.0.link = lxcbr0',
  'an address that is none': 'lxc.net.0.type = veth\nlxc.net.0.ipv4.address = 10.0.0.300/24',
  'an id map without a range': 'lxc.idmap = u 0 100000',
  'a namespace by its long name': 'lxc.namespace.keep = network',
  'a word of lxc.mount.auto': 'lxc.mount.auto = proc:mixed sys:readonly',
  'a mount without a target': 'lxc.mount.entry = /srv',
  'a relative root': 'lxc.rootfs.path = rootfs',
  'storage that is not built': 'lxc.rootfs.path = lvm:/dev/vg/web',
  'a quote that is not closed': 'lxc.init.cmd = /bin/sh -c "echo',
  'a family that only clears': 'lxc.net = veth',
  'a clearing value where none is possible': 'lxc.arch =',
  'a path upwards': 'lxc.tty.dir = ../lxc',
  'an included file that is missing': 'lxc.include = /etc/lxc/absent.conf',
  'a file that includes itself': 'lxc.include = web.conf',
  'a key that need not be enforced, misspelt': 'holdfast.allow_missing = lxc.apparmor.profil',
  'a NUL byte': 'lxc.uts.name = web\0lxc.cap.drop = sys_time',
  'bytes that are no text': 'lxc.uts.name = caf\uFFFD',
  'a tab in front, and characters of two code units': '\tlxc.cap.drop = 🙂 sys_tme',
};

/** All that is said about a text. */
function said(text: string): string {
  const { diagnostics } = parseConfig(text, { file: 'web.conf', read: () => null });
  const lines = text.split('\n');
  return diagnosticsReport(diagnostics, (file, line) => (file === 'web.conf' ? lines[line - 1] : undefined));
}

test('is told as it always was', () => {
  const text = Object.entries(CASES)
    .map(([title, input]) => `== ${title}\n${said(input)}`)
    .join('\n');
  if (process.env['UPDATE'] === '1') writeFileSync(GOLDEN, text);
  expect(text).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('no case passes in silence, and what is no warning gives no configuration', () => {
  for (const [title, input] of Object.entries(CASES)) {
    expect(said(input), title).toMatch(/^web\.conf:\d+:\d+: (error|warning) HF\d{3}: /m);
    expect(parseConfig(input).config === null, title).toBe(said(input).includes(': error HF'));
  }
});
