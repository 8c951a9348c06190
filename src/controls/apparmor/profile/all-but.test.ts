import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allBut, type Hole } from './all-but.ts';

/** What apparmor.d(5) says of globbing, as a regular expression. */
function expressionOf(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+()|$\\]/g, '\\$&')
    .replace(/\*\*|\*|\?|\{|\}|,/g, (sign) => ({ '**': '[^\0]*', '*': '[^/\0]*', '?': '[^/\0]', '{': '(?:', '}': ')', ',': '|' })[sign] ?? sign);
  return new RegExp(`^${text}$`);
}

const matches = (patterns: readonly string[], path: string) => patterns.some((pattern) => expressionOf(pattern).test(path));

/** Is a path in one of the holes? */
function isTakenOut(hole: Hole, components: readonly string[]): boolean {
  const [first = '', ...rest] = components;
  if (!Object.hasOwn(hole.names, first)) return false;
  const below = hole.names[first];
  if (below === false || below === undefined) return true;
  return rest.length === 0 ? below.self === true : isTakenOut(below, rest);
}

const WRITES: Hole = { names: { proc: false, sys: false } };

test('the usual holes', () => {
  expect(allBut('', WRITES)).toEqual(['/{[^ps/]*,p[^r/]*,p,pr[^o/]*,pr,pro[^c/]*,pro,s[^y/]*,s,sy[^s/]*,sy,proc?*,sys?*}{,/,/**}']);
  expect(allBut('', { names: { run: { names: { a: false } } } })).toEqual([
    '/{[^r/]*,r[^u/]*,r,ru[^n/]*,ru,run?*}{,/,/**}',
    '/run{,/}',
    '/run/{[^a/]*,a?*}{,/,/**}',
  ]);
});

const names = fc.array(fc.constantFrom('s', 'sy', 'sys', 'sysrq', 'a-b', 'a', 'b', 'proc'), { minLength: 1, maxLength: 4 });
const hole = fc.letrec<{ hole: Hole }>((tie) => ({
  hole: fc.record({
    self: fc.boolean(),
    names: fc
      .uniqueArray(
        names.chain((some) => fc.constantFrom(...some)),
        { minLength: 1, maxLength: 3 },
      )
      .chain((some) =>
        fc.record(Object.fromEntries(some.map((name) => [name, fc.oneof({ depthSize: 'small' }, fc.constant(false as const), tie('hole'))]))),
      ) as fc.Arbitrary<Hole['names']>,
  }),
})).hole;

test('a path matches exactly when it is in no hole', () => {
  const component = fc.oneof(
    fc.constantFrom('s', 'sy', 'sys', 'sysr', 'sysrq', 'sysrq1', 'a-b', 'a-', 'a', 'ab', 'b', 'proc', 'pro', 'x'),
    fc.stringMatching(/^[a-z]{1,4}$/),
  );
  fc.assert(
    fc.property(hole, fc.array(component, { minLength: 1, maxLength: 4 }), fc.boolean(), (holes, components, directory) => {
      const path = `/${components.join('/')}${directory ? '/' : ''}`;
      expect(matches(allBut('', holes), path)).toBe(!isTakenOut(holes, components));
    }),
  );
});
