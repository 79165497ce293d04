/** Cuts the two directions of a PostgreSQL connection into messages, and reads the few of them that matter here. */

export interface Message {
  /** Its letter; empty for the first message of a client, which has none. */
  readonly type: string;
  /** The whole message with letter and length. */
  readonly bytes: Buffer;
  readonly body: Buffer;
}

export interface Splitter {
  push(chunk: Buffer): readonly Message[];
}

/** `typed`: whether messages begin with a letter already; a client's first one does not. */
export const createSplitter = (firstIsTyped: boolean): Splitter => {
  let rest: Buffer = Buffer.alloc(0);
  let typed = firstIsTyped;
  return {
    push: (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const messages: Message[] = [];
      for (;;) {
        const head = typed ? 1 : 0;
        if (rest.length < head + 4) return messages;
        const total = head + rest.readInt32BE(head);
        if (rest.length < total) return messages;
        const bytes = rest.subarray(0, total);
        messages.push({ type: typed ? String.fromCharCode(bytes[0] ?? 0) : '', bytes, body: bytes.subarray(head + 4) });
        rest = rest.subarray(total);
        typed = true;
      }
    },
  };
};

const textUntilZero = (body: Buffer, from: number): { readonly text: string; readonly end: number } => {
  const end = body.indexOf(0, from);
  return { text: body.toString('latin1', from, end < 0 ? body.length : end), end: (end < 0 ? body.length : end) + 1 };
};

export const queryText = ({ body }: Message): string => textUntilZero(body, 0).text;

export const parseOf = ({ body }: Message): { readonly name: string; readonly text: string } => {
  const name = textUntilZero(body, 0);
  return { name: name.text, text: textUntilZero(body, name.end).text };
};

/** The statement that a Bind names, and all its values as one text. */
export const bindOf = ({ body }: Message): { readonly statement: string; readonly values: string } => {
  const portal = textUntilZero(body, 0);
  const statement = textUntilZero(body, portal.end);
  return { statement: statement.text, values: body.toString('latin1', statement.end) };
};
