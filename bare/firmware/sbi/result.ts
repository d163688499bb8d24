/**
 * What a handler of an SBI extension returns beside the SBI's own codes: it has said itself where the hart goes on and with
 * which registers, so the call has no result.
 */
export const GOES_ON_ELSEWHERE: i64 = i64.MIN_VALUE;
