// The findings about configurations in SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format), for code scanning:
// one run, a rule for every code of the registry, a result for every finding.

import type { Accepted } from '../config/index.ts';
import { CODES, type DiagnosticCode } from '../model/codes.ts';
import { type Diagnostic, diagnosticText } from '../model/diagnostic.ts';
import { originText, type Span } from '../model/origin.ts';
import type { DocumentationOf, LineOf } from './diagnostics.ts';
import type { CheckedConfiguration } from './findings.ts';

export interface SarifOptions {
  readonly version: string;
  /** Where the pages of the project are, an absolute URI that ends with a slash. */
  readonly home: string;
  /** The directory that relative file names are from. */
  readonly directory: string;
  readonly exitCode: number;
  readonly documentation: DocumentationOf;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Names the directory that relative file names are from (3.14.14). */
const BASE = 'WORKING_DIRECTORY';
const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

const RULES = (Object.keys(CODES) as DiagnosticCode[]).sort();

/** 3.49: reportingDescriptor. The texts are templates; a result has them filled in. */
function rule(id: DiagnosticCode, { home }: SarifOptions) {
  const { severity, message, help } = CODES[id];
  const advice = help === '' ? message : `${message}\n\nWhat to do: ${help}`;
  return {
    id,
    shortDescription: { text: message },
    fullDescription: { text: advice },
    help: { text: advice, markdown: help === '' ? `\`${message}\`` : `\`${message}\`\n\nWhat to do: \`${help}\`` },
    helpUri: `${home}docs/diagnostics.md#${id.toLowerCase()}`,
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['security', 'containers'] },
  };
}

/** Half a pair of surrogates has no encoding. */
function uriPath(path: string): string {
  return path
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** 3.4: artifactLocation. Absolute names are file URIs, relative ones are from the working directory; `-` is standard input. */
function artifactLocation(file: string): { readonly uri: string; readonly uriBaseId?: string; readonly description?: { readonly text: string } } {
  if (file === '-') return { uri: 'stdin', description: { text: 'standard input' } };
  return file.startsWith('/') ? { uri: `file://${uriPath(file)}` } : { uri: uriPath(file), uriBaseId: BASE };
}

/** 3.30: region. Columns count UTF-16 code units from 1, as spans do, and the end column is the one behind. */
function region({ file, line, column, length }: Span, lineOf: LineOf) {
  const text = lineOf(file, line);
  const region = { startLine: line, startColumn: column, endLine: line, endColumn: column + length };
  return text === undefined ? region : { ...region, snippet: { text: text.slice(column - 1, column - 1 + length) } };
}

function location(span: Span, files: readonly string[], lineOf: LineOf) {
  return { physicalLocation: { artifactLocation: { ...artifactLocation(span.file), index: files.indexOf(span.file) }, region: region(span, lineOf) } };
}

/** 3.27: result. A finding about no line is about the file as a whole. */
function result(found: Diagnostic, checked: CheckedConfiguration, files: readonly string[], options: SarifOptions, accepted?: Accepted) {
  const { message, help } = diagnosticText(found);
  const whole =
    checked.file === null ? [] : [{ physicalLocation: { artifactLocation: { ...artifactLocation(checked.file), index: files.indexOf(checked.file) } } }];
  return {
    ruleId: found.code,
    ruleIndex: RULES.indexOf(found.code),
    level: LEVELS[found.severity],
    message: { text: help === '' ? message : `${message}; ${help}` },
    locations: found.span === undefined ? whole : [location(found.span, files, checked.lineOf)],
    // 3.35: suppression.
    suppressions: accepted === undefined ? [] : [{ kind: 'inSource', justification: `accepted by holdfast.accept: ${originText(accepted.why)}` }],
    properties: { container: checked.name, documentation: options.documentation(found).map((page) => options.home + page) },
  };
}

/** Two spaces deep, a newline at the end. */
export function findingsSarif(checked: readonly CheckedConfiguration[], options: SarifOptions): string {
  const spans = checked.flatMap(({ found, accepted }) =>
    [...found, ...accepted.map((one) => one.found)].flatMap(({ span }) => (span === undefined ? [] : [span.file])),
  );
  const files = [...new Set([...checked.flatMap(({ file, failure }) => (file === null || failure !== null ? [] : [file])), ...spans])];
  const failures = checked.flatMap(({ failure }) => (failure === null ? [] : [{ level: 'error', message: { text: failure } }]));
  const workingDirectory = { uri: `file://${uriPath(options.directory).replace(/\/*$/, '/')}` };
  const run = {
    tool: {
      driver: {
        name: 'Holdfast',
        version: options.version,
        semanticVersion: options.version,
        informationUri: `${options.home}README.md`,
        rules: RULES.map((id) => rule(id, options)),
      },
    },
    invocations: [{ executionSuccessful: failures.length === 0, exitCode: options.exitCode, workingDirectory, toolExecutionNotifications: failures }],
    originalUriBaseIds: { [BASE]: workingDirectory },
    columnKind: 'utf16CodeUnits',
    artifacts: files.map((file) => ({ location: artifactLocation(file), roles: ['analysisTarget'] })),
    results: checked.flatMap((one) => [
      ...one.found.map((found) => result(found, one, files, options)),
      ...one.accepted.map((accepted) => result(accepted.found, one, files, options, accepted)),
    ]),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}
