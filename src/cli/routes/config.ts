// holdfast config: what can be written in a configuration, what one says, and changes to one.

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { GetFlags } from '../commands/config/get.ts';
import type { SetFlags } from '../commands/config/set.ts';
import type { UnsetFlags } from '../commands/config/unset.ts';
import { proposeKeys, proposeNamesAndKeys } from '../completion/proposals.ts';
import { type Generation, GENERATIONS } from '../../config/upgrade/generations.ts';
import type { UpgradeFlags } from '../commands/config/upgrade.ts';
import type { Context } from '../context.ts';
import { configFlags } from '../flags.ts';

const keys = buildCommand<{ json: boolean }, [string?], Context>({
  loader: async () => (await import('../commands/config/keys.ts')).keys,
  parameters: {
    flags: { json: { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'only keys that contain this; * stands for anything', placeholder: 'PATTERN', optional: true }],
    },
  },
  docs: { brief: 'list the keys of the configuration language' },
});

const help = buildCommand<object, [string], Context>({
  loader: async () => (await import('../commands/config/help.ts')).help,
  parameters: {
    flags: {},
    positional: { kind: 'tuple', parameters: [{ parse: String, brief: 'key, or a family of keys', placeholder: 'KEY', proposeCompletions: proposeKeys }] },
  },
  docs: { brief: 'all that is known about one key (also: config --help KEY)' },
});

const { name, lxcpath, file, set } = configFlags;

const get = buildCommand<GetFlags, string[], Context>({
  loader: async () => (await import('../commands/config/get.ts')).get,
  parameters: {
    flags: {
      name,
      lxcpath,
      file,
      set,
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' },
      origin: { kind: 'boolean', default: false, withNegated: false, brief: 'say which line sets each value' },
    },
    aliases: { n: 'name', P: 'lxcpath', f: 'file', s: 'set' },
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        brief: "a key, a family such as lxc.net.0, or a beginning such as 'lxc.cgroup.memory.*'",
        placeholder: 'KEY',
        proposeCompletions: proposeNamesAndKeys,
      },
    },
  },
  docs: {
    brief: 'print what holds of keys, or of all that are set, after includes, repeats and clears; ends with 1 where one is not set',
    customUsage: ['NAME [KEY...]', '-f FILE [KEY...]'],
  },
});

const setKey = buildCommand<SetFlags, string[], Context>({
  loader: async () => (await import('../commands/config/set.ts')).set,
  parameters: {
    flags: { name, lxcpath, file, append: { kind: 'boolean', default: false, withNegated: false, brief: 'add a line, for keys that may stand several times' } },
    aliases: { n: 'name', P: 'lxcpath', f: 'file' },
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: "container, key and value; an empty value ('') clears", placeholder: 'WORD', proposeCompletions: proposeNamesAndKeys },
    },
  },
  docs: {
    brief: 'set a key in a configuration file: only its line changes, and only when the value is right',
    customUsage: ['NAME KEY VALUE', '-f FILE KEY VALUE'],
  },
});

const unset = buildCommand<UnsetFlags, string[], Context>({
  loader: async () => (await import('../commands/config/unset.ts')).unset,
  parameters: {
    flags: { name, lxcpath, file, clear: { kind: 'boolean', default: false, withNegated: false, brief: "where an included file still sets it, add 'KEY ='" } },
    aliases: { n: 'name', P: 'lxcpath', f: 'file' },
    positional: { kind: 'array', parameter: { parse: String, brief: 'container and key', placeholder: 'WORD', proposeCompletions: proposeNamesAndKeys } },
  },
  docs: { brief: 'remove the lines of a key from a configuration file', customUsage: ['NAME KEY', '-f FILE KEY'] },
});

function generation(word: string): Generation {
  const found = GENERATIONS.find((one) => one === word);
  if (found === undefined) throw new SyntaxError(`expected ${GENERATIONS.join(', ')}, not '${word}'`);
  return found;
}

const upgrade = buildCommand<UpgradeFlags, [string?], Context>({
  loader: async () => (await import('../commands/config/upgrade.ts')).upgrade,
  parameters: {
    flags: {
      name,
      lxcpath,
      file,
      to: { kind: 'parsed', parse: generation, default: '7.0', brief: 'generation of LXC to write for: 1.0, 2.1, 6.0 or 7.0 (default)', placeholder: 'LXC' },
      write: { kind: 'boolean', default: false, withNegated: false, brief: 'write what is shown' },
      recursive: { kind: 'boolean', default: false, withNegated: false, brief: 'the included files that may be written as well' },
      force: { kind: 'boolean', default: false, withNegated: false, brief: 'put lines that this generation has nothing for into comments' },
    },
    aliases: { n: 'name', P: 'lxcpath', f: 'file', w: 'write' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'container, or a file: a word with a slash', placeholder: 'NAME|FILE', optional: true }],
    },
  },
  docs: { brief: "show a configuration in another generation's words, as a difference: 0 nothing to do or written, 1 something to write, 2 errors" },
});

export const configRoutes = buildRouteMap({
  routes: { keys, help, get, set: setKey, unset, upgrade },
  docs: { brief: 'what can be written in a configuration, what one says, and changes to one' },
});

/** `config --help KEY` asks for help on the key; the parser of the command line would take it for `config --help`. */
export function helpOnKey(words: readonly string[]): readonly string[] {
  const [command, flag, key] = words;
  return command === 'config' && (flag === '--help' || flag === '-h') && key !== undefined ? ['config', 'help', ...words.slice(2)] : words;
}
