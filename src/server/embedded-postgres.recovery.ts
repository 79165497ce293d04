/** A cluster whose password file was lost gets a new password, set without a running server as only the folder's owner can. */

import { OWNER_ROLE } from './embedded-postgres.cluster.js';
import { DataFolderUnusableFault } from './embedded-postgres.faults.js';
import { adviseOn } from './embedded-postgres.output.js';
import { type Account, runProgram } from './embedded-postgres.process.js';

/** The server must not be running on the folder. Its output is not passed on, as it may repeat the statement. */
export async function replacePassword(options: {
  readonly postgres: string;
  readonly clusterPath: string;
  readonly account: Account | undefined;
  readonly password: string;
}): Promise<void> {
  // Passwords of ours consist of letters, digits, "-" and "_" only, so nothing needs quoting.
  const input = `ALTER ROLE ${OWNER_ROLE} PASSWORD '${options.password}'\n`;
  const flags = ['--single', '-D', options.clusterPath, '-c', 'exit_on_error=on', 'postgres'];
  const result = await runProgram(options.postgres, flags, { account: options.account, input });
  if (result.exitCode === 0) return;
  const text = `${options.clusterPath} has no password file any more, and setting a new password failed. ${adviseOn(result.output)}`;
  throw new DataFolderUnusableFault(`${text} Put the password file back from a backup.`);
}
