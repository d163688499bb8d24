import { bareCauses, bareCsrs, bareInstructions, bareSbi, bareVirtio } from './generate-bare.ts';
import { coreCauses, coreCsrs, coreDecoder } from './generate-core.ts';
import { instructionReference } from './generate-docs.ts';

/** Path in the repository and text of each file that is generated from the tables. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ['bare/rv/csr.ts', bareCsrs()],
    ['bare/rv/causes.ts', bareCauses()],
    ['bare/rv/sbi.ts', bareSbi()],
    ['bare/rv/virtio.ts', bareVirtio()],
    ['bare/rv/instructions.ts', bareInstructions()],
    ['machine/core/csr-constants.ts', coreCsrs()],
    ['machine/core/causes.ts', coreCauses()],
    ['machine/core/decoder.generated.ts', coreDecoder()],
    ['docs/instructions.md', instructionReference()],
  ]);
}
