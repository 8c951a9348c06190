// Runs the built command once, and keeps beside it what V8 made of it: its next starts compile nothing. V8 refuses such a file from
// another version of itself, and the command then compiles as if there were none.
// usage: node tools/keep-code.mjs FILE [words of a command line that goes through most of it]
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { bodyOf, codePath, linesBeforeBody, markOf } from './lazy-body.mjs';

const [file, ...words] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const body = bodyOf(text);
const script = new Script(body, { filename: file, lineOffset: linesBeforeBody(text) }); // the places in traces are kept, too
process.argv.splice(1, Number.POSITIVE_INFINITY, file, ...words);
process.on('exit', () => {
  const fresh = `${codePath(file)}.${process.pid}`;
  writeFileSync(fresh, Buffer.concat([script.createCachedData(), Buffer.from(markOf(body))]));
  renameSync(fresh, codePath(file));
});
script.runInThisContext()({}, createRequire(file), { exports: {} }, file, dirname(file));
