// A value as LXC prints it (lxc-info -c KEY): what was understood, not what was typed. Words of a list are texts of their own.

import type { ConfigSetting } from '../setting.ts';
import { simplifyPath } from '../paths.ts';
import type { MountAutoToken } from '../value.ts';
import { bytesText } from './bytes-text.ts';
import { offsetText } from './offset-text.ts';

/** The texts of one setting, in order: none for an empty or invalid value. */
export function valueTexts({ parsed, text, entry }: ConfigSetting): readonly string[] {
  switch (parsed.kind) {
    case 'empty':
    case 'invalid':
      return [];
    case 'boolean':
      return [parsed.value ? '1' : '0'];
    case 'integer':
      return [String(parsed.value)];
    case 'text':
      return [TEXTS[entry.name]?.(parsed.value) ?? parsed.value];
    case 'words':
      return parsed.words.map(({ value }) => value);
    case 'ids':
      return parsed.ids.map(String);
    case 'rlimit':
      return [parsed.soft === parsed.hard ? limitText(parsed.soft) : `${limitText(parsed.soft)}:${limitText(parsed.hard)}`];
    case 'idmap':
      return parsed.ranges.map(({ kind, inside, outside, count }) => `${kind} ${inside} ${outside} ${count}`);
    case 'namespaces':
      return parsed.names.map(({ value }) => value);
    case 'mount-auto':
      return parsed.tokens.map(tokenText);
    case 'arch':
      return [parsed.personality === 'linux32' ? 'i686' : 'x86_64'];
    case 'environment':
      return [parsed.value === null ? parsed.name : `${parsed.name}=${parsed.value}`];
    case 'mount':
    case 'root-options':
    case 'argv':
      return [text];
  }
}

/** Names of the log levels 0 to 8. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'NOTICE', 'WARN', 'ERROR', 'CRIT', 'ALERT', 'FATAL'];

/** Texts that are printed otherwise than they are kept. */
const TEXTS: Readonly<Record<string, (text: string) => string>> = {
  'lxc.log.level': (text) => LEVELS[Number(text)] ?? text.toUpperCase(),
  'lxc.console.buffer.size': bytesText,
  'lxc.console.size': bytesText,
  'lxc.time.offset.boot': offsetText,
  'lxc.time.offset.monotonic': offsetText,
  // Without the storage in front.
  'lxc.rootfs.path': (text) => simplifyPath(text.replace(/^[^:]*:/, '')),
  // Without the broadcast address.
  'lxc.net.N.ipv4.address': (text) => text.replace(/ .*/, ''),
};

function limitText(limit: bigint | null): string {
  return limit === null ? 'unlimited' : String(limit);
}

function tokenText(token: MountAutoToken): string {
  if (token.about !== 'cgroup') return `${token.about}:${token.setting.value}`;
  const { value } = token.setting;
  // Version 2 is always mounted, and `rw` is what it is without a word.
  if (value.kind === 'cgroup2') return value.mode === 'ro' ? 'cgroup2:ro' : 'cgroup2';
  return `${value.kind}${value.mode === 'default' ? '' : `:${value.mode}`}${value.force ? ':force' : ''}`;
}
