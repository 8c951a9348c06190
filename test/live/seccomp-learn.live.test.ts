// holdfast seccomp learn: the learned policy starts the same command again, and nothing outside of it works.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser } from '../support/ordinary-user.ts';

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

needing(
  'root',
  'user',
  'userns',
  'busybox',
)('learns for an ordinary user what that user can run again', async () => {
  const user = makeOrdinaryUser();
  try {
    const policy = join(user.home, 'learned');
    const command = ['--', '/bin/sh', '-c', 'ls / | head -1'];
    const learned = await user.run([process.execPath, COMMAND, 'seccomp', 'learn', '-o', policy, ...command]);
    expect(learned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\w+\n$/) });
    expect(readFileSync(policy, 'utf8')).toMatch(/^getdents64$/m);
    const again = await user.run([process.execPath, COMMAND, 'run', '-s', `lxc.seccomp.profile=${policy}`, ...command]);
    expect(again).toMatchObject({ code: 0, stdout: learned.stdout });
    const outside = await user.run([process.execPath, COMMAND, 'run', '-s', `lxc.seccomp.profile=${policy}`, '--', '/bin/sh', '-c', 'kill -0 1']);
    expect([outside.code === 0, outside.stderr]).toEqual([false, expect.stringContaining('not permitted')]);
  } finally {
    user.remove();
  }
});

it('is silent about nothing: a run that fails is said, and one that cannot be planned writes no policy', async () => {
  const container = make([]);
  const failing = await holdfast(['seccomp', 'learn', '-f', container.config, '--', '/bin/sh', '-c', 'exit 3']);
  expect(failing.code).toBe(0);
  expect(failing.stderr).toContain('the run ended with 3');
  const wrong = await holdfast(['seccomp', 'learn', '-f', container.config, '-s', 'lxc.cap.drop=nosuch', '--', '/bin/true']);
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('HF123');
});
