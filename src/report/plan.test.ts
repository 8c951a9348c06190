// A plan as text, as text with its calls, and as JSON.

import { describe, expect, test } from 'vitest';
import { line } from '../controls/namespaces/testing.ts';
import { diagnostic } from '../model/diagnostic.ts';
import type { Plan } from '../model/plan.ts';
import type { Action } from '../model/step.ts';
import { actionText } from './calls.ts';
import { type Knowingly, planJson, planReport } from './plan.ts';

const plan: Plan = {
  name: 'web',
  detach: false,
  guard: true,
  halt: { signal: 30, seconds: 60 },
  steps: [
    {
      who: 'monitor',
      phase: 'cgroup',
      what: 'make the group /sys/fs/cgroup/web',
      why: { kind: 'law', text: 'nothing left' },
      actions: [{ builtin: 'cgroup', path: '/sys/fs/cgroup/web' }],
      undo: [{ builtin: 'cgroup-remove', path: '/sys/fs/cgroup/web' }],
    },
    { who: 'init', phase: 'hostname', what: 'set the hostname to web', why: line(3), actions: [{ sys: 'sethostname', args: [{ text: 'web' }, 3] }] },
    {
      who: 'init',
      phase: 'exec',
      what: 'execute \u001b[1msh\nx',
      why: { kind: 'option', text: '-- sh' },
      actions: [{ builtin: 'exec', argv: ['sh'], environment: [] }],
    },
  ],
};

const NOTHING: Knowingly = { allowed: [], accepted: [] };

describe('as text', () => {
  const head = 'plan for web: 3 steps\nthe monitor is PID 1 of a PID namespace of its own: when it dies, the kernel ends the container\n\n';

  test('a step is a line: its number, who does it, what, and why; what is undone stands below', () => {
    expect(planReport(plan, NOTHING, { calls: false })).toBe(
      `${head}   0  monitor  make the group /sys/fs/cgroup/web  [law: nothing left]
                 undone at the end: <cgroup-remove>
   1  init     set the hostname to web  [web:3]
   2  init     execute \\x1b[1msh\\x0ax  [-- sh]
`,
    );
  });

  test('its calls stand below when asked for', () => {
    expect(planReport(plan, NOTHING, { calls: true })).toContain(`   1  init     set the hostname to web  [web:3]\n                 sethostname("web", 3)\n`);
  });

  test('without a guard it says what ends init', () => {
    expect(planReport({ ...plan, guard: false }, NOTHING, { calls: false })).toContain('the monitor is an ordinary process: when it dies, PDEATHSIG ends init');
  });

  test('ends with what is knowingly not enforced', () => {
    const allowed = diagnostic('HF302', { key: 'lxc.apparmor.profile', reason: 'there is no control for it yet' });
    expect(planReport(plan, { allowed: [allowed], accepted: [] }, { calls: false })).toMatch(
      /\nasked for, and NOT enforced, as allowed by name:\n {2}- 'lxc\.apparmor\.profile' is not enforced.*\n$/,
    );
  });
});

describe('as JSON', () => {
  test('has the steps, and numbers and bytes in a form that JSON has', () => {
    const big: Action = { sys: 'prctl', args: [1n, 2n ** 63n, -(2n ** 60n), { bytes: Uint8Array.of(1, 2, 255), note: 'filter' }] };
    const text = planJson({ ...plan, steps: [{ who: 'init', phase: 'last', what: 'x', why: line(1), actions: [big] }] }, NOTHING);
    const read = JSON.parse(text) as { readonly steps: readonly { readonly actions: readonly { readonly args: readonly unknown[] }[] }[] };
    expect(read.steps[0]?.actions[0]?.args).toEqual([1, '9223372036854775808', '-1152921504606846976', { bytes: 'AQL/', note: 'filter' }]);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('is the plan itself, with what is not enforced beside', () => {
    expect(JSON.parse(planJson(plan, NOTHING))).toEqual({ ...plan, notEnforced: [], accepted: [] });
    const allowed = diagnostic('HF302', { key: 'lxc.x', reason: 'y' });
    expect(JSON.parse(planJson(plan, { allowed: [allowed], accepted: [] }))).toMatchObject({
      notEnforced: [{ code: 'HF302', message: expect.stringContaining('lxc.x') }],
    });
  });
});

describe('a call', () => {
  test.each<[Action, string]>([
    [{ sys: 'umask', args: [18] }, 'umask(022)'],
    [
      { sys: 'mkdirat', args: [{ flags: ['AT_FDCWD'] }, { text: '/a "b"\n' }, 0o755], tolerate: ['EEXIST'] },
      'mkdirat(AT_FDCWD, "/a \\"b\\"\\n", 0755)  # EEXIST is fine',
    ],
    [
      { sys: 'openat', args: [{ slot: 'root' }, { text: 'x' }, { flags: ['O_PATH', 'O_CLOEXEC'] }, { flags: [] }], save: 'fd' },
      '$fd = openat($root, "x", O_PATH|O_CLOEXEC, 0)',
    ],
    [{ sys: 'prctl', args: [{ flags: ['PR_CAPBSET_READ'] }, 21, 0, 0, 0], expect: 1 }, 'prctl(PR_CAPBSET_READ, 21, 0, 0, 0)  # must be 1'],
    [{ sys: 'openat', args: [1], skipStep: ['ENOENT', 'ENOTDIR'], tolerate: ['EPERM'] }, 'openat(1)  # EPERM is fine; ENOENT, ENOTDIR: skip the step'],
    [
      {
        sys: 'capset',
        args: [{ struct: 'cap_user_header', fields: { version: 1, pid: { slot: 'p' } } }, { array: [1, { sizeof: 'statx' }] }, { buffer: 'b', size: 8 }],
      },
      'capset({version=1, pid=$p}, [1, sizeof(statx)], &b)',
    ],
    [{ sys: 'seccomp', args: [{ bytes: Uint8Array.of(1), note: '12 instructions' }] }, 'seccomp(<12 instructions>)'],
    [{ compare: 'b', offset: 0, width: 4, value: 1n, what: 'the user id is 0' }, 'require the user id is 0'],
    [{ store: 'b', offset: 8, width: 4, value: 7n }, '&b[8] = 7'],
    [{ builtin: 'release' }, '<release>'],
  ])('%#', (action, text) => {
    expect(actionText(action)).toBe(text);
  });
});

test('warnings that are accepted by name are listed with the line that accepts them', () => {
  const found = diagnostic('HF402', {}, { file: 'web/config', line: 3, column: 1, length: 1 });
  const known: Knowingly = { allowed: [], accepted: [{ found, why: line(9) }] };
  expect(planReport(plan, known, { calls: false })).toMatch(
    /\n\naccepted by name:\n {2}- web\/config:3: HF402: the container's root file system is the host's own {2}\[.*:9\]\n$/,
  );
  expect(JSON.parse(planJson(plan, known))).toMatchObject({ accepted: [{ code: 'HF402', by: expect.stringMatching(/:9$/) }] });
});
