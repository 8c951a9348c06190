// What a real bash completes with the script of `holdfast completion bash`, for a user with a container.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { COMMAND } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser } from '../support/ordinary-user.ts';

const it = needing('user');

/** The words, the last one unfinished, and what is offered for it. */
// biome-ignore format: a case is a line
const CASES: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['ver'], ['verify']],
  [['start', ''], ['other', 'web', 'web-2']],
  [['start', 'w'], ['web', 'web-2']],
  [['stop', '-n', 'web-'], ['web-2']],
  [['run', 'web', '-s', 'lxc.uts.'], ['lxc.uts.name=']],
  [['config', 'get', 'web', 'lxc.cap.k'], ['lxc.cap.keep']],
  [['config', '--help', 'lxc.mount.f'], ['lxc.mount.fstab']],
  [['run', 'web', '--', 'l'], []],
  [['start', '$(id)'], []],
  [['start', '"'], []],
];

it('bash completes commands, names and keys', async () => {
  const user = makeOrdinaryUser();
  try {
    for (const name of ['web', 'web-2', 'other', 'bad name', '$(touch x)']) {
      const directory = join(user.home, '.local/share/lxc', name);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'config'), '');
    }
    const command = join(user.home, 'holdfast');
    writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${COMMAND} "$@"\n`);
    chmodSync(command, 0o755);
    const script = `
      set -u
      PATH=$HOME:$PATH
      source <(holdfast completion bash)
      complete -p holdfast
      COMP_WORDS=(holdfast "$@"); COMP_CWORD=$#
      _holdfast holdfast "\${@: -1}" ''
      [ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"
    `;
    for (const [words, offered] of CASES) {
      const { stdout, stderr } = await user.run(['bash', '--norc', '-c', script, 'bash', ...words], { env: { ...user.env, HOME: user.home } });
      expect([stdout.trimEnd().split('\n'), stderr], words.join(' ')).toEqual([['complete -o default -F _holdfast holdfast', ...offered], '']);
    }
  } finally {
    user.remove();
  }
});
