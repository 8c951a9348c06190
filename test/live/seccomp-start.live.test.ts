// When a policy binds, whom, and for how long: from execve on, nothing of Holdfast's own before it; everything in the container and
// nothing outside; what attaches too, whatever the file says by then; and on top of a filter the caller is under.

import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { SYSCALLS } from '../../src/kernel/syscalls.gen.ts';
import { planOf, startContainer, writeLauncher } from '../support/container.ts';
import { COMMAND, containers, holdfast, startDetached, statusOf, until, writePolicy } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { buildFilters } from '../support/seccomp/programs.ts';

const make = containers();
const FILTERED = ['lxc.seccomp.profile = $HERE/policy'];
const filters = needs('root', 'busybox', 'gcc').ok ? buildFilters() : null;
afterAll(() => filters?.remove());
const filtersOf = (pid: number): readonly string[] => filters?.of(pid) ?? [];

describe('a policy of what strace shows', () => {
  /** Names of the calls that a command makes, execve among them. */
  async function traced(command: readonly string[]): Promise<readonly string[]> {
    const { stderr } = await run(['strace', '-f', '--', ...command]);
    const names = [...stderr.matchAll(/^(?:\[pid +\d+\] )?(\w+)\(/gm)].map(([, name = '']) => name);
    return [...new Set(names)].sort();
  }
  const allowlist = (names: readonly string[]) => `2\nallowlist kill\n${names.join('\n')}`;

  for (const [root, command] of [
    ["the host's own userland", ['/bin/true']],
    ['a root of its own', ['/bin/busybox', 'true']],
  ] as const) {
    needing(
      'root',
      'busybox',
      'strace',
    )(`starts ${command.join(' ')} in ${root}: nothing else has to be allowed`, async () => {
      const names = await traced(command);
      expect(names).toContain('execve');
      expect(names.length).toBeGreaterThan(5);
      const container = make(FILTERED);
      writePolicy(container, allowlist(names));
      const policy = join(container.lxcpath, container.name, 'policy');
      const start = () =>
        root === 'a root of its own'
          ? startContainer(container, { command })
          : run([process.execPath, COMMAND, 'run', '--set', `lxc.seccomp.profile=${policy}`, '--', ...command]);
      expect(await start()).toMatchObject({ code: 0, stdout: '', stderr: '' });
      // The policy is as tight as it looks: any of the program's own calls missing ends it.
      writePolicy(container, allowlist(names.filter((name) => name !== 'exit_group')));
      expect((await start()).code).toBe(128 + 31);
    });
  }
});

describe('a policy that does not allow execve', () => {
  const it = needing('root', 'busybox');
  const command = ['/bin/true'];
  const policyOf = (text: string) => {
    const container = make([]);
    writePolicy(container, text);
    return ['run', '-f', container.config, '-s', `lxc.seccomp.profile=${join(container.lxcpath, container.name, 'policy')}`];
  };

  for (const [what, text, code, told] of [
    ['kills for it', '1\nwhitelist\n103\n', 128 + constants.signals.SIGSYS, 'as insisted'],
    ['refuses it', '2\nallowlist errno EPERM\nwritev\nexit_group\n', 126, 'execve'],
    ['refuses all that init does then', '2\nallowlist errno EPERM\nread\n', 128 + constants.signals.SIGILL, 'as insisted'],
  ] as const) {
    it(`and ${what} starts nothing; insisted on, it is in force, and init is not executed`, async () => {
      const asked = policyOf(text);
      const refused = await holdfast([...asked, '--', ...command]);
      expect([refused.code, refused.stderr]).toEqual([125, expect.stringContaining('HF258')]);
      const insisted = await holdfast([...asked, '--allow-missing', 'lxc.seccomp.profile', '--', '/bin/echo', 'executed']);
      expect(insisted.stdout).toBe('');
      expect([insisted.code, insisted.stderr]).toEqual([code, expect.stringContaining('HF259')]);
      expect(insisted.stderr).toContain(told);
    });
  }
});

describe('attach', () => {
  const it = needing('root', 'busybox', 'gcc');

  it('is under the very filter of the start, whatever has become of the file', async () => {
    const container = make([...FILTERED, 'lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'], 'exec sleep 60');
    writePolicy(container, '2\ndenylist\nmkdir errno 17\nmkdirat errno 17\nacct kill');
    const { init } = await startDetached(container);
    await until('init has executed', () => readFileSync(`/proc/${init}/comm`, 'utf8') === 'sleep\n');
    const [own, ...more] = filtersOf(init);
    expect([own === undefined, more]).toEqual([false, []]);

    const policy = join(container.lxcpath, container.name, 'policy');
    const changes: Readonly<Record<string, () => void>> = {
      'nothing changed': () => undefined,
      'it allows everything': () => writePolicy(container, '2\ndenylist\n'),
      'it allows nothing': () => writePolicy(container, '2\nallowlist\nexecve'),
      'it says nonsense': () => writePolicy(container, 'nonsense'),
      'it is empty': () => writeFileSync(policy, ''),
      'it is gone': () => rmSync(policy),
    };
    for (const [index, [what, change]] of Object.entries(changes).entries()) {
      change();
      const seconds = `1.${index}`;
      const attached = holdfast(['attach', container.name, '--', 'sh', '-c', `mkdir /tmp/x; echo $?; exec sleep ${seconds}`]);
      const pid = await until(`${what}: it sleeps`, () => sleeping(init, seconds));
      expect(filtersOf(pid), what).toEqual([own]);
      expect(statusOf(pid).get('Seccomp_filters'), what).toBe('1');
      const done = await attached;
      expect(done, what).toMatchObject({ stdout: '1\n', stderr: expect.stringContaining('File exists') });
    }
  });

  /** The process in init's PID namespace that sleeps that long. */
  function sleeping(init: number, seconds: string): number | undefined {
    const namespace = namespaceOf(init);
    return numbers('/proc').find((pid) => pid !== init && namespaceOf(pid) === namespace && textOf(`/proc/${pid}/cmdline`) === `sleep\0${seconds}\0`);
  }
});

describe('two containers with two processes each', () => {
  needing(
    'root',
    'busybox',
    'gcc',
  )('are under their own filter, and nothing else is', async () => {
    const refusing = (call: string) => {
      const container = make(FILTERED, 'sleep 61 & exec sleep 60');
      writePolicy(container, `2\ndenylist\n${call} errno 1`);
      return container;
    };
    const filtered = (pid: number) => statusOf(pid).get('Seccomp_filters');
    const before = filtered(process.ppid);
    const first = refusing('mkdir');
    const second = refusing('rmdir');
    const one = await startDetached(first);
    const other = await startDetached(second);
    const members = (init: number) => {
      const namespace = namespaceOf(init);
      return numbers('/proc').filter((pid) => namespaceOf(pid) === namespace);
    };
    await until('both have two', () => members(one.init).length === 2 && members(other.init).length === 2);
    await until('and have executed', () => [one, other].every(({ init }) => textOf(`/proc/${init}/comm`) === 'sleep\n'));
    const ours = members(one.init).map(filtersOf);
    const theirs = members(other.init).map(filtersOf);
    expect(ours[0]).toHaveLength(1);
    expect(ours[1]).toEqual(ours[0]);
    expect(theirs[1]).toEqual(theirs[0]);
    expect(theirs[0]).not.toEqual(ours[0]);
    // Their monitors, and who started them.
    for (const { monitor } of [one, other]) expect(filtered(monitor)).toBe(filtered(process.pid));
    expect(filtered(process.ppid)).toBe(before);
  });
});

describe('under a filter of the caller', () => {
  const it = needing('root', 'busybox', 'gcc');
  const ASKED = `mkdir /tmp/a; rmdir /tmp 2>&1; grep Seccomp_filters /proc/self/status`;

  async function start(lines: readonly string[], outer: boolean) {
    const container = make([...FILTERED, ...lines], ASKED);
    writePolicy(container, '2\ndenylist\nmkdir errno 17\nmkdirat errno 17');
    const launcher = writeLauncher(container, planOf(container));
    return run(outer ? [filters?.path ?? '', '-', String(SYSCALLS.x86_64.rmdir), launcher] : [launcher]);
  }

  for (const lines of [[], ['lxc.seccomp.allow_nesting = 1']]) {
    it(`both bind: ${lines.join() || 'nothing said of it'}`, async () => {
      const done = await start(lines, true);
      expect(done.stdout).toMatch(/^rmdir: .*Operation not permitted\nSeccomp_filters:\t2\n$/);
      expect(done.stderr).toContain('File exists');
    });
  }

  it('where that is forbidden, there is no start, instead of one without the policy', async () => {
    const done = await start(['lxc.seccomp.allow_nesting = 0'], true);
    expect(done).toMatchObject({ code: 125, stdout: '' });
    expect(done.stderr).toMatch(/config:\d+: see that the caller is under no system call filter: /);
    expect((await start(['lxc.seccomp.allow_nesting = 0'], false)).stdout).toContain('Seccomp_filters:\t1\n');
  });
});

const numbers = (folder: string): readonly number[] =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended
  }
};
const namespaceOf = (pid: number): string => (/^NSpid:\t\d+\t(?:\d+\t)?\d+$/m.test(textOf(`/proc/${pid}/status`)) ? linkOf(`/proc/${pid}/ns/pid`) : '');
const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};
