// A device list as a BPF program on the unified group: bpf(2), kernel/bpf/cgroup.c. The monitor loads it while nothing of the
// container runs; who attaches it reads back that the group has this program and no other of ours. It goes with its group.

import { createHash } from 'node:crypto';
import { encodeEbpf, type EbpfInstruction } from '../../bpf/ebpf/instruction.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Origin } from '../../model/origin.ts';
import type { Action, Arg, MonitorStep, Slot, Step, SysCall } from '../../model/step.ts';
import type { Group } from '../cgroups/placement.ts';
import type { DeviceMoment } from './moment.ts';

const PROGRAM: Slot = 'devices.program';
const GROUP: Slot = 'devices.group';
const OLD: Slot = 'devices.old';
/** What the kernel says of the program, and which programs it says the group has. */
const INFO = 'devices.info';
const FOUND = 'devices.found';
/** Room for the ids of two: that there is no second is part of the check. */
const IDS = 2;
const ID_SIZE = STRUCTS.bpf_prog_info.fields.id.size;
/** BPF_OBJ_NAME_LEN: it shows in `bpftool prog`. */
const NAME = 'holdfast_dev';

const LOAD_HINTS: NonNullable<MonitorStep['hints']> = {
  EPERM: 'a device program takes CAP_SYS_ADMIN, or CAP_BPF and CAP_NET_ADMIN, on the host; kernel.lockdown or a filter around the caller may forbid it',
  EINVAL: 'this kernel was built without CONFIG_CGROUP_BPF',
  EACCES: "the kernel's verifier refuses the program: a fault of Holdfast",
  ENOSYS: 'this kernel was built without CONFIG_BPF_SYSCALL',
  E2BIG: 'the list has too many rules for one program',
  ENOMEM: 'the limit on locked memory is reached (RLIMIT_MEMLOCK, before Linux 5.11)',
};
const ATTACH_HINTS: NonNullable<MonitorStep['hints']> = {
  EPERM: 'the caller lacks CAP_NET_ADMIN on the host, or a group above has a program that lets none be attached below it',
  EINVAL: 'this kernel was built without CONFIG_CGROUP_BPF',
  E2BIG: 'the group has as many programs as it may (BPF_CGROUP_MAX_PROGS)',
  ENOSPC: 'the group has other device programs already',
};

function bpf(command: 'BPF_PROG_LOAD' | 'BPF_PROG_ATTACH' | 'BPF_PROG_QUERY' | 'BPF_OBJ_GET_INFO_BY_FD', fields: Readonly<Record<string, Arg>>): SysCall {
  return { sys: 'bpf', args: [{ flags: [command] }, { struct: 'bpf_attr', fields }, { sizeof: 'bpf_attr' }] };
}

/** Loads the program, its descriptor in slot `devices.program`. */
function loadProgram(program: readonly EbpfInstruction[], why: Origin): MonitorStep {
  const load = bpf('BPF_PROG_LOAD', {
    prog_type: { flags: ['BPF_PROG_TYPE_CGROUP_DEVICE'] },
    expected_attach_type: { flags: ['BPF_CGROUP_DEVICE'] },
    insn_cnt: program.length,
    insns: { bytes: encodeEbpf(program), note: `${program.length} instructions of eBPF` },
    license: { text: 'Apache-2.0' },
    prog_name: { bytes: new TextEncoder().encode(NAME), note: NAME },
  });
  return {
    who: 'monitor',
    phase: 'open',
    what: `load the device list as a BPF program of ${program.length} instructions`,
    why,
    actions: [{ ...load, save: PROGRAM }],
    hints: LOAD_HINTS,
  };
}

/** Attaches it beside none, never in place of another's; or in place of ours in slot `replaces`. Then reads back that it is the only one. */
function attachActions(program: Slot = PROGRAM, replaces: Slot | null = null): readonly Action[] {
  const flags: Arg = { flags: ['BPF_F_ALLOW_MULTI', ...(replaces === null ? [] : (['BPF_F_REPLACE'] as const))] };
  const attach = bpf('BPF_PROG_ATTACH', {
    target_fd: { slot: GROUP },
    attach_bpf_fd: { slot: program },
    attach_type: { flags: ['BPF_CGROUP_DEVICE'] },
    attach_flags: flags,
    ...(replaces === null ? {} : { replace_bpf_fd: { slot: replaces } }),
  });
  return [attach, ...confirmActions(program)];
}

