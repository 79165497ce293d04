/** What must hold of every complaint about a bad request: typed, named, and without a look inside. */
import { expect } from '@jest/globals';
import { FAULT_CODES } from '../../src/domain/faults.js';
import type { GraphqlAnswer } from './gateway.js';

export interface RefusedAnswer {
  readonly status: number;
  readonly text: string;
  readonly errors: GraphqlAnswer['errors'];
}

/** Words that only the inside of the gateway, its engine or its database would say. */
const INSIDE = /node_modules|file:\/\/|\.[jt]s:\d|\/src\/|stacktrace|\bat \w+ \(|call stack|postgres|kysely/i;

/** Checks all errors of an answer and gives their messages. */
export const complaints = (answer: RefusedAnswer, code = 'BAD_USER_INPUT'): readonly string[] => {
  expect(answer.status).toBeLessThan(500);
  expect(answer.text).not.toMatch(INSIDE);
  expect(answer.errors).not.toEqual([]);
  for (const { message, extensions } of answer.errors) {
    expect(FAULT_CODES).toContain(extensions.code);
    expect({ message, ...extensions }).toMatchObject({ code, requestId: expect.stringMatching(/^.{8,}$/) });
    expect(message.length).toBeLessThan(600);
  }
  return answer.errors.map(({ message }) => message);
};
