/** The timer and the interrupt controller as their own registers say. */
import { PIT_HERTZ } from "../../machine/devices/interval-timer.js";
import { FLAG } from "../../machine/isa/registers.js";
import type { Machine } from "../../machine/machine.js";
import type { ControllerState, TimerState } from "../../views/machine-state.js";

export function timerState({ timer, clock }: Machine): TimerState {
  const channel = timer.state.channels[0]!;
  const divisor = channel.reload || 0x10000;
  const isArmed = Number.isFinite(channel.nextEdge);
  return {
    ...{ divisor, isArmed, mode: channel.mode },
    hertz: PIT_HERTZ / divisor,
    nextIn: isArmed ? Math.max(0, Math.round(channel.nextEdge - clock.now)) : undefined,
  };
}

export function controllerState({ interruptController, cpu }: Machine): ControllerState {
  const { requests, inService, mask, vectorBase } = interruptController.state.first;
  return { requests, inService, mask, vectorBase, isHeard: (cpu.flags & FLAG.IF) !== 0 };
}
