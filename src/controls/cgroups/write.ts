// One step for every value: the kernel takes one command a write, and an error must name one line of the configuration.

import type { MonitorStep } from '../../model/step.ts';
import { hintsFor } from './hints.ts';
import type { Layout } from './layout.ts';
import { writeAndRead } from './read-back.ts';
import type { Assignment } from './values.ts';

/** All values, before init begins. */
export function writeSteps({ assignments }: Layout): readonly MonitorStep[] {
  return assignments.map(monitorWrites);
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
