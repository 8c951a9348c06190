// Texts of a given size that are awkward to read: what makes a reader quadratic if anything does.

/** By what is awkward, the line with a number; includes have no part in it. */
export const LARGE_LINES: Readonly<Record<string, (index: number) => string>> = {
  'one key again and again': () => 'lxc.cap.drop = kill chown\n',
  'one key of one value': (index) => `lxc.uts.name = host-${index}\n`,
  'unknown keys': (index) => `lxc.nothing.like.it.${index} = 1\n`,
  'near misses': (index) => `lxc.cap.dorp${index % 7} = kill\n`,
  'wrong values': (index) => `lxc.cap.drop = kil${index}\n`,
  'lines of nothing': (index) => `lcx.cap.drop = ${index}\n`,
  'mount entries': (index) => `lxc.mount.entry = /a/${index} b/${index} none bind,optional,create=dir 0 0\n`,
  'one target': () => 'lxc.mount.entry = tmpfs tmp tmpfs size=1m 0 0\n',
  'set and cleared': (index) => (index % 2 === 0 ? 'lxc.mount.entry = a b tmpfs\n' : 'lxc.mount.entry =\n'),
  'families set and cleared': (index) => (index % 2 === 0 ? `lxc.sysctl.net.x${index} = 1\n` : 'lxc.sysctl =\n'),
  'a family that is never empty cleared': (index) => (index % 2 === 0 ? `lxc.sysctl.net.x${index} = 1\n` : 'lxc.proc =\n'),
  interfaces: (index) => (index % 2 === 0 ? `lxc.net.${index}.type = empty\n` : `lxc.net.${index - 1}.flags = up\n`),
  'interfaces, cleared': (index) => (index % 2 === 0 ? `lxc.net.${index}.type = empty\n` : `lxc.net.${index - 1} =\n`),
  'interfaces of LXC 1': (index) => (index % 2 === 0 ? 'lxc.network.type = empty\n' : 'lxc.network.flags = up\n'),
  idmaps: (index) => `lxc.idmap = u ${index} ${100_000 + index} 1\n`,
  environment: (index) => `lxc.environment = NAME${index}=value\n`,
  'groups of control': (index) => `lxc.cgroup2.memory.x${index} = 1\n`,
  devices: (index) => `lxc.cgroup.devices.allow = c ${index % 255}:${index} rwm\n`,
  'old names': (index) => `lxc.aa_profile = p${index}\n`,
  'removed names': () => 'lxc.kmsg = 1\n',
  limits: (index) => `lxc.prlimit.nofile = ${index}\n`,
  'blank lines': () => '\n',
  comments: () => '# nothing\n',
  'long lines': () => `lxc.cap.drop =${' kill'.repeat(10_000)}\n`,
  'long lines of wrong words': () => `lxc.cap.drop =${' kil'.repeat(10_000)}\n`,
  'long values': () => `lxc.uts.name = ${'x'.repeat(60_000)}\n`,
  'long blanks': () => `lxc.uts.name${' '.repeat(30_000)}=${'\t'.repeat(30_000)}\n`,
  'long commands': () => `lxc.init.cmd = ${'a '.repeat(20_000)}"\n`,
  'long paths': () => `lxc.rootfs.path = ${'/.'.repeat(30_000)}\n`,
  'long options': () => `lxc.mount.entry = a b tmpfs ${'create=x,'.repeat(6000)}\n`,
  'long mounts of everything': () => `lxc.mount.auto =${' proc:rw'.repeat(7000)}\n`,
  'many digits': () => `lxc.tty.max = ${'9'.repeat(60_000)}\n`,
  'many sizes': () => `lxc.console.size = ${'9'.repeat(60_000)} x\n`,
  'long addresses': () => `lxc.net.0.ipv6.address = ${'1:'.repeat(30_000)}\n`,
  'long limits': () => `lxc.prlimit.core = ${'1'.repeat(60_000)}:\n`,
  'long keys': () => `lxc.${'a.'.repeat(30_000)} = 1\n`,
  'NUL bytes': () => '\0\n',
  'lines that end in CR': (index) => `lxc.environment = N${index}=v\r`,
};

/** Lines of that kind up to `size` characters. */
export function largeText(kind: string, size: number): string {
  const line = LARGE_LINES[kind];
  if (!line) throw new RangeError(`no kind ${kind}`);
  let text = '';
  for (let index = 0; text.length < size; index++) text += line(index);
  return text;
}
