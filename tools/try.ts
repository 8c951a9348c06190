import { writeFileSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { inOrder } from '../src/plan/order.ts';
import { frame } from '../src/plan/frame.ts';
import { claimSteps } from '../src/plan/claim.ts';
import { startProgram } from '../src/launcher/start.ts';
import { emit } from '../src/launcher/emit.ts';
import { planReport } from '../src/report/plan.ts';
import { diagnosticsReport } from '../src/report/diagnostics.ts';
import { readHostFacts } from '../src/host/facts.ts';
import { realMachine } from '../src/host/machine.ts';
import { capabilities } from '../src/controls/capabilities/index.ts';
import { cgroups, unifiedSlot } from '../src/controls/cgroups/index.ts';
import { credentials } from '../src/controls/credentials/index.ts';
import { idmap } from '../src/controls/idmap/index.ts';
import { limits } from '../src/controls/limits/index.ts';
import { mounts, pathsAsked } from '../src/controls/mounts/index.ts';
import { cloneStep, namespaces } from '../src/controls/namespaces/index.ts';
import { network } from '../src/controls/network/index.ts';
export function main() {
  const why: any = { kind: 'default', text: 'x' };
  const S = (value: any) => ({ value, why });
  const mode = process.argv[2];
  const busy = mode === 'bb';
  const spec: any = {
    name: 'try',
    environment: [],
    init: { argv: S(process.argv.slice(3)), uid: S(0), gid: S(0), groups: null, cwd: S('/'), reaper: !busy },
    root: busy ? { kind: 'dir', path: '/tmp/lxcp/bb/rootfs', readOnly: false, why } : { kind: 'host', why },
    hostname: S('holdfast'),
    namespaces: null,
    idmap: [],
    capabilities: { mode: busy ? 'drop' : 'keep', names: busy ? [S('sys_module'), S('sys_time')] : [], why },
    noNewPrivs: S(!busy),
    mountAuto: { proc: S('mixed'), sys: S('ro'), cgroup: busy ? S({ kind: 'cgroup', mode: 'mixed', force: false }) : null, shmounts: null },
    mounts: busy
      ? [
          { source: 'shm', target: 'dev/shm', fstype: 'tmpfs', options: ['defaults'], optional: false, create: 'dir', why },
          { source: '/lib', target: 'lib', fstype: 'none', options: ['ro', 'bind'], optional: false, create: null, why },
          { source: '/usr/lib', target: 'usr/lib', fstype: 'none', options: ['ro', 'bind'], optional: false, create: null, why },
          { source: '/lib64', target: 'lib64', fstype: 'none', options: ['ro', 'bind'], optional: false, create: null, why },
        ]
      : [],
    dev: { autodev: S(true), tmpfsSize: S(500000), ttys: S(busy ? 4 : 0), ttyDir: S(''), ptyMax: S(1024), console: S({ kind: 'pty' }), consoleLog: null },
    cgroup: {
      values: busy
        ? [{ version: 1, controller: 'memory', file: 'memory.limit_in_bytes', value: '134217728', key: 'lxc.cgroup.memory.limit_in_bytes', why }]
        : [],
      dir: null,
      container: null,
      relative: S(false),
      pattern: null,
    },
    rlimits: [],
    sysctls: [],
    proc: [],
    network: [],
    seccomp: null,
    personality: null,
    signals: { halt: S(15), reboot: S(2), stop: S(9) },
    stopTimeout: S(10),
    keyring: S(true),
    unenforced: [],
    allowMissing: [],
  };
  const host = readHostFacts(realMachine(), pathsAsked(spec));
  const controls = [cgroups, namespaces, idmap, mounts, network, limits, capabilities, credentials];
  const made = controls.map((c) => c.compile(spec, host));
  console.log(
    diagnosticsReport(
      made.flatMap((m) => m.diagnostics),
      () => undefined,
    ),
  );
  const steps = inOrder([
    ...frame(spec, {
      guard: true,
      detach: false,
      reaper: spec.init.reaper,
      controllingTerminal: spec.init.reaper,
      record: { path: '/run/holdfast/try.json', before: '{"init":', after: '}' },
    }),
    ...claimSteps(spec, host.runDir),
    cloneStep(spec, host, unifiedSlot(spec, host)),
    ...made.flatMap((m) => m.steps),
  ]);
  const plan = { name: 'try', steps, detach: false, guard: true, halt: { signal: 15, seconds: 5 } };
  if (process.env.PLAN) console.log(planReport(plan, [], { calls: true }));
  const { program, marks } = startProgram(plan, { arch: 'x86_64' });
  const elf = emit(program, { arch: 'x86_64', symbols: !!process.env.SYM });
  mkdirSync('/tmp/try', { recursive: true });
  writeFileSync('/tmp/try/l', elf, { mode: 0o755 });
  console.log(elf.length, marks.length);
}
