// lxc.rootfs.options: `ro`, `rw` and `idmap=`; the rest is not built.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Report, Value, ValueText } from '../value.ts';
import type { MountIdmap } from '../../model/spec.ts';
import { parseMountIdmap } from './mount-idmap.ts';
import { isCommaOrBlank, wordsOf } from './refuse.ts';

const NOTHING = ['rw', 'defaults', 'bind', 'rbind'];

/** The last of `ro` and `rw` holds; what else is asked for is kept for the error at start. */
export function parseRootOptions(value: ValueText, report: Report): Value {
  let readOnly = false;
  let valid = true;
  let idmap: MountIdmap | undefined;
  const others: string[] = [];
  for (const found of wordsOf(value, isCommaOrBlank)) {
    const { value: word, offset } = found;
    const mapped = parseMountIdmap(value, { text: word, offset }, report);
    if (mapped === null) valid = false;
    else if (mapped !== undefined) idmap = mapped;
    else if (word === 'ro') readOnly = true;
    else if (word === 'rw') readOnly = false;
    else if (['optional', 'relative'].includes(word) || word.startsWith('create=')) {
      valid = false;
      if (!report(diagnostic('HF130', { option: word }, found.why))) break;
    } else if (!NOTHING.includes(word)) others.push(word);
  }
  return valid ? { kind: 'root-options', readOnly, ...(idmap === undefined ? {} : { idmap }), others } : { kind: 'invalid' };
}
