// What the recorder wrote (launcher/recorder.ts) -> the calls: struct seccomp_notif, one after another (seccomp_unotify(2)).

import type { SeccompData } from '../bpf/seccomp-data.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';

/** By whichever convention they were made. What is cut off at the end was not let go on. */
export function recordedCalls(bytes: Buffer): readonly SeccompData[] {
  const { size, fields } = STRUCTS.seccomp_notif;
  const at = STRUCTS.seccomp_data.fields;
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => {
    const start = index * size + fields.data.offset;
    return {
      nr: bytes.readInt32LE(start + at.nr.offset),
      arch: bytes.readUInt32LE(start + at.arch.offset),
      args: Array.from({ length: 6 }, (__, argument) => bytes.readBigUInt64LE(start + at.args.offset + 8 * argument)),
    };
  });
}
