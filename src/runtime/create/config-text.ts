// The text of a new configuration: what all containers begin with (lxc.default_config, or -f FILE), then what this one adds.

import type { Diagnostic } from '../../model/diagnostic.ts';

export interface BaseConfig {
  readonly path: string;
  readonly lines: readonly string[];
  /** May lines be left out that nothing here can enforce? Not of a file that was named for this container. */
  readonly yields: boolean;
}

export interface ConfigParts {
  /** Comments at the top. */
  readonly header: readonly string[];
  readonly base: BaseConfig | null;
  /** Lines of `base` that are left out, by number from 1 on. */
  readonly omitted: ReadonlySet<number>;
  readonly own: readonly string[];
}

export function configText({ header, base, omitted, own }: ConfigParts): string {
  const kept = (base?.lines ?? []).map((line, index) => (omitted.has(index + 1) ? `# left out, holdfast cannot enforce it: ${line.trim()}` : line));
  const from = base === null ? [] : ['', `# from ${base.path}`, ...kept];
  return `${[...header.map((line) => `# ${line}`), ...from, '', ...own].join('\n')}\n`;
}

/** The line of the text on which the first line of the base stands, less one. */
export function baseOffset({ header }: Pick<ConfigParts, 'header'>): number {
  return header.length + 2;
}

/**
 * The further lines of the base to leave out because of these errors, with all of an interface or of a security module that is not built; null where an
 * error is about anything else.
 */
export function yielding(parts: ConfigParts, configPath: string, errors: readonly Diagnostic[]): ReadonlySet<number> | null {
  const { base } = parts;
  if (base === null || !base.yields) return null;
  const omitted = new Set<number>();
  for (const { code, span, data } of errors) {
    const line = (span?.line ?? 0) - baseOffset(parts);
    if (code !== 'HF301' || span?.file !== configPath || line < 1 || line > base.lines.length) return null;
    omitted.add(line);
    const [family] = /^lxc\.(net\.\d+|apparmor|selinux)\./.exec(data['key'] ?? '') ?? [];
    if (family !== undefined) for (const [index, text] of base.lines.entries()) if (text.trim().startsWith(family)) omitted.add(index + 1);
  }
  return omitted;
}
