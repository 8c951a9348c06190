// Flags that several commands share: which container, and how its configuration is read.

import { proposeKeys, proposeNames, proposeSettings } from './completion/proposals.ts';

const text = (value: string): string => value;

/** Which container. */
export const nameFlags = {
  name: { kind: 'parsed', parse: text, optional: true, brief: 'name of the container', placeholder: 'NAME', proposeCompletions: proposeNames },
  lxcpath: {
    kind: 'parsed',
    parse: text,
    optional: true,
    brief: 'directory of the containers (default /var/lib/lxc, for users ~/.local/share/lxc)',
    placeholder: 'DIR',
  },
} as const;

/** How its configuration is read. */
export const configFlags = {
  ...nameFlags,
  file: { kind: 'parsed', parse: text, optional: true, brief: 'configuration file instead of DIR/NAME/config', placeholder: 'FILE' },
  set: {
    kind: 'parsed',
    parse: text,
    optional: true,
    variadic: true,
    brief: 'add a line behind the configuration',
    placeholder: 'KEY=VALUE',
    proposeCompletions: proposeSettings,
  },
  allowMissing: {
    kind: 'parsed',
    parse: text,
    optional: true,
    variadic: true,
    brief: 'start although this key cannot be enforced',
    placeholder: 'KEY',
    proposeCompletions: proposeKeys,
  },
  translateCgroups: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'apply control-group values for the other version as their equivalents here',
  },
} as const;

export const configAliases = { n: 'name', P: 'lxcpath', f: 'file', s: 'set' } as const;
export const nameAliases = { n: 'name', P: 'lxcpath' } as const;

export interface NameFlags {
  readonly name?: string;
  readonly lxcpath?: string;
}
export interface ConfigFlags extends NameFlags {
  readonly file?: string;
  readonly set?: readonly string[];
  readonly allowMissing?: readonly string[];
  readonly translateCgroups?: boolean;
}

/** One optional NAME. */
export const namePositional = {
  kind: 'tuple',
  parameters: [{ parse: text, brief: 'name of the container', placeholder: 'NAME', optional: true, proposeCompletions: proposeNames }],
} as const;
