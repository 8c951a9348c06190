import { expect, test } from 'vitest';
import type { Denial } from '../model/denial.ts';
import { diagnostic } from '../model/diagnostic.ts';
import { denialLine, denialNotes, denialsJson, denialText, repeated } from './denials.ts';

const DENIAL: Denial = {
  at: Date.UTC(2026, 10, 24, 16, 20, 31, 512),
  control: 'apparmor',
  outcome: 'refused',
  certainty: 'certain',
  subject: { pid: 152, command: 'mount' },
  tried: 'mount a file system of type proc on /mnt/ (rw)',
  rule: 'no rule of holdfast-web allows it',
  remedy: { lines: ['lxc.apparmor.raw = mount fstype=proc,'], where: 'the configuration', risk: 'a fresh /proc can be written to' },
};

test('a denial, once and again', () => {
  const [one, ...more] = repeated([
    DENIAL,
    { ...DENIAL, at: DENIAL.at + 1_000, subject: { pid: 153, command: 'mount' } },
    { ...DENIAL, tried: 'read /x', remedy: null, certainty: 'likely' },
  ]);
  if (one === undefined) throw new Error('none');
  expect(denialText(one)).toBe(`2026-11-24 16:20:31.512  apparmor  refused  mount (process 152), 2 times, last 2026-11-24 16:20:32.512
  tried  mount a file system of type proc on /mnt/ (rw)
  by     no rule of holdfast-web allows it
  allow  lxc.apparmor.raw = mount fstype=proc,
         in the configuration
  risk   a fresh /proc can be written to
`);
  expect(more.map((other) => denialText(other))).toEqual([
    `2026-11-24 16:20:31.512  apparmor  refused  mount (process 152)  (likely: the process has gone)
  tried  read /x
  by     no rule of holdfast-web allows it
`,
  ]);
});

test('what a program chose cannot draw on the terminal, nor begin a line', () => {
  const text = denialText({ denial: { ...DENIAL, tried: 'read /\u001b[2J\n  by     nobody', subject: { command: '\u202ex' } }, times: 1, last: 0 });
  expect(text).toContain(String.raw`read /\x1b[2J\x0a  by     nobody`);
  expect(text).toContain(String.raw`\u202ex`);
  expect(text.split('\n')).toHaveLength(7);
});

test('for programs', () => {
  const whole = JSON.parse(denialsJson('web', repeated([DENIAL]), [diagnostic('HF595')])) as {
    readonly denials: readonly unknown[];
    readonly notes: readonly unknown[];
  };
  expect(whole).toMatchObject({
    version: 1,
    container: 'web',
    denials: [{ at: '2026-11-24T16:20:31.512Z', times: 1, control: 'apparmor' }],
    notes: [{ code: 'HF595' }],
  });
  expect(JSON.parse(denialLine(DENIAL))).toMatchObject({ at: '2026-11-24T16:20:31.512Z', subject: { pid: 152 } });
  expect(denialNotes([diagnostic('HF591', { mode: 'normal' })])).toMatch(/^info HF591: .*is 'normal'\n {2}'echo/);
});
