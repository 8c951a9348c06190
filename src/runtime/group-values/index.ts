// Reads and sets the values of a running container's groups. What is set is read back: a value that is not in force is an error.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hintsFor } from '../../controls/cgroups/hints.ts';
import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { equivalentFiles } from '../../kernel/cgroup-equivalents.ts';
import { ERRNO, type ErrnoName } from '../../kernel/errno.gen.ts';
import { HoldfastError } from '../../model/error.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerRecord } from '../../model/record.ts';
import { runningContainer } from '../containers.ts';
import { writeGroupFile } from '../freezer/files.ts';
import { controllerOf, type GroupKey, groupKey, otherCommand } from './key.ts';
import { sameMeaning } from './meaning.ts';
import { type Found, findFile, type Listing } from './place.ts';
import { type Present, translateReading, translateValue } from './translate.ts';

export interface GroupValueOptions {
  /** A key of the other version of control groups is read and set through its equivalent. */
  readonly translate?: boolean;
}

/** A file, and what it says: null where it cannot be read (memory.reclaim is for writing only). */
export interface GroupValue {
  readonly path: string;
  readonly value: string | null;
}

export interface GroupSetting {
  readonly written: readonly GroupValue[];
  /** Where the meaning of the equivalent is not quite the same. */
  readonly caution?: string;
}

const listing: Listing = {
  exists: existsSync,
  files(group) {
    try {
      return readdirSync(group, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
    } catch {
      return []; // gone since
    }
  },
};

/** What a file of a running container's groups says. Throws `usage`, `not-running`, `no-such-file`, `other-version`, `refused`. */
export function getGroupValue(name: string, text: string, { translate = false }: GroupValueOptions = {}): GroupValue {
  const key = groupKey(text);
  const { record } = running(name);
  const found = locate(record, key, text, { translate, sets: false });
  if (found.kind === 'here') return { path: found.path, value: read(found.path, key.file) };
  const names = found.files.map(({ file }) => file);
  const value = translateReading(found.asked, key.file, names, presentIn(record, found.asked === 1 ? 2 : 1));
  if (value !== null) return { path: found.files[0]?.path ?? '', value };
  throw new HoldfastError(`${name}: what ${names.join(', ')} says cannot be told as ${key.file}; read it itself`, { code: 'other-version' });
}

/**
 * Writes a value, and reads it back. Throws as `getGroupValue` does; `refused` with the kernel's errno and what it means for this file,
 * and `not-in-force` when the file then says something else.
 */
export function setGroupValue(name: string, text: string, value: string, { translate = false }: GroupValueOptions = {}): GroupSetting {
  const key = groupKey(text);
  if (value.trim() === '' || /[\n\0]/.test(value)) throw new HoldfastError(`${text}: the value must be one line that is not empty`, { code: 'usage' });
  const { record, host } = running(name);
  const found = locate(record, key, text, { translate, sets: true });
  if (found.kind === 'here') return { written: [write(found.path, value, host)] };
  const version = found.asked === 1 ? 2 : 1;
  const names = found.files.map(({ file }) => file);
  const translated = translateValue(found.asked, key.file, value, names, presentIn(record, version));
  if (translated.kind === 'none') {
    throw new HoldfastError(`${name}: '${value}' of ${key.file} cannot be translated: ${translated.reason}; set ${names.join(' or ')}`, {
      code: 'other-version',
    });
  }
  const written = translated.writes.map((one) => {
    const place = findFile(record.cgroups, { version, file: one.file }, listing);
    if (place.kind !== 'here') throw unknown(name, one.file, []);
    return write(place.path, one.value, host);
  });
  return { written, ...(translated.caution === undefined ? {} : { caution: translated.caution }) };
}

function running(name: string): { readonly record: ContainerRecord; readonly host: HostFacts } {
  const host = readHostFacts(realMachine());
  return { record: runningContainer(host.runDir, name).record, host };
}

function locate(
  record: ContainerRecord,
  key: GroupKey,
  text: string,
  { translate, sets }: { readonly translate: boolean; readonly sets: boolean },
): Exclude<Found, { kind: 'unknown' }> {
  const { name, cgroups } = record;
  const pointer = otherCommand(key, name, sets);
  if (pointer !== null) throw new HoldfastError(`${text} is not ${sets ? 'set' : 'read'} here; ${pointer}`, { code: 'usage' });
  if (cgroups.length === 0) {
    throw new HoldfastError(
      `${name} has no control group of its own; write 'lxc.cgroup.dir = containers' (any name) or a limit into its configuration, and start it again`,
      { code: 'no-such-file' },
    );
  }
  const found = findFile(cgroups, key, listing);
  if (found.kind === 'unknown') throw unknown(name, key.file, found.near);
  if (found.kind === 'here' || translate) return found;
  const files = found.files.map(({ file, path }) => `${file} (${dirname(path)})`);
  throw new HoldfastError(
    `${name} has no ${key.file}: that is a file of version ${found.asked}, and here its controller belongs to version ${found.asked === 1 ? 2 : 1}; use ${files.join(' or ')}, or --translate`,
    { code: 'other-version' },
  );
}

function unknown(name: string, file: string, near: readonly string[]): HoldfastError {
  const versions = ([1, 2] as const).filter((version) => equivalentFiles(version, file).length > 0);
  const kind =
    near.length > 0 ? `; did you mean ${near.join(' or ')}?` : versions.length > 0 ? `; its controller '${controllerOf(file)}' is in none of its groups` : '';
  return new HoldfastError(`${name}: none of its groups has a file ${file}${kind}`, { code: 'no-such-file' });
}

function presentIn(record: ContainerRecord, version: 1 | 2): Present {
  return (file) => {
    const found = findFile(record.cgroups, { version, file }, listing);
    if (found.kind !== 'here') return null;
    try {
      return readFileSync(found.path, 'utf8').trim();
    } catch {
      return null;
    }
  };
}

function read(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\n$/, '');
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const reason = errno === 'EACCES' || errno === 'EINVAL' ? 'it is for writing only, or belongs to another user' : errnoText(errno);
    throw new HoldfastError(`${file} cannot be read: ${reason} (${errno})`, { code: 'refused', errno, path, cause });
  }
}

function write(path: string, value: string, host: HostFacts): GroupValue {
  const file = path.slice(path.lastIndexOf('/') + 1);
  try {
    writeGroupFile(path, value);
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const hint = hintsFor({ value: { controller: controllerOf(file), file }, place: dirname(path), text: value })[errno as ErrnoName];
    throw new HoldfastError(`${file} refused '${value}': ${hint ?? errnoText(errno)} (${errno})`, { code: 'refused', errno, path, syscall: 'write', cause });
  }
  let now: string;
  try {
    now = readFileSync(path, 'utf8');
  } catch {
    return { path, value: null };
  }
  if (sameMeaning(file, value, now, host.arch)) return { path, value: now.replace(/\n$/, '') };
  throw new HoldfastError(`${file} took '${value}' and says '${now.trim()}': it is not in force as it was asked`, { code: 'not-in-force', path });
}

function errnoText(errno: string): string {
  return (ERRNO as Readonly<Record<string, { readonly text: string } | undefined>>)[errno]?.text ?? errno;
}
