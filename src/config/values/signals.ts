// Signals: SIGNAME, SIGRTMIN+n, SIGRTMAX-n (in any case) or a number. LXC's SIGRTMIN is the C library's, not the kernel's.

import { LIBC_SIGRTMAX, LIBC_SIGRTMIN, SIGNALS } from '../../kernel/signals.gen.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { numberOf } from './numbers.ts';
import { guess, refuse } from './refuse.ts';

/** By name, without the real-time bounds, which LXC takes only with a distance. */
const NUMBERS = new Map<string, number>(Object.entries(SIGNALS).filter(([name]) => !name.startsWith('SIGRT')));
/** Other names that signal(7) has for some. */
const ALIASES: Readonly<Record<string, string>> = { SIGCLD: 'SIGCHLD', SIGUNUSED: 'SIGSYS' };

/** The signal's number; 0 means the default. */
export function parseSignal(value: ValueText, report: Report): Value {
  const number = signalNumber(value.text);
  if (number !== null) return number === 0 ? { kind: 'empty' } : { kind: 'integer', value: number };
  const word = value.text.toUpperCase();
  const known = NUMBERS.has(`SIG${word}`) ? `write 'SIG${word}'` : guess(word, NUMBERS.keys());
  return refuse(value, report, 'a name such as SIGTERM, SIGRTMIN+3 or SIGRTMAX-1, or a number up to 64', known);
}

function signalNumber(text: string): number | null {
  const number = numberOf(text);
  if (number !== null) return number <= LIBC_SIGRTMAX ? number : null;
  const [, bound, distance = ''] = /^SIGRT(MIN\+|MAX-)(\d+)$/i.exec(text) ?? [];
  if (bound !== undefined) {
    const far = Number(distance);
    if (far > LIBC_SIGRTMAX - LIBC_SIGRTMIN) return null;
    return bound.toUpperCase() === 'MIN+' ? LIBC_SIGRTMIN + far : LIBC_SIGRTMAX - far;
  }
  const name = text.toUpperCase();
  return NUMBERS.get(ALIASES[name] ?? name) ?? null;
}
