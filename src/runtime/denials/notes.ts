// What the kernel's messages about a container do not tell, on this machine.

import type { Loss } from '../../audit/loss.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { AUDIT_LOG } from './source.ts';
import { type DeniedContainer, kernelSetting } from './suspect.ts';

const REASONS: Readonly<Record<Loss['reason'], readonly [reason: string, remedy: string]>> = {
  'printk rate': [
    'the kernel wrote no more than a few in five seconds to its log (kernel.printk_ratelimit)',
    `'sysctl kernel.printk_ratelimit=0' has all of them written; with auditd they go to ${AUDIT_LOG} instead`,
  ],
  'audit rate': ['there were more in a second than the audit system is set to take', "'auditctl -r 0' takes away that bound"],
  'audit backlog': ['more came at once than the audit system keeps', "'auditctl -b 8192', or audit_backlog_limit=8192 on the command line of the kernel"],
  overwritten: ["they were overwritten in the kernel's log before they were read", 'boot with log_buf_len=4M'],
};

/** One for each way in which messages were lost. */
export function lossNotes(losses: readonly Loss[]): readonly Diagnostic[] {
  return (Object.keys(REASONS) as Loss['reason'][]).flatMap((kind) => {
    const found = losses.filter(({ reason }) => reason === kind);
    if (found.length === 0) return [];
    const counted = found.reduce((sum, { count }) => sum + (count ?? 0), 0);
    const [reason, remedy] = REASONS[kind];
    return [diagnostic('HF590', { count: counted === 0 ? 'some' : String(counted), reason, remedy })];
  });
}

/** Of a container that is older than the log; `begin` in milliseconds since 1970, null: the log is whole. */
export function beginNote({ suspect }: DeniedContainer, begin: number | null): readonly Diagnostic[] {
  if (begin === null || suspect.init === null || begin <= suspect.since) return [];
  return [diagnostic('HF596', { begin: new Date(begin).toISOString(), path: AUDIT_LOG })];
}

/** By what confines the container. */
export function silenceNotes({ record, spec, host, held }: DeniedContainer): readonly Diagnostic[] {
  const mode = kernelSetting('/sys/module/apparmor/parameters/audit');
  const apparmor = kernelSetting('/sys/module/apparmor/parameters/enabled') === 'Y' && mode !== null && mode !== 'noquiet' && mode !== 'all';
  const selinux = kernelSetting('/sys/fs/selinux/enforce') !== null;
  const landlock = record === null ? spec?.landlock !== null && spec !== null : record.landlock !== null;
  const seccomp = spec?.seccomp ?? null;
  const knows = host.kernel.major > 6 || (host.kernel.major === 6 && host.kernel.minor >= 15);
  return [
    ...(apparmor ? [diagnostic('HF591', { mode })] : []),
    ...(seccomp === null || logsErrors(record)
      ? []
      : [diagnostic('HF592', { path: seccomp.value.path, reason: 'it was not loaded with SECCOMP_FILTER_FLAG_LOG' })]),
    ...(landlock ? [diagnostic('HF593', { release: knows ? '' : ` (this is ${host.kernel.release})` })] : []),
    ...(selinux && (held('lxc.selinux.context') ?? held('holdfast.selinux.context')) !== null ? [diagnostic('HF594')] : []),
    diagnostic('HF595'),
  ];
}

const logsErrors = (record: DeniedContainer['record']): boolean => record?.filterFlags?.includes('SECCOMP_FILTER_FLAG_LOG') ?? false;