/** The kernel's word: the group has one program, and it is this one. */
function confirmActions(program: Slot): readonly Action[] {
  const { id } = STRUCTS.bpf_prog_info.fields;
  return [
    info(program),
    query(),
    { compare: FOUND, offset: 0, width: ID_SIZE, value: { buffer: INFO, offset: id.offset }, what: "the group's device program is this one" },
    { compare: FOUND, offset: ID_SIZE, width: ID_SIZE, value: 0n, what: 'it is the only one' },
  ];
}

function info(program: Slot): SysCall {
  const { size } = STRUCTS.bpf_prog_info;
  return bpf('BPF_OBJ_GET_INFO_BY_FD', { info_bpf_fd: { slot: program }, info_info_len: size, info_info: { buffer: INFO, size } });
}

function query(): SysCall {
  return bpf('BPF_PROG_QUERY', {
    query_target_fd: { slot: GROUP },
    query_attach_type: { flags: ['BPF_CGROUP_DEVICE'] },
    query_prog_ids: { buffer: FOUND, size: STRUCTS.bpf_attr.size },
    query_prog_cnt: IDS,
  });
}

/**
 * Replaces the only program of a running container's group; its descriptor is in slot `devices.old`. The memory that the kernel wrote
 * the id to is, with nothing behind it, what BPF_PROG_GET_FD_BY_ID takes.
 */
export function replaceSteps(group: string, program: readonly EbpfInstruction[], why: Origin): readonly MonitorStep[] {
  const replace: MonitorStep = {
    who: 'monitor',
    phase: 'open',
    what: `put the new program in its place on ${group}, and read back that it is the only one`,
    why,
    actions: attachActions(PROGRAM, OLD),
    undo: attachActions(OLD, PROGRAM),
    hints: ATTACH_HINTS,
  };
  return [loadProgram(program, why), openGroup(group, why), findStep(group, why), replace];
}

function findStep(group: string, why: Origin): MonitorStep {
  return {
    who: 'monitor',
    phase: 'open',
    what: `find the device program of ${group}`,
    why,
    actions: [
      query(),
      { compare: FOUND, offset: ID_SIZE, width: ID_SIZE, value: 0n, what: 'it is the only one' },
      { sys: 'bpf', args: [{ flags: ['BPF_PROG_GET_FD_BY_ID'] }, { buffer: FOUND, size: STRUCTS.bpf_attr.size }, { sizeof: 'bpf_attr' }], save: OLD },
    ],
    hints: { ...ATTACH_HINTS, ENOENT: 'the group has no program: it was taken away by another program than Holdfast' },
  };
}

/** Writes what the kernel says of the group's only program (struct bpf_prog_info) to standard output: for whoever compares its tag with `programTags`. */
export function readBackSteps(group: string, why: Origin): readonly MonitorStep[] {
  const { size } = STRUCTS.bpf_prog_info;
  const tell: MonitorStep = {
    who: 'monitor',
    phase: 'open',
    what: 'read what the kernel says of it',
    why,
    actions: [info(OLD), { sys: 'write', args: [1, { buffer: INFO, size }, size], expect: size }],
  };
  return [openGroup(group, why), findStep(group, why), tell];
}

/** What the kernel may call the program, in hexadecimal: the first 8 bytes of a digest of its instructions, SHA-1 until Linux 6.17 and SHA-256 since (bpf_prog_calc_tag()). */
export function programTags(program: readonly EbpfInstruction[]): readonly string[] {
  const { size } = STRUCTS.bpf_prog_info.fields.tag;
  return ['sha1', 'sha256'].map((digest) =>
    createHash(digest)
      .update(encodeEbpf(program))
      .digest('hex')
      .slice(0, 2 * size),
  );
}

function openGroup(group: string, why: Origin): MonitorStep {
  return {
    who: 'monitor',
    phase: 'open',
    what: `open ${group}, for its device program`,
    why,
    actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: group }, { flags: ['O_RDONLY', 'O_DIRECTORY', 'O_CLOEXEC'] }, 0], save: GROUP }],
  };
}

/** Init makes its devices before the list binds, and then attaches the program itself; in a user namespace it could not, and makes none. */
export function programSteps(group: Group, program: readonly EbpfInstruction[], moment: DeviceMoment, why: Origin): readonly Step[] {
  const what = `attach it to ${group.path}, and read back that it is the only one`;
  const common = { what, why, actions: attachActions(), hints: ATTACH_HINTS };
  return [
    loadProgram(program, why),
    openGroup(group.path, why),
    moment === 'init-writes' ? { who: 'init', phase: 'late-join', ...common } : { who: 'monitor', phase: 'open', ...common },
  ];
}
