// What a policy must allow on the runtime's own behalf: the calls that the process which becomes init makes between loading its
// filter and executing init, seen by strace, under Holdfast and under each of its peers.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeContainer, planOf, type TestContainer, writeLauncher } from '../support/container.ts';
import { removeTemplate } from '../support/lxc.ts';
import { type Need, needing, needs } from '../support/needs.ts';
import { ROOT } from '../support/modules.ts';
import { run } from '../support/run.ts';

/** An init that nothing else executes. */
const INIT = '/bin/the-init';
const POLICY = '2\ndenylist\nkexec_load errno 1\n';

/** Names of the calls from behind the last load of a filter up to init's execve, of the process that makes it. */
function behindFilter(trace: string): readonly string[] {
  const lines = trace.split('\n').map((line) => /^(\d+) +(.*)$/.exec(line) ?? ['', '', '']);
  const end = lines.findIndex(([, , call = '']) => call.startsWith(`execve("${INIT}"`));
  const pid = lines[end]?.[1];
  const own = lines.slice(0, end + 1).flatMap(([, who, call = '']) => (who === pid ? [call] : []));
  // Some try with a null pointer first what the kernel offers.
  const loaded = own.findLastIndex((call) => /^(seccomp\(SECCOMP_SET_MODE_FILTER|prctl\(PR_SET_SECCOMP), .*\{len=/.test(call));
  if (end < 0 || loaded < 0) throw new Error(`no filter, or no init, in:\n${own.slice(-30).join('\n')}`);
  return [...new Set(own.slice(loaded + 1).flatMap((call) => /^(\w+)\(/.exec(call)?.[1] ?? []))].sort();
}

async function traceOf(folder: string, argv: readonly string[]): Promise<string> {
  const file = join(folder, 'trace');
  const done = await run(['strace', '-f', '-o', file, '--', ...argv], { timeoutMs: 40_000 });
  const trace = readFileSync(file, 'utf8');
  if (!trace.includes(`execve("${INIT}"`)) throw new Error(`${argv.join(' ')}: ${done.code}: ${done.stderr}`);
  return trace;
}

/** A bundle of the same root, with a filter that refuses the same call (runtime-spec, config-linux.md). */
function bundle({ lxcpath, rootfs }: TestContainer): string {
  const folder = join(lxcpath, 'bundle');
  mkdirSync(folder);
  cpSync(rootfs, join(folder, 'rootfs'), { recursive: true, verbatimSymlinks: true });
  const config = {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: [INIT], cwd: '/', env: ['PATH=/bin'], noNewPrivileges: false },
    root: { path: 'rootfs' },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    linux: {
      namespaces: ['pid', 'mount', 'ipc', 'uts', 'network'].map((type) => ({ type })),
      seccomp: { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_X86_64'], syscalls: [{ names: ['kexec_load'], action: 'SCMP_ACT_ERRNO' }] },
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

/** crun refuses a hybrid machine; it is shown one without the unified hierarchy. */
const WITHOUT_UNIFIED = ['unshare', '-m', 'sh', '-c', 'umount /sys/fs/cgroup/unified 2> /dev/null; exec "$@"', 'x'];

const RUNTIMES: Readonly<Record<string, { readonly needs: readonly Need[]; readonly argv: (container: TestContainer) => readonly string[] }>> = {
  Holdfast: { needs: [], argv: (container) => [writeLauncher(container, planOf(container))] },
  LXC: { needs: ['lxc'], argv: ({ lxcpath, name }) => ['lxc-start', '-F', '-P', lxcpath, '-n', name] },
  runc: { needs: ['runc'], argv: (container) => ['runc', '--root', join(container.lxcpath, 'runc'), 'run', '-b', bundle(container), container.name] },
  crun: {
    needs: ['crun'],
    argv: (container) => [
      ...WITHOUT_UNIFIED,
      'crun',
      '--root',
      join(container.lxcpath, 'crun'),
      '--cgroup-manager=disabled',
      'run',
      '-b',
      bundle(container),
      container.name,
    ],
  },
};

/** What Go's scheduler calls now and then; docs/differences.md counts without it. */
const BY_CHANCE = /^(futex|epoll_\w+|rt_sig\w+|sched_yield|nanosleep|madvise|m(un)?map|tgkill|clone3?)$/;

afterAll(removeTemplate); // LXC's empty groups

const seen = new Map<string, readonly string[]>();
for (const [runtime, { needs: own, argv }] of Object.entries(RUNTIMES)) {
  needing(
    'root',
    'busybox',
    'strace',
    ...own,
  )(`${runtime}: the calls behind the filter`, async () => {
    const container = makeContainer([
      `lxc.init.cmd = ${INIT}`,
      'lxc.seccomp.profile = $HERE/policy',
      'lxc.apparmor.profile = unconfined',
      'holdfast.allow_missing = lxc.apparmor.profile',
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-trace-'));
    try {
      writeFileSync(join(dirname(container.config), 'policy'), POLICY);
      cpSync(join(container.rootfs, 'bin/busybox'), join(container.rootfs, INIT));
      const calls = behindFilter(await traceOf(folder, argv(container)));
      seen.set(runtime, calls);
      expect(calls).toContain('execve');
      if (runtime === 'Holdfast') expect(calls).toEqual(['execve']);
    } finally {
      container.remove();
      rmSync(folder, { recursive: true });
    }
  });
}

const all = needs('root', 'busybox', 'strace', 'lxc', 'runc', 'crun').ok;
test.runIf(all)('docs/differences.md has the numbers', () => {
  const text = readFileSync(join(ROOT, 'docs/differences.md'), 'utf8');
  for (const [runtime, calls] of seen) {
    const extra = calls.filter((name) => name !== 'execve' && !(runtime === 'runc' && BY_CHANCE.test(name)));
    const row = new RegExp(`^\\| ${runtime} \\| (\\d+) \\| (.*) \\|$`, 'm').exec(text);
    expect({ runtime, row: row?.slice(1) }).toEqual({ runtime, row: [String(extra.length), extra.map((name) => `\`${name}\``).join(' ')] });
  }
});
