// Debian's stock kernel for guests: downloaded once, unpacked into the cache, never installed on this machine.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './paths.ts';
import { extractVmlinux } from './vmlinux.ts';

export interface Kernel {
  /** As uname -r tells it, e.g. `6.1.0-56-amd64`. */
  readonly release: string;
  /** The uncompressed kernel, an ELF file. */
  readonly vmlinux: string;
  /** The folder that is /lib/modules/RELEASE in the guest. */
  readonly modules: string;
}

/** Parts of the package's 400 MB of modules that a container may need; a pattern that a version of the kernel lacks is passed over. */
const KEPT = [
  'arch/x86/crypto',
  'crypto',
  'drivers/block/loop.ko*',
  'drivers/net/{dummy,macvlan,tun,veth}.ko*',
  'drivers/net/{bonding,ipvlan,vxlan,wireguard}',
  'drivers/virtio',
  'fs/{9p,ext4,fscache,fuse,jbd2,mbcache.ko*,netfs,overlayfs,squashfs}',
  'lib',
  'net/{802,8021q,9p,bridge,ipv4,ipv6,llc,netfilter,sched}',
];

/** The newest kernel of the cache; where there is none, Debian's newest for this release. Throws with what to do when it cannot be had. */
export function guestKernel(): Kernel {
  return cachedKernel() ?? download();
}

/** The newest kernel of the cache, without looking anywhere else. */
export function cachedKernel(): Kernel | undefined {
  const releases = existsSync(CACHE) ? readdirSync(CACHE).filter((name) => existsSync(join(CACHE, name, 'vmlinux'))) : [];
  const newest = releases.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return newest === undefined ? undefined : kernelIn(newest);
}

function kernelIn(release: string): Kernel {
  return { release, vmlinux: join(CACHE, release, 'vmlinux'), modules: join(CACHE, release, 'lib/modules', release) };
}

function download(): Kernel {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, '.unpacking-'));
  try {
    const release = downloadPackage(folder);
    const [archive = ''] = readdirSync(folder);
    unpack(folder, archive, release);
    try {
      renameSync(folder, join(CACHE, release));
    } catch (error) {
      // Somebody else has unpacked the same meanwhile: theirs is as good.
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
    return kernelIn(release);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts the package's file into the folder. A mirror keeps only the newest version, so old lists name one that is gone: they are read anew once. */
function downloadPackage(folder: string): string {
  const attempt = (): { readonly release: string; readonly problem: string } => {
    const depends = call('apt-cache', ['depends', '--no-recommends', '--no-suggests', 'linux-image-amd64']).stdout;
    const release = /Depends: linux-image-(\S+-amd64)$/m.exec(depends)?.[1];
    if (release === undefined) return { release: '', problem: 'the lists of packages have no linux-image-amd64' };
    // Without a sandbox user: the folder is root's own.
    const done = call('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', `linux-image-${release}`], folder);
    return { release, problem: done.status === 0 ? '' : done.stderr };
  };
  const first = attempt();
  if (first.problem === '') return first.release;
  call('apt-get', ['update', '-qq']);
  const second = attempt();
  if (second.problem === '') return second.release;
  throw new Error(`the kernel of the guests cannot be downloaded: apt-get download says: ${second.problem.trim()}`);
}

function unpack(folder: string, archive: string, release: string): void {
  const parts = KEPT.flatMap(alternatives).map((part) => `./lib/modules/*/kernel/${part}`);
  const wanted = ['./boot/vmlinuz-*', './lib/modules/*/modules.*', ...parts].map((pattern) => `'${pattern}'`).join(' ');
  call('sh', ['-c', `dpkg --fsys-tarfile ${archive} | tar -x --wildcards ${wanted}`], folder);
  const image = join(folder, 'boot', `vmlinuz-${release}`);
  if (!existsSync(image)) throw new Error(`${archive} has no kernel image for ${release}`);
  writeFileSync(join(folder, 'vmlinux'), extractVmlinux(readFileSync(image)));
  rmSync(join(folder, archive));
  rmSync(join(folder, 'boot'), { recursive: true });
  // What modprobe(8) of a guest looks things up in; Debian makes it when a kernel is installed.
  const done = call('busybox', ['depmod', '-b', folder, release]);
  if (done.status !== 0) throw new Error(`busybox depmod failed: ${done.stderr}`);
}

/** `a/{b,c}` as `a/b`, `a/c`. */
function alternatives(pattern: string): readonly string[] {
  const [whole, inner = ''] = /\{(.+)\}/.exec(pattern) ?? [];
  return whole === undefined ? [pattern] : inner.split(',').map((one) => pattern.replace(whole, one));
}

function call(file: string, words: readonly string[], cwd = '/'): SpawnSyncReturns<string> {
  const done = spawnSync(file, words, { cwd, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.error !== undefined) throw new Error(`${file} cannot be run: ${done.error.message}`);
  return done;
}
