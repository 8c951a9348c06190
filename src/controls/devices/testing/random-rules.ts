// Random device lists, from few numbers so that rules meet, and every use of the devices around them.

import fc from 'fast-check';
import type { DeviceRule } from '../rule.ts';
import { rightsOf } from '../rule.ts';
import type { DeviceUse } from '../table.ts';

const rights = fc.subarray(['r', 'w', 'm'], { minLength: 1 }).map(rightsOf);
const verb = fc.constantFrom('allow' as const, 'deny' as const);
const number = (...of: readonly number[]) => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...of) }, { weight: 1, arbitrary: fc.constant(null) });

const all: fc.Arbitrary<DeviceRule> = fc.record({ verb, kind: fc.constant('all' as const) });
const one: fc.Arbitrary<DeviceRule> = fc.record({
  verb,
  kind: fc.constant('some' as const),
  type: fc.constantFrom('b' as const, 'c' as const),
  major: number(0, 1, 5, 7, 136, 4095),
  minor: number(0, 1, 3, 5, 9, 1_048_575),
  rights,
});

/** Mostly beginning with a denial of everything, as real ones do. */
export const randomRules: fc.Arbitrary<readonly DeviceRule[]> = fc
  .tuple(
    fc.constantFrom<readonly DeviceRule[]>([{ verb: 'deny', kind: 'all' }], [{ verb: 'allow', kind: 'all' }], []),
    fc.array(fc.oneof({ weight: 15, arbitrary: one }, { weight: 1, arbitrary: all }), { maxLength: 14 }),
  )
  .map(([first, rest]) => [...first, ...rest]);

/** Uses with every set of rights, also none (access(2) for execution), of the devices that rules name and of their neighbours. */
export function usesAbout(rules: readonly DeviceRule[]): readonly DeviceUse[] {
  const named = (of: 'major' | 'minor') => rules.flatMap((rule) => (rule.kind === 'some' ? (rule[of] ?? []) : []));
  const around = (numbers: readonly number[]) => [...new Set([2, ...numbers.flatMap((n) => [n, n + 1])])];
  return (['b', 'c'] as const).flatMap((type) =>
    around(named('major')).flatMap((major) =>
      around(named('minor')).flatMap((minor) => ['', 'r', 'w', 'm', 'rw', 'rm', 'wm', 'rwm'].map((asked) => ({ type, major, minor, rights: asked }))),
    ),
  );
}
