// A change to the configuration of a container, or to a configuration file, on this machine.

import { type ConfigEdit, editConfig } from '../config/index.ts';
import { hostFiles } from '../host/files.ts';
import { type Machine, realMachine } from '../host/machine.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { editFile } from './edit-file.ts';
import { configPathOf, type Source } from './source.ts';

export interface ChangedConfiguration {
  readonly configPath: string;
  /** False: nothing was written, and a diagnostic says why. */
  readonly written: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Sets or unsets a key. What cannot be done comes back as diagnostics; only the file itself (absent, read-only, busy) throws. */
export function editConfiguration(source: Source, edit: ConfigEdit, machine: Machine = realMachine()): ChangedConfiguration {
  const configPath = configPathOf(source, machine);
  let diagnostics: readonly Diagnostic[] = [];
  const written = editFile(configPath, (text) => {
    const edited = editConfig(hostFiles(machine), configPath, text, edit);
    diagnostics = edited.diagnostics;
    return edited.text;
  });
  return { configPath, written, diagnostics };
}
