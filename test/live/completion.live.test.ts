// What a real bash, zsh and fish complete with the scripts of `holdfast completion`, for a user with containers.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { COMMAND } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';

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

/** A user with containers, and directories that are named as no container is; `holdfast` is in the home. */
async function withContainers(act: (user: OrdinaryUser) => Promise<void>): Promise<void> {
  const user = makeOrdinaryUser();
  try {
    for (const name of ['web', 'web-2', 'other', 'bad name', '$(touch x)']) {
      const directory = join(user.home, '.local/share/lxc', name);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'config'), '');
    }
    mkdirSync(join(user.home, 'empty'));
    const command = join(user.home, 'holdfast');
    writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${COMMAND} "$@"\n`);
    chmodSync(command, 0o755);
    await act(user);
  } finally {
    user.remove();
  }
}

function environment(user: OrdinaryUser): Readonly<Record<string, string>> {
  return { ...user.env, HOME: user.home, PATH: `${user.home}:${user.env['PATH'] ?? ''}`, TERM: 'dumb' };
}

const lineOf = (words: readonly string[]) => ['holdfast', ...words].join(' ');

needing('user')('bash completes commands, names and keys', async () => {
  await withContainers(async (user) => {
    const script = `
      set -u
      source <(holdfast completion bash)
      complete -p holdfast
      COMP_WORDS=(holdfast "$@"); COMP_CWORD=$#
      _holdfast holdfast "\${@: -1}" ''
      [ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"
    `;
    for (const [words, offered] of CASES) {
      const { stdout, stderr } = await user.run(['bash', '--norc', '-c', script, 'bash', ...words], { env: environment(user) });
      expect([stdout.trimEnd().split('\n'), stderr], words.join(' ')).toEqual([['complete -o default -F _holdfast holdfast', ...offered], '']);
    }
  });
});

/** Reads lines, presses the tabulator behind each, and shows what the function of completion adds, or that it leaves the word to files. */
const ZSH_INNER = `
PROMPT=
autoload -Uz compinit && compinit -u -D
source <(holdfast completion zsh)
compadd() { local -a matched; builtin compadd -O matched "$@"; for one in $matched; do print -r -- "<$one>"; done; builtin compadd "$@" }
_files() { print -r -- '<files>' }
finish() { print -r -- '<end>' }
zle -N finish
bindkey '^I' complete-word
bindkey '^X' finish
print -r -- "<ready-$_comps[holdfast]>"
`;

/** A terminal of zsh's own (zshmodules(1), zsh/zpty): completion works nowhere else. */
const ZSH_OUTER = `
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner 'source $HOME/inner.zsh'
zpty -r inner answer '*<ready-*>*'
print -r -- $answer
for line in "$@"; do
  zpty -w -n inner $'\\x15'$line$'\\t\\x18'
  zpty -r inner answer '*<end>*'
  print -r -- $answer
done
zpty -d inner
`;

needing('user', 'zsh')('zsh completes commands, names and keys, and leaves other words to files', async () => {
  await withContainers(async (user) => {
    writeFileSync(join(user.home, 'inner.zsh'), ZSH_INNER);
    const { stdout, timedOut } = await user.run(['zsh', '-f', '-c', ZSH_OUTER, 'zsh', ...CASES.map(([words]) => lineOf(words))], {
      env: environment(user),
      cwd: join(user.home, 'empty'),
      timeoutMs: 60_000,
    });
    const [ready = '', ...answers] = stdout.split(/(?<=<ready-\w*>)|<end>/);
    expect([timedOut, ready.split('\n').at(-1)]).toEqual([false, '<ready-_holdfast>']);
    const offers = CASES.map(([words], index) => [
      words,
      [...new Set([...(answers[index] ?? '').matchAll(/<([^<>]*)>/g)].map(([, word = '']) => word))].toSorted((one, other) => one.localeCompare(other)),
    ]);
    expect(offers).toEqual(CASES.map(([words, offered]) => [words, offered.length === 0 ? ['files'] : offered]));
  });
});

needing('user', 'fish')('fish completes commands, names and keys', async () => {
  await withContainers(async (user) => {
    const script = 'holdfast completion fish | source; for line in $argv; echo "> $line"; complete -C $line; end';
    const { stdout, stderr, timedOut } = await user.run(['fish', '--no-config', '-c', script, '--', ...CASES.map(([words]) => lineOf(words))], {
      env: environment(user),
      cwd: join(user.home, 'empty'),
      timeoutMs: 60_000,
    });
    expect([timedOut, stderr]).toEqual([false, '']);
    const offers = stdout
      .split(/^> /m)
      .slice(1)
      .map((one) => one.trimEnd().split('\n'));
    expect(offers).toEqual(CASES.map(([words, offered]) => [lineOf(words), ...offered]));
  });
});
