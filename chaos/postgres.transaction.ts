/** Recognises, from the statements that pass by on one connection, which step of a purchase they are. */
import { bindOf, type Message, parseOf, queryText } from './postgres.messages.js';

export interface Conversation {
  /** Takes what a client sent up to its Sync; says what it is, or undefined if it does not matter. */
  read(unit: readonly Message[]): string | undefined;
}

const RESULT = /license\.(granted|already_held)/;
const ENDING = /license\.(refused|unknown|escalated|resolved)/;

const subjectOfTransaction = (seen: string): string => {
  if (seen.includes('insert into "license_operation"')) return 'intent-commit';
  if (seen.includes('license.sent')) return 'sending-commit';
  if (seen.includes('license.resent')) return 'resending-commit';
  if (RESULT.test(seen)) return 'result-commit';
  if (ENDING.test(seen)) return 'ending-commit';
  return 'other-commit';
};

const subjectOfStatement = (statement: string): string | undefined => {
  if (statement.includes('insert into "license_operation"')) return 'intent-row';
  if (statement.includes('insert into "license" ')) return 'license-row';
  if (statement.includes('insert into "audit_event"') && RESULT.test(statement)) return 'result-event';
  if (statement.includes('insert into budget_hold')) return 'budget-hold';
  if (statement.includes('as jobs') && statement.includes('attempts = jobs.attempts + 1')) return 'job-asked-for';
  return undefined;
};

export const createConversation = (): Conversation => {
  const prepared = new Map<string, string>();
  let seen = '';
  return {
    read: (unit) => {
      let statement = '';
      for (const message of unit) {
        if (message.type === 'Q') statement += queryText(message);
        if (message.type === 'P') {
          const { name, text } = parseOf(message);
          prepared.set(name, text);
        }
        if (message.type === 'B') {
          const { statement: name, values } = bindOf(message);
          statement += `${prepared.get(name) ?? ''}\n${values}`;
        }
      }
      if (/^begin read only/i.test(statement)) {
        seen = '';
        return undefined;
      }
      if (/^begin/i.test(statement)) {
        seen = '';
        return 'begin';
      }
      if (/^commit/i.test(statement)) return subjectOfTransaction(seen);
      seen += statement;
      return subjectOfStatement(statement);
    },
  };
};
