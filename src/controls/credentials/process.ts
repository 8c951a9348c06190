// What else a process carries over execve: personality(2), keyrings(7), no_new_privs, the working directory.

import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { InitStep } from '../../model/step.ts';
import { prctl } from '../capabilities/prctl.ts';

const NOTHING_INHERITED: Origin = { kind: 'law', text: 'what the caller happens to hold never leaks in' };
const VERIFIED: Origin = { kind: 'law', text: 'verified' };
/** personality(2) with this only answers. */
const ASK_ONLY = 0xffff_ffff;
const PERSONALITIES = { linux: 'PER_LINUX', linux32: 'PER_LINUX32' } as const;

/** Always set: a caller's flags (setarch -R switches address randomisation off) would survive execve. */
function personalityStep(spec: ContainerSpec): InitStep {
  const asked = spec.personality?.value ?? 'linux';
  return {
    who: 'init',
    phase: 'personality',
    what: asked === 'linux32' ? 'be seen as a 32-bit machine (PER_LINUX32)' : 'have the plain personality, without flags',
    why: spec.personality?.why ?? NOTHING_INHERITED,
    actions: [{ sys: 'personality', args: [{ flags: [PERSONALITIES[asked]] }] }],
    hints: { EINVAL: 'this machine cannot run 32-bit programs' },
  };
}

/** keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL): a new anonymous one (keyctl_join_session_keyring(3)). */
function keyringStep(spec: ContainerSpec): readonly InitStep[] {
  if (!spec.keyring.value) return [];
  return [
    {
      who: 'init',
      phase: 'keyring',
      what: "join a new, empty session keyring, away from the caller's keys",
      why: spec.keyring.why,
      actions: [{ sys: 'keyctl', args: [{ flags: ['KEYCTL_JOIN_SESSION_KEYRING'] }, 0, 0, 0, 0], tolerate: ['ENOSYS'] }],
      hints: {
        EDQUOT: 'the quota of keys is used up (kernel.keys.maxkeys, for root kernel.keys.root_maxkeys)',
        EPERM: 'a seccomp filter around the caller forbids keyctl; lxc.keyring.session = 0 shares its keyring instead',
      },
    },
  ];
}

function noNewPrivsSteps(spec: ContainerSpec): readonly InitStep[] {
  if (!spec.noNewPrivs.value) return [];
  const { why } = spec.noNewPrivs;
  return [
    {
      who: 'init',
      phase: 'no-new-privs',
      what: 'set no_new_privs: execve never gives more rights again',
      why,
      actions: [prctl('PR_SET_NO_NEW_PRIVS', 1)],
    },
    {
      who: 'init',
      phase: 'verify',
      what: 'no_new_privs is set',
      why: VERIFIED,
      actions: [{ ...prctl('PR_GET_NO_NEW_PRIVS'), expect: 1 }],
    },
  ];
}

/** In the new root and with init's own rights, before its file is looked for. The pivot has left it in `/`. */
function directoryStep(spec: ContainerSpec): readonly InitStep[] {
  const { value: path, why } = spec.init.cwd;
  if (path === '/') return [];
  return [
    {
      who: 'init',
      phase: 'session',
      what: `begin in the directory ${path}`,
      why,
      actions: [{ sys: 'chdir', args: [{ text: path }] }],
      hints: {
        ENOENT: 'there is no such directory in the container',
        ENOTDIR: 'it is no directory',
        EACCES: `user ${spec.init.uid.value} of the container may not enter it`,
      },
    },
  ];
}

/** The steps, in the order of their phases. */
export function processSteps(spec: ContainerSpec): readonly InitStep[] {
  return [personalityStep(spec), ...keyringStep(spec), ...noNewPrivsSteps(spec), ...directoryStep(spec)];
}

/** Init asks for its personality: the answer is what was set, with nothing added. */
export function personalityCheck(value: number): InitStep {
  return {
    who: 'init',
    phase: 'verify',
    what: 'the personality has no other flags',
    why: VERIFIED,
    actions: [{ sys: 'personality', args: [ASK_ONLY], expect: value }],
  };
}
