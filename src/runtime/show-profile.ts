// What holdfast apparmor shows and checks: the text of a container's profile or of one that comes with Holdfast, and what is loaded of them.

import { generatedText, SHIPPED_NAMES, shippedProfile } from '../controls/apparmor/index.ts';
import { readApparmor, readModes } from '../host/apparmor.ts';
import { type Machine, realMachine } from '../host/machine.ts';
import { HoldfastError } from '../model/error.ts';
import { withCompiledProfile, withDialect } from './profile.ts';
import { prepare, type Prepared, type Source } from './source.ts';

/** The text for a name of LXC's, or for a container as if its configuration said `generated`. Throws where the configuration has errors. */
export function profileTextOf(source: Source, machine: Machine = realMachine()): string {
  const shipped = source.file === undefined && source.name !== undefined ? shippedProfile(source.name) : null;
  if (shipped !== null) return shipped;
  const { spec, host, name } = prepare(source, machine);
  if (spec === null) throw new HoldfastError(`the configuration of ${name} has errors: see holdfast check`, { code: 'bad-configuration' });
  return generatedText(spec, withDialect(machine, host));
}

export interface ProfileState {
  /** Is AppArmor at work in this kernel, and does it mediate mounts? */
  readonly active: boolean;
  readonly mediatesMounts: boolean;
  /** In which mode each is loaded; null: it is not. Null as a whole: the caller may not know. */
  readonly loaded: Readonly<Record<string, string | null>> | null;
  /** The container's; null: none was named. */
  readonly container: ContainerProfile | null;
}

export interface ContainerProfile {
  readonly name: string;
  /** What its configuration asks for, or gets for want of a word; null: nothing. */
  readonly profile: string | null;
  /** The size of what was compiled, in bytes; null: nothing was. */
  readonly bytes: number | null;
  /** With the profile compiled. */
  readonly prepared: Prepared;
}

/** What AppArmor has to say here, and of a container; it is compiled, and nothing is loaded. */
export function profileState(source: Source | null, machine: Machine = realMachine()): ProfileState {
  const facts = readApparmor(machine);
  return {
    active: facts !== null,
    mediatesMounts: facts?.mediatesMounts ?? false,
    loaded: facts === null ? null : readModes(machine, SHIPPED_NAMES),
    container: source === null ? null : containerProfile(machine, prepare(source, machine)),
  };
}

function containerProfile(machine: Machine, prepared: Prepared): ContainerProfile {
  const { name, spec } = prepared;
  const host = spec === null ? prepared.host : withCompiledProfile(machine, spec, prepared.host);
  const compiled = host.apparmor?.compiled;
  return {
    name,
    profile: spec?.apparmor?.profile?.value ?? null,
    bytes: compiled?.kind === 'binary' ? compiled.bytes.length : null,
    prepared: { ...prepared, host },
  };
}
