// Extended attributes of files that this process has open, by a program of Holdfast's own (launcher/attribute-server.ts).

import { spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { ERRNO } from '../../kernel/errno.gen.ts';
import { attributeServer, REQUEST } from '../../launcher/attribute-server.ts';
import { emit } from '../../launcher/emit.ts';
import { HoldfastError } from '../../model/error.ts';
import { namelessLauncher } from '../launcher-file.ts';

export interface AttributeRequest {
  /** A descriptor of this process, O_PATH will do; never of a symbolic link. */
  readonly file: number;
  readonly name: string;
  /** Written where it is there, else read. */
  readonly value?: Uint8Array;
}

export interface Attributes {
  /** In order: what was read, or null where the file has no such attribute or its file system none at all. */
  readonly perform: (requests: readonly AttributeRequest[]) => readonly (Uint8Array | null)[];
  readonly close: () => void;
}

const NONE: ReadonlySet<number> = new Set([-ERRNO.ENODATA.number, -ERRNO.EOPNOTSUPP.number]);
/** As much as one batch of files can have: ACLs are some dozens of bytes. */
const MOST = 256 * 1024 * 1024;

export function openAttributes(cacheDir: string): Attributes {
  const program = namelessLauncher(cacheDir, emit(attributeServer(), { arch: 'x86_64' }));
  return {
    perform(requests) {
      if (requests.length === 0) return [];
      const ended = spawnSync(`/proc/self/fd/${program}`, [], { input: Buffer.concat(requests.map(bytesOf)), maxBuffer: MOST, argv0: 'holdfast: attributes' });
      if (ended.error !== undefined) throw ended.error;
      return answers(requests, ended.stdout);
    },
    close: () => closeSync(program),
  };
}

function bytesOf({ file, name, value }: AttributeRequest): Uint8Array {
  const head = Buffer.alloc(REQUEST.size);
  head.write(`/proc/${process.pid}/fd/${file}`, REQUEST.path);
  head.write(name, REQUEST.name);
  head.writeUInt32LE(value === undefined ? 0 : 1, REQUEST.write);
  head.writeUInt32LE(value?.length ?? 0, REQUEST.length);
  return value === undefined ? head : Buffer.concat([head, value]);
}

function answers(requests: readonly AttributeRequest[], bytes: Buffer): readonly (Uint8Array | null)[] {
  let at = 0;
  return requests.map(({ name, value }) => {
    if (at + 8 > bytes.length) throw new HoldfastError('the program for extended attributes ended too early', { code: 'internal' });
    const result = Number(bytes.readBigInt64LE(at));
    at += 8;
    if (result >= 0 && value === undefined) {
      const read = Uint8Array.from(bytes.subarray(at, at + result));
      at += result;
      return read;
    }
    if (result >= 0 || (value === undefined && NONE.has(result))) return null;
    const errno = Object.entries(ERRNO).find(([, { number }]) => number === -result)?.[0] ?? String(-result);
    throw new HoldfastError(`attribute ${name} cannot be ${value === undefined ? 'read' : 'written'}: ${errno}`, { code: 'attribute', errno });
  });
}
