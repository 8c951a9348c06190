// One container of a name at a time: a file that is locked while it runs and says what runs, made before anything else.

import type { ContainerSpec } from '../model/spec.ts';
import type { Step } from '../model/step.ts';

/** The file of a running container: locked by its monitor, and the record that tells others what runs. */
export function lockFile(runDir: string, name: string): string {
  return `${runDir}/${name}.lock`;
}

/** Every directory from the first level on: `/a/b` gives `/a`, `/a/b`. */
function levels(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** The steps that claim the name of a container. */
export function claimSteps(spec: ContainerSpec, runDir: string): readonly Step[] {
  const lock = lockFile(runDir, spec.name);
  return [
    {
      who: 'monitor',
      phase: 'claim',
      what: `make the directory for running containers ${runDir}`,
      why: { kind: 'default', text: 'one locked file for each running container' },
      actions: levels(runDir).map((path) => ({
        sys: 'mkdirat' as const,
        args: [{ flags: ['AT_FDCWD' as const] }, { text: path }, path === runDir ? 0o700 : 0o755],
        tolerate: ['EEXIST' as const],
      })),
    },
    {
      who: 'monitor',
      phase: 'claim',
      what: `claim the name ${spec.name}`,
      why: { kind: 'law', text: 'one container of a name at a time' },
      actions: [{ builtin: 'claim', lock }],
      undo: [{ builtin: 'unclaim', lock }],
      hints: {
        EAGAIN: `a container named ${spec.name} is running or starting`,
        EACCES: `${runDir} belongs to another user`,
        ENOTDIR: `${runDir} is not a directory`,
        EISDIR: `${lock} is a directory`,
        ELOOP: 'the lock must not be a symbolic link',
      },
    },
  ];
}
