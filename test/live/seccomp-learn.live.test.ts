// holdfast seccomp learn: the learned policy starts the same command again, and nothing outside of it works.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const it = needing('root', 'busybox');
const make = containers();

for (const command of [['/bin/true'], ['/bin/sh', '-c', 'ls /'], ['/bin/sh', '-c', 'echo one | cat; mkdir /made && rmdir /made']] as const) {
  it(`learns ${command.join(' ')} and runs it again under what it learned`, async () => {
    const container = make([]);
    const policy = join(container.lxcpath, 'learned');
    const plain = await holdfast(['run', '-f', container.config, '--', ...command]);
    const learned = await holdfast(['seccomp', 'learn', '-f', container.config, '-o', policy, '--', ...command], { env: { TMPDIR: container.lxcpath } });
    expect(learned).toMatchObject({ code: 0, stdout: plain.stdout });
    // Neither its directory nor who listened there.
    expect(readdirSync(container.lxcpath).filter((name) => name.startsWith('holdfast-learn'))).toEqual([]);
    expect(readFileSync('/proc/net/unix', 'utf8')).not.toContain(container.lxcpath);
    const text = readFileSync(policy, 'utf8');
    expect(text).toMatch(/^2\nallowlist errno EPERM\n# learned from \d+ calls of /);
    expect(text).toMatch(/^exit_group$/m);
    expect(text).not.toMatch(/^(socket|mount|ptrace|chmod)\b/m);
    const confined = ['run', '-f', container.config, '-s', `lxc.seccomp.profile=${policy}`, '--'];
    expect(await holdfast([...confined, ...command])).toMatchObject({ code: 0, stdout: plain.stdout });
    const outside = await holdfast([...confined, '/bin/sh', '-c', 'chmod 700 / && echo done']);
    expect(outside.code).not.toBe(0);
    expect(outside.stdout).not.toContain('done');
  });
}

it('is silent about nothing: a run that fails is said, and one that cannot be planned writes no policy', async () => {
  const container = make([]);
  const failing = await holdfast(['seccomp', 'learn', '-f', container.config, '--', '/bin/sh', '-c', 'exit 3']);
  expect(failing.code).toBe(0);
  expect(failing.stderr).toContain('the run ended with 3');
  const wrong = await holdfast(['seccomp', 'learn', '-f', container.config, '-s', 'lxc.cap.drop=nosuch', '--', '/bin/true']);
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('HF123');
});
