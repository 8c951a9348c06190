// Bringing `lo` up: the one interface every network namespace is born with, down (netdevice(7)).

import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Origin } from '../../model/origin.ts';
import type { InitStep } from '../../model/step.ts';

const { ifr_name: NAME, ifr_flags: FLAGS } = STRUCTS.ifreq.fields;
const MEMORY = 'network.lo';
/** The name as the low bytes of a word, NUL behind it. */
const LO = BigInt('l'.charCodeAt(0)) | (BigInt('o'.charCodeAt(0)) << 8n);

/** Sets the flags of `lo` and reads them back. */
export function loopbackStep(why: Origin): InitStep {
  const request = { buffer: MEMORY, size: STRUCTS.ifreq.size };
  const flags = BigInt(CONSTANTS.IFF_UP | CONSTANTS.IFF_RUNNING);
  const up = BigInt(CONSTANTS.IFF_UP);
  return {
    who: 'init',
    phase: 'network',
    what: 'bring the loopback interface up',
    why,
    actions: [
      { sys: 'socket', args: [{ flags: ['AF_INET'] }, { flags: ['SOCK_DGRAM', 'SOCK_CLOEXEC'] }, 0], save: 'network.socket' },
      { store: MEMORY, offset: NAME.offset, width: 8, value: LO },
      { store: MEMORY, offset: FLAGS.offset, width: 2, value: flags },
      { sys: 'ioctl', args: [{ slot: 'network.socket' }, { flags: ['SIOCSIFFLAGS'] }, request] },
      { sys: 'ioctl', args: [{ slot: 'network.socket' }, { flags: ['SIOCGIFFLAGS'] }, request] },
      { compare: MEMORY, offset: FLAGS.offset, width: 2, mask: up, value: up, what: 'the flag UP of lo' },
      { sys: 'close', args: [{ slot: 'network.socket' }] },
    ],
    hints: {
      EPERM: 'it needs CAP_NET_ADMIN over the network namespace',
      EAFNOSUPPORT: 'this kernel has no IPv4, or a seccomp filter around the caller forbids sockets',
    },
  };
}
