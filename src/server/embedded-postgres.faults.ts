/** What can go wrong with the built-in PostgreSQL, each text saying what the person at the machine should do. */

/** The way out that every fault of the built-in server has. */
export const OWN_SERVER_HINT = 'or set DATABASE_URL to a PostgreSQL server of your own';

export class EmbeddedPostgresFault extends Error {
  override readonly name: string = 'EmbeddedPostgresFault';
}

/** Another gateway, or a server that is not ours, holds the data folder. */
export class DataFolderInUseFault extends EmbeddedPostgresFault {
  override readonly name = 'DataFolderInUseFault';
}

/** The data folder was made by another major version; nothing in it was touched. */
export class DataFolderVersionFault extends EmbeddedPostgresFault {
  override readonly name = 'DataFolderVersionFault';
}

/** The data folder cannot be read, written, or is not a database folder at all. */
export class DataFolderUnusableFault extends EmbeddedPostgresFault {
  override readonly name = 'DataFolderUnusableFault';
}

/** The PostgreSQL programs are missing or do not run on this machine. */
export class ProgramsUnusableFault extends EmbeddedPostgresFault {
  override readonly name = 'ProgramsUnusableFault';
}

/** PostgreSQL ran but did not come up, or did not go down. */
export class ServerFault extends EmbeddedPostgresFault {
  override readonly name = 'ServerFault';
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'The disk is full: free some space and start again.'],
  ['EDQUOT', 'The disk quota is used up: free some space and start again.'],
  ['EROFS', 'The file system is read-only: choose another CLEARANCE_DATA_DIR.'],
  ['EACCES', 'This user may not go there: correct the owner or mode, or choose another CLEARANCE_DATA_DIR.'],
  ['EPERM', 'This user may not do that: correct the owner or mode, or choose another CLEARANCE_DATA_DIR.'],
  ['ENOTDIR', 'A part of that path is a file: choose another CLEARANCE_DATA_DIR.'],
  ['EEXIST', 'A part of that path is a file: choose another CLEARANCE_DATA_DIR.'],
]);

/** Clothes a bare file system error in words; anything else passes through unchanged. */
export function explainSystemError(error: unknown, dataDir: string): unknown {
  if (error instanceof EmbeddedPostgresFault || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const advice = ADVICE.get(code);
  if (advice === undefined) return error;
  const text = `The database folder ${dataDir} cannot be used (${error.message}). ${advice}`;
  return new DataFolderUnusableFault(text, { cause: error });
}
