// holdfast config: what can be written in a configuration, and what one says.

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';

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

const help = buildCommand<Record<never, never>, [string], Context>({
  loader: async () => (await import('../commands/config/help.ts')).help,
  parameters: { flags: {}, positional: { kind: 'tuple', parameters: [{ parse: String, brief: 'key, or a family of keys', placeholder: 'KEY' }] } },
  docs: { brief: 'all that is known about one key (also: config --help KEY)' },
});

export const configRoutes = buildRouteMap({
  routes: { keys, help },
  docs: { brief: 'what can be written in a configuration, and what one says' },
});

/** `config --help KEY` asks for help on the key; the parser of the command line would take it for `config --help`. */
export function helpOnKey(words: readonly string[]): readonly string[] {
  const [command, flag, key] = words;
  return command === 'config' && (flag === '--help' || flag === '-h') && key !== undefined ? ['config', 'help', ...words.slice(2)] : words;
}
