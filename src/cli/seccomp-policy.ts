// The policy that a `holdfast seccomp` command is about: a file, read for a machine.

import { readHostFacts } from '../host/facts.ts';
import { realMachine } from '../host/machine.ts';
import { type Arch, archNamed, machineOf, type Native, openPolicy, type OpenedPolicy } from '../controls/seccomp/explain/index.ts';
import { ERRNO, type ErrnoName } from '../kernel/errno.gen.ts';
import { HoldfastError } from '../model/error.ts';
import { includedFiles } from '../model/policy-include.ts';
import { diagnosticsReport } from '../report/diagnostics.ts';
import { type Context, err } from './context.ts';

/** Above lies no policy: a filter has at most 4096 instructions. */
const MOST_BYTES = 16 * 1024 * 1024;

export interface Chosen {
  readonly machine: Native;
  /** The convention that was named; the machine's own where none was. */
  readonly arch: Arch;
}

/** `--arch`, or the machine this runs on. */
export function chosenArch(name: string | undefined): Chosen {
  const here = readHostFacts(realMachine()).arch;
  if (name === undefined) return { machine: here, arch: here };
  const arch = archNamed(name);
  if (arch === null) throw new HoldfastError(`'${name}' is no architecture: they are named as in a policy, for example x86_64, x86, arm64`, { code: 'usage' });
  return { machine: machineOf(arch, here), arch };
}

/** Null when it is faulty; what there is to say has been said on standard error. */
export function readPolicyFile(context: Context, file: string, machine: Native): OpenedPolicy | null {
  const policy = file === '-' ? { path: 'stdin', text: context.readInput() } : { path: file, text: textOf(file) };
  const included = includedFiles(policy, textOf);
  const { opened, diagnostics } = openPolicy(policy.text, policy.path, machine, { included, kernel: readHostFacts(realMachine()).kernel });
  const lines = new Map([policy, ...included].map(({ path, text }) => [path, text.split('\n')]));
  err(
    context,
    diagnosticsReport(diagnostics, (path, line) => lines.get(path)?.[line - 1]),
  );
  return opened;
}

function textOf(file: string): string {
  const answer = realMachine().readAtMost(file, MOST_BYTES);
  if ('value' in answer) return answer.value;
  throw new HoldfastError(`the policy '${file}' cannot be read: ${wordsOf(answer.errno)}`, { code: 'cannot-read', path: file, errno: answer.errno });
}

function wordsOf(errno: string): string {
  return Object.hasOwn(ERRNO, errno) ? ERRNO[errno as ErrnoName].text : errno;
}
