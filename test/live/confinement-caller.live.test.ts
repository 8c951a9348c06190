// Whatever the caller holds, the container is the same: two starts are compared, one by a plain caller and one by the oddest.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { containers, statusLines } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const make = containers();

/** What a process was handed, in its own words. */
const REPORT = [
  'grep -E "^(Umask|Uid|Gid|Groups|Sig(Blk|Ign|Cgt)|Cap|NoNewPrivs|Seccomp|THP_enabled|untag)" /proc/1/status',
  'ls /proc/1/fd', // 10 is the script
  'cat /proc/1/personality; readlink /proc/1/cwd; cut -d" " -f 5-8 /proc/1/stat',
  'tr "\\0" "\\n" < /proc/1/environ',
].join('\n');

/** Runs the launcher with bash lines before it that change what it inherits. */
function startFrom(launcher: string, before: readonly string[], wrapper: readonly string[] = []) {
  return run([...wrapper, 'bash', '-c', [...before, `exec ${launcher}`].join('\n')], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
}

const CALLERS: Readonly<Record<string, { readonly before?: readonly string[]; readonly wrapper?: readonly string[] }>> = {
  'inheritable and ambient capabilities': {
    wrapper: ['setpriv', '--inh-caps', '+net_admin,+chown,+sys_admin', '--ambient-caps', '+net_admin,+sys_admin', '--'],
  },
  'odd secure bits': { wrapper: ['setpriv', '--securebits', '+no_setuid_fixup', '--inh-caps', '+net_admin', '--ambient-caps', '+net_admin', '--'] },
  'ignored signals': { before: ["trap '' HUP INT QUIT PIPE TERM CHLD USR1 USR2 ALRM"] },
  'blocked signals': { wrapper: ['env', '--block-signal=TERM,HUP,CHLD,USR1,INT'] },
  'an odd umask': { before: ['umask 0777'] },
  'extra groups': { wrapper: ['setpriv', '--groups', '4,5,6', '--'] },
  'open descriptors': { before: ['for fd in 3 4 5 6 7 8 9 11 200; do eval "exec $fd</etc/passwd"; done', 'exec 12</', 'exec 13<>/dev/null'] },
  'a personality': { wrapper: ['setarch', '--addr-no-randomize', '--read-implies-exec'] },
  'another directory': { before: ['cd /usr/share'] },
  variables: { before: ['export LD_PRELOAD=/x SECRET=1 IFS=x BASH_ENV=/x; unset TERM'] },
};

for (const [kind, lines] of Object.entries({
  root: [],
  'user 1000': ['lxc.init.uid = 1000', 'lxc.init.gid = 1000'],
  mapped: ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'],
})) {
  describe(`init as ${kind}`, () => {
    it('nothing of the caller comes in', async () => {
      const container = make(lines, REPORT);
      const launcher = writeLauncher(container, planOf(container));
      const plain = await startFrom(launcher, []);
      expect(plain).toMatchObject({ code: 0, stderr: '' });
      for (const [what, { before = [], wrapper = [] }] of Object.entries(CALLERS)) expect(await startFrom(launcher, before, wrapper), what).toEqual(plain);
    });
  });
}

describe('one by one', () => {
  const launcherOf = (container: TestContainer) => writeLauncher(container, planOf(container));

  it('signals are at their defaults and none is blocked, the umask is 022, 0-2 are the only descriptors', async () => {
    // Not through a shell, which ignores SIGQUIT of its own accord; 3 is the directory that ls reads.
    const container = make([]);
    const shown = async (...command: readonly string[]) => (await startContainer(container, { command })).stdout;
    const status = statusLines(await shown('cat', '/proc/self/status'));
    const none = '0000000000000000';
    expect(['SigBlk', 'SigIgn', 'SigCgt', 'Umask'].map((key) => status.get(key))).toEqual([none, none, none, '0022']);
    expect(await shown('ls', '/proc/self/fd')).toBe('0\n1\n2\n3\n');
    expect(await shown('ls', '/proc/1/fd')).toBe(''); // the reaper holds none
  });

  it('closed standard descriptors become /dev/null', async () => {
    const container = make([], 'for fd in 0 1 2; do readlink /proc/1/fd/$fd; done > /tmp/fds; exit 3');
    const launcher = launcherOf(container);
    const seen = () => readFileSync(join(container.rootfs, 'tmp/fds'), 'utf8').split('\n');
    expect((await startFrom(launcher, ['exec 0<&- 1>&- 2>&-'])).code).toBe(3);
    // 1 is the script's own redirection
    expect([seen()[0], seen()[2]]).toEqual(['/dev/null', '/dev/null']);
    expect((await startFrom(launcher, ['exec 0<&-'])).code).toBe(3);
    expect(seen()[0]).toBe('/dev/null');
    expect(seen()[2]).toMatch(/^(pipe|socket):/);
  });

  it('limits asked for hold whatever the soft limits of the caller are', async () => {
    const container = make(['lxc.prlimit.nofile = 300:400', 'lxc.prlimit.core = 0', 'lxc.prlimit.stack = unlimited'], 'cat /proc/self/limits');
    const done = await startFrom(launcherOf(container), ['ulimit -Sn 20; ulimit -Ss 1024']);
    const limit = (name: string) => new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(done.stdout)?.slice(1);
    expect(limit('Max open files')).toEqual(['300', '400']);
    expect(limit('Max core file size')).toEqual(['0', '0']);
    expect(limit('Max stack size')).toEqual(['unlimited', 'unlimited']);
  });
});
