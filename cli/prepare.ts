/** `npm run build`: builds what a run needs, so that the first run does not have to. */
import { artefactNames, artefactPath } from './artefacts.ts';

for (const name of artefactNames) console.log(await artefactPath(name));
