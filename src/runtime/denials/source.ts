// Where the kernel's audit messages are: in its own log while no auditd runs, in auditd's file while one does. Both are read.

import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { type KernelMessage, parseKernelMessage } from '../../audit/kernel-message.ts';
import { type AuditLine, parseDaemonLine, parseKernelLine } from '../../audit/line.ts';
import { type Loss, parseLoss } from '../../audit/loss.ts';
import { parseRecord } from '../../audit/parse-record.ts';
import type { AuditRecord } from '../../audit/record.ts';
import { HoldfastError } from '../../model/error.ts';
import { kernelRecords, openKernelLog } from '../kernel-log.ts';

export const AUDIT_LOG = '/var/log/audit/audit.log';

export interface AuditSource {
  /** What has come since the last call; the first time, all that is still there. */
  read(): readonly (AuditRecord | Loss)[];
  /** Milliseconds since 1970: what was before has been overwritten, and is in no file. Null: nothing has, or it is. */
  begin(): number | null;
  close(): void;
}

/** Throws `cannot-read` when the caller may read neither. */
export function openAuditSource(file = AUDIT_LOG): AuditSource {
  const log = openKernelLog();
  const daemon = daemonLog(file);
  if (typeof log !== 'number' && !daemon.readable()) throw refused(log.errno, file);
  const seen = new Set<string>();
  let oldest: KernelMessage | null = null;
  return {
    read() {
      const messages = typeof log === 'number' ? kernelMessages(log, (first) => (oldest ??= first)) : [];
      const lines = daemon.read().flatMap((line) => parseDaemonLine(line) ?? []);
      const read = [...messages, ...lines].flatMap((one): readonly (AuditRecord | Loss)[] => ('kind' in one ? [one] : once(one, seen)));
      return read.sort((one, other) => one.at - other.at);
    },
    begin: () => (oldest === null || oldest.sequence === 0 || daemon.readable() ? null : bootedAt() + oldest.microseconds / 1000),
    close() {
      if (typeof log === 'number') closeSync(log);
      daemon.close();
    },
  };
}

function refused(errno: string, file: string): HoldfastError {
  const why =
    errno === 'EPERM' || errno === 'EACCES'
      ? `only root may read the kernel's log here (kernel.dmesg_restrict = 1, or the mode of /dev/kmsg); run it as root, or 'sysctl kernel.dmesg_restrict=0' lets everybody read it, with the addresses that attacks on the kernel need`
      : `/dev/kmsg cannot be opened (${errno})`;
  return new HoldfastError(`denials are told in the kernel's log, and it cannot be read: ${why}; ${file} cannot be read either`, {
    code: 'cannot-read',
    errno,
    path: '/dev/kmsg',
  });
}

/** Milliseconds since 1970. */
const bootedAt = () => Date.now() - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

/** Lines about denials and losses; `first` is given every message. */
function kernelMessages(log: number, first: (message: KernelMessage) => void): readonly (AuditLine | Loss)[] {
  const overwritten: Loss[] = [];
  const begun = bootedAt();
  const found = [...kernelRecords(log, () => void overwritten.push({ kind: 'loss', at: Date.now(), count: null, reason: 'overwritten' }))].flatMap((record) => {
    const message = parseKernelMessage(record);
    if (message === null) return [];
    first(message);
    return parseKernelLine(message.text) ?? parseLoss(message.text, begun + message.microseconds / 1000) ?? [];
  });
  return [...overwritten, ...found];
}

/** An auditd that starts or ends meanwhile may leave a line in both places. */
function once(line: AuditLine, seen: Set<string>): readonly AuditRecord[] {
  const key = `${line.at}:${line.serial}:${line.type}:${line.text.split('\u001d', 1)[0]}`;
  if (seen.has(key)) return [];
  seen.add(key);
  return [parseRecord(line) ?? []].flat();
}

interface Lines {
  readonly readable: () => boolean;
  readonly read: () => readonly string[];
  readonly close: () => void;
}

const CHUNK = 1 << 20;

/** A file that grows and is put aside now and then (auditd.conf(5), max_log_file_action); one that is not there has no lines. */
function daemonLog(path: string): Lines {
  let open: { readonly fd: number; readonly inode: number; at: number; rest: string } | null = null;
  const close = () => {
    if (open !== null) closeSync(open.fd);
    open = null;
  };
  const inodeNow = (): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;
  const reopen = () => {
    try {
      const fd = openSync(path, 'r');
      open = { fd, inode: fstatSync(fd).ino, at: 0, rest: '' };
    } catch {
      // not there, or not for this caller
    }
  };
  const drain = (): readonly string[] => {
    if (open === null) return [];
    const buffer = Buffer.alloc(CHUNK);
    const parts = [open.rest];
    for (let size = readSync(open.fd, buffer, 0, CHUNK, open.at); size > 0; size = readSync(open.fd, buffer, 0, CHUNK, open.at)) {
      parts.push(buffer.toString('latin1', 0, size));
      open.at += size;
    }
    const lines = parts.join('').split('\n');
    open.rest = lines.pop() ?? '';
    return lines;
  };
  return {
    readable() {
      if (open === null) reopen();
      return open !== null;
    },
    read() {
      if (open === null) reopen();
      const lines = drain();
      if (open === null || open.inode === inodeNow()) return lines;
      close();
      reopen();
      return [...lines, ...drain()];
    },
    close,
  };
}
