// Puts a bundle into a comment behind a few lines that compile it only when it is needed. V8 looks at every character of a
// script's code before the first line runs, and skips a comment: `holdfast --version` then costs hardly more than an empty
// script, and the command stays one file.

const BEGIN = '/*BODY';
const END = '*/';
/** Stands for the end of a comment inside the body; no source has this character. */
const ESCAPED_END = '*\u0001/';

/** The text of the command's file. `answers`: what is printed for a word that needs no body, e.g. `--version`. */
export function lazyBody(body, answers) {
  const code = body.replace(/^#!.*\n/, '');
  const stub = [
    '#!/usr/bin/env node',
    '"use strict";',
    `const answer = process.argv.length === 3 ? ${JSON.stringify(answers)}[process.argv[2]] : undefined;`,
    'if (answer !== undefined) process.stdout.write(answer + "\\n");',
    'else {',
    '  const text = require("node:fs").readFileSync(__filename, "utf8");',
    `  const body = text.slice(text.indexOf("/" + ${JSON.stringify(BEGIN.slice(1))}) + ${BEGIN.length}, text.lastIndexOf("*" + "/")).replaceAll("*\\u0001/", "*" + "/");`,
    '  const wrapped = "(function (exports, require, module, __filename, __dirname) {" + body + "\\n})";',
    '  new (require("node:vm").Script)(wrapped, { filename: __filename }).runInThisContext()(exports, require, module, __filename, __dirname);',
    '}',
  ].join('\n');
  return `${stub}\n${BEGIN}${code.replaceAll(END, ESCAPED_END)}${END}\n`;
}
