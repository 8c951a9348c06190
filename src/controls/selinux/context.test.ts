import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Context, contextOfFiles, contextText, lowest, parseContext } from './context.ts';

const word = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
const categories = fc.uniqueArray(fc.nat(1023), { maxLength: 12 }).map((list) => list.sort((one, other) => one - other));
const range = fc.tuple(fc.nat(15), categories, fc.nat(3), categories).map(([sensitivity, low, above, more]) => ({
  low: { sensitivity, categories: low },
  high: { sensitivity: sensitivity + above, categories: [...new Set([...low, ...more])].sort((one, other) => one - other) },
}));
const contexts: fc.Arbitrary<Context> = fc.record({ user: word, role: word, type: word, range: fc.option(range) }, { noNullPrototype: true });

const parsed = (text: string): Context => {
  const found = parseContext(text);
  if (found.kind === 'fault') throw new Error(`${text}: ${found.problem}`);
  return found.context;
};

test('what is written is read again', () => {
  fc.assert(
    fc.property(contexts, (context) => {
      expect(parsed(contextText(context))).toEqual(context);
    }),
  );
});

test('any text is a context or a fault that says something', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z_:sc0-9.,-]{0,40}$/)), (text) => {
      const found = parseContext(text);
      if (found.kind === 'fault') expect(found.problem).toMatch(/^[^A-Z\s].*[^.]$/s);
      else expect(parsed(contextText(found.context))).toEqual(found.context);
    }),
  );
});

/** As the kernel wrote them, Linux 6.1 with the policy of the guests. */
test.each([
  ['u:r:t:s0:c2,c1', 'u:r:t:s0:c1,c2'],
  ['u:r:t:s0:c1,c2,c3', 'u:r:t:s0:c1.c3'],
  ['u:r:t:s0:c0.c1', 'u:r:t:s0:c0,c1'],
  ['u:r:t:s0-s0:c0.c1023', 'u:r:t:s0-s0:c0.c1023'],
  ['u:r:t:s0-s0', 'u:r:t:s0'],
  ['u:r:t:s0:c1.c3,c5,c7.c9', 'u:r:t:s0:c1.c3,c5,c7.c9'],
  ['u:r:t', 'u:r:t'],
])('%s is %s', (text, canonical) => expect(contextText(parsed(text))).toBe(canonical));

describe('what is wrong is said', () => {
  test.each([
    ['', 'it has two parts, not user:role:type'],
    ['container_t', 'it has one part, not user:role:type'],
    ['u:r', 'it has two parts, not user:role:type'],
    ['u::t:s0', 'its role is empty'],
    ['u:r:a b:s0', "'a b' is no type: letters, digits, '_', '.', '-'"],
    ['u:r:t:', 'its level is empty'],
    ['u:r:t:c1,c2', "'c1,c2' is no sensitivity: s0, s1, ..."],
    ['u:r:t:s0:1,2', "'1' are no categories: c1,c2, or c0.c7 for all from one to another"],
    ['u:r:t:s0:c5.c1', "'c5.c1' goes from a higher category to a lower one"],
    ['u:r:t:s0:c99999', "'c99999' is above c65535"],
    ['u:r:t:s0:c1-s0', "the high level of 's0:c1-s0' does not include the low one"],
    ['u:r:t:s1-s0', "the high level of 's1-s0' does not include the low one"],
    ['u:r:t:s0-s0-s0', "'s0-s0-s0' has more than a low and a high level"],
    ['u:r:t:s0:c1:c2', "'s0:c1:c2' has more than a sensitivity and categories"],
    ['u:r:t:s0:c1\n', "'c1\n' are no categories: c1,c2, or c0.c7 for all from one to another"],
  ])('%j', (text, problem) => expect(parseContext(text)).toEqual({ kind: 'fault', problem }));
});

test('files have the user and the low level of the process, and the role of all objects', () => {
  expect(contextText(contextOfFiles(parsed('u:r:container_t:s0:c1-s0:c1,c2'), 'container_file_t'))).toBe('u:object_r:container_file_t:s0:c1');
  expect(contextText(contextOfFiles(parsed('u:r:t'), 'file_t'))).toBe('u:object_r:file_t');
});

test('the lowest level of a context', () => {
  expect(lowest('u:r:t:s3:c1-s4:c1,c2')).toBe('u:r:t:s0');
  expect(lowest('u:r:t')).toBeNull();
  expect(lowest('nonsense')).toBeNull();
});
