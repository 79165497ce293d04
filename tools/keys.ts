/** `npm run keys -- new ROLE[+ROLE] [name] [tenant]`: makes a secret and prints the entry for CLEARANCE_API_KEYS. */
import { isTenantId } from '../src/domain/ids.js';
import { isRole, ROLES } from '../src/domain/roles.js';
import { newSecret } from '../src/server/local-secrets.js';

const [command, roleText = '', name, tenant = 'default'] = process.argv.slice(2);
const roles = roleText.split('+');

if (command !== 'new' || !roles.every(isRole) || !isTenantId(tenant)) {
  console.error(`usage: npm run keys -- new ROLE[+ROLE] [name] [tenant]\nroles: ${ROLES.join(', ')}`);
  process.exit(64);
}
console.log('Add this entry to CLEARANCE_API_KEYS (comma separated) and start again. The secret is stored nowhere:');
console.log(`${tenant}/${name ?? roles[0]}:${roles.join('+')}:${newSecret()}`);
