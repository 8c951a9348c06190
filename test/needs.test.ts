// MUST_HAVE promises that this machine has certain things: the promise holds whether or not a test asks for them.

import { expect, test } from 'vitest';
import { mustHave, needs } from './support/needs.ts';

test('everything that MUST_HAVE names is here', () => {
  expect(needs(...mustHave()).reason).toBe('');
});
