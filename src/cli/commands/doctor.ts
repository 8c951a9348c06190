// holdfast doctor: what is missing on this machine for this user before anything is started, and the command that mends it.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { type Diagnostic, diagnosticText } from '../../model/diagnostic.ts';
import { diagnosticsReport } from '../../report/diagnostics.ts';
import { doctorReport } from '../../report/doctor.ts';
import { review } from '../../runtime/check.ts';
import { examine } from '../../runtime/doctor/examine.ts';
import { readSurroundings } from '../../runtime/doctor/surroundings.ts';
import { prepare } from '../../runtime/source.ts';
import { defaultLxcpath } from '../../runtime/system-settings.ts';
import { type Context, out } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { NameFlags } from '../flags.ts';
import { nameOf } from '../source.ts';

export function doctor(this: Context, flags: NameFlags & { readonly json: boolean }, positional?: string): void {
  const machine = realMachine();
  const host = readHostFacts(machine);
  const found = examine(host, readSurroundings(machine, host, flags.lxcpath ?? defaultLxcpath(machine)));
  const name = nameOf(flags, positional);
  const prepared = name === undefined ? null : prepare({ name, lxcpath: flags.lxcpath });
  const ofContainer = prepared === null ? [] : review(prepared).found;
  if (flags.json) {
    const rows = found.map(({ topic, fine, wrong }) => ({ topic, ...(wrong === null ? { severity: 'ok', message: fine } : asJson(wrong)) }));
    out(
      this,
      `${JSON.stringify({ version: 1, user: host.userName, machine: rows, ...(name === undefined ? {} : { container: { name, findings: ofContainer.map(asJson) } }) }, null, 2)}\n`,
    );
  } else {
    out(this, doctorReport(found));
    if (prepared !== null) out(this, `\n${diagnosticsReport(ofContainer, prepared.lineOf) || `${prepared.configPath ?? ''}: nothing to say\n`}`);
  }
  const all = [...found.flatMap(({ wrong }) => wrong ?? []), ...ofContainer];
  const has = (severity: Diagnostic['severity']) => all.some((one) => one.severity === severity);
  this.process.exitCode = has('error') ? EXIT.errors : has('warning') ? EXIT.warnings : EXIT.ok;
}

function asJson(found: Diagnostic) {
  const { message, help } = diagnosticText(found);
  return { severity: found.severity, code: found.code, message, fix: help };
}
