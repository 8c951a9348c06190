// What a valid configuration should be told before it is used: lines that cannot be meant, and what others could make of what it
// grants. Pure: nothing of the machine is looked at. Every rule is a function from the settings (and the spec, where
// there is one) to diagnostics; HF6xx, model/codes/advice.ts.

import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { effective } from '../effective.ts';
import type { ConfigSetting } from '../setting.ts';
import { anyDevice, deviceGrants, rulesOfMapped } from './devices.ts';
import { duplicates } from './duplicates.ts';
import { ineffective } from './ineffective.ts';
import { missingLinks, sharedNamespaces } from './network.ts';
import { openings } from './openings.ts';
import { mountGrants } from './paths.ts';
import { refusedByKernel } from './refused.ts';
import { removedKeys } from './removed.ts';
import { lockedTransitions } from './transitions.ts';

/** All advice, unordered. `all`: every line that was read, also those that others replace. */
export function advise(all: readonly ConfigSetting[], spec: ContainerSpec | null): readonly Diagnostic[] {
  const settings = effective(all).filter(({ parsed }) => parsed.kind !== 'invalid');
  const ofSpec =
    spec === null ? [] : [anyDevice, deviceGrants, rulesOfMapped, mountGrants, openings, lockedTransitions].flatMap((rule) => rule(spec, settings));
  const ofSettings = [ineffective, missingLinks, sharedNamespaces, refusedByKernel, removedKeys].flatMap((rule) => rule(settings));
  return [...duplicates(all), ...ofSettings, ...ofSpec];
}
