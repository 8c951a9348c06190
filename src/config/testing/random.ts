// A repeatable source of chance for tests: the same seed, the same sequence, on every machine (xorshift, G. Marsaglia 2003).

export interface Random {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  /** One of them. */
  pick<T>(from: readonly T[]): T;
  /** True once in `times`. */
  once(times: number): boolean;
}

export function randomFrom(seed: number): Random {
  let state = (seed ^ 0x9e37_79b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
  for (let warm = 0; warm < 8; warm++) next();
  const below = (end: number): number => next() % end;
  return {
    below,
    once: (times) => below(times) === 0,
    pick(from) {
      const found = from[below(from.length)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
  };
}
