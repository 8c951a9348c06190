// holdfast doctor on this machine, with one thing taken away at a time; what it names is what a start stumbles over.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { COMMAND, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { run } from '../support/run.ts';

interface Report {
  readonly machine: readonly { readonly topic: string; readonly severity: string; readonly code?: string; readonly message: string; readonly fix?: string }[];
  readonly container?: { readonly name: string; readonly findings: readonly { readonly code: string }[] };
}

let user: OrdinaryUser;
let folder = '';
beforeEach(() => {
  user = makeOrdinaryUser();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-doctor-'));
});
afterEach(() => {
  user.remove();
  rmSync(folder, { recursive: true, force: true });
});

const own = (...words: string[]) => user.command([process.execPath, COMMAND, ...words]);
const report = (text: string) => JSON.parse(text) as Report;
const wrong = ({ machine }: Report) => machine.flatMap(({ code }) => code ?? []);

needing('root', 'busybox')('root lacks nothing for a start, and hears of a container too', async () => {
  const found = await holdfast(['doctor', '--json']);
  expect(report(found.stdout).machine.filter(({ severity }) => severity === 'error')).toEqual([]);
  const text = await holdfast(['doctor']);
  expect(text.stdout).toMatch(/^ok +kernel +Linux \d[^]*\nok +user namespaces +root may make them\n/m);
  writeFileSync(join(folder, 'config'), 'lxc.rootfs.path = dir:/nonexistent\nlxc.cap.dorp = sys_time\n');
  expect(await holdfast(['doctor', '-P', folder, 'nosuch'])).toMatchObject({
    code: 2,
    stdout: expect.stringContaining(''),
    stderr: expect.stringContaining('no container nosuch'),
  });
  expect((await run(['sh', '-c', `mkdir ${folder}/web && mv ${folder}/config ${folder}/web`])).code).toBe(0);
  const both = await holdfast(['doctor', '-P', folder, 'web', '--json']);
  expect([both.code, report(both.stdout).container?.findings.map(({ code }) => code)]).toEqual([2, expect.arrayContaining(['HF101'])]);
});

needing(
  'root',
  'user',
  'newuidmap',
)('an ordinary user is told of newuidmap and of malformed lines, and of nothing when they are there', async () => {
  const before = await run(own('doctor', '--json'), { env: user.env, cwd: user.home });
  expect(wrong(report(before.stdout)).filter((code) => ['HF625', 'HF627', 'HF628', 'HF634', 'HF380'].includes(code))).toEqual([]);
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'subuid'), `${user.name}:100000\n`);
  const script = `mount --bind ${folder}/empty /usr/bin/newuidmap && mount --bind ${folder}/subuid /etc/subuid && exec "$@"`;
  const after = await run(['unshare', '-m', 'sh', '-c', script, 'sh', ...own('doctor', '--json')], { env: user.env, cwd: user.home });
  expect([after.code, wrong(report(after.stdout))]).toEqual([1, expect.arrayContaining(['HF627', 'HF380', 'HF628'])]);
});

needing(
  'root',
  'user',
  'userns',
)('a limit of no user namespaces is named by doctor and by a start', async () => {
  // The limit of a user namespace of its own: that of the machine stays (namespaces(7), user.max_user_namespaces).
  const within = (...words: string[]) =>
    run(
      [
        process.execPath,
        COMMAND,
        'userns',
        '-m',
        'b:0:0:65536',
        '--',
        'sh',
        '-c',
        'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"',
        'sh',
        ...own(...words),
      ],
      {
        env: user.env,
        cwd: user.home,
      },
    );
  const told = await within('doctor', '--json');
  const rows = report(told.stdout).machine;
  expect([told.code, rows.find(({ code }) => code === 'HF625')]).toEqual([
    2,
    expect.objectContaining({
      message: expect.stringContaining('user.max_user_namespaces = 0'),
      fix: expect.stringContaining('sysctl -w user.max_user_namespaces='),
    }),
  ]);
  expect(await within('run', '--', 'true')).toMatchObject({ code: 125, stderr: expect.stringContaining('user.max_user_namespaces = 0') });
});
