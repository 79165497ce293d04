// Tells Monaco where its three workers are: files beside this script, because the page allows no other origin and no inline script.

/** File names of the bundled workers, filled in by the build since they carry a hash of their content. */
declare const WORKER_FILES: { readonly editor: string; readonly json: string; readonly graphql: string };

export function installWorkers(): void {
  Object.assign(globalThis, {
    MonacoEnvironment: {
      getWorker: (_moduleId: string, label: string): Worker => new Worker(new URL(findWorkerFile(label), import.meta.url)),
    },
  });
}

function findWorkerFile(label: string): string {
  switch (label) {
    case 'json':
      return WORKER_FILES.json;
    case 'graphql':
      return WORKER_FILES.graphql;
    default:
      return WORKER_FILES.editor;
  }
}
