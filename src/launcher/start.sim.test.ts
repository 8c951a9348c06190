// The launcher of a start, run by the reference interpreter over a fake kernel: what is called in which order, and what is
// told when a call fails, in the very bytes, for failures of the monitor and of init.

import { describe, expect, test } from 'vitest';
import { aHost, aSpec, ids, line, set } from '../controls/namespaces/testing.ts';
import { ERRNO, type ErrnoName } from '../kernel/errno.gen.ts';
import { errnoName, errnoText } from '../kernel/errno.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import type { SyscallName } from '../kernel/syscalls.gen.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { compilePlan } from '../plan/compile.ts';
import type { Memory } from './fake-memory.ts';
import { interpret, type Kernel, type Run } from './interpret.ts';
import type { LaunchOptions } from './lower/context.ts';
import { MESSAGE, STATUS_FD } from './lower/report.ts';
import { NOT_CONFIRMED, stepText, UNNAMED } from './lower/texts.ts';
import { type StartProgram, startProgram } from './start.ts';

const CHANNEL = { monitor: 40, init: 41 } as const;
const WATCHED_CHANNEL = 2;

interface World {
  /** Is it the new process that goes on behind the container's clone3? */
  readonly asInit?: boolean;
  /** What init sends: then it ends. */
  readonly message?: Uint8Array;
}

interface Seen extends Run {
  readonly calls: readonly SyscallName[];
  /** What was written where: to 2, to the channel, to the status descriptor. */
  readonly written: (fd: number) => Buffer;
  /** What was written to 2. */
  readonly text: string;
}

const gather = (memory: Memory, vectors: bigint, count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const at = vectors + BigInt(index * STRUCTS.iovec.size);
      const size = Number(memory.number(at + 8n, 8));
      return size === 0 ? Buffer.alloc(0) : Buffer.from(memory.read(memory.number(at, 8), size));
    }),
  );

const bytes = (value: number, width: number): Uint8Array => Uint8Array.from({ length: width }, (_, index) => (value >>> (8 * index)) & 0xff);

/** Made once where nothing in it is to fail. */
const programs = new Map<Plan, StartProgram>();

function programOf(plan: Plan, options: Omit<LaunchOptions, 'arch'>): StartProgram {
  const made = (Object.keys(options).length === 0 ? programs.get(plan) : undefined) ?? startProgram(plan, { arch: 'x86_64', ...options });
  if (Object.keys(options).length === 0) programs.set(plan, made);
  return made;
}

/** Everything succeeds; descriptors are new ones; only what the launcher reads back is answered. */
function start(plan: Plan, world: World = {}, options: Omit<LaunchOptions, 'arch'> = {}): Seen {
  const { program } = programOf(plan, options);
  const calls: SyscallName[] = [];
  const written = new Map<number, Buffer[]>();
  let descriptor = 100;
  let clones = 0;
  let messages = world.message === undefined ? [] : [world.message];
  const kernel: Kernel = (name, args, memory) => {
    const [first = 0n, second = 0n, third = 0n, , fifth = 0n] = args;
    calls.push(name);
    switch (name) {
      case 'openat':
      case 'openat2':
      case 'signalfd4':
      case 'pidfd_open':
        return BigInt((descriptor += 1));
      case 'socketpair':
        memory.write(args[3] ?? 0n, Uint8Array.from([...bytes(CHANNEL.monitor, 4), ...bytes(CHANNEL.init, 4)]));
        return 0n;
      case 'statx':
        memory.write(fifth + BigInt(STRUCTS.statx.fields.stx_nlink.offset), bytes(1, 4));
        return 0n;
      case 'ioctl':
        return first <= 2n ? -BigInt(ERRNO.ENOTTY.number) : 0n;
      case 'clone3': {
        clones += 1;
        const isContainer = clones === (plan.guard ? 2 : 1);
        return isContainer && world.asInit !== true ? 77n : 0n;
      }
      case 'read':
        // The monitor's word; a context's own sentence, which there is not; init's pid as /proc/thread-self/children has it.
        if (world.asInit === true && Number(first) !== CHANNEL.init) return -BigInt(ERRNO.ENODATA.number);
        memory.write(second, new TextEncoder().encode(world.asInit === true ? 'g' : '77 '));
        return world.asInit === true ? 1n : 3n;
      case 'sendto':
        return third;
      case 'ppoll':
        if (clones < (plan.guard ? 2 : 1)) return 0n; // the outer process lives
        memory.write(first + BigInt(WATCHED_CHANNEL * STRUCTS.pollfd.size + 6), bytes(1, 2));
        return 1n;
      case 'recvmsg': {
        const [message] = messages;
        messages = messages.slice(1);
        if (message === undefined) return 0n; // end of file
        memory.write(memory.number(memory.number(second + BigInt(STRUCTS.msghdr.fields.msg_iov.offset), 8), 8), message);
        return BigInt(message.length);
      }
      case 'writev': {
        const fd = Number(first);
        const text = gather(memory, second, Number(third));
        written.set(fd, [...(written.get(fd) ?? []), text]);
        return BigInt(text.length);
      }
      case 'write':
        return third;
      default:
        return 0n;
    }
  };
  const run = interpret(program, { kernel, environment: ['TERM=dumb'] });
  const writtenTo = (fd: number) => Buffer.concat(written.get(fd) ?? []);
  return { ...run, calls, written: writtenTo, text: writtenTo(2).toString() };
}

