// What holds after repeats and clears, and that finding out takes time in proportion to the lines.

import { expect, test } from 'vitest';
import { effective } from './effective.ts';
import { memoryFiles } from './files.ts';
import { readConfig } from './read.ts';
import type { ConfigSetting } from './setting.ts';

const read = (text: string) => readConfig(memoryFiles({ '/c': text }), '/c').settings;
const held = (text: string) => effective(read(text)).map(({ key, text: value }) => `${key}=${value}`);

// biome-ignore format: a case is a line
test.each<readonly [text: string, held: readonly string[]]>([
  ['lxc.net.0.type = veth\nlxc.net.0.link = a\nlxc.net.0.type = empty', ['lxc.net.0.type=empty']],
  ['lxc.net.0.type = veth\nlxc.net.0.link = a\nlxc.net.0.type =', []],
  ['lxc.net.0.link = a\nlxc.net.0.type = veth', ['lxc.net.0.link=a', 'lxc.net.0.type=veth']],
  ['lxc.net.0.type = veth\nlxc.net.1.type = none\nlxc.net.0.type = phys\nlxc.net.1.flags = up', ['lxc.net.1.type=none', 'lxc.net.0.type=phys', 'lxc.net.1.flags=up']],
  ['lxc.net.0.type = veth\nlxc.net.10.type = veth\nlxc.net.0 =', ['lxc.net.10.type=veth']],
  ['lxc.net.0.type = veth\nlxc.net.1.link = a\nlxc.net =\nlxc.net.2.type = none', ['lxc.net.2.type=none']],
  ['lxc.cgroup.a.b = 1\nlxc.cgroup2.a.b = 2\nlxc.cgroup =\nlxc.cgroup.a.b = 3', ['lxc.cgroup2.a.b=2', 'lxc.cgroup.a.b=3']],
  ['lxc.hook.start = /a\nlxc.hook.stop = /b\nlxc.hook.stop =', ['lxc.hook.start=/a']],
  ['lxc.cap.drop = kill\nlxc.cap.keep =', []],
  ['lxc.limit.core = 1\nlxc.prlimit =\nlxc.limit.core = 2', ['lxc.prlimit.core=2']],
])('%j', (text, expected) => expect(held(text)).toEqual(expected));

/** Counts how often any setting is looked at. */
function looks(text: string): number {
  let count = 0;
  const watched = read(text).map((setting): ConfigSetting => new Proxy(setting, { get: (target, name) => (count++, Reflect.get(target, name)) }));
  effective(watched);
  return count;
}

test.each<readonly [what: string, lines: (index: number) => string]>([
  ['interfaces, each cleared', (index) => `lxc.net.${index}.type = veth\nlxc.net.${index} =\n`],
  ['interfaces, one of them cleared again and again', (index) => `lxc.net.${index}.type = veth\nlxc.net.7 =\n`],
  ['families cleared again and again', (index) => `lxc.sysctl.a${index} = 1\nlxc.sysctl.a =\nlxc.proc =\n`],
  ['one key', () => 'lxc.mount.entry = a b tmpfs\n'],
  ['one key set and cleared', () => 'lxc.cap.drop = kill\nlxc.cap.drop =\n'],
])('twice the lines are twice the work: %s', (_what, lines) => {
  const times = (count: number) => looks(Array.from({ length: count }, (_, index) => lines(index)).join(''));
  expect(times(2000) / times(1000)).toBeLessThan(2.2);
});
