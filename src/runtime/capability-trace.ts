// A tracing instance of one's own, in which the kernel writes down every check of a capability (capability:cap_capable, Linux
// 6.13) for this process and all that it starts. It is removed afterwards; one that a killed process left, at the next time.

import { closeSync, constants, existsSync, mkdirSync, openSync, readdirSync, readlinkSync, readSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../model/error.ts';

const PLACES = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
const PREFIX = 'holdfast-caps-';
const EVENTS = ['capability/cap_capable', 'sched/sched_process_fork', 'syscalls/sys_exit_execve', 'syscalls/sys_exit_execveat'];
/** For each processor. */
const BUFFER_KIB = 8192;
const INTERVAL_MS = 20;
const CHUNK = 1 << 16;

const cannot = (reason: string): HoldfastError =>
  new HoldfastError(`what a container uses of its capabilities cannot be seen here: ${reason}`, { code: 'cannot-trace' });

/** The tracing directory. Throws `cannot-trace` with the reason. */
function tracingDirectory(): string {
  if (readlinkSync('/proc/self/ns/pid') !== INITIAL_PID_NAMESPACE)
    throw cannot('process ids in traces are those of the initial PID namespace, and this is another');
  const directory = PLACES.find((place) => canList(join(place, 'instances')));
  if (directory === undefined) {
    throw cannot('no tracefs can be read; it needs root, and where it is not mounted: mount -t tracefs tracefs /sys/kernel/tracing');
  }
  const absent = EVENTS.find((event) => !existsSync(join(directory, 'events', event)));
  if (absent === undefined) return directory;
  throw cannot(
    `this kernel has no tracepoint ${absent.replace('/', ':')} (cap_capable came with Linux 6.13); its audit log tells refusals of security modules, not what was granted`,
  );
}

/** PROC_PID_INIT_INO of include/linux/proc_ns.h, fixed since 3.8. */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

function canList(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Those of processes that have gone. */
function removeLeft(instances: string): void {
  for (const name of readdirSync(instances)) {
    const pid = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
    if (/^\d+$/.test(pid) && !existsSync(`/proc/${pid}`)) rmdirSync(join(instances, name));
  }
}

export interface Trace<T> {
  readonly result: T;
  /** The records as text, in the order of time. */
  readonly text: string;
}

/** Runs `work` while the checks of this process and its descendants are written down. Throws `cannot-trace` before it is begun. */
export async function traceCapabilities<T>(work: () => Promise<T>): Promise<Trace<T>> {
  const instances = join(tracingDirectory(), 'instances');
  const instance = join(instances, `${PREFIX}${process.pid}`);
  try {
    removeLeft(instances);
    mkdirSync(instance);
  } catch (cause) {
    throw cannot(`a tracing instance cannot be made: ${(cause as Error).message}`);
  }
  try {
    return await traced(instance, work);
  } finally {
    rmdirSync(instance);
  }
}

async function traced<T>(instance: string, work: () => Promise<T>): Promise<Trace<T>> {
  const write = (file: string, value: string) => writeFileSync(join(instance, file), value, { flag: 'w' });
  write('buffer_size_kb', String(BUFFER_KIB));
  // Whom a traced process starts is traced from its first moment.
  write('options/event-fork', '1');
  write('set_event_pid', String(process.pid));
  write('events/capability/cap_capable/filter', 'ret == 0');
  write('events/capability/cap_capable/trigger', 'stacktrace');
  for (const event of EVENTS) write(`events/${event}/enable`, '1');
  const pipe = openSync(join(instance, 'trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  const chunks: Buffer[] = [];
  const drain = (): void => {
    for (let chunk = readSome(pipe); chunk.length > 0; chunk = readSome(pipe)) chunks.push(chunk);
  };
  const timer = setInterval(drain, INTERVAL_MS);
  try {
    const result = await work();
    write('tracing_on', '0');
    drain();
    return { result, text: Buffer.concat(chunks).toString('latin1') };
  } finally {
    clearInterval(timer);
    closeSync(pipe);
  }
}

/** Empty when there is nothing now. */
function readSome(fd: number): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return Buffer.alloc(0);
    throw error;
  }
}
