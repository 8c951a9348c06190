// What confines: capabilities, namespaces, ids, limits, privileges.

import { diagnostic } from '../../model/diagnostic.ts';
import { originText, type Setting } from '../../model/origin.ts';
import { type CapabilitySpec, type ContainerSpec, type Namespace, type NamedValue, type Rlimit, SECURE_BITS } from '../../model/spec.ts';
import { allOf, type ConfigSetting, type SettingOf } from '../setting.ts';
import type { Report } from '../value.ts';
import { LXC_DEFAULT, textOrNull } from './defaults.ts';

const PROXY_SCHEME = 'unix:';

/** LXC has one list for both keys and refuses the second one. `none` in lxc.cap.keep forgets the names before it. */
export function toCapabilities(settings: readonly ConfigSetting[], report: Report): CapabilitySpec {
  const drops = allOf(settings, 'lxc.cap.drop', 'words');
  const keeps = allOf(settings, 'lxc.cap.keep', 'words');
  const [drop] = drops;
  const [keep] = keeps;
  if (drop && keep) exclusive(drop, keep, settings, report);
  const asked = allOf(settings, 'lxc.cap.inheritance', 'boolean').at(-1);
  const inheritance = asked === undefined ? {} : { inheritance: { value: asked.parsed.value, why: asked.why } };
  if (!keep) return { mode: 'drop', names: drops.flatMap(wordsIn), ...inheritance, why: drop?.why ?? LXC_DEFAULT };
  const words = keeps.flatMap(wordsIn);
  return { mode: 'keep', names: words.slice(words.findLastIndex(({ value }) => value === 'none') + 1), ...inheritance, why: keep.why };
}

/** Absent where no line says so, or the last one is empty. */
export function toSecureBits(settings: readonly ConfigSetting[]): Pick<ContainerSpec, 'secureBits'> {
  const found = allOf(settings, 'holdfast.securebits', 'text').at(-1);
  if (found === undefined) return {};
  const words = found.parsed.value.split(/\s+/);
  return { secureBits: { value: SECURE_BITS.filter((bit) => words.includes(bit)), why: found.why } };
}

/** Absent where no line says so. */
export function toUsernsMax(settings: readonly ConfigSetting[]): Pick<ContainerSpec, 'usernsMax'> {
  const found = allOf(settings, 'holdfast.userns.max', 'integer').at(-1);
  return found === undefined ? {} : { usernsMax: { value: found.parsed.value, why: found.why } };
}

/** Absent where no line says so. */
export function toKeyctl(settings: readonly ConfigSetting[]): Pick<ContainerSpec, 'keyctl'> {
  const found = allOf(settings, 'holdfast.keyctl', 'boolean').at(-1);
  return found === undefined ? {} : { keyctl: { value: found.parsed.value, why: found.why } };
}

/** As plain data: a launcher is named by all that is in the spec, the places of words among it. */
function wordsIn({ parsed }: SettingOf<'words'>): readonly Setting<string>[] {
  return parsed.words.map(({ value, why }) => ({ value, why }));
}

export function toNamespaces(settings: readonly ConfigSetting[], report: Report): ContainerSpec['namespaces'] {
  const clones = allOf(settings, 'lxc.namespace.clone', 'namespaces');
  const keeps = allOf(settings, 'lxc.namespace.keep', 'namespaces');
  const [clone] = clones;
  const [keep] = keeps;
  if (clone && keep) exclusive(clone, keep, settings, report);
  const first = clone ?? keep;
  if (!first) return null;
  const names = new Set<Namespace>((clone ? clones : keeps).flatMap(({ parsed }) => parsed.names.map(({ value }) => value)));
  return { mode: clone ? 'clone' : 'keep', names: [...names], why: first.why };
}

/** Blames the later one. */
export function exclusive(one: ConfigSetting, other: ConfigSetting, settings: readonly ConfigSetting[], report: Report): void {
  const [first, second] = settings.indexOf(one) < settings.indexOf(other) ? [one, other] : [other, one];
  report(diagnostic('HF140', { one: second.key, other: first.key, where: originText(first.why) }, second.why));
}

