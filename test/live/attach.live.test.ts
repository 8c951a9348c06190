// A process that joins a running container is confined exactly as its init is, whatever its caller holds and whatever the files say by then.

import { chownSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { makeBusyboxRoot, writeConfig } from '../support/busybox.ts';
import type { TestContainer } from '../support/container.ts';
import { COMMAND, containers, hasEnded, holdfast, namespacesOf, startDetached, stateOf, statusLines, statusOf, until, writePolicy } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { PROBES } from '../support/probes.ts';
import { run, type RunOptions } from '../support/run.ts';

const it = needing('root', 'busybox');
/** With lines of both versions, whichever this machine has. */
const GROUPS = PROBES.cgroup1() === null ? 'cgroup1' : 'cgroup2';
const make = containers();
const WAIT = 'exec sleep 60';
const attach = ({ name }: TestContainer, command: readonly string[], options: RunOptions = {}) => holdfast(['attach', name, '--', ...command], options);
const script = (text: string): readonly string[] => ['sh', '-c', text];

const LIKE_INIT = /^(Umask|Uid|Gid|Groups|SigBlk|SigIgn|Cap\w+|NoNewPrivs|Seccomp|Seccomp_filters|Cpus_allowed_list|Mems_allowed_list)$/;
const MAP = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'];

const KINDS: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  dropped: ['lxc.cap.drop = sys_module sys_time sys_admin net_raw', 'lxc.no_new_privs = 1'],
  'keeping none': ['lxc.cap.keep = none'],
  'user 1000': ['lxc.init.uid = 1000', 'lxc.init.gid = 1001', 'lxc.init.groups = 7', 'lxc.cap.keep = chown'],
  mapped: MAP,
  'mapped and filtered': [...MAP, 'lxc.seccomp.profile = $HERE/policy', 'lxc.cap.drop = sys_admin'],
  limited: [
    'lxc.cgroup.pids.max = 60',
    'lxc.cgroup2.pids.max = 60',
    'lxc.cgroup.memory.limit_in_bytes = 64M',
    'lxc.cgroup2.memory.max = 64M',
    'lxc.seccomp.profile = $HERE/policy',
  ],
};

describe('as init is', () => {
  for (const [kind, lines] of Object.entries(KINDS)) {
    needing(
      'root',
      'busybox',
      ...(kind === 'limited' ? ([GROUPS] as const) : []),
    )(`${kind}: sets, ids, filter, groups and namespaces`, async () => {
      const container = make(lines, WAIT);
      writePolicy(container, '2\ndenylist\nkexec_load errno 1');
      const { init } = await startDetached(container);
      await until('init has executed', () => readFileSync(`/proc/${init}/comm`, 'utf8') === 'sleep\n');
      // An odd caller: nothing of it may show.
      const caller = [
        'setpriv',
        '--inh-caps',
        '+net_admin',
        '--ambient-caps',
        '+net_admin',
        '--groups',
        '4,5',
        '--',
        'bash',
        '-c',
        'trap \'\' HUP PIPE; umask 077; exec "$@"',
        'x',
      ];
      const command = script(
        'cat /proc/self/status; for ns in cgroup ipc mnt net pid user uts time; do echo NS $ns $(readlink /proc/self/ns/$ns); done; exec cat > /dev/null',
      );
      const told = run([...caller, process.execPath, COMMAND, 'attach', container.name, '--', ...command], { input: '' });
      const done = await told;
      expect(done, done.stderr).toMatchObject({ code: 0, stderr: '' });
      const inside = statusLines(done.stdout);
      const host = statusOf(init);
      // Ids are the namespace's own on one side, the host's on the other.
      const shift = kind.startsWith('mapped') ? 100000 : 0;
      for (const [key, value] of host) {
        if (!LIKE_INIT.test(key)) continue;
        const expected = /^(Uid|Gid)$/.test(key)
          ? value
              .split(' ')
              .map((id) => Number(id) - shift)
              .join(' ')
          : value;
        expect(inside.get(key), key).toBe(expected);
      }
      const spaces = namespacesOf(init);
      for (const [, name = '', link] of done.stdout.matchAll(/^NS (\w+) (\S+)$/gm)) expect(link, name).toBe(spaces[name]);
      expect([...done.stdout.matchAll(/^NS /gm)]).toHaveLength(8);
    });
  }

  needing(
    'root',
    'busybox',
    GROUPS,
  )('its control groups, and it counts in them', async () => {
    const container = make(['lxc.cgroup.pids.max = 15', 'lxc.cgroup2.pids.max = 15'], WAIT);
    const { init } = await startDetached(container);
    const groups = (pid: number) => readFileSync(`/proc/${pid}/cgroup`, 'utf8');
    const attached = attach(container, ['sleep', '31']);
    const find = () =>
      stateOf(container.name).state === 'running' && joined(init).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\x0031\0');
    const pid = await until('it has joined', find);
    expect(groups(pid)).toBe(groups(init));
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe(readFileSync(`/proc/${init}/oom_score_adj`, 'utf8'));
    process.kill(pid, 'SIGTERM');
    expect(await attached).toMatchObject({ code: 143 });
    const bomb = await attach(container, script('for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do sleep 5 & done; wait'));
    expect(bomb.stderr).toContain("can't fork");
  });

  it('the filter is that of the start, also when the policy was changed or is gone', async () => {
    const container = make(['lxc.seccomp.profile = $HERE/policy'], WAIT);
    writePolicy(container, '2\ndenylist\nmkdir errno 13\nmkdirat errno 13');
    await startDetached(container);
    const refused = async () => expect((await attach(container, ['mkdir', '/tmp/x'])).stderr).toContain('Permission denied');
    await refused();
    writePolicy(container, '2\ndenylist\nrmdir errno 1');
    await refused();
    rmSync(join(container.lxcpath, container.name, 'policy'));
    await refused();
  });
});

