/** What devices do at times of their own: the clock's alarm, and time-outs of virtio devices. */

import type { GoldfishRtc } from '../devices/goldfish-rtc.ts';
import type { VirtioModel } from '../devices/virtio/model.ts';
import type { Clock } from './clock.ts';
import type { DeviceEvents } from './turns.ts';

export function deviceEvents(clock: Clock, rtc: GoldfishRtc, models: readonly VirtioModel[]): DeviceEvents {
  const timed = models.filter(({ timeout }) => timeout !== undefined);
  return {
    next() {
      let next = clock.until(rtc.alarm);
      for (const { deadline = Number.POSITIVE_INFINITY } of timed) {
        next = Math.min(next, clock.untilMilliseconds(deadline));
      }
      return next;
    },
    run() {
      rtc.checkAlarm();
      for (const model of timed) {
        if (model.deadline !== undefined && model.deadline <= clock.milliseconds) model.timeout?.();
      }
    },
  };
}
