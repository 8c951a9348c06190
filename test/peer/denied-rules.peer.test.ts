// The rules that `holdfast denials` advises are rules of AppArmor, each a single one, whatever a program inside called its files.

import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { parseKernelLine } from '../../src/audit/line.ts';
import { parseRecord } from '../../src/audit/parse-record.ts';
import { printFields } from '../../src/audit/testing/print-fields.ts';
import { explainAppArmor } from '../../src/controls/apparmor/denied/index.ts';
import { needing } from '../support/needs.ts';

const it = needing('apparmor-parser');

/** Of denials with names and sources that a program chose. */
function rulesFor(name: string): readonly string[] {
  const chosen = (key: string) => printFields([{ key, kind: 'untrusted', value: `/${name}` }]);
  const texts = [
    `operation="mount" profile="p" ${chosen('name')} fstype="proc" ${chosen('srcname')} flags="rw, nosuid"`,
    `operation="mount" profile="p" ${chosen('name')} flags="rw, remount, bind"`,
    `operation="mount" profile="p" ${chosen('name')} flags="rw, rprivate"`,
    `operation="umount" profile="p" ${chosen('name')}`,
    `operation="pivotroot" profile="p" ${chosen('name')} ${chosen('srcname')}`,
    `operation="open" profile="p" ${chosen('name')} requested_mask="wcrd" denied_mask="wcrd"`,
    `operation="exec" profile="p" ${chosen('name')} requested_mask="x" denied_mask="x"`,
    'operation="capable" profile="p" capability=21 capname="sys_admin"',
    'operation="signal" profile="p" requested_mask="send" signal=kill peer="unconfined"',
    'operation="ptrace" profile="p" requested_mask="trace" peer="holdfast-web//x"',
    'operation="create" profile="p" family="inet" sock_type="raw" requested_mask="create"',
    `operation="change_profile" profile="p" name="q"`,
  ];
  return texts.flatMap((text) => {
    const line = parseKernelLine(`audit: type=1400 audit(1.000:1): apparmor="DENIED" ${text}`);
    const record = line === null ? null : parseRecord(line);
    if (record?.kind !== 'apparmor') throw new Error(text);
    return explainAppArmor(record, { profile: 'p', place: null, forbidden: null }).remedy?.lines ?? [];
  });
}

it('AppArmor takes every one', () => {
  // No NUL in a file's name.
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0'));
  const names = ['x', 'a,\n/** rwx,', '@{PROC}/"x"', '{a,b}*?[c]', '#include <x>', '\\', ' ', ...fc.sample(name, 12)];
  const rules = names.flatMap(rulesFor);
  expect(rules.filter((rule) => rule.includes('\n'))).toEqual([]);
  const words = ['--skip-kernel-load', '--skip-cache'];
  const taken = (lines: readonly string[]) =>
    spawnSync('apparmor_parser', words, {
      input: `abi <abi/3.0>,\nprofile p {\n${lines.map((line) => `  ${line}`).join('\n')}\n}\n`,
      encoding: 'utf8',
    });
  const all = taken(rules);
  if (all.status !== 0) {
    const wrong = rules.filter((rule) => taken([rule]).status !== 0);
    expect(wrong).toEqual([]);
  }
  expect(all.status, all.stderr).toBe(0);
});
