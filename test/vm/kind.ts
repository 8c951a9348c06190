// Kinds of guest: which security module and which control groups, what the kernel is told for that, and what it must then say of itself.

export type Lsm = 'apparmor' | 'selinux' | 'none';
export type CgroupLayout = 'v2' | 'v1' | 'hybrid';

export interface Kind {
  readonly lsm: Lsm;
  readonly cgroup: CgroupLayout;
}

export const LSMS: readonly Lsm[] = ['apparmor', 'selinux', 'none'];
export const LAYOUTS: readonly CgroupLayout[] = ['v2', 'v1', 'hybrid'];

/** Words of the kernel's command line that switch the security module on (Documentation/admin-guide/kernel-parameters.txt). */
const LSM_WORDS: Readonly<Record<Lsm, string>> = {
  apparmor: 'lsm=landlock,lockdown,yama,integrity,apparmor,bpf apparmor=1',
  selinux: 'lsm=landlock,lockdown,yama,integrity,selinux,bpf selinux=1 vm_enforcing=1',
  none: 'lsm=landlock,lockdown,yama,integrity',
};

/**
 * The rest: what makes it start sooner under emulation, and end at once when it panics. `audit=` is not there on purpose: with 1 the
 * kernel drops messages of denials above a rate, with 0 there are none.
 */
const ALWAYS = 'console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable no_timer_check nowatchdog nokaslr cryptomgr.notests';

export function kernelWords({ lsm, cgroup }: Kind, modules: string): string {
  return `${ALWAYS} ${LSM_WORDS[lsm]} vm_cgroup=${cgroup} vm_modules=${modules}`;
}

/** The label of the first process under test/vm/selinux/; without a policy it is `kernel`, and any other label would be accepted too. */
const SELINUX_LABEL = 'system_u:system_r:kernel_t:s0';

/** What differs between the guest that was asked for and what its kernel says (`facts` of guest/second-stage.sh); empty when it is the one. */
export function differences(kind: Kind, facts: string): readonly string[] {
  const said = new Map(facts.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const modules = said.get('modules')?.split(',') ?? [];
  const expected: readonly (readonly [what: string, found: string, wanted: string])[] = [
    ['security modules', modules.filter((name) => name === 'apparmor' || name === 'selinux').join(' and ') || 'none', kind.lsm],
    ...(kind.lsm === 'apparmor' ? ([['AppArmor enabled', said.get('apparmor') ?? '', 'Y']] as const) : []),
    ...(kind.lsm === 'selinux'
      ? ([
          ['label of the first process', said.get('label') ?? '', SELINUX_LABEL],
          ['SELinux enforcing', said.get('enforcing') ?? '', '1'],
        ] as const)
      : []),
    ['control groups', layoutOf(said.get('cgroup') ?? ''), kind.cgroup],
  ];
  return expected.filter(([, found, wanted]) => found !== wanted).map(([what, found, wanted]) => `${what}: ${found || 'nothing'}, not ${wanted}`);
}

/** The layout of mounts `TYPE PATH;...`. */
function layoutOf(mounts: string): string {
  const types = new Set(mounts.split(';').map((mount) => mount.split(' ')[0]));
  return types.has('cgroup') ? (types.has('cgroup2') ? 'hybrid' : 'v1') : types.has('cgroup2') ? 'v2' : 'none';
}
