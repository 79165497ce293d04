/** The two people who download in the simulated account. */

interface User {
  readonly username: string;
  readonly first_name: string;
  readonly middle_name: string | null;
  readonly last_name: string;
}

const API_USER: User = { username: 'northwind.api', first_name: 'Nora', middle_name: null, last_name: 'Wind' };
const COLLEAGUE: User = { username: 'm.olsen', first_name: 'Mara', middle_name: 'J', last_name: 'Ølsen' };

export const userOf = (who: 'api' | 'colleague'): User => (who === 'api' ? API_USER : COLLEAGUE);
