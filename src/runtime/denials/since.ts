// From when on messages count.

/** A moment, in milliseconds since 1970, or so many milliseconds ago. */
export type Since = { readonly at: number } | { readonly ago: number };

export function momentOf(since: Since): number {
  return 'at' in since ? since.at : Date.now() - since.ago;
}
