// Writes the pages under docs/ that are made from tables in the source: docs/diagnostics.md, docs/configuration.md. Run with `npm run docs`.

import { writeFileSync } from 'node:fs';
import { CODES, type CodeEntry } from '../src/model/codes.ts';
import { configurationPage } from './configuration-page.ts';

/** Every generated page as text, by path from the root of the project. */
export function generateDocs(): Readonly<Record<string, string>> {
  return { 'docs/diagnostics.md': diagnosticsPage(CODES), 'docs/configuration.md': configurationPage() };
}

/** Entry for tools/run.mjs: writes the pages below the current folder. */
export function main(): void {
  for (const [path, text] of Object.entries(generateDocs())) {
    writeFileSync(path, text);
    process.stdout.write(`${path} ${text.length}\n`);
  }
}

const MEANING: Readonly<Record<CodeEntry['severity'], string>> = {
  error: 'error: nothing is started',
  warning: 'warning: it starts, but look at this',
  info: 'information',
};

function diagnosticsPage(codes: Readonly<Record<string, CodeEntry>>): string {
  const sections = Object.entries(codes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { severity, message, help }]) => {
      const advice = help === '' ? '' : `What to do: ${quoted(help)}\n`;
      return `\n## ${code}\n\n*${MEANING[severity]}*\n\n${quoted(message)}\n${advice === '' ? '' : `\n${advice}`}`;
    });
  return `# Diagnostics

What \`holdfast check\` and every start may say about a configuration, by code. A code keeps its meaning for ever.
Words in braces stand for what is found: a key, a file, a number.

*This page is generated from src/model/codes; do not edit it, run \`npm run docs\`.*
${sections.join('')}`;
}

/** Templates contain braces, quotes, bars and angle brackets: code keeps them as they are. */
function quoted(template: string): string {
  return template.includes('`') ? `\`\` ${template} \`\`` : `\`${template}\``;
}
