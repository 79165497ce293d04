/** Processor time of other processes, as Linux tells it; elsewhere unknown. */
import { readFile } from 'node:fs/promises';

/** Linux reports in ticks of a hundredth of a second on every common platform. */
const MS_PER_TICK = 10;

/** User and system time since the process started, in milliseconds; NaN where the system does not tell. */
export const cpuMs = async (pid: number): Promise<number> => {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold spaces: count from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return Number.NaN;
  }
};
