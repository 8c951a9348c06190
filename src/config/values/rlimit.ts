// lxc.prlimit.NAME = soft[:hard], numbers or `unlimited`; one value stands for both (prlimit(2)).

import type { Report, Value, ValueText } from '../value.ts';
import { refuse } from './refuse.ts';

/** RLIM64_INFINITY; the number itself means unlimited too. */
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

export function parseRlimit(value: ValueText, report: Report): Value {
  const [, first = '', second] = /^(\d+|unlimited)\s*(?::\s*(\d+|unlimited)?)?$/.exec(value.text) ?? [];
  const soft = limitOf(first);
  const hard = limitOf(second ?? first);
  if (soft === undefined || hard === undefined) return refuse(value, report, "soft[:hard], numbers or 'unlimited'");
  if (hard !== null && (soft === null || soft > hard)) return refuse(value, report, 'a soft limit that is not above the hard one', 'write soft:hard');
  return { kind: 'rlimit', soft, hard };
}

/** null: unlimited; undefined: no limit. */
function limitOf(text: string): bigint | null | undefined {
  if (text === 'unlimited') return null;
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const number = BigInt(text);
  if (number > UNLIMITED) return undefined;
  return number === UNLIMITED ? null : number;
}
