// A proxy for notified calls (seccomp_unotify(2), LXC's protocol) that lets every call go on and writes what was called to
// standard output, one struct seccomp_notif after another; the first is all zeros and says that it listens. It is a program of
// its own because Node has no sockets of type SOCK_SEQPACKET.

import { constant } from '../kernel/constant.ts';
import type { ConstName } from '../kernel/constants.gen.ts';
import { SIGNALS } from '../kernel/signals.gen.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import { createBuilder } from './builder.ts';
import { answer, MESSAGE_LENGTH, notifiedCall, proxyMessage, RESPONSE } from './builtins/proxy-message.ts';
import type { Program } from './ir.ts';

const ARCH = 'x86_64';
const STDOUT = 1;
const BACKLOG = 8;

/** @param address the bytes of the struct sockaddr_un where it listens, which must not exist */
export function recorderProgram(address: Uint8Array): Program {
  const b = createBuilder();
  const c = (...names: readonly ConstName[]) => names.reduce((sum, name) => sum | constant(name, ARCH), 0);
  const fails = { onError: 'failed' };
  const call = STRUCTS.seccomp_notif.size;
  const message = proxyMessage({ b });
  b.sys('prctl', [c('PR_SET_PDEATHSIG'), SIGNALS.SIGKILL, 0, 0, 0], fails);
  b.sys('socket', [c('AF_UNIX'), c('SOCK_SEQPACKET', 'SOCK_CLOEXEC'), 0], { to: 'listener', ...fails });
  b.sys('bind', ['listener', b.bytes(address, 8), address.length], fails);
  b.sys('listen', ['listener', BACKLOG], fails);
  b.sys('write', [STDOUT, notifiedCall({ b }), call], fails);
  b.label('accept');
  b.sys('accept4', ['listener', 0, 0, c('SOCK_CLOEXEC')], { to: 'client', ...fails });
  b.label('next');
  // The descriptors that come along are not taken, and the kernel closes them.
  b.sys('read', ['client', message, MESSAGE_LENGTH], { to: 'length', onError: 'gone' });
  b.branch('length', 'ne', MESSAGE_LENGTH, 'gone');
  b.sys('write', [STDOUT, notifiedCall({ b }), call], fails);
  b.store(answer({ b }), RESPONSE.val.offset, 8, 0);
  b.store(answer({ b }), RESPONSE.error.offset, 4, 0);
  b.store(answer({ b }), RESPONSE.flags.offset, 4, c('SECCOMP_USER_NOTIF_FLAG_CONTINUE'));
  b.sys('sendto', ['client', message, MESSAGE_LENGTH, c('MSG_NOSIGNAL'), 0, 0], { onError: 'gone' });
  b.jump('next');
  b.label('gone');
  b.sys('close', ['client']);
  b.jump('accept');
  b.label('failed');
  b.exit(1);
  return b.program();
}
