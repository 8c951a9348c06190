// One step for every value: the kernel takes one command a write, and an error must name one line of the configuration.

import type { InitStep, MonitorStep, Slot, Step } from '../../model/step.ts';
import { deviceRules } from './device-moment.ts';
import { hintsFor } from './hints.ts';
import type { Layout } from './layout.ts';
import { writeAndRead } from './read-back.ts';
import type { Assignment } from './values.ts';

/** All values before init begins, but for a device list that init writes when its devices are made. */
export function writeSteps({ assignments, devices }: Layout): readonly Step[] {
  const late = devices === 'init-writes' ? deviceRules(assignments) : [];
  const now = assignments.filter((one) => !late.includes(one));
  return [...now.map(monitorWrites), ...openLists(late), ...late.map(initWrites)];
}

/** `set memory.max = 128M (134217728), for memory.limit_in_bytes = 128M`: what the file says then, and what was translated. */
function title({ value: { file, from }, text, expected }: Assignment): string {
  const [shown] = (expected ?? text).split('\n');
  return `set ${file} = ${text}${shown === text ? '' : ` (${shown})`}${from === undefined ? '' : `, for ${from.file} = ${from.value}`}`;
}

function monitorWrites(assignment: Assignment, index: number): MonitorStep {
  const { value, place, text, expected } = assignment;
  const actions = writeAndRead(`${place}/${value.file}`, text, expected, `cgroup.value.${index}`);
  return { who: 'monitor', phase: 'cgroup', what: title(assignment), why: value.why, actions, hints: hintsFor(assignment) };
}

const listSlot = ({ value }: Assignment): Slot => `cgroup.${value.file}`;

/** The files are opened outside, where they have a path. Each once: every write to them is a command of its own. */
function openLists(rules: readonly Assignment[]): readonly MonitorStep[] {
  const first = new Map([...rules].reverse().map((rule) => [rule.value.file, rule]));
  return [...first.values()].reverse().map((rule) => {
    const path = `${rule.group.path}/${rule.value.file}`;
    return {
      who: 'monitor',
      phase: 'open',
      what: `open ${path}, for init to write`,
      why: rule.value.why,
      actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save: listSlot(rule) }],
      hints: hintsFor(rule),
    };
  });
}

function initWrites(rule: Assignment): InitStep {
  const length = Buffer.byteLength(rule.text);
  return {
    who: 'init',
    phase: 'late-join',
    what: title(rule),
    why: rule.value.why,
    actions: [{ sys: 'write', args: [{ slot: listSlot(rule) }, { text: rule.text }, length], expect: length }],
    hints: hintsFor(rule),
  };
}
