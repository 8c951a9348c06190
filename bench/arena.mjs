// The folder in which a benchmark takes place: compiled programs, a root file system, a configuration for each contender.
// And the end of it: whatever way the benchmark ends, nothing of it may stay on the machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floorDefinitions, initStatus, lxcConfiguration, mappedIds, ociConfiguration } from './container.mjs';
import { failureOf, findProgram, quietEnvironment, runProgram } from './processes.mjs';

const sources = dirname(fileURLToPath(import.meta.url));

/** What init is in the three variants of the container: timed, asked what it sees, and kept waiting. */
export const variants = ['init', 'check', 'sleep'];

export class Arena {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
    /** In every name that a contender gives to something outside the folder, so that all of it can be found again. */
    this.tag = basename(this.folder);
    this.rootfs = join(this.folder, 'rootfs');
    this.lxcPath = join(this.folder, 'lxc');
    /** The same for the containers with mapped ids, theirs. */
    this.mappedRootfs = join(this.folder, 'rootfs-mapped');
    this.stops = [];
    this.cgroupsBefore = new Set(cgroups().filter((path) => basename(path) === 'lxc.pivot'));
  }

  path(...parts) {
    return join(this.folder, ...parts);
  }

  /** The name of a container in one of the variants. */
  nameOf(variant, { mapped = false } = {}) {
    return `${this.tag}-${variant}${mapped ? '-mapped' : ''}`;
  }

  /** Where the witness of a contender writes. */
  witnessFile({ mapped = false }) {
    return join(mapped ? this.mappedRootfs : this.rootfs, 'witness');
  }

  run(argv, options = {}) {
    return runProgram(argv, { scratch: this.folder, ...options });
  }

  /** Something to do at the end, whatever happens; the last one first. */
  atEnd(action) {
    this.stops.push(action);
  }

  prepare() {
    const gcc = findProgram('gcc');
    if (gcc === undefined) throw new Error('gcc is needed for the timing loop and the floor (Debian: apt-get install gcc libc6-dev)');
    this.gcc = gcc;
    const bare = ['-nostdlib', '-static', '-ffreestanding', '-fno-stack-protector', '-fno-asynchronous-unwind-tables', `-DINIT_STATUS=${initStatus}`];
    this.compile('spawn', 'spawn.c', []);
    this.compile('floor', 'floor.c', [...bare, ...floorDefinitions()]);
    this.compile('floor-mapped', 'floor.c', [...bare, ...floorDefinitions({ mapped: true })]);
    for (const [name, source] of [
      ['init', 'init.c'],
      ['check', 'witness.c'],
      ['sleep', 'sleep.c'],
    ]) {
      this.compile(name, source, bare);
    }
    this.capabilities = this.readCapabilities();
    this.bounding = BigInt(`0x${/^CapBnd:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]}`);
    chmodSync(this.folder, 0o711); // a mapped root goes through it
    for (const rootfs of [this.rootfs, this.mappedRootfs]) {
      for (const name of ['proc', 'sys', 'dev', 'etc', 'tmp', 'run', 'sbin']) mkdirSync(join(rootfs, name), { recursive: true });
      for (const variant of variants) copyFileSync(this.path(variant), join(rootfs, variant));
    }
    for (const path of [this.mappedRootfs, ...readdirSync(this.mappedRootfs).map((name) => join(this.mappedRootfs, name))]) {
      if (process.getuid() === 0) chownSync(path, mappedIds.first, mappedIds.first);
    }
    for (const variant of variants) this.writeConfigurations(variant);
  }

  compile(name, source, flags) {
    const result = this.run([this.gcc, '-std=gnu11', '-O2', '-Wall', '-Wextra', ...flags, '-o', this.path(name), join(sources, source)]);
    if (result.status !== 0) throw new Error(`${source} does not compile:\n${result.stderr}`);
  }

  /** The kernel's names and numbers of capabilities, from the headers that the floor is compiled with. */
  readCapabilities() {
    const result = this.run([this.gcc, '-E', '-dM', '-include', 'linux/capability.h', '-x', 'c', '/dev/null']);
    if (result.status !== 0) throw new Error(`linux/capability.h cannot be read: ${failureOf(result)}`);
    return new Map([...result.stdout.matchAll(/^#define (CAP_[A-Z_]+) (\d+)$/gm)].map(([, name, number]) => [name, Number(number)]));
  }

  writeConfigurations(variant) {
    const asked = { rootfs: this.rootfs, command: `/${variant}`, capabilities: this.capabilities, bounding: this.bounding };
    const container = join(this.lxcPath, this.nameOf(variant));
    mkdirSync(container, { recursive: true });
    writeFileSync(join(container, 'config'), lxcConfiguration(asked));
    const mapped = join(this.lxcPath, this.nameOf(variant, { mapped: true }));
    mkdirSync(mapped, { recursive: true });
    writeFileSync(join(mapped, 'config'), lxcConfiguration({ ...asked, rootfs: this.mappedRootfs, mapped: true }));
    mkdirSync(this.path('oci', variant), { recursive: true });
    writeFileSync(this.path('oci', variant, 'config.json'), JSON.stringify(ociConfiguration(asked), null, 2));
  }

  /**
   * A mount namespace in which a hybrid machine looks as if it had cgroup v1 only, for a contender that refuses hybrid ones.
   * Returns the namespace's file; the process that keeps it ends with the arena.
   */
  async viewWithoutUnifiedCgroup() {
    const unified = mountsOfType('cgroup2').find((path) => path !== '/sys/fs/cgroup');
    const unshare = findProgram('unshare');
    if (unified === undefined || unshare === undefined) return undefined;
    const script = 'umount -l "$1" && echo ready && exec sleep infinity';
    const keeper = spawn(unshare, ['--mount', 'sh', '-c', script, 'sh', unified], { env: quietEnvironment, stdio: ['ignore', 'pipe', 'ignore'] });
    this.keeper = keeper.pid;
    this.atEnd(() => keeper.kill('SIGKILL'));
    const ready = await Promise.race([once(keeper.stdout, 'data').then(() => true), once(keeper, 'exit').then(() => false)]);
    return ready ? `/proc/${keeper.pid}/ns/mnt` : undefined;
  }

  /** Undoes all; returns what the contenders had left behind, as sentences. */
  end() {
    const left = [];
    for (const stop of this.stops.reverse()) {
      try {
        stop();
      } catch (error) {
        left.push(`could not be undone: ${error.message}`);
      }
    }
    for (const pid of this.leftProcesses()) {
      left.push(`process ${pid} was still running`);
      process.kill(pid, 'SIGKILL');
    }
    for (const path of cgroups().reverse()) {
      const ours = path.includes(this.tag);
      // LXC keeps its lxc.pivot for ever; it goes again if it was not there before and is empty.
      if (!ours && !(basename(path) === 'lxc.pivot' && !this.cgroupsBefore.has(path))) continue;
      if (ours) left.push(`cgroup ${basename(path)}`);
      removeCgroup(path);
    }
    rmSync(join('/run/lxc/lock', this.folder), { recursive: true, force: true });
    this.forgetHoldfast();
    const mounted = mountsBeneath(this.folder);
    for (const path of mounted.reverse()) {
      left.push(`mount ${path.replace(this.folder, '')}`);
      this.run(['umount', '-l', path]);
    }
    rmSync(this.folder, { recursive: true, force: true });
    return left;
  }

  /** Holdfast's own places: locks and records by name, kept launchers by what is in them. */
  forgetHoldfast() {
    const remove = (folder, isOurs) => {
      if (!existsSync(folder)) return;
      for (const name of readdirSync(folder)) if (isOurs(name)) rmSync(join(folder, name), { force: true });
    };
    remove('/run/holdfast', (name) => name.includes(this.tag));
    remove('/var/lib/holdfast', (name) => name.endsWith('.elf') && readFileSync(join('/var/lib/holdfast', name)).includes(this.tag));
  }

  /** Processes of a container: another mount namespace than ours, with a mount out of our folder in it. */
  leftProcesses() {
    const ours = readlinkSync('/proc/self/ns/mnt');
    return processes().filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/mnt`) !== ours && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(`/${this.tag}`);
      } catch {
        return false; // it has ended
      }
    });
  }
}

export function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function mountLines() {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
}

function mountsOfType(...types) {
  return mountLines()
    .filter((fields) => types.includes(fields[fields.indexOf('-') + 1]))
    .map((fields) => fields[4]);
}

function mountsBeneath(folder) {
  return mountLines()
    .map((fields) => fields[4])
    .filter((path) => path.startsWith(`${folder}/`));
}

/** Every cgroup there is, parents before children. */
function cgroups() {
  const found = [];
  const walk = (folder) => {
    let entries = [];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return; // removed meanwhile
    }
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      found.push(join(folder, entry.name));
      walk(join(folder, entry.name));
    }
  };
  for (const root of mountsOfType('cgroup', 'cgroup2')) walk(root);
  return found;
}

function removeCgroup(path) {
  try {
    if (existsSync(path)) rmdirSync(path);
  } catch {
    // in use by somebody else's container, or its last process is still ending: it is empty and harmless
  }
}