export function toIdmap(settings: readonly ConfigSetting[]): Pick<ContainerSpec, 'idmap' | 'idmapAuto'> {
  const idmap = allOf(settings, 'lxc.idmap', 'idmap').flatMap(({ parsed, why }) => parsed.ranges.map((value) => ({ value, why })));
  const auto = allOf(settings, 'holdfast.idmap', 'text').at(-1);
  return { idmap, ...(auto === undefined ? {} : { idmapAuto: { value: 'auto', why: auto.why } }) };
}

export function toRlimits(settings: readonly ConfigSetting[]): readonly Rlimit[] {
  return allOf(settings, 'lxc.prlimit.', 'rlimit').map(({ rest, parsed, key, why }) => ({ name: rest, soft: parsed.soft, hard: parsed.hard, key, why }));
}

/** lxc.sysctl.* and lxc.proc.*. */
export function toNamed(settings: readonly ConfigSetting[], family: 'lxc.sysctl.' | 'lxc.proc.'): readonly NamedValue[] {
  return allOf(settings, family, 'text').map(({ rest, parsed, key, why }) => ({ name: rest, value: parsed.value, key, why }));
}

/** The policy, with the keys that are about it; without one they are about nothing, which is said. */
export function toSeccomp(settings: readonly ConfigSetting[], report: Report): ContainerSpec['seccomp'] {
  const found = allOf(settings, 'lxc.seccomp.profile', 'text').at(-1);
  if (!found) {
    const idle = settings.filter(
      ({ key, parsed }) => /^(lxc|holdfast)\.seccomp\./.test(key) && (parsed.kind === 'boolean' ? parsed.value : parsed.kind === 'text'),
    );
    for (const { key, why } of idle) report(diagnostic('HF144', { key, reason: 'there is no lxc.seccomp.profile' }, why));
    return null;
  }
  if (found.attached === null) return null;
  const proxy = textOrNull(settings, 'lxc.seccomp.notify.proxy');
  const cookie = textOrNull(settings, 'lxc.seccomp.notify.cookie');
  const nesting = allOf(settings, 'lxc.seccomp.allow_nesting', 'boolean').at(-1);
  const weights = allOf(settings, 'holdfast.seccomp.weights', 'text').at(-1);
  const value = {
    path: found.parsed.value,
    text: found.attached,
    ...(found.included === undefined || found.included.length === 0 ? {} : { included: found.included }),
    ...(proxy === null ? {} : { proxy: { ...proxy, value: proxy.value.slice(PROXY_SCHEME.length) } }),
    ...(cookie === null ? {} : { cookie }),
    ...(nesting === undefined ? {} : { nesting: { value: nesting.parsed.value, why: nesting.why } }),
    ...(weights === undefined || weights.attached === null ? {} : { weights: { path: weights.parsed.value, text: weights.attached } }),
  };
  return { value, why: found.why };
}

/** `none` is what holds without the key, for a container that has it by default. */
export function toLandlock(settings: readonly ConfigSetting[]): ContainerSpec['landlock'] {
  const found = allOf(settings, 'holdfast.landlock', 'text').at(-1);
  if (!found || found.parsed.value === 'none') return null;
  if (found.parsed.value === 'default') return { value: { kind: 'default' }, why: found.why };
  return found.attached === null ? null : { value: { kind: 'file', path: found.parsed.value, text: found.attached }, why: found.why };
}

/** By the manual: 1 is a new keyring. LXC's code has it the other way round. */
export function toKeyring(settings: readonly ConfigSetting[], report: Report): Setting<boolean> {
  const found = allOf(settings, 'lxc.keyring.session', 'boolean').at(-1);
  if (!found) return { value: true, why: { kind: 'default', text: 'a new session keyring' } };
  report(diagnostic('HF145', { value: found.text }, found.why));
  return { value: found.parsed.value, why: found.why };
}