function planOf(changes: Partial<ContainerSpec> = {}, detach = false): Plan {
  const { plan, diagnostics } = compilePlan(aSpec(changes), aHost(), { detach, configPath: null, anonymous: false });
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** Steps with a line, hints, a long text and one that is not ASCII. */
const plan = planOf({
  hostname: set('wéb', 3),
  init: { ...aSpec().init, argv: set(['/sbin/init', 'with', 'words'], 2) },
  capabilities: { mode: 'keep', names: [], why: line(5) },
  mounts: [{ source: 'tmpfs', target: 'tmp', fstype: 'tmpfs', options: ['size=x'], optional: false, create: null, why: line(7) }],
});

const errnoSentence = (name: ErrnoName): string => `${errnoText(ERRNO[name].number)} (${name})`;

/** The line that a failing step is told with. */
function told(index: number, name: ErrnoName, sentence?: string): string {
  const step = plan.steps[index];
  if (step === undefined) throw new Error(`there is no step ${index}`);
  const hint = step.hints?.[name];
  return `holdfast: ${[stepText(step), ...(sentence === undefined ? [] : [sentence]), errnoSentence(name), ...(hint === undefined ? [] : [hint])].join(': ')}\n`;
}

const { marks } = startProgram(plan, { arch: 'x86_64' });
const stepOf = (mark: number): number => Math.floor(mark / 65536);
const cloneStep = plan.steps.findIndex(({ who, phase }) => who === 'monitor' && phase === 'clone');
const indexOf = (builtin: string): number => plan.steps.findIndex(({ actions }) => actions.some((action) => 'builtin' in action && action.builtin === builtin));

test('the monitor up to the container: signals and descriptors first, then the lock, then the channel, then clone3', () => {
  const { calls } = start(plan, { message: Uint8Array.from([...bytes(MESSAGE.failed, 4), ...bytes(0, 12)]) });
  const until = calls.lastIndexOf('clone3');
  const pin = 'getcpu sched_getaffinity sched_setaffinity sched_getaffinity sched_setaffinity';
  const normalise = 'rt_sigaction rt_sigprocmask openat close_range umask signalfd4 ioctl ioctl ioctl';
  const guard = 'getpid pidfd_open clone3 prctl ppoll close';
  const claim = 'mkdirat mkdirat openat flock statx';
  expect(calls.slice(0, until + 1)).toEqual([pin, normalise, guard, claim, 'socketpair clone3'].join(' ').split(' '));
});

test('init: nothing before the word of the monitor, where it needs one; the root before what depends on it, execve last', () => {
  const seen = start(plan, { asInit: true });
  const own = seen.calls.slice(seen.calls.lastIndexOf('clone3') + 1);
  expect(own.slice(0, 2)).toEqual(['prctl', 'close']);
  const mapped = start(planOf({ idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')] }), { asInit: true }).calls;
  expect(mapped.slice(mapped.lastIndexOf('clone3') + 1, mapped.lastIndexOf('clone3') + 4)).toEqual(['prctl', 'close', 'read']);
  expect(own.at(-1)).toBe('execve');
  const order = 'sethostname pivot_root setgroups setresgid setresuid setsid faccessat umask close_range sendto execve'.split(' ');
  expect(own.filter((name) => order.includes(name)).filter((name, index, all) => all.indexOf(name) === index)).toEqual(order);
  expect([seen.ended, seen.text]).toEqual(['trap', '']); // an execve that answers 0 has returned, which it never does
});

describe('a failure of the monitor is told in one line', () => {
  const before = marks.filter(({ mark, who, injectable }) => who === 'monitor' && injectable && stepOf(mark) <= cloneStep && mark % 65536 < 0x8000);
  // A failure that changes nothing (is 2 a terminal?) is none.
  const telling = before.flatMap((one) => {
    const run = start(plan, {}, { fault: { mark: one.mark, errno: ERRNO.EIO.number } });
    const text = run.text;
    return text === told(indexOf('serve'), 'ESRCH') ? [] : [{ ...one, run }];
  });

  test('for each of its calls up to clone3', () => {
    expect(new Set(telling.map(({ mark }) => stepOf(mark)))).toEqual(new Set(before.map(({ mark }) => stepOf(mark))));
    for (const { mark, sys, run } of telling) expect(run.text, sys).toBe(told(stepOf(mark), 'EIO'));
  });

  test('with every hint that its step has', () => {
    let hints = 0;
    for (const index of new Set(before.map(({ mark }) => stepOf(mark)))) {
      for (const name of Object.keys(plan.steps[index]?.hints ?? {}) as ErrnoName[]) {
        const lines = before
          .filter(({ mark }) => stepOf(mark) === index)
          .map(({ mark }) => start(plan, {}, { fault: { mark, errno: ERRNO[name].number } }).text);
        expect(lines, `${index} ${name}`).toContain(told(index, name));
        hints += 1;
      }
    }
    expect(hints).toBeGreaterThan(5);
  });

  test('and what was made before it is undone', () => {
    const at = marks.find(({ sys, mark }) => sys === 'clone3' && stepOf(mark) === cloneStep);
    const { calls } = start(plan, {}, { fault: { mark: at?.mark ?? -1, errno: ERRNO.EAGAIN.number } });
    expect(calls.slice(calls.indexOf('socketpair'))).toEqual(['socketpair', 'writev', 'unlinkat']);
  });

  test('as a record, where a program asked for one', () => {
    const at = before.find(({ sys }) => sys === 'socketpair');
    const run = start(plan, {}, { statusFd: true, fault: { mark: at?.mark ?? -1, errno: ERRNO.EMFILE.number } });
    expect([...run.written(STATUS_FD)]).toEqual([...bytes(MESSAGE.failed, 4), ...bytes(at?.mark ?? -1, 4), ...bytes(ERRNO.EMFILE.number, 4), ...bytes(0, 4)]);
    expect(run.written(2).length).toBe(0);
  });
});

/** Init's message about a failure. */
const failure = (mark: number, errno: number, explanation = ''): Uint8Array => {
  const text = new TextEncoder().encode(explanation);
  return Uint8Array.from([...bytes(MESSAGE.failed, 4), ...bytes(mark, 4), ...bytes(errno, 4), ...bytes(text.length, 4), ...text]);
};

describe('a failure of init is told by the monitor', () => {
  const inits = plan.steps.flatMap(({ who }, index) => (who === 'init' ? [index] : []));

  test('in one line for each of its steps', () => {
    for (const index of inits) {
      const run = start(plan, { message: failure(index * 65536 + 3, ERRNO.EPERM.number) });
      expect(run.text).toBe(told(index, 'EPERM'));
    }
  });

  test('for every errno there is, by its sentence or its name, and for one that has none', () => {
    for (const number of new Set(Object.values(ERRNO).map((one) => one.number))) {
      const name = errnoName(number);
      const text = start(plan, { message: failure(65536 * (inits[0] ?? 0), number) }).text;
      expect(text).toMatch(new RegExp(`^holdfast: .*: (.+ \\(${name}\\)|${name})(: .*)?\\n$`));
    }
    for (const errno of [524, 4095]) {
      const text = start(plan, { message: failure(65536 * (inits[0] ?? 0), errno) }).text;
      expect(text).toContain(`: ${UNNAMED}\n`);
    }
    expect(start(plan, { message: failure(65536 * (inits[0] ?? 0), 0) }).text).toContain(`: ${NOT_CONFIRMED}\n`);
  });

  test("with the kernel's own sentence", () => {
    const mount = plan.steps.findIndex(({ what }) => what.includes('size=x'));
    const run = start(plan, { message: failure(mount * 65536, ERRNO.EINVAL.number, "e tmpfs: Bad value for 'size'\n") });
    expect(run.text).toBe(told(mount, 'EINVAL', "tmpfs: Bad value for 'size'"));
    const [first = 0] = inits;
    expect(start(plan, { message: failure(first * 65536, ERRNO.EINVAL.number, 'e \n') }).text).toBe(told(first, 'EINVAL'));
  });

  test.each([
    ['find-init', 'ENOENT', 127],
    ['find-init', 'EACCES', 126],
    ['exec', 'ENOENT', 127],
    ['exec', 'ENOEXEC', 126],
    ['exec', 'EACCES', 126],
    ['session', 'ENOENT', 125],
    ['hand-over', 'ENODATA', 125],
  ] as const)('%s with %s ends with %i', (builtin, name, code) => {
    const run = start(plan, { message: failure(indexOf(builtin) * 65536, ERRNO[name].number) });
    expect(run.code).toBe(code);
    expect(run.calls).toContain('pidfd_send_signal');
    expect(run.calls.slice(-2)).toEqual(['waitid', 'unlinkat']);
  });

  test('and when it dies without a word, that is told', () => {
    const run = start(plan);
    expect(run.text).toBe(told(indexOf('serve'), 'ESRCH'));
    expect(run.code).toBe(125);
  });

  test('what init itself sends is its mark and errno', () => {
    const failing = marks.filter(({ who, injectable, mark }) => who === 'init' && injectable && stepOf(mark) >= (inits[0] ?? 0));
    expect(failing.length).toBeGreaterThan(50);
    let sent = 0;
    for (const { mark, sys } of failing) {
      const run = start(plan, { asInit: true }, { fault: { mark, errno: ERRNO.EIO.number } });
      const message = run.written(CHANNEL.init);
      if (message.length === 0) continue; // changes nothing
      expect([...message], `${stepOf(mark)} ${sys}`).toEqual([...failure(mark, ERRNO.EIO.number)]);
      expect(run.code).toBe(125);
      sent += 1;
    }
    expect(sent).toBeGreaterThan(failing.length / 2);
  });
});

test('the texts of a plan of very many words are shortened, and still told', () => {
  const long = planOf({ init: { ...aSpec().init, argv: set(['/sbin/init', ...Array.from({ length: 30_000 }, () => 'word')], 2) } });
  const at = long.steps.findIndex(({ phase }) => phase === 'exec');
  const text = start(long, { message: failure(at * 65536, ERRNO.E2BIG.number) }).text;
  expect(text).toMatch(
    /^holdfast: web:2: execute \/sbin\/init word word .*\.\.\.: Argument list too long \(E2BIG\): its words and variables are more than the kernel takes/,
  );
  expect(text.length).toBeLessThan(1_500);
});
