// docs/configuration.md: every key of the table in words, with an anchor that findings link to.

import { keyArticle, type KeyEntry, keyGroups, REMOVED_KEYS, SYSTEM_FILE_KEYS, type SystemFileKey } from '../src/config/index.ts';

/** The page as text. */
export function configurationPage(): string {
  const groups = keyGroups();
  const contents = groups.map(({ title, keys }) => `| ${title} | ${keys.map((entry) => link(keyArticle(entry).title)).join(' ')} |\n`);
  const chapters = groups.map(({ title, keys }) => `\n## ${title}\n${keys.map(section).join('')}`);
  const removed = Object.entries(REMOVED_KEYS).map(([name, doc]) => `\n${heading(name)}\n${escaped(doc)}\n`);
  const system = Object.entries<SystemFileKey>(SYSTEM_FILE_KEYS).map(
    ([name, { doc, absent, unused }]) =>
      `\n${heading(name)}\n${escaped(doc)}\n\n| | |\n|---|---|\n| without it | ${escaped(absent)} |\n| in Holdfast | ${unused === undefined ? 'used' : `without effect: ${escaped(unused)}`} |\n`,
  );
  return `# Configuration

Every key that Holdfast reads: those of LXC 1.0 to 7, of which a file may mix the generations, and its own, which LXC skips.
\`holdfast config --help KEY\` prints the same, \`holdfast config keys\` lists them. What is wrong with a line is in [diagnostics.md](diagnostics.md).

A file is lines of \`KEY = VALUE\`, and comments that begin with \`#\` and have a line to themselves. Blanks around key and value do not count,
and quotes around the whole value are taken away. A value that is malformed is an error, and with an error nothing is started.

*This page is generated from src/config/keys; do not edit it, run \`npm run docs\`.*

| | |
|---|---|
${contents.join('')}${chapters.join('')}
## Removed

LXC 2.1 accepts these without effect, 3.0 refuses them; Holdfast says so and goes on.
${removed.join('')}
## lxc.conf

What holds for all containers stands in \`/etc/lxc/lxc.conf\` for root, and in \`~/.config/lxc/lxc.conf\` for any other user, which takes the place
of root's. The first line of a key holds. An option of the command line (\`-P DIR\`) comes before the file. A line with any other key is an error.
${system.join('')}`;
}

function section(entry: KeyEntry): string {
  const { title, doc, facts } = keyArticle(entry);
  const rows = facts.map(({ about, text, code }) => `| ${about} | ${code === undefined ? escaped(text) : code.map(quoted).join('<br>')} |\n`);
  return `\n${heading(title)}\n${escaped(doc)}\n\n| | |\n|---|---|\n${rows.join('')}`;
}

function heading(title: string): string {
  return `<a id="${title}"></a>\n### ${title}\n`;
}

function link(title: string): string {
  return `[${title}](#${title})`;
}

/** Outside of code, in a table: what Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(/[|*_<>[\]\\]/g, (found) => `\\${found}`);
}

function quoted(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
