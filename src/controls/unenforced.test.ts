import { expect, it } from 'vitest';
import { aSpec, findingLines, line, set } from './namespaces/testing.ts';
import { unenforced } from './unenforced.ts';

it('makes every key without a control an error with its line, or a warning where it is allowed by name', () => {
  const keys = ['lxc.hook.start', 'lxc.sched.core', 'lxc.something'];
  const spec = aSpec({ unenforced: keys.map((key, index) => ({ key, value: '1', why: line(index + 1) })), allowMissing: [set('lxc.hook.*')] });
  expect(findingLines(unenforced(spec))).toEqual([
    "HF302 warning :1: 'lxc.hook.start' is not enforced, as allowed: hooks are not run",
    expect.stringMatching(/^HF301 error :2: 'lxc.sched.core' is read but cannot be enforced: core scheduling is not built \/ remove the line; /),
    expect.stringMatching(/^HF301 error :3: 'lxc.something' is read but cannot be enforced: there is no control for it yet/),
  ]);
  expect(unenforced(aSpec())).toEqual([]);
});