/** The host pids of processes in the same PID namespace as `init`. */
function joined(init: number): readonly number[] {
  const namespace = namespaceOf(init);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => namespaceOf(pid) === namespace);
}

function namespaceOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return `ended ${pid}`;
  }
}

describe('what goes in and comes out', () => {
  it('exit statuses, signals, and 127 or 126 for what cannot be run', async () => {
    const container = make([], WAIT);
    writeFileSync(join(container.rootfs, 'bin/data'), 'x');
    await startDetached(container);
    expect(await attach(container, script('exit 42'))).toMatchObject({ code: 42, stderr: '' });
    expect(await attach(container, script('kill -9 $$'))).toMatchObject({ code: 137 });
    for (const [command, code] of [
      ['nothing', 127],
      ['/bin/nothing', 127],
      ['/bin/data', 126],
    ] as const) {
      const done = await attach(container, [command]);
      expect(done.code, done.stderr).toBe(code);
      expect(done.stderr).toMatch(new RegExp(`^holdfast: .*${command}.*\n$`));
    }
  });

  it('pipes pass through whole, in both directions', async () => {
    const container = make([], WAIT);
    await startDetached(container);
    const text = 'a line of text that is long enough\n'.repeat(20_000);
    const done = await attach(container, script('cat; echo end >&2'), { input: text });
    expect(done.stdout === text).toBe(true);
    expect(done).toMatchObject({ code: 0, stderr: 'end\n' });
  });

  it("the environment is the container's, and no descriptor of the host comes along (CVE-2016-8649)", async () => {
    const container = make(['lxc.environment = ASKED=1'], WAIT);
    await startDetached(container);
    const env = { PATH: '/usr/bin:/bin', HOME: '/root', SECRET: 'x', TERM: 'dumb', LD_PRELOAD: '' };
    const open = 'for fd in 3 4 5 6 7 8 9 11 12; do eval "exec $fd</etc/passwd"; done; exec "$@"';
    const command = ['sh', '-c', 'ls -l /proc/self/fd; env'];
    const done = await run(['bash', '-c', open, 'x', process.execPath, COMMAND, 'attach', container.name, '--', ...command], { env });
    expect([...done.stdout.matchAll(/ (\d+) -> (\S+)/g)].map(([, fd, to = '']) => `${fd} ${to.replace(/:\[.*/, '')}`)).toEqual([
      '0 /dev/null',
      expect.stringMatching(/^1 (pipe|socket)$/),
      expect.stringMatching(/^2 (pipe|socket)$/),
    ]);
    const names = [...done.stdout.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(names).toContain('ASKED');
    expect(names.filter((name) => !['ASKED', 'PATH', 'TERM', 'container', 'PWD', 'SHLVL', 'HOME', 'OLDPWD', '_'].includes(name ?? ''))).toEqual([]);
    expect(done.stdout).not.toContain('SECRET');
  });

  it('files that are made belong to the mapped ids', async () => {
    const container = make(MAP, WAIT);
    chownSync(join(container.rootfs, 'tmp'), 100000, 100000);
    await startDetached(container);
    expect(await attach(container, script('echo x > /tmp/made; chown 3:4 /tmp/made; chown 70000 /tmp/made'))).toMatchObject({ code: 1 });
    const { lstatSync } = await import('node:fs');
    const { uid, gid } = lstatSync(join(container.rootfs, 'tmp/made'));
    expect([uid, gid]).toEqual([100003, 100004]);
  });

  it('it ends with the container', async () => {
    const container = make([], WAIT);
    const { init } = await startDetached(container);
    const attached = attach(container, ['sleep', '60']);
    await until('it has joined', () => readFileSync(`/proc/${init}/task/${init}/children`, 'utf8') !== '' || joinedSleep(container));
    await holdfast(['stop', '-k', container.name]);
    expect((await attached).code).toBe(137);
  });
});

const joinedSleep = ({ name }: TestContainer): boolean => {
  const state = stateOf(name);
  return state.state === 'running' && joined(state.record.init).length > 1;
};

describe('whom it may not enter', () => {
  it('a container that has stopped, or whose monitor was killed: the pid in its record is not used', async () => {
    const container = make([], WAIT);
    const { init, monitor } = await startDetached(container);
    process.kill(monitor, 'SIGKILL');
    await until('it has ended', () => hasEnded(init));
    const record = `/run/holdfast/${container.name}.lock`;
    // The pid has gone to somebody else: this very process.
    writeFileSync(record, readFileSync(record, 'utf8').replace(`"init":${init}`, `"init":${process.pid}`));
    const done = await attach(container, ['true']);
    expect(done.code).toBe(125);
    expect(done.stderr).toContain(`${container.name} is not running`);
    expect(await holdfast(['run', '-P', container.lxcpath, container.name, '--', 'true'])).toMatchObject({ code: 0 });
  });
});

describe('an ordinary user', () => {
  let user: OrdinaryUser | undefined;
  afterAll(() => user?.remove());

  needing(
    'user',
    'userns',
    'busybox',
  )('enters the container that is theirs, as confined as it is, and ends it', async () => {
    user = makeOrdinaryUser();
    const { uid, gid, home } = user;
    const own = (...words: readonly string[]) => (user as OrdinaryUser).run([process.execPath, COMMAND, ...words]);
    const name = `own${process.pid}`;
    const rootfs = join(home, 'c', name, 'rootfs');
    mkdirSync(rootfs, { recursive: true });
    makeBusyboxRoot(rootfs, { uid, gid });
    const ids = [`lxc.idmap = u 0 ${uid} 1`, `lxc.idmap = g 0 ${gid} 1`];
    writeConfig(join(home, 'c', name), [
      `lxc.rootfs.path = dir:${rootfs}`,
      'lxc.init.cmd = /bin/sleep 60',
      'lxc.net.0.type = empty',
      'lxc.mount.auto = proc:mixed sys:ro',
      'lxc.cap.drop = sys_admin',
      'lxc.no_new_privs = 1',
      ...ids,
    ]);
    const started = await own('start', '-P', join(home, 'c'), name);
    expect(started, started.stderr).toMatchObject({ code: 0 });
    try {
      const info = JSON.parse((await own('info', name, '--json')).stdout) as { init: number };
      const done = await own('attach', name, '--', 'sh', '-c', 'cat /proc/self/status /proc/self/uid_map; echo x > /tmp/made; exit 5');
      expect(done.code, done.stderr).toBe(5);
      const inside = statusLines(done.stdout);
      for (const key of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp'])
        expect(inside.get(key), key).toBe(statusOf(info.init).get(key));
      expect(inside.get('Uid')).toBe('0 0 0 0');
      expect(done.stdout.replaceAll(/ +/g, ' ')).toContain(`0 ${uid} 1`);
      const verified = await own('verify', name);
      expect(verified.stdout).not.toContain('FAIL');
      expect(verified.code).toBe(0);
      const { init } = info;
      expect((await own('stop', '-k', name)).code).toBe(0);
      expect(hasEnded(init)).toBe(true);
    } finally {
      await own('stop', '-k', name);
    }
  });
});

describe('limits', () => {
  it("resource limits and the OOM score are init's", async () => {
    const container = make(['lxc.prlimit.nofile = 30:40', 'lxc.proc.oom_score_adj = 321'], WAIT);
    await startDetached(container);
    const { stdout } = await attach(container, ['sh', '-c', 'ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj']);
    expect(stdout).toBe('30\n40\n321\n');
  });
});
