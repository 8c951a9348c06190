// The one container that every contender makes, described once and written in the language of each of them.
import { readFileSync } from 'node:fs';

/** What init leaves with: a status that nobody returns by accident, so that each timed run proves that init ran. */
export const initStatus = 42;

export const hostname = 'bench';
/** Exactly these: LXC would add a cgroup namespace of its own accord. By LXC's names; OCI's differ for two. */
const namespaces = ['mnt', 'pid', 'uts', 'ipc', 'net'];
/** Of the variant whose root is nobody: ids 0 to 65535 inside are these outside. */
export const mappedIds = { first: 100_000, count: 65_536 };
const ociNames = { mnt: 'mount', net: 'network' };
const ptyMax = '16';
const devSize = '500000'; // LXC's own default for its /dev, in bytes

/** In LXC's words. sys_resource is among them because not every root has it to give. */
export const droppedCapabilities = [
  'audit_control audit_read block_suspend bpf checkpoint_restore mac_admin mac_override perfmon sys_admin sys_boot',
  'sys_module sys_nice sys_pacct sys_ptrace sys_rawio sys_resource sys_time syslog wake_alarm',
].flatMap((line) => line.split(' '));

const kernelName = (word) => `CAP_${word.toUpperCase()}`;

/** The configuration that Holdfast and LXC share. */
export function lxcConfiguration({ rootfs, command, mapped = false }) {
  const map = `0 ${mappedIds.first} ${mappedIds.count}`;
  return `lxc.uts.name = ${hostname}
lxc.rootfs.path = ${rootfs}
lxc.init.cmd = ${command}
lxc.namespace.clone = ${[...(mapped ? ['user'] : []), ...namespaces].join(' ')}
lxc.mount.auto = proc:mixed sys:ro
lxc.cap.drop = ${droppedCapabilities.join(' ')}
lxc.autodev = 1
lxc.pty.max = ${ptyMax}
lxc.console.path = none
lxc.net.0.type = empty
lxc.apparmor.profile = unconfined
${mapped ? `lxc.idmap = u ${map}\nlxc.idmap = g ${map}\n` : ''}`;
}

/** What floor.c is compiled with; `mapped`: with a user namespace of its own. */
export function floorDefinitions({ mapped = false } = {}) {
  return [
    ...(mapped ? [`-DID_MAP="0 ${mappedIds.first} ${mappedIds.count}"`] : []),
    `-DHOSTNAME="${hostname}"`,
    `-DPTY_MAX="${ptyMax}"`,
    `-DDROPPED=${droppedCapabilities.map(kernelName).join(',')}`,
  ];
}

/**
 * bubblewrap has no sysfs of its own (the host's is bound, read-only), no read-only /proc/sys and no bounding set for a list
 * of capabilities: it does a little less than was asked.
 */
export function bubblewrapArguments({ rootfs, command }) {
  const own = '--unshare-ipc --unshare-pid --unshare-net --unshare-uts --as-pid-1 --new-session'.split(' ');
  const mounts = ['--bind', rootfs, '/', '--proc', '/proc', '--dev', '/dev', '--ro-bind', '/sys', '/sys'];
  const drops = droppedCapabilities.flatMap((word) => ['--cap-drop', kernelName(word)]);
  return [...own, '--hostname', hostname, ...mounts, ...drops, command];
}

/** OCI lists what is kept, so it needs to know all there is. `capabilities` maps the kernel's names to their numbers. */
export function ociConfiguration({ rootfs, command, capabilities, bounding }) {
  const dropped = new Set(droppedCapabilities.map(kernelName));
  const kept = [...capabilities].filter(([name, number]) => !dropped.has(name) && (bounding >> BigInt(number)) & 1n).map(([name]) => name);
  return {
    ociVersion: '1.0.2',
    hostname,
    root: { path: rootfs, readonly: false },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: [command],
      env: ['container=oci'],
      cwd: '/',
      noNewPrivileges: false,
      capabilities: { bounding: kept, effective: kept, permitted: kept },
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'nodev', 'noexec'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'nodev', 'noexec', 'ro'] },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', `size=${devSize}`] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5', `max=${ptyMax}`],
      },
    ],
    linux: {
      namespaces: namespaces.map((name) => ({ type: ociNames[name] ?? name })),
      readonlyPaths: ['/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}

/** The capability sets that init must find: what this machine's root has, or all in a user namespace, without what is dropped. */
export function keptCapabilities({ capabilities, bounding }, mapped = false) {
  const all = (1n << BigInt(Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8')) + 1)) - 1n;
  return droppedCapabilities.reduce((set, word) => set & ~(1n << BigInt(capabilities.get(kernelName(word)))), mapped ? all : bounding);
}
