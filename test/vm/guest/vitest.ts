// What `vitest` is in a guest: its own runner and its own assertions, without the rest, which would take a minute to start under emulation.
// Both packages are vitest's own, of its very version. Snapshots, mocks and expect.poll are not there; a test that uses them fails to load.

import { ASYMMETRIC_MATCHERS_OBJECT, type ExpectStatic, JestAsymmetricMatchers, JestChaiExpect, JestExtend, chai, getState, setState } from '@vitest/expect';
import { getCurrentTest } from '@vitest/runner';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, onTestFailed, onTestFinished, suite, test } from '@vitest/runner';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

function assertion(value: unknown, message?: string) {
  const asserted = chai.expect(value, message) as unknown as { withTest(test: unknown): unknown };
  const test = getCurrentTest();
  return test === undefined ? asserted : asserted.withTest(test);
}

/** As vitest puts it together in createExpect of its integrations/chai. */
export const expect: ExpectStatic = Object.assign(assertion, chai.expect, (globalThis as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT], {
  getState: () => getState(expect),
  setState: (state: object) => setState(state, expect),
}) as unknown as ExpectStatic;
expect.setState({
  assertionCalls: 0,
  isExpectingAssertions: false,
  isExpectingAssertionsError: null,
  expectedAssertionsNumber: null,
  expectedAssertionsNumberErrorGen: null,
});
