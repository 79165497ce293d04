/** The program's own files and what each imports, read with the compiler's parser: for the tests that keep the walls. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** A package's name, or the path of one of our files without ending, from the project's root. */
  readonly target: string;
  readonly isPackage: boolean;
  /** Gone after compiling. */
  readonly isTypeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly hasDefaultExport: boolean;
  readonly reExportsAll: boolean;
}

const list = (folder: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder)).flatMap((name) => {
    const inside = path.join(folder, name);
    if (statSync(path.join(ROOT, inside)).isDirectory()) return name === 'node_modules' ? [] : list(inside);
    return /\.(ts|tsx|mjs)$/.test(name) ? [inside] : [];
  });

const packageOf = (specifier: string): string =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] as string);

const importOf = (file: string, specifier: string, isTypeOnly: boolean): Import => {
  if (!specifier.startsWith('.')) return { target: packageOf(specifier), isPackage: true, isTypeOnly };
  const target = path.join(path.dirname(file), specifier).replace(/\.(js|ts|tsx|mjs)$/, '');
  return { target, isPackage: false, isTypeOnly };
};

const isTypeImport = ({ importClause }: ts.ImportDeclaration): boolean => {
  if (!importClause) return false;
  if (importClause.isTypeOnly) return true;
  const named = importClause.namedBindings;
  const members = named && ts.isNamedImports(named) ? named.elements : undefined;
  return !importClause.name && members !== undefined && members.length > 0 && members.every((member) => member.isTypeOnly);
};

const read = (file: string): SourceFile => {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const imports: Import[] = [];
  let hasDefaultExport = false;
  let reExportsAll = false;
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      imports.push(importOf(file, (node.moduleSpecifier as ts.StringLiteral).text, isTypeImport(node)));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      imports.push(importOf(file, (node.moduleSpecifier as ts.StringLiteral).text, node.isTypeOnly));
      reExportsAll ||= !node.exportClause;
    }
    if (ts.isExportAssignment(node)) hasDefaultExport = true;
    if (node.kind === ts.SyntaxKind.DefaultKeyword && node.parent && ts.canHaveModifiers(node.parent)) hasDefaultExport = true;
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) imports.push(importOf(file, argument.text, false));
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return { path: file, text, lines: text.split('\n').length - 1, imports, hasDefaultExport, reExportsAll };
};

export const sourceFiles = (...folders: readonly string[]): readonly SourceFile[] =>
  folders.flatMap((folder) => list(folder).map((file) => read(file)));
