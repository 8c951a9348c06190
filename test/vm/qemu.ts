// The emulated machine: command line of qemu-system-x86_64, and its run. It is emulated in software, so that it needs nothing of the host.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const QEMU = 'qemu-system-x86_64';

export interface MachineOptions {
  readonly kernel: string;
  /** Holds `initrd`; gets `console`; is the guest's /run/vm. */
  readonly folder: string;
  readonly words: string;
  readonly processors: number;
  readonly memoryMb: number;
}

/** The guest sees two folders by 9p: the host's root, which qemu does not let it write, and its own. */
export function qemuArguments({ kernel, folder, words, processors, memoryMb }: MachineOptions): readonly string[] {
  return [
    ['-accel', 'tcg,thread=multi', '-machine', 'q35', '-smp', `${processors}`, '-m', `${memoryMb}`],
    // RDRAND spares it the wait for entropy; page tables of five levels would only cost.
    ['-cpu', 'max,la57=off'],
    ['-nographic', '-no-reboot', '-nodefaults', '-no-user-config', '-serial', `file:${join(folder, 'console')}`],
    share('host', '/', 'readonly=on,multidevs=remap'),
    share('out', folder, 'readonly=off'),
    ['-kernel', kernel, '-initrd', join(folder, 'initrd'), '-append', words],
  ].flat();
}

function share(tag: string, path: string, options: string): string[] {
  return [
    '-fsdev',
    `local,id=${tag},path=${path.replaceAll(',', ',,')},security_model=none,${options}`,
    '-device',
    `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`,
  ];
}

export interface Emulation {
  readonly status: number | NodeJS.Signals;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Processor time that it took: on a machine with other work, all that tells whether it became slower. */
  readonly processorMs: number;
}

/** Runs it to its end. It is killed when its time is up, and by the kernel when this process dies. `onTick` is called five times a second. */
export function emulate(words: readonly string[], timeoutMs: number, onTick: () => void): Promise<Emulation> {
  return new Promise((done) => {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', QEMU, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    let timedOut = false;
    let processorMs = 0;
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ticker = setInterval(() => {
      processorMs = processorTime(child.pid ?? 0) ?? processorMs;
      onTick();
    }, 200);
    const alarm = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const finish = (status: number | NodeJS.Signals): void => {
      clearInterval(ticker);
      clearTimeout(alarm);
      onTick();
      done({ status, stderr, timedOut, processorMs });
    };
    child.once('error', (error) => {
      stderr += error.message;
      finish(127);
    });
    child.once('close', (code, signal) => finish(code ?? signal ?? 127));
  });
}

/** proc_pid_stat(5), fields 14 and 15, in ticks of ten milliseconds; undefined when it has ended. */
function processorTime(pid: number): number | undefined {
  try {
    const [, fields = ''] = /\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').trim()) ?? [];
    const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) * 10;
  } catch {
    return undefined;
  }
}
