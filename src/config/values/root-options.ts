// lxc.rootfs.options: `ro` and `rw`; the rest is not built.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { wordsOf } from './refuse.ts';

const NOTHING = ['rw', 'defaults', 'bind', 'rbind'];

/** The last of `ro` and `rw` holds; what else is asked for is kept for the error at start. */
export function parseRootOptions(value: ValueText, report: Report): Value {
  let readOnly = false;
  let valid = true;
  const others: string[] = [];
  for (const { value: word, why } of wordsOf(value, /[^,\s]+/g)) {
    if (word === 'ro') readOnly = true;
    else if (word === 'rw') readOnly = false;
    else if (['optional', 'relative'].includes(word) || word.startsWith('create=')) {
      valid = false;
      report(diagnostic('HF130', { option: word }, why));
    } else if (!NOTHING.includes(word)) others.push(word);
  }
  return valid ? { kind: 'root-options', readOnly, others } : { kind: 'invalid' };
}
