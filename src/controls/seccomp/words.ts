// A line of a policy -> words with their columns. A bracketed group is one word; `#` begins a comment anywhere.

import type { Span } from '../../model/origin.ts';

export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** The lines that hold something, each as its words. */
export function policyLines(text: string, file: string): readonly (readonly Word[])[] {
  return text
    .split('\n')
    .map((line, index) => words(line, file, index + 1))
    .filter((line) => line.length > 0);
}

function words(line: string, file: string, number: number): readonly Word[] {
  const code = line.replace(/#.*/s, '');
  return [...code.matchAll(/\[[^\]]*\]?|[^\s[]+/g)].map((match) => {
    const found = match[0].trimEnd();
    return { text: found, span: { file, line: number, column: match.index + 1, length: found.length } };
  });
}
