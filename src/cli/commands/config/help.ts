// holdfast config help KEY, and config --help KEY: a row of the table in words.

import {
  findKey,
  keyArticle,
  type KeyEntry,
  isSystemFileKey,
  KEYS,
  nearestKeys,
  REMOVED_KEYS,
  SYSTEM_FILE_KEYS,
  type SystemFileKey,
} from '../../../config/index.ts';
import { HoldfastError } from '../../../model/error.ts';
import { printable } from '../../../model/printable.ts';
import { type Context, out } from '../../context.ts';

export function help(this: Context, _flags: unknown, key: string): void {
  const found = findKey(key);
  switch (found.kind) {
    case 'known':
      return out(this, articleText(found.entry));
    case 'old-network':
      return help.call(this, _flags, `lxc.net.0.${found.sub}`);
    case 'removed':
      return out(
        this,
        `${key}\n  ${REMOVED_KEYS[key]}\n\n  in LXC        until 2.0; 2.1 accepts it without effect, 3.0 refuses it\n  in Holdfast   without effect\n`,
      );
    case 'system-file':
      return out(this, systemFileText(key));
    case 'unknown':
      throw new HoldfastError(`there is no key '${printable(key)}'; ${elsewhere(key)}`, { code: 'usage' });
  }
}

function elsewhere(key: string): string {
  const below = KEYS.filter(({ name }) => name.startsWith(`${key.replace(/\.$/, '')}.`)).map(({ name }) => name);
  if (below.length > 0) return `below it: ${below.join(', ')}`;
  const near = nearestKeys(key);
  return near.length > 0 ? `near it: ${near.join(', ')}` : 'holdfast config keys lists all';
}

function articleText(entry: KeyEntry): string {
  const { title, doc, facts } = keyArticle(entry);
  const lines = facts.flatMap(({ about, text, code }) => (code ?? [text]).map((line, index) => `  ${(index === 0 ? about : '').padEnd(14)}${line}\n`));
  return `${title}\n  ${doc}\n\n${lines.join('')}`;
}

function systemFileText(key: string): string {
  if (!isSystemFileKey(key)) return '';
  const { doc, absent, unused }: SystemFileKey = SYSTEM_FILE_KEYS[key];
  const effect = unused === undefined ? 'used' : `without effect: ${unused}`;
  return `${key}\n  ${doc}\n\n  file          /etc/lxc/lxc.conf; for a user ~/.config/lxc/lxc.conf\n  without it    ${absent}\n  in Holdfast   ${effect}\n`;
}
