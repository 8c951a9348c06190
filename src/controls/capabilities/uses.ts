// From the text of a tracing instance (Documentation/trace/ftrace.rst) to the capabilities that a container used: what the
// kernel asked for (capability:cap_capable), on whose behalf, and which of the kernel's functions asked.
//
// Names of processes stand in the text as they are, and a process chooses its own: at most 15 bytes, line ends among them. No
// record is as short, so none can be forged; and records are looked for in the whole text, not by line.

/** A capability that was asked for and granted. */
export interface CapabilityUse {
  readonly capability: number;
  readonly times: number;
  /** The kernel's functions that asked, the most frequent first. */
  readonly askers: readonly string[];
}

export interface TracedUses {
  /** By number. */
  readonly uses: readonly CapabilityUse[];
  /** Did init begin within the trace? Without it nothing can be said. */
  readonly began: boolean;
  /** Records that the kernel had no room for. */
  readonly lost: number;
}

const HEAD = String.raw`-(?<pid>\d+)\s+(?:\(\s*[\d-]+\)\s+)?\[\d+\] \S+\s+\d+\.\d+: `;
const BODIES = [
  String.raw`cap_capable: [^\n]* cap (?<capability>\d+), ret (?<answer>-?\d+)\n`,
  String.raw`<stack trace>\n(?<stack>(?: ?=> [^\n]*\n)*)`,
  String.raw`sched_process_fork: comm=[^]{0,15} pid=(?<parent>\d+) child_comm=[^]{0,15} child_pid=(?<child>\d+)\n`,
  String.raw`sys_execve(?:at)? -> (?<status>0x[0-9a-f]+)\n`,
];
const RECORD = new RegExp(`${HEAD}(?:${BODIES.join('|')})|\\[LOST (?<lost>\\d+) EVENTS\\]`, 'g');

/** The functions through which a check goes on its way to the tracepoint. */
const WAY =
  /^(trace_event_raw_event_cap_capable|__traceiter_cap_capable|cap_capable|security_capable|(file_|inode_)?(ns_)?capable\w*|capable_wrt_inode_uidgid|\w*has_(ns_)?capability\w*)$/;
/** Asked at every mapping, whether memory that is kept back for root may be used too: nothing that a program notices. */
const OVERCOMMIT = /vm_enough_memory/;

/**
 * @param text records of cap_capable (with stacks), sched_process_fork and the exits of execve, of the process that starts the
 * launcher and of all its descendants, in the order of time
 * @param helpers how many programs the launcher executes before init (newuidmap, newgidmap)
 */
export function usesIn(text: string, helpers: number): TracedUses {
  // The launcher itself is the first that is executed, then its helpers, then init.
  let ahead = 1 + helpers;
  let lost = 0;
  const inside = new Set<string>();
  const asked = new Map<number, Map<string, number>>();
  const pending = new Map<string, number>();
  for (const { groups = {} } of text.matchAll(RECORD)) {
    const { pid = '', capability, answer, stack, parent = '', child, status, lost: more } = groups;
    if (more !== undefined) lost += Number(more);
    else if (child !== undefined && inside.has(parent)) inside.add(child);
    else if (status !== undefined && Number(status) === 0) {
      if (ahead === 0) inside.add(pid);
      ahead -= 1;
    } else if (capability !== undefined && answer === '0' && inside.has(pid)) pending.set(pid, Number(capability));
    else if (stack !== undefined) {
      const number = pending.get(pid);
      pending.delete(pid);
      if (number !== undefined && !OVERCOMMIT.test(stack)) count(asked, number, askerIn(stack));
    }
  }
  const uses = [...asked].map(([capability, askers]) => ({
    capability,
    times: [...askers.values()].reduce((sum, times) => sum + times, 0),
    askers: [...askers].toSorted(([, one], [, other]) => other - one).map(([name]) => name),
  }));
  return { uses: uses.toSorted((one, other) => one.capability - other.capability), began: inside.size > 0, lost };
}

function askerIn(stack: string): string {
  const frames = [...stack.matchAll(/=> (\S+)/g)].map(([, name = '']) => name);
  return frames.find((name) => !WAY.test(name)) ?? 'the kernel';
}

function count(asked: Map<number, Map<string, number>>, capability: number, asker: string): void {
  const askers = asked.get(capability) ?? new Map<string, number>();
  askers.set(asker, (askers.get(asker) ?? 0) + 1);
  asked.set(capability, askers);
}
