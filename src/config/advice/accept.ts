// holdfast.accept = CODE or CODE:KEY: warnings that are known and accepted. They are taken out, listed, and never forgotten:
// a line that accepts nothing is told, and one that can accept nothing is a warning itself.

import { CODES } from '../../model/codes.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Origin, Span } from '../../model/origin.ts';
import { effective } from '../effective.ts';
import { allOf, type ConfigSetting } from '../setting.ts';

/** A warning and the line that accepts it. */
export interface Accepted {
  readonly found: Diagnostic;
  readonly why: Origin;
}

export interface Acceptance {
  readonly left: readonly Diagnostic[];
  readonly accepted: readonly Accepted[];
  /** About the accepting lines themselves: those that accept nothing here, and those that never could. */
  readonly idle: readonly Diagnostic[];
}

/** KEY is the key of the line that is warned of, or the key that the warning names. Errors and information cannot be accepted. */
export function accept(found: readonly Diagnostic[], all: readonly ConfigSetting[]): Acceptance {
  const words = allOf(effective(all), 'holdfast.accept', 'words').flatMap(({ parsed }) => parsed.words);
  const usable = new Map(words.filter(({ value }) => faultOf(value) === null).map(({ value, why }) => [value, why]));
  const keys = keysByLine(all);
  const used = new Set<string>();
  const left: Diagnostic[] = [];
  const accepted: Accepted[] = [];
  for (const one of found) {
    const names = [one.code, ...[one.data['key'], one.span && keys.get(placeOf(one.span))].map((key) => `${one.code}:${key}`)];
    const name = one.severity === 'warning' ? names.find((word) => usable.has(word)) : undefined;
    const why = name === undefined ? undefined : usable.get(name);
    if (name === undefined || why === undefined) left.push(one);
    else {
      used.add(name);
      accepted.push({ found: one, why });
    }
  }
  const idle = words.flatMap(({ value, why }) => {
    const reason = faultOf(value);
    if (reason !== null) return [diagnostic('HF605', { word: value, reason }, why)];
    return used.has(value) ? [] : [diagnostic('HF604', { word: value }, why)];
  });
  return { left, accepted, idle };
}

/** Why a word can never accept anything. */
function faultOf(word: string): string | null {
  const [code = ''] = word.split(':');
  if (!Object.hasOwn(CODES, code)) return `there is no code '${code}'`;
  const { severity } = CODES[code as keyof typeof CODES];
  return severity === 'warning' ? null : `${code} is ${severity === 'error' ? 'an error' : 'information'}, and only warnings can be accepted`;
}

function keysByLine(all: readonly ConfigSetting[]): ReadonlyMap<string, string> {
  return new Map(all.flatMap(({ why, key }) => (why.kind === 'config' ? [[placeOf(why.span), key] as const] : [])));
}

function placeOf({ file, line }: Span): string {
  return `${file}\0${line}`;
}
