// Reads and writes extended attributes (getxattr(2), setxattr(2)) for Node, which has no calls for them: requests on standard input
// until its end, answers on standard output, in order.
//
// A request: path (64 bytes, NUL-terminated), name (64 bytes), 4 bytes 0 to read or 1 to write, 4 bytes how long the value is that
// follows. An answer: the call's result in 8 bytes (below 0: an errno), and, of a value that was read, as many bytes.

import { createBuilder, memory } from './builder.ts';
import type { Program } from './ir.ts';

export const REQUEST = { path: 0, name: 64, write: 128, length: 132, size: 136 } as const;
/** XATTR_SIZE_MAX (linux/limits.h). */
const LARGEST = 65536;

export function attributeServer(): Program {
  const b = createBuilder();
  const request = b.buffer('request', REQUEST.size, 8);
  const value = b.buffer('value', LARGEST, 8);
  const answer = b.buffer('answer', 8, 8);
  const name = { ...request, offset: request.offset + REQUEST.name };
  const length = memory(request, REQUEST.length, 4);
  const writes = memory(request, REQUEST.write, 4);
  /** All of `left` bytes to or from slot `at`. */
  const whole = (call: 'read' | 'write', fd: number) => {
    const [again, done] = [b.fresh(call), b.fresh(call)];
    b.label(again);
    b.branch('left', 'eq', 0, done);
    b.sys(call, [fd, 'at', 'left'], { to: 'moved', onError: 'end' });
    b.branch('moved', 'eq', 0, 'end');
    b.add('at', 'moved');
    b.sub('left', 'moved');
    b.jump(again);
    b.label(done);
  };
  b.label('next');
  b.set('at', request);
  b.set('left', REQUEST.size);
  whole('read', 0);
  b.branch(length, 'gt', LARGEST, 'end');
  b.set('at', value);
  b.set('left', length);
  whole('read', 0);
  b.branch(writes, 'ne', 0, 'write');
  b.sys('getxattr', [request, name, value, LARGEST], { to: 'result' });
  b.jump('answer');
  b.label('write');
  b.sys('setxattr', [request, name, value, length, 0], { to: 'result' });
  b.label('answer');
  b.store(answer, 0, 8, 'result');
  b.set('at', answer);
  b.set('left', 8);
  whole('write', 1);
  b.branch(writes, 'ne', 0, 'next');
  b.branch('result', 'le', 0, 'next');
  b.set('at', value);
  b.set('left', 'result');
  whole('write', 1);
  b.jump('next');
  b.label('end');
  b.exit(0);
  return b.program();
}
