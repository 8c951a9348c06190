// The library's door to the language: a text, and what it includes through a reader the caller gives, as a typed configuration.

import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { ConfigFiles } from './files.ts';
import { accept } from './advice/accept.ts';
import { advise } from './advice/index.ts';
import { inOrder, loadSpec } from './load-spec.ts';
import { simplifyPath } from './paths.ts';
import { type Config, typedConfig } from './typed.ts';

export interface ParseOptions {
  /** How messages name the text; `config` where absent. */
  readonly file?: string;
  /** The text of an included file, null where there is none. Absent: nothing can be included, and a line that does is an error. */
  readonly read?: (path: string) => string | null;
  /** The names in an included directory, null where there is none. */
  readonly list?: (path: string) => readonly string[] | null;
}

export interface ParsedConfig {
  /** Null when a diagnostic is an error: a configuration is never used in part. */
  readonly config: Config | null;
  /** In the order of the files and lines, without the warnings that holdfast.accept names. */
  readonly diagnostics: readonly Diagnostic[];
}

const NAME = 'config';

/**
 * Reads a configuration of LXC, in any generation of the language, without touching the machine. Says all that can be said
 * about the text alone; whether this machine can do it is for `compileLauncher`. Never throws for what is in the text.
 *
 * @example
 * const { config, diagnostics } = parseConfig('lxc.cap.drop = sys_time\nlxc.no_new_privs = 1');
 * config?.['lxc.cap.drop']; // ['sys_time']
 */
export function parseConfig(text: string, options: ParseOptions = {}): ParsedConfig {
  const file = options.file ?? NAME;
  const { reading, spec, diagnostics: found } = loadSpec(filesOf(simplifyPath(file), text, options), file, { name: NAME, attach: false });
  // A part of a configuration need not name a root file system.
  const ofText = found.filter(({ code }) => code !== 'HF142');
  const diagnostics = inOrder(accept([...ofText, ...advise(reading.settings, spec)], reading.settings).left, reading.filesRead);
  return { config: hasErrors(diagnostics) ? null : typedConfig(reading.settings), diagnostics };
}

function filesOf(file: string, text: string, { read, list }: ParseOptions): ConfigFiles {
  const missing = { kind: 'error', errno: 'ENOENT', message: read ? 'there is no such file' : 'no reader for included files was given' } as const;
  return {
    read(path) {
      const found = path === file ? text : (read?.(path) ?? null);
      return found === null ? missing : { kind: 'text', text: found };
    },
    list(path) {
      const names = list?.(path) ?? null;
      return names === null ? missing : { kind: 'names', names };
    },
  };
}
