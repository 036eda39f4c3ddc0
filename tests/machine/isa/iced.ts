/**
 * iced-x86 as an oracle for our decoder: told to be a processor with exactly the features that our CPUID announces.
 * What it makes of an instruction of another extension is "invalid", as here.
 */
import {
  Code,
  CpuidFeature,
  Decoder,
  DecoderOptions,
  Formatter,
  FormatterSyntax,
  type Instruction,
  MemorySizeOptions,
} from "iced-x86";
import { FEATURES } from "../../../src/machine/cpu/cpuid.js";
import type { CodeSize } from "../../../src/machine/isa/insn.js";

/** What iced reads in some bytes. */
export interface Reading {
  /** Undefined when no instruction of our processor begins there. */
  text: string | undefined;
  /** Name in iced's `Code` enumeration, also of an instruction that is not announced. */
  code: string;
  length: number;
}

/** iced's names of features where CPUID's differ. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  X64: "lm",
  CLFSH: "clflush",
  LZCNT: "abm",
  FPU287: "fpu",
  FPU387: "fpu",
};

/** Older than CPUID, or announced by nothing; RSM is out of reach (`DEVIATIONS` in the test). */
const ALWAYS = /^(INTEL(8086|186|286|386|486)(_ONLY)?|CPUID|RDPMC|PAUSE|MULTIBYTENOP|SMM)$/;

/** TZCNT is the only one of BMI1 (`families/bits.ts`); 0F 0D is a hint to all processors of 64 bits. */
const ALSO = ["BMI1:Tzcnt", "PREFETCHW:"];

const ANNOUNCED = new Set(FEATURES.map(({ name }) => name));

function isAnnounced(feature: string, code: string): boolean {
  if (ALWAYS.test(feature) || ANNOUNCED.has(OTHER_NAMES[feature] ?? feature.toLowerCase())) return true;
  return ALSO.some((one) => `${feature}:${code}`.startsWith(one));
}

/** Reserved hints and WBNOINVD are what they were before extensions gave them a meaning. */
const OPTIONS = DecoderOptions.ForceReservedNop | DecoderOptions.NoWbnoinvd;

export class IcedOracle {
  private readonly formatter = newFormatter();
  /** Code → are all its features announced? */
  private readonly known = new Map<number, boolean>();

  read(bytes: Uint8Array, address: bigint, codeSize: CodeSize = 64): Reading {
    const decoder = new Decoder(codeSize, bytes, OPTIONS);
    decoder.ip = address;
    const insn = decoder.decode();
    const code = Code[insn.code] ?? "";
    const exists = insn.code !== Code.INVALID && this.hasFeatures(insn, code);
    const reading = {
      text: exists ? this.formatter.format(insn) : undefined,
      code,
      length: insn.length,
    };
    insn.free();
    decoder.free();
    return reading;
  }

  private hasFeatures(insn: Instruction, code: string): boolean {
    let known = this.known.get(insn.code);
    if (known === undefined) {
      known = [...insn.cpuidFeatures()].every((feature) => isAnnounced(CpuidFeature[feature] ?? "", code));
      this.known.set(insn.code, known);
    }
    return known;
  }
}

/** Numbers, sizes and scales as our disassembler writes them. */
function newFormatter(): Formatter {
  const formatter = new Formatter(FormatterSyntax.Intel);
  formatter.hexPrefix = "0x";
  formatter.hexSuffix = "";
  formatter.uppercaseHex = false;
  formatter.smallHexNumbersInDecimal = false;
  formatter.memorySizeOptions = MemorySizeOptions.Always;
  formatter.ripRelativeAddresses = true;
  formatter.alwaysShowScale = true;
  formatter.showZeroDisplacements = true;
  formatter.branchLeadingZeros = false;
  formatter.addLeadingZeroToHexNumbers = false;
  formatter.showBranchSize = false;
  return formatter;
}
