// What a valid configuration should be told before it is used: lines that cannot be meant, and what others could make of what it
// grants. Pure: nothing of the machine is looked at. Every rule is a function from the settings (and the spec, where
// there is one) to diagnostics; HF6xx, model/codes/advice.ts.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { effective } from '../effective.ts';
import { allOf, type ConfigSetting } from '../setting.ts';
import { deviceGrants } from './devices.ts';
import { duplicates } from './duplicates.ts';
import { ineffective } from './ineffective.ts';
import { openings } from './openings.ts';
import { mountGrants } from './paths.ts';
import { refusedByKernel } from './refused.ts';

/** All advice, unordered. `all`: every line that was read, also those that others replace. */
export function advise(all: readonly ConfigSetting[], spec: ContainerSpec | null): readonly Diagnostic[] {
  const settings = effective(all);
  const ofSpec = spec === null ? [] : [deviceGrants, mountGrants, openings].flatMap((rule) => rule(spec, settings));
  return [...duplicates(all), ...ineffective(settings), ...refusedByKernel(settings), ...ofSpec];
}

/**
 * Takes out the warnings that lines `holdfast.accept = CODE` or `CODE:KEY` accept, and reports lines that accept nothing. KEY is the key of
 * the line that is warned of. Errors cannot be accepted.
 */
export function accept(found: readonly Diagnostic[], all: readonly ConfigSetting[], keyOf: (found: Diagnostic) => string | null): readonly Diagnostic[] {
  const lines = allOf(effective(all), 'holdfast.accept', 'words').flatMap(({ parsed }) => parsed.words);
  const used = new Set<number>();
  const left = found.filter((one) => {
    const line = lines.findIndex(({ value }) => one.severity === 'warning' && (value === one.code || value === `${one.code}:${keyOf(one)}`));
    if (line >= 0) used.add(line);
    return line < 0;
  });
  const idle = lines.filter((_, index) => !used.has(index));
  return [...left, ...idle.map(({ value, why }) => diagnostic('HF604', { word: value }, why))];
}
