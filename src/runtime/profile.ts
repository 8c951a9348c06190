// A container's own AppArmor profile: text -> apparmor_parser(8) -> what the kernel loads. What was compiled once is kept, by all that it was
// made from, so that a start reads a file and the launcher carries it.

import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { generatedName, generatedText, isGenerated, mayLoad, profilesAsked, withProfile } from '../controls/apparmor/index.ts';
import { isLoaded, readApparmor, readDialect, readFeatures } from '../host/apparmor.ts';
import type { Machine } from '../host/machine.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { CompiledProfile, HostFacts } from '../model/host.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { keepFile, launcherHash } from './launcher-file.ts';

/** Of the kernel: the parser reads the same directory. */
const FEATURES = '/sys/kernel/security/apparmor/features';
const PARSERS = ['/usr/sbin/apparmor_parser', '/sbin/apparmor_parser', '/usr/local/sbin/apparmor_parser'];
const SUFFIX = '.profile';

export interface Profiled {
  readonly spec: ContainerSpec;
  readonly host: HostFacts;
  readonly diagnostics: readonly Diagnostic[];
}

/** The container and the machine with what AppArmor has to do with both. Nothing is loaded. */
export function withProfileOf(machine: Machine, asked: ContainerSpec, host: HostFacts): Profiled {
  if (host.apparmor === null) return { spec: asked, host, diagnostics: [] };
  const spec = withProfile(asked, host);
  const known: HostFacts = { ...host, apparmor: readApparmor(machine, profilesAsked(spec)) };
  if (!isGenerated(spec) || known.apparmor === null || !mayLoad(host)) return { spec, host: known, diagnostics: [] };
  const features = readFeatures(machine);
  const speaking: HostFacts = { ...known, apparmor: { ...known.apparmor, dialect: readDialect(machine, features) } };
  const compiled = compiledProfile(spec, speaking, features);
  const name = generatedName(spec);
  const left = isLoaded(machine, name) ? [diagnostic('HF295', { name })] : [];
  return { spec, host: { ...speaking, apparmor: { ...known.apparmor, compiled } }, diagnostics: left };
}

function compiledProfile(spec: ContainerSpec, host: HostFacts, features: unknown): CompiledProfile {
  const text = generatedText(spec, host);
  const parser = PARSERS.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  if (parser === undefined) return { kind: 'absent', reason: 'apparmor_parser is not installed, which compiles profiles' };
  const { mtimeMs, size } = statSync(parser);
  const hash = launcherHash([text, features, mtimeMs, size]);
  const kept = keptProfile(join(host.cacheDir, hash + SUFFIX));
  if (kept !== null) return { kind: 'binary', base64: kept.toString('base64') };
  const parsed = parse(parser, text);
  if (parsed.binary !== null) {
    keepFile(host.cacheDir, hash, SUFFIX, parsed.binary, 0o400);
    return { kind: 'binary', base64: parsed.binary.toString('base64') };
  }
  // Of some errors the parser tells no line, or the one behind: each line of the configuration is tried alone.
  for (const { value, why } of spec.apparmor?.raw ?? []) {
    const alone = parse(parser, `profile x {\n${value}\n}\n`);
    if (alone.binary === null) return { kind: 'refused', message: alone.message, rule: value, why };
  }
  return { kind: 'refused', message: parsed.message, rule: null, why: null };
}

type Parsed = { readonly binary: Buffer } | { readonly binary: null; readonly message: string };

function parse(parser: string, text: string): Parsed {
  const words = ['--kernel-features', FEATURES, '--policy-features', FEATURES, '--skip-cache', '--skip-kernel-load', '--stdout'];
  const done = spawnSync(parser, words, { input: text, maxBuffer: 64 * 1024 * 1024 });
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
