// How a guest ended, told apart by what it left: a command that ran to its end is one of seven, and the only one whose results count.

import { differences, type Kind } from './kind.ts';

/** What a run left behind; a file that the guest did not write is null. */
export interface Remains {
  readonly code: string | null;
  readonly facts: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly dmesg: string;
  readonly console: string;
  readonly qemu: { readonly status: number | NodeJS.Signals; readonly stderr: string };
  /** It was ended since its time was up. */
  readonly timedOut: boolean;
}

export type Ending =
  | { readonly kind: 'ended'; readonly code: number }
  /** It ran, but is not the guest that was asked for: nothing that it says counts. */
  | { readonly kind: 'wrong guest'; readonly differences: readonly string[] }
  | { readonly kind: 'panic'; readonly message: string }
  | { readonly kind: 'hang' }
  /** It did not come as far as the command. */
  | { readonly kind: 'boot failed'; readonly message: string }
  /** It powered off, or was reset, while the command ran. */
  | { readonly kind: 'no exit status' }
  | { readonly kind: 'no machine'; readonly message: string };

export function endingOf(kind: Kind, remains: Remains): Ending {
  const { code, facts, qemu, timedOut } = remains;
  const text = plainConsole(remains.console);
  const failed = /^holdfast-vm: failed: (.*?)\r?$/m.exec(text)?.[1];
  const panic = /Kernel panic - not syncing: (.*?)\r?$/m.exec(text)?.[1];
  const differing = facts === null ? [] : differences(kind, facts);
  // What a guest wrote at its end counts, however the emulator ended behind it.
  const isUntold = code === null && differing.length === 0;
  if (!timedOut && (text === '' || (qemu.status !== 0 && isUntold)))
    return { kind: 'no machine', message: `${qemu.stderr.trim()} (qemu ended with ${qemu.status})` };
  if (failed !== undefined) return { kind: 'boot failed', message: failed };
  if (panic !== undefined) return { kind: 'panic', message: panic };
  if (differing.length > 0) return { kind: 'wrong guest', differences: differing };
  if (timedOut) return { kind: 'hang' };
  if (facts === null) return { kind: 'boot failed', message: 'it ended before it was ready' };
  return code === null ? { kind: 'no exit status' } : { kind: 'ended', code: Number(code) };
}

/** One line, and the end of the console where that may tell more. */
export function endingText(ending: Ending, remains: Pick<Remains, 'console'>): string {
  const tail = plainConsole(remains.console).trimEnd().split('\n').slice(-15).join('\n');
  switch (ending.kind) {
    case 'ended':
      return `the command ended with ${ending.code}`;
    case 'wrong guest':
      return `this is not the guest that was asked for: ${ending.differences.join('; ')}`;
    case 'panic':
      return `the guest's kernel panicked: ${ending.message}\n${tail}`;
    case 'hang':
      return `the guest did not end in time\n${tail}`;
    case 'boot failed':
      return `the guest did not boot: ${ending.message}\n${tail}`;
    case 'no exit status':
      return `the guest powered off before the command ended\n${tail}`;
    case 'no machine':
      return `the machine cannot be emulated: ${ending.message}`;
  }
}

/** Without the terminal sequences that the firmware writes. */
function plainConsole(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape character is what it is about
  return text.replace(/\u001b[^a-zA-Z]*[a-zA-Z]/g, '');
}
