// idmap=container or idmap=PATH among the options of a mount (lxc.container.conf(5)).

import type { MountIdmap } from '../../model/spec.ts';
import type { Report, ValueText } from '../value.ts';
import { refuse } from './refuse.ts';

const OPTION = 'idmap=';

/** The option, null after a report, undefined where the word is another one. */
export function parseMountIdmap(value: ValueText, word: { readonly text: string; readonly offset: number }, report: Report): MountIdmap | null | undefined {
  if (word.text !== 'idmap' && !word.text.startsWith(OPTION)) return undefined;
  const written = word.text.slice(OPTION.length);
  const why = value.at(word.offset, word.text.length);
  if (written === 'container') return { value: { of: 'container' }, why };
  if (written.startsWith('/')) return { value: { of: 'file', path: written }, why };
  refuse(value, report, "'idmap=container', or 'idmap=' and the path of a user namespace such as /proc/1234/ns/user", '', word);
  return null;
}
