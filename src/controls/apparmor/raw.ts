// lxc.apparmor.raw: a line of AppArmor's language that is put between the braces of a generated profile, and must stay there.

/** Why a line cannot be a rule in a profile; null: it may be one. What it means is the parser's business. */
export function rawProblem(line: string): string | null {
  if ([...line].some((letter) => letter < ' ' && letter !== '\t')) return 'it has control characters';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line.charAt(at);
    if (letter === '\\') at += 1;
    else if (letter === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '#')
      break; // a comment, or #include
    else if (letter === '{') depth += 1;
    else if (letter === '}') depth -= 1;
    if (depth < 0) return "a '}' in it would end the profile";
  }
  if (depth === 0 && !quoted && !/^\s*(#|include\b)|^\s*$/.test(line) && !/[,}]\s*(#.*)?$/.test(line))
    return 'it does not end in a comma, and would go on in the next line';
  if (quoted) return 'a quotation mark in it is not closed';
  return depth > 0 ? "a '{' in it is not closed, and would take in the lines after it" : null;
}
