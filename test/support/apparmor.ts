// Profiles of AppArmor for live tests, loaded into this kernel and taken out again after the file's tests.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const FOLDER = '/sys/kernel/security/apparmor';

/** Loads a profile from its text, in the place of one of that name. */
export function loadProfile(text: string): void {
  const done = spawnSync('apparmor_parser', ['--replace', '--skip-cache'], { input: text, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`apparmor_parser: ${done.error?.message ?? done.stderr}`);
}

export const removeProfile = (name: string): void => writeFileSync(`${FOLDER}/.remove`, name);

/** The label of a process, or of this one. */
export const labelOf = (pid: number | 'self'): string => readFileSync(`/proc/${pid}/attr/apparmor/current`, 'utf8').trim();

/** `NAME (MODE)` of every profile that is loaded. */
export const loadedProfiles = (): readonly string[] => readFileSync(`${FOLDER}/profiles`, 'utf8').trim().split('\n');
