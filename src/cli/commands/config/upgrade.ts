// holdfast config upgrade: shows what a configuration is in the words of a generation of LXC, and writes it when told to.

import type { Generation } from '../../../config/index.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import { HoldfastError } from '../../../model/error.ts';
import { printable, printableColumns } from '../../../model/printable.ts';
import { diagnosticsReport } from '../../../report/diagnostics.ts';
import { unifiedDiff } from '../../../report/unified-diff.ts';
import { type UpgradedFile, upgradeConfiguration, writeUpgraded } from '../../../runtime/upgrade-configuration.ts';
import { type Context, err, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { NameFlags } from '../../flags.ts';

export interface UpgradeFlags extends NameFlags {
  readonly file?: string;
  readonly to: Generation;
  readonly write: boolean;
  readonly recursive: boolean;
  readonly force: boolean;
}

/** NAME, or a FILE where the word has a slash in it. Ends with 1 while there is something left to write, with 2 for a wrong configuration. */
export function upgrade(this: Context, flags: UpgradeFlags, word?: string): void {
  if (word !== undefined && (flags.name ?? flags.file) !== undefined) throw new HoldfastError(`'${word}' is one name too many`, { code: 'usage' });
  const file = word?.includes('/') ? word : flags.file;
  // The name of a file's container has no part in it.
  const name = file === undefined ? (word ?? flags.name) : (flags.name ?? 'file');
  const { reading, lineOf, files } = upgradeConfiguration({ name, lxcpath: flags.lxcpath, file }, flags.to, { force: flags.force });
  const wrong = reading.diagnostics.filter(({ severity }) => severity === 'error');
  err(this, diagnosticsReport([...wrong, ...files.flatMap(({ diagnostics }) => diagnostics)], lineOf));
  const [main, ...included] = files;
  const meant = main === undefined ? [] : flags.recursive ? files.filter(({ writable }) => writable) : [main];
  for (const one of meant) out(this, diffOf(one));
  for (const { path, changed } of included) {
    if (changed && !meant.some((one) => one.path === path)) err(this, `holdfast: ${printable(path)} is included and has lines to upgrade as well\n`);
  }
  const pending = meant.filter(({ changed }) => changed);
  if (hasErrors(wrong)) {
    this.process.exitCode = EXIT.errors;
  } else if (flags.write) {
    for (const one of pending) writeUpgraded(one);
    this.process.exitCode = EXIT.ok;
  } else {
    if (pending.length > 0) err(this, 'holdfast: nothing was written; --write does it\n');
    this.process.exitCode = pending.length > 0 ? EXIT.warnings : EXIT.ok;
  }
}

function diffOf({ path, lines }: UpgradedFile): string {
  return unifiedDiff(
    printable(path),
    lines.map(({ line, now }) => ({ before: printableColumns(line.text), now: now.map(printableColumns) })),
  );
}
