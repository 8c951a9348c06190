// An audit line -> a record, by its type.

import { type Field, parseFields, plain, untrusted, whole } from './fields.ts';
import { type AuditLine, TYPES } from './line.ts';
import type { AppArmorRecord, AuditRecord, AvcRecord, Subject } from './record.ts';

/** Null for a type that tells of no denial, and for a line that lacks what its type must have. Never throws. */
export function parseRecord(line: AuditLine): AuditRecord | null {
  const fields = parseFields(line.text);
  const common = { at: line.at, serial: line.serial, subject: subjectOf(fields) };
  switch (line.type) {
    case TYPES.avc:
      return plain(fields, 'apparmor') === undefined ? avc(line.text, fields, common) : appArmor(fields, common);
    case TYPES.seccomp: {
      const [arch, syscall, action] = [hex(fields, 'arch'), whole(fields, 'syscall'), whole(fields, 'code')];
      if (arch === null || syscall === undefined || action === undefined) return null;
      return { ...common, kind: 'seccomp', arch, syscall, action };
    }
    case TYPES.syscall: {
      const [arch, syscall] = [hex(fields, 'arch'), whole(fields, 'syscall')];
      return arch === null || syscall === undefined ? null : { ...common, kind: 'call', arch, syscall };
    }
    case TYPES.landlockAccess: {
      const [domain, blockers] = [plain(fields, 'domain'), plain(fields, 'blockers')];
      if (domain === undefined || blockers === undefined) return null;
      return { ...common, kind: 'landlock', domain, blockers: blockers.split(','), details: detailsOf(fields, ['domain', 'blockers']) };
    }
    case TYPES.landlockDomain: {
      const [domain, status] = [plain(fields, 'domain'), plain(fields, 'status')];
      return domain === undefined || status === undefined ? null : { ...common, kind: 'landlock-domain', domain, status };
    }
    default:
      return null;
  }
}

type Common = Pick<AuditRecord, 'at' | 'serial' | 'subject'>;

function subjectOf(fields: readonly Field[]): Subject {
  const [pid, uid, label] = [whole(fields, 'pid'), whole(fields, 'uid'), untrusted(fields, 'subj')];
  const [command, program] = [untrusted(fields, 'comm'), untrusted(fields, 'exe')];
  return {
    ...(pid === undefined ? {} : { pid }),
    ...(command === undefined ? {} : { command }),
    ...(program === undefined ? {} : { program }),
    ...(uid === undefined ? {} : { uid }),
    ...(label === undefined ? {} : { label }),
  };
}

const OF_APPARMOR = ['apparmor', 'operation', 'profile', 'name', 'info', 'error', 'requested_mask', 'requested', 'denied_mask', 'denied', 'pid', 'comm'];

function appArmor(fields: readonly Field[], common: Common): AppArmorRecord | null {
  const [result, operation, profile] = [plain(fields, 'apparmor'), plain(fields, 'operation'), untrusted(fields, 'profile')];
  if (result === undefined || operation === undefined || profile === undefined) return null;
  const name = untrusted(fields, 'name');
  const info = plain(fields, 'info');
  // Networks and D-Bus leave out `_mask`.
  const requested = plain(fields, 'requested_mask') ?? plain(fields, 'requested');
  const denied = plain(fields, 'denied_mask') ?? plain(fields, 'denied');
  return {
    ...common,
    kind: 'apparmor',
    result,
    operation,
    profile,
    ...(name === undefined ? {} : { name }),
    ...(info === undefined ? {} : { info }),
    ...(requested === undefined ? {} : { requested }),
    ...(denied === undefined ? {} : { denied }),
    details: detailsOf(fields, OF_APPARMOR),
  };
}

/** `avc:  denied  { read open } for  pid=1 ... scontext=S tcontext=T tclass=C permissive=0` */
function avc(text: string, fields: readonly Field[], common: Common): AvcRecord | null {
  const [, permissions] = /^avc:\s+denied\s+\{([^}]*)\}\s+for\s/.exec(text) ?? [];
  const [source, target, targetClass] = [untrusted(fields, 'scontext'), untrusted(fields, 'tcontext'), plain(fields, 'tclass')];
  if (permissions === undefined || source === undefined || target === undefined || targetClass === undefined) return null;
  return {
    ...common,
    kind: 'selinux',
    permissions: permissions.trim().split(/\s+/),
    source,
    target,
    targetClass,
    permissive: plain(fields, 'permissive') === '1',
    details: detailsOf(fields, ['pid', 'comm', 'scontext', 'tcontext', 'tclass', 'permissive']),
  };
}

/** What a program may have chosen among the rest. */
const UNTRUSTED = new Set(['name', 'path', 'srcname', 'peer', 'addr', 'peer_addr', 'target', 'dev', 'device', 'ocomm', 'namespace', 'kmod']);

function detailsOf(fields: readonly Field[], but: readonly string[]): ReadonlyMap<string, string> {
  const details = new Map<string, string>();
  for (const { key } of fields) {
    if (but.includes(key) || details.has(key)) continue;
    const value = UNTRUSTED.has(key) ? untrusted(fields, key) : plain(fields, key);
    if (value !== undefined) details.set(key, value);
  }
  return details;
}

/** Without 0x, as architectures are written. */
function hex(fields: readonly Field[], key: string): number | null {
  const text = plain(fields, key);
  return text !== undefined && /^[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : null;
}
