// lxc.idmap = u|g|b INSIDE OUTSIDE COUNT (user_namespaces(7)); `b`, as lxc-usernsexec has it, is both.

import type { IdRange } from '../../model/spec.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { numberOf } from './numbers.ts';
import { refuse, wordsOf } from './refuse.ts';

const EXPECTED = "'u' or 'g' and three numbers: first id inside, first id outside, how many";
/** Ids have 32 bits and the last one means none. */
const IDS = 0xffff_ffff;

export function parseIdmap(value: ValueText, report: Report): Value {
  const [letter, ...words] = wordsOf(value);
  const kinds = (['u', 'g'] as const).filter((kind) => letter?.value === kind || letter?.value === 'b');
  if (letter && kinds.length === 0) return refuse(value, report, "'u' or 'g' first", '', { text: letter.value, offset: letter.offset });
  if (words.length !== 3) return refuse(value, report, EXPECTED, "e.g. 'u 0 100000 65536'");
  const numbers: number[] = [];
  for (const { value: word, offset } of words) {
    const number = numberOf(word);
    if (number === null || number > IDS) return refuse(value, report, 'a number of at most 32 bits', '', { text: word, offset });
    numbers.push(number);
  }
  const [inside = 0, outside = 0, count = 0] = numbers;
  if (count === 0 || inside + count > IDS || outside + count > IDS) {
    return refuse(value, report, 'at least one id, and none above 4294967294');
  }
  return { kind: 'idmap', ranges: kinds.map((kind): IdRange => ({ kind, inside, outside, count })) };
}
