/**
 * What people call a function: `handleSbiCall` of the symbol `bare/hypervisor/sbi/sbi/handleSbiCall`. A generic
 * type's arguments, which have slashes of their own, stay.
 */
export const shortName = (symbol: string): string => symbol.replace(/^[^<]*\//, '');
