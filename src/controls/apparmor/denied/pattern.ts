// A pattern of AppArmor's language as a regular expression (apparmor.d(5), "Globbing"; parser/parser_regex.c).

export type Variables = ReadonlyMap<string, readonly string[]>;

/** `@{NAME} = PATTERN ...`: the declarations of a profile's text. */
export function variablesOf(text: string): Variables {
  return new Map(
    [...text.matchAll(/^@\{(\w+)\}\s*=\s*(.*)$/gm)].map(([, name = '', values = '']) => [name, values.split(' ').filter((value) => value !== '')]),
  );
}

const LITERAL = /[$()*+.?[\\\]^{|}]/g;
const literally = (text: string): string => text.replace(LITERAL, '\\$&');

/** Null for a pattern that uses a variable which is not declared. */
export function expressionOf(pattern: string, variables: Variables): RegExp | null {
  const text = translated(pattern, variables);
  return text === null ? null : new RegExp(`^${text}$`, 's');
}

const TOKEN = /@\{(\w+)\}|\\(.)|(\[[^\]]*\])|(\*\*)|(\*)|(\?)|([{},])|([^])/g;

function translated(pattern: string, variables: Variables): string | null {
  let depth = 0;
  let known = true;
  const text = pattern.replace(
    TOKEN,
    (whole, variable?: string, escaped?: string, set?: string, deep?: string, flat?: string, one?: string, brace?: string, ...rest) => {
      const at = rest.at(-2) as number;
      if (variable !== undefined) {
        const values = variables.get(variable)?.map((value) => translated(value, variables)) ?? [null];
        known &&= !values.includes(null);
        return `(?:${values.join('|')})`;
      }
      if (escaped !== undefined) return literally(escaped);
      if (set !== undefined) return set;
      // Behind a slash there is at least one character: `/**` is nothing of the directory itself.
      if (deep !== undefined) return pattern[at - 1] === '/' ? '[^/].*' : '.*';
      if (flat !== undefined) return pattern[at - 1] === '/' && (at + 1 === pattern.length || pattern[at + 1] === '/') ? '[^/]+' : '[^/]*';
      if (one !== undefined) return '[^/]';
      if (brace === '{') return ((depth += 1), '(?:');
      if (brace === '}' && depth > 0) return ((depth -= 1), ')');
      if (brace === ',' && depth > 0) return '|';
      return literally(whole);
    },
  );
  return known && depth === 0 ? text : null;
}
