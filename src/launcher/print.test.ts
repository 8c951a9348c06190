import { expect, test } from 'vitest';
import { behind, createBuilder, mark, memory } from './builder.ts';
import { printOp, printProgram } from './print.ts';

test('every operation, and the memory behind them', () => {
  const b = createBuilder();
  const hello = b.text('hello "you"\n');
  const filter = b.bytes(
    Uint8Array.from({ length: 18 }, (_, index) => index),
    8,
  );
  const counter = b.data('counter', Uint8Array.of(7, 0, 0, 255), 4);
  const buffer = b.buffer('buffer', 64);
  b.entry('stack');
  b.mark(0x0017_0002);
  b.label('again');
  b.sys('openat', [-100, hello, 0x280000, -0x8000_0000], {
    to: 'fd',
    onError: 'failed',
    on: [
      { errno: 2, label: null },
      { errno: 4, label: 'again' },
      { errno: 4000, label: null },
    ],
  });
  b.sys('write', ['fd', behind(hello, 6), mark]);
  b.fail(12, { onError: 'failed' });
  b.saveResult('result');
  b.set('x', behind(filter, 8));
  b.add('x', 1);
  b.sub('x', memory(counter, 0, 4));
  b.and('x', memory(counter, 2, 2, true));
  b.or('x', 4096n);
  b.shl('x', 3);
  b.shr('x', 'fd');
  b.store(buffer, 8, 4, 'x');
  b.storeAt('stack', 8, 8, buffer);
  b.loadAt('x', 'stack', -8, 2, true);
  b.decimal('x', behind(buffer, 16), 'length');
  b.copy(counter, buffer, 4);
  b.branch('x', 'below', 5, 'again');
  b.branch('x', 'no-bit', 1, 'again');
  b.call('routine');
  b.jump('again');
  b.label('routine');
  b.return();
  b.label('failed');
  b.exit(125);
  b.trap();
  expect(printProgram(b.program())).toBe(`\
    $stack = entry stack
    mark 23.2
again:
    $fd = openat(-100, "hello \\"you\\"\\n", 0x280000, -0x80000000)  ENOENT -> next, EINTR -> again, errno 4000 -> next, error -> failed
    write($fd, "\\"you\\"\\n", mark)
    fail(ENOMEM)  error -> failed
    $result = result
    $x = &constant.1+8
    $x += 1
    $x -= u32[counter]
    $x &= s16[counter+2]
    $x |= 0x1000
    $x <<= 3
    $x >>= $fd
    u32[buffer+8] = $x
    u64[$stack+8] = &buffer
    $x = s16[$stack-8]
    $length = decimal($x, &buffer+16)
    copy(&counter -> &buffer, 4)
    if $x <u 5 goto again
    if $x !& 1 goto again
    call routine
    goto again
routine:
    return
failed:
    exit(125)
    trap
ro text: 13 bytes, alignment 1
ro constant.1: 18 bytes, alignment 8
    0000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f
    0010  10 11
rw counter: 4 bytes, alignment 4
    0000  07 00 00 ff
bss buffer: 64 bytes, alignment 8
`);
});

test('one operation alone shows addresses by name', () => {
  expect(printOp({ op: 'exit', code: { kind: 'address', blob: 'text', offset: 5 } })).toBe('    exit(&text+5)');
});
