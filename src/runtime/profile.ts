// A container's own AppArmor profile: text -> apparmor_parser(8) -> what the kernel loads. What was compiled once is kept, by all that it was
// made from; the launcher carries it, and a start with a kept launcher needs neither.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedName, generatedText, isGenerated, mayLoad, profilesAsked, restrictsNetworks, withProfile } from '../controls/apparmor/index.ts';
import { type Features, featuresText, readDialect, readFeatures, readModes } from '../host/apparmor.ts';
import { type Machine, valueOr } from '../host/machine.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { CompiledProfile, HostFacts, ProfileParser } from '../model/host.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { keepFile, launcherHash } from './launcher-file.ts';

const PARSERS = ['/usr/sbin/apparmor_parser', '/sbin/apparmor_parser', '/usr/local/sbin/apparmor_parser'];
const SUFFIX = '.profile';

export interface Profiled {
  readonly spec: ContainerSpec;
  readonly host: HostFacts;
  readonly diagnostics: readonly Diagnostic[];
}

/** The container and the machine with what AppArmor has to do with both. Nothing is compiled yet, and nothing loaded. */
export function withProfileOf(machine: Machine, asked: ContainerSpec, host: HostFacts): Profiled {
  if (host.apparmor === null) return { spec: asked, host, diagnostics: [] };
  const spec = withProfile(asked, host);
  const known = { ...host.apparmor, modes: readModes(machine, profilesAsked(spec)) };
  if (!isGenerated(spec) || !mayLoad(host)) return { spec, host: { ...host, apparmor: known }, diagnostics: [] };
  const compiled: CompiledProfile = { kind: 'pending', kernel: kernelOf(machine), parser: findParser() };
  const name = generatedName(spec);
  const isLeft = (readModes(machine, [name])?.[name] ?? null) !== null;
  return { spec, host: { ...host, apparmor: { ...known, compiled } }, diagnostics: isLeft ? [diagnostic('HF295', { name })] : [] };
}

/** What AppArmor can mediate is said by some thirty small files, and stays as it is until the next boot. */
function kernelOf(machine: Machine): string {
  const boot = valueOr(machine.readText('/proc/sys/kernel/random/boot_id'), '').trim();
  return boot === '' ? launcherHash(readFeatures(machine)) : boot;
}

function findParser(): ProfileParser | null {
  for (const path of PARSERS) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true) return { path, mtimeMs: found.mtimeMs, size: found.size };
  }
  return null;
}

/** The machine with what rules may be about here: what the text of a profile depends on. */
export function withDialect(machine: Machine, host: HostFacts, features = readFeatures(machine)): HostFacts {
  return host.apparmor === null ? host : { ...host, apparmor: { ...host.apparmor, dialect: readDialect(machine, features) } };
}

/** The machine with the profile compiled that waits for it. */
export function withCompiledProfile(machine: Machine, spec: ContainerSpec, host: HostFacts): HostFacts {
  const { apparmor } = host;
  if (apparmor?.compiled?.kind !== 'pending') return host;
  return { ...host, apparmor: { ...apparmor, compiled: compiledProfile(machine, spec, host, apparmor.compiled.parser) } };
}

function compiledProfile(machine: Machine, spec: ContainerSpec, host: HostFacts, parser: ProfileParser | null): CompiledProfile {
  if (parser === null) return { kind: 'absent', reason: 'apparmor_parser is not installed, which compiles profiles' };
  const all = readFeatures(machine);
  const features = all.filter(([path]) => !path.startsWith('network') || restrictsNetworks(spec, host));
  const text = generatedText(spec, withDialect(machine, host, all));
  const hash = launcherHash([text, features, parser]);
  const kept = keptProfile(join(host.cacheDir, hash + SUFFIX));
  if (kept !== null) return { kind: 'binary', bytes: kept };
  const parse = (rules: string) => parseWith(parser.path, rules, features, host.cacheDir);
  const parsed = parse(text);
  if (parsed.binary !== null) {
    keepFile(host.cacheDir, hash, SUFFIX, parsed.binary, 0o400);
    return { kind: 'binary', bytes: parsed.binary };
  }
  // Of some errors the parser tells no line, or the one behind: each line of the configuration is tried alone.
  for (const { value, why } of spec.apparmor?.raw ?? []) {
    const alone = parse(`profile x {\n${value}\n}\n`);
    if (alone.binary === null) return { kind: 'refused', message: alone.message, rule: value, why };
  }
  return { kind: 'refused', message: parsed.message, rule: null, why: null };
}

type Parsed = { readonly binary: Buffer } | { readonly binary: null; readonly message: string };

function parseWith(parser: string, text: string, features: Features, folder: string): Parsed {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = mkdtempSync(join(folder, '.parsing-'));
  try {
    const file = join(own, 'features');
    writeFileSync(file, featuresText(features));
    const words = ['--kernel-features', file, '--policy-features', file, '--skip-cache', '--skip-kernel-load', '--stdout'];
    return outcomeOf(spawnSync(parser, words, { input: text, maxBuffer: 64 * 1024 * 1024 }));
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function outcomeOf(done: SpawnSyncReturns<Buffer>): Parsed {
  if (done.status === 0 && done.stdout.length > 0) return { binary: done.stdout };
  return { binary: null, message: done.error?.message ?? shortened(done.stderr.toString().trim()) };
}

/** Only who runs this may write there (runtime/launcher-file.ts). */
function keptProfile(path: string): Buffer | null {
  try {
    return statSync(path).uid === (process.geteuid?.() ?? 0) ? readFileSync(path) : null;
  } catch {
    return null; // ENOENT: it was not compiled yet, or was forgotten
  }
}

/** `AppArmor parser error at line 8: syntax error, unexpected TOK_ID`: what is behind the place, which is one in a text that nobody has. */
const shortened = (message: string): string => message.split('\n')[0]?.replace(/^AppArmor parser error[^:]*: */, '') ?? message;
