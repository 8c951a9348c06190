// The stack an interpreted program finds: argc, argv, NULL, envp, NULL, auxiliary vector (System V ABI, AMD64, 3.4.1).

import type { FakeMemory } from './fake-memory.ts';

/** Makes the stack and answers the stack pointer. */
export function entryStack(memory: FakeMemory, argv: readonly string[], environment: readonly string[]): bigint {
  const strings = [...argv, ...environment].map((text) => new TextEncoder().encode(`${text}\0`));
  // argc, two NULLs, and AT_NULL with its value.
  const words = 1 + argv.length + 1 + environment.length + 1 + 2;
  return memory.map('(stack)', (start) => {
    const size = strings.reduce((sum, string) => sum + string.length, words * 8);
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    let at = words * 8;
    const pointers = strings.map((string) => {
      bytes.set(string, at);
      at += string.length;
      return start + BigInt(at - string.length);
    });
    const content = [BigInt(argv.length), ...pointers.slice(0, argv.length), 0n, ...pointers.slice(argv.length), 0n, 0n, 0n];
    for (const [index, word] of content.entries()) view.setBigUint64(index * 8, word, true);
    return bytes;
  });
}
