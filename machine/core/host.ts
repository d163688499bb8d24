/** What the core asks of the host (README.md). The file's name is the import module's name. */

export declare function mmioRead(address: u32, size: u32): u32;
export declare function mmioWrite(address: u32, size: u32, value: u32): void;
/** Writes MACHINE_REAL_TICKS. */
export declare function updateTime(): void;
export declare function tohostWritten(): void;
