// Where a setting or a step comes from: a line of configuration, an option, a default or a law of the design.

/** A place in a text: 1-based line and column (in UTF-16 code units), and how many code units it covers. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Why something is done. `plan` prints it behind every step, errors begin with it. */
export type Origin =
  | { readonly kind: 'config'; readonly span: Span }
  | { readonly kind: 'option'; readonly text: string }
  | { readonly kind: 'default'; readonly text: string }
  | { readonly kind: 'law'; readonly text: string };

/** A value together with the reason it is what it is. */
export interface Setting<T> {
  readonly value: T;
  readonly why: Origin;
}

/** `file:line`, `-s key=value`, `default: ...` or `law: ...`: the beginning of an error, the end of a plan's line. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'config':
      return `${origin.span.file}:${origin.span.line}`;
    case 'option':
      return origin.text;
    case 'default':
      return `default: ${origin.text}`;
    case 'law':
      return `law: ${origin.text}`;
  }
}
