/** Ends the test run's PostgreSQL server and waits for it. */
export default () =>
  new Promise((resolve) => {
    const child = globalThis.clearanceTestDatabase;
    child.removeAllListeners('exit');
    child.once('exit', () => resolve(undefined));
    child.disconnect();
  });
