// holdfast denials, on what this machine's kernel says: filters of system calls, and Landlock where it tells of what it denies.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect } from 'vitest';
import { everyMessage, switchAudit } from '../support/audit.ts';
import { startContainer, type TestContainer } from '../support/container.ts';
import { begin, COMMAND, containers, holdfast, startDetached, writePolicy } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';

const it = needing('root', 'busybox', 'kmsg');
const make = containers();
everyMessage();
let user: OrdinaryUser | undefined;
afterAll(() => user?.remove());

const POLICY = ['2', 'denylist allow', '[all]', 'sethostname kill_process', 'sync log', 'reboot errno 1'].join('\n');

interface Shown {
  readonly control: string;
  readonly outcome: string;
  readonly certainty: string;
  readonly tried: string;
  readonly rule: string;
  readonly subject: { readonly pid?: number; readonly command?: string; readonly program?: string };
  readonly remedy: { readonly lines: readonly string[]; readonly risk: string } | null;
  readonly times: number;
}

interface Answer {
  readonly denials: readonly Shown[];
  readonly notes: readonly { readonly code: string }[];
}

async function denialsOf({ name, lxcpath }: TestContainer): Promise<Answer> {
  const done = await holdfast(['denials', name, '-P', lxcpath, '--json']);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(done.stdout) as Answer;
}

/** Waits for that many: the kernel writes its messages a little later. */
async function told(count: number, container: TestContainer): Promise<Answer> {
  for (const end = performance.now() + 5_000; ; await sleep(50)) {
    const answer = await denialsOf(container);
    if (answer.denials.length >= count || performance.now() > end) return answer;
  }
}

describe('a filter of system calls', () => {
  it('each denial with the line of the policy, and of the configuration, while the process lives and when it has gone', async () => {
    const container = make(['lxc.seccomp.profile = $HERE/policy', 'lxc.seccomp.allow_nesting = 0'], 'sync; hostname x; exec sleep 60');
    writePolicy(container, POLICY);
    await startDetached(container);
    const { denials, notes } = await told(2, container);
    const policy = join(container.lxcpath, container.name, 'policy');
    const line =
      readFileSync(container.config, 'utf8')
        .split('\n')
        .findIndex((text) => text.startsWith('lxc.seccomp.profile')) + 1;
    expect(denials.map(({ outcome, tried }) => `${tried}: ${outcome}`)).toEqual(['make the call sync: allowed', 'make the call sethostname: killed']);
    for (const one of denials) expect(one).toMatchObject({ control: 'seccomp', subject: { pid: expect.any(Number) }, times: 1 });
    expect(denials[1]?.rule).toBe(`${policy}:4 says 'kill_process' (lxc.seccomp.profile, ${container.config}:${line})`);
    expect(denials[1]?.remedy?.lines).toEqual(["remove 'sethostname' from line 4"]);
    expect(notes.map(({ code }) => code)).toContain('HF592');
  });

  it('finds them for a container that died of one', async () => {
    const container = make(['lxc.seccomp.profile = $HERE/policy'], 'exec hostname x');
    writePolicy(container, POLICY);
    expect((await startContainer(container)).code).not.toBe(0);
    const { denials } = await told(1, container);
    expect(denials.at(-1)).toMatchObject({ tried: 'make the call sethostname', outcome: 'killed', certainty: 'likely' });
  });

  it('a container without a filter has none of another', async () => {
    const [one, other] = [make(['lxc.seccomp.profile = $HERE/policy'], 'hostname x; exec sleep 60'), make([], 'exec sleep 60')];
    writePolicy(one, POLICY);
    await startDetached(one);
    await startDetached(other);
    expect((await told(1, one)).denials).toHaveLength(1);
    expect((await denialsOf(other)).denials).toEqual([]);
  });

  it('follows what happens until the container has ended', async () => {
    const container = make(['lxc.seccomp.profile = $HERE/policy'], 'while [ ! -e /go ]; do sleep 0.1; done; sync; sleep 0.5');
    writePolicy(container, POLICY);
    await startDetached(container);
    const following = begin([process.execPath, COMMAND, 'denials', container.name, '-P', container.lxcpath, '--follow', '--json']);
    await sleep(600);
    writeFileSync(join(container.rootfs, 'go'), '');
    expect(await following.ended).toEqual({ code: 0, signal: null });
    const lines = following.stdout().trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ control: 'seccomp', outcome: 'allowed', subject: { command: 'sync' } });
  });

  it('a name that a program chose is told as it is, and moves no cursor', async () => {
    const folder = String.raw`"$(printf '/tmp/\033[2J"x')"`;
    const container = make(['lxc.seccomp.profile = $HERE/policy'], `mkdir ${folder}; cp /bin/busybox ${folder}/sync; ${folder}/sync; exec sleep 60`);
    writePolicy(container, POLICY);
    await startDetached(container);
    expect((await told(1, container)).denials).toMatchObject([{ subject: { program: '/tmp/\u001b[2J"x/sync' } }]);
    const done = await holdfast(['denials', container.name, '-P', container.lxcpath, '--json']);
    // oxlint-disable-next-line no-control-regex -- it is what this is about
    expect(done.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('whom it tells', () => {
  needing(
    'root',
    'user',
    'busybox',
  )('an ordinary user who may not read the log learns what stands in the way', async () => {
    const restricted = readFileSync('/proc/sys/kernel/dmesg_restrict', 'utf8').trim() === '1';
    user ??= makeOrdinaryUser();
    const container = make([], 'exec sleep 60');
    const done = await user.run([process.execPath, COMMAND, 'denials', container.name, '-P', container.lxcpath]);
    expect(done.code).toBe(restricted ? 1 : 0);
    expect(done.stderr.includes('kernel.dmesg_restrict')).toBe(restricted);
  });

  it('a name that is no container', async () => {
    expect(await holdfast(['denials', 'no-such-one'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no-such-one') });
  });
});

describe('Landlock', () => {
  needing(
    'root',
    'busybox',
    'kmsg',
    'landlock-audit',
  )('each denial with the line of rules that would allow it', async () => {
    const container = make(
      ['holdfast.landlock = default'],
      'while [ ! -e /tmp/go ]; do sleep 0.1; done; echo x > /proc/self/comm; mkdir /elsewhere; mount -t tmpfs t /mnt; exec sleep 60',
    );
    mkdirSync(join(container.rootfs, 'tmp'), { recursive: true });
    await startDetached(container);
    switchAudit(true);
    try {
      writeFileSync(join(container.rootfs, 'tmp/go'), '');
      const { denials } = await told(3, container);
      const lines = denials.map(({ certainty, tried, remedy }) => `${certainty}: ${tried}: ${remedy?.lines.join('; ') ?? ''}`);
      expect(lines).toEqual([
        expect.stringMatching(/^certain: write \/proc\/\d+\/comm: write \/proc\/\d+\/comm$/),
        'certain: make a directory in /: write /',
        'certain: mount, unmount or change a mount at /mnt: holdfast.landlock = none',
      ]);
    } finally {
      switchAudit(false);
    }
  });
});
