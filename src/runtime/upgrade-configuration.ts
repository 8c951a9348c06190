// A configuration and the files it includes, rewritten for a generation of LXC: what would change, and the change itself.

import { accessSync, constants } from 'node:fs';
import { type ConfigReading, type Generation, upgrade, type Upgraded } from '../config/index.ts';
import { HoldfastError } from '../model/error.ts';
import { editFile } from './edit-file.ts';
import { readSource, type Source } from './source.ts';

export interface UpgradedFile extends Upgraded {
  readonly path: string;
  readonly changed: boolean;
  /** May this process write it? */
  readonly writable: boolean;
}

export interface UpgradedConfiguration {
  readonly reading: ConfigReading;
  readonly lineOf: (file: string, line: number) => string | undefined;
  /** The configuration itself first, then what it includes. */
  readonly files: readonly UpgradedFile[];
}

/** Nothing is written. Wrong lines are in the reading's diagnostics and stay as they are. */
export function upgradeConfiguration(source: Source, to: Generation, options: { readonly force: boolean }): UpgradedConfiguration {
  const { reading, lineOf } = readSource(source);
  const files = reading.sources.map((one): UpgradedFile => {
    const upgraded = upgrade(one, reading.settings, to, options);
    const before = one.lines.map((line) => line.text + line.ending).join('');
    return { ...upgraded, path: one.file, changed: upgraded.text !== before, writable: mayWrite(one.file) };
  });
  return { reading, lineOf, files };
}

/** Writes one of them, if its text is still the one that was read. */
export function writeUpgraded({ path, lines, text }: UpgradedFile): void {
  const read = lines.map(({ line }) => line.text + line.ending).join('');
  editFile(path, (now) => {
    if (now !== read) throw new HoldfastError(`'${path}' is not changed: it has changed since it was read; try again`, { code: 'cannot-write', path });
    return text;
  });
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
