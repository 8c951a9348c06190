// Puts a bundle into a comment behind a few lines that compile it only when it is needed. V8 looks at every character of a
// script's code before the first line runs, and skips a comment: `holdfast --version` then costs hardly more than an empty
// script, and the command stays one file. Beside it may lie what V8 made of the body when it was built (tools/keep-code.mjs).

import { createHash } from 'node:crypto';

const BEGIN = '/*BODY';
const END = '*/';
/** Stands for the end of a comment inside the body; no source has this character. */
const ESCAPED_END = '*\u0001/';
const MARK = 16;

/** The text of the command's file. `answers`: what is printed for a word that needs no body, e.g. `--version`. */
export function lazyBody(bundle, answers) {
  const code = `(function (exports, require, module, __filename, __dirname) {\n${bundle.replace(/^#!.*\n/, '')}\n})`;
  const stub = (lines) =>
    [
      '#!/usr/bin/env node',
      '"use strict";',
      `const answer = process.argv.length === 3 ? ${JSON.stringify(answers)}[process.argv[2]] : undefined;`,
      'let answered = false;',
      'if (answer !== undefined)',
      '  try {',
      '    require("node:fs").writeSync(1, answer + "\\n");', // process.stdout takes 5 ms to make
      '    answered = true;',
      '  } catch {}', // the body answers then, and tells what is wrong with where it writes to
      'if (!answered) {',
      '  const text = String(body);', // the source as V8 has it already: reading the file again costs 10 ms
      `  const source = text.slice(text.indexOf("/" + ${JSON.stringify(BEGIN.slice(1))}) + ${BEGIN.length}, text.lastIndexOf("*" + "/")).replaceAll("*\\u0001/", "*" + "/");`,
      '  let cachedData;',
      '  try {',
      '    const kept = require("node:fs").readFileSync(__filename + "." + process.version + "-" + process.arch + ".code");',
      `    if (kept.latin1Slice(kept.length - ${MARK}) === ${JSON.stringify(markOf(code))}) cachedData = kept.subarray(0, -${MARK});`,
      '  } catch {}',
      `  new (require("node:vm").Script)(source, { filename: __filename, lineOffset: ${lines}, cachedData }).runInThisContext()(exports, require, module, __filename, __dirname);`,
      '}',
    ].join('\n');
  const lines = stub(0).split('\n').length;
  return `${stub(lines)}\nfunction body() {${BEGIN}${code.replaceAll(END, ESCAPED_END)}${END}}\n`;
}

/** The body as the file's own lines compile it. */
export function bodyOf(file) {
  return file.slice(file.indexOf(BEGIN) + BEGIN.length, file.lastIndexOf(END)).replaceAll(ESCAPED_END, END);
}

/** The source map of the file, from that of its bundle: the bundle's first line, which only says what interprets it, is where the body begins. */
export function mapOf(file, bundleMap) {
  const map = JSON.parse(bundleMap);
  return JSON.stringify({ ...map, mappings: ';'.repeat(linesBeforeBody(file)) + map.mappings });
}

/** How many lines are before the one in which the body begins: V8 must be told, or its traces count from there. */
export const linesBeforeBody = (file) => file.slice(0, file.indexOf(BEGIN)).split('\n').length - 1;

/** Where what V8 made of the body is kept: another version of Node looks elsewhere. */
export const codePath = (file) => `${file}.${process.version}-${process.arch}.code`;

/** Stands at the end of that file: V8 itself compares only the length of the source. */
export function markOf(code) {
  return createHash('sha256').update(code).digest('hex').slice(0, MARK);
}
