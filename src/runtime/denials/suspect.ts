// The container that `holdfast denials` is about, as it runs and as its configuration has it.

import { readFileSync } from 'node:fs';
import { effective } from '../../config/index.ts';
import { type DenyRules, denyRules } from '../../controls/apparmor/denied/index.ts';
import { generatedText, isGenerated } from '../../controls/apparmor/index.ts';
import { openPolicy, type OpenedPolicy } from '../../controls/seccomp/explain/index.ts';
import type { HostFacts } from '../../model/host.ts';
import { originText } from '../../model/origin.ts';
import type { ContainerRecord } from '../../model/record.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { labelEntries } from '../../plan/labels.ts';
import { containerState, runningContainers } from '../containers.ts';
import { type Prepared, prepare, type Source } from '../source.ts';
import { CLOCK_SLACK_MS, type Suspect } from './owner.ts';
import { labelOf, livingProcess, mappedUids } from './process.ts';

/** A setting of the configuration and its place. */
export interface HeldLine {
  readonly key: string;
  readonly value: string;
  readonly place: string;
}

export interface DeniedContainer {
  readonly name: string;
  readonly host: HostFacts;
  /** Null: it does not run. */
  readonly record: ContainerRecord | null;
  /** As the configuration has it now; null: it is faulty, or has gone. */
  readonly spec: ContainerSpec | null;
  readonly suspect: Suspect;
  /** The profile that it has: a name, or `generated` with what that one forbids. Null: none is known. */
  readonly profile: { readonly value: string; readonly place: string; readonly forbidden: DenyRules | null } | null;
  /** The setting of a key that holds; null: there is none. */
  readonly held: (key: string) => HeldLine | null;
}

/** Of one that does not run, nothing says when it did: what is older is not looked at, unless asked for. */
const LAST_MS = 15 * 60_000;

/** Throws `no-such-container` for one that neither runs nor has a configuration. */
export function deniedContainer(source: Source & { readonly name: string }, host: HostFacts): DeniedContainer {
  const state = containerState(host.runDir, source.name);
  const record = state.state === 'running' ? state.record : null;
  const prepared = configurationOf(source, record);
  const spec = prepared?.spec ?? null;
  const settings = prepared === null ? [] : effective(prepared.settings);
  const policy = spec === null ? null : policyOf(spec, host);
  const label = record === null ? askedLabel(prepared) : labelOf(record.init);
  const since = state.state === 'running' ? startOf(record, state.startedAt) : Date.now() - LAST_MS;
  return {
    name: source.name,
    host,
    record,
    spec,
    suspect: {
      init: record?.init ?? null,
      pidNamespace: record === null ? null : (livingProcess(record.init)?.pidNamespace ?? null),
      groups: (record?.cgroups ?? []).map(({ limits, mountPoint }) => limits.slice(mountPoint.length)),
      since,
      label,
      ownLabel: label !== null && !othersHave(label, source.name, host),
      uids: record === null ? [] : mappedUids(record.init),
      policy,
    },
    profile: profileOf(prepared),
    held(key) {
      const found = settings.findLast(({ entry }) => entry.name === key);
      return found === undefined ? null : { key, value: found.text, place: originText(found.why) };
    },
  };
}

/** What runs was begun from the file that its record names; that may be another one by now, or none. */
function configurationOf(source: Source & { readonly name: string }, record: ContainerRecord | null): Prepared | null {
  if (record === null) return prepare(source);
  try {
    return prepare(record.config === null ? {} : { name: source.name, file: record.config });
  } catch {
    return null;
  }
}

function policyOf({ seccomp }: ContainerSpec, { arch, kernel }: HostFacts): OpenedPolicy | null {
  if (seccomp === null) return null;
  const { path, text, included = [] } = seccomp.value;
  return openPolicy(text, path, arch, { included, kernel }).opened;
}

function profileOf(prepared: Prepared | null): DeniedContainer['profile'] {
  const { spec = null, host } = prepared ?? {};
  const profile = spec?.apparmor?.profile ?? null;
  if (spec === null || host === undefined || profile === null) return null;
  return { value: profile.value, place: originText(profile.why), forbidden: isGenerated(spec) ? denyRules(generatedText(spec, host)) : null };
}

/** The one that a container which does not run would enter. */
function askedLabel(prepared: Prepared | null): string | null {
  if (prepared === null || prepared.spec === null) return null;
  const names = labelEntries(prepared.spec, prepared.host).map(({ name }) => name);
  return names.length === 0 ? null : names.join('//&');
}

/** From when on messages may be about it. Init has been there a little longer than its record. */
export function startOf(record: Pick<ContainerRecord, 'init'> | null, recorded: Date): number {
  const begun = (record === null ? null : livingProcess(record.init))?.startedAt ?? Number.POSITIVE_INFINITY;
  return Math.min(recorded.getTime(), begun) - CLOCK_SLACK_MS;
}

/** A label without a name or categories of one container's own is a kind of container's. */
function othersHave(label: string, name: string, { runDir }: HostFacts): boolean {
  const others = [...runningContainers(runDir).values()].flatMap((other) =>
    other.state === 'running' && other.record.name !== name ? [other.record.init] : [],
  );
  return !(/:c\d/.test(label) || label.includes(name)) || others.some((init) => labelOf(init) === label);
}

/** A file of one line of the kernel's; null when it is not there. */
export function kernelSetting(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
