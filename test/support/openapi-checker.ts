/** Holds bodies and answers of named operations against the OpenAPI document, with a validator that knows nothing of how it was made. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly name: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into it.
  readonly paths: Readonly<Record<string, any>>;
  readonly components: Readonly<
    Record<'schemas' | 'responses' | 'parameters' | 'securitySchemes', Readonly<Record<string, object>>>
  >;
}

export interface Checker {
  readonly names: readonly string[];
  /** Compiles it; throws when it is no schema. */
  compile(name: string): ValidateFunction;
  /** Empty: it fits. */
  problems(name: string, value: unknown): readonly string[];
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const isWhole = (value: number): boolean => Number.isSafeInteger(value);

export const createChecker = ({ components: { schemas } }: OpenApiDocument): Checker => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowMatchingProperties: false });
  // A hint for programs that make code of the document; what it says follows from oneOf.
  ajv.addKeyword({ keyword: 'discriminator', schemaType: 'object' });
  ajv.addFormat('date-time', DATE_TIME);
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addFormat('int32', { type: 'number', validate: isWhole });
  ajv.addFormat('int64', { type: 'number', validate: isWhole });
  ajv.addFormat('double', { type: 'number', validate: () => true });
  // Answers may grow, so the document leaves them open; today's must hold nothing that it does not describe.
  const $defs = JSON.parse(JSON.stringify(schemas).replaceAll('#/components/schemas/', '#/$defs/'), (_key, value) =>
    value?.type !== undefined && value.properties !== undefined ? { additionalProperties: false, ...value } : value,
  ) as object;
  ajv.addSchema({ $id: 'https://clearance.test/openapi', $defs });
  const compiled = new Map<string, ValidateFunction>();
  const compile = (name: string): ValidateFunction => {
    const known = compiled.get(name) ?? ajv.compile({ $ref: `https://clearance.test/openapi#/$defs/${name}` });
    compiled.set(name, known);
    return known;
  };
  return {
    names: Object.keys(schemas),
    compile,
    problems: (name, value) => {
      const validate = compile(name);
      if (validate(value)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
    },
  };
};
