/**
 * The translator's floating point: the host's arithmetic where that is exact, as in `cpu/quick-floats.ts`. A region with
 * such instructions is entered only while MXCSR masks all, rounds to nearest, takes denormals as they are and has its
 * precision flag set already (or checks that every result is exact: `exact-results.ts`); what remains to be checked is
 * that operands and results are ordinary (zero or normal). Where they are not, the instruction is left to the evaluator.
 * Source: as `cpu/quick-floats.ts`; WebAssembly Core Specification §4.3.3 (IEEE 754, to nearest).
 */
import type { FloatFunction, FloatOperation, FloatSize, LaneConversion } from "../isa/vector-ops.js";
import { isExact } from "./exact-results.js";
import { FORMATS, floatConstant, INTEGER_REPLACE, NOT_EQUAL } from "./float-formats.js";
import { LaneTranslation } from "./lane-translation.js";
import { as32, as64, compare64, Node, unary } from "./node.js";
import { OP, TYPE, VECTOR_OP } from "./opcodes.js";
import { Untranslatable } from "./untranslatable.js";

export abstract class FloatTranslation extends LaneTranslation {
  /** The function computes with floating-point numbers: see the condition above. */
  usesFloats = false;
  /** Inexact results are left to the evaluator, which raises the precision flag. */
  exact = false;

  /** Lane 0 as a number. Remembered on the vector, so that a chain of scalar operations stays one. */
  private scalarOf(size: FloatSize, v: Node): Node {
    const { type, extract, replace } = FORMATS[size];
    if (v.op === replace && v.tail[0] === 0) return v.inputs[1]!;
    if (v.other?.type !== type) {
      const bits = v.op === INTEGER_REPLACE[size] && v.tail[0] === 0 ? v.inputs[1] : undefined;
      v.other = bits ? this.fromBits(size, bits) : new Node(type, extract, [v], 0n, [0]);
    }
    return v.other;
  }

  /** A number from its bits. */
  private fromBits(size: FloatSize, bits: Node): Node {
    return size === 64
      ? unary(TYPE.F64, OP.F64_REINTERPRET_I64, as64(bits))
      : unary(TYPE.F32, OP.F32_REINTERPRET_I32, as32(bits));
  }

  private bitsOf(size: FloatSize, x: Node): Node {
    return size === 64
      ? unary(TYPE.I64, OP.I64_REINTERPRET_F64, x)
      : unary(TYPE.I32, OP.I32_REINTERPRET_F32, x);
  }

  /** Zero or at least the smallest normal number; infinities too. */
  private notDenormal(size: FloatSize, x: Node): Node {
    const { scalar, type, smallest, zero } = FORMATS[size];
    const large = new Node(TYPE.I32, scalar.ge, [unary(type, scalar.abs, x), smallest]);
    return new Node(TYPE.I32, OP.I32_OR, [large, new Node(TYPE.I32, scalar.eq, [x, zero])]);
  }

  private finite(size: FloatSize, x: Node): Node {
    const { scalar, type, largest } = FORMATS[size];
    return new Node(TYPE.I32, scalar.le, [unary(type, scalar.abs, x), largest]);
  }

  /** Strictly above the smallest normal number, where underflow is out of the question; and finite. */
  private clearlyNormal(size: FloatSize, x: Node): Node {
    const { scalar, type, smallest } = FORMATS[size];
    const large = new Node(TYPE.I32, scalar.gt, [unary(type, scalar.abs, x), smallest]);
    return new Node(TYPE.I32, OP.I32_AND, [large, this.finite(size, x)]);
  }

  /** Bails unless x is zero or normal. */
  private requireOrdinary(size: FloatSize, x: Node): void {
    if (x.ordinary) return;
    this.bailIf(this.not(this.both(this.notDenormal(size, x), this.finite(size, x))));
    x.ordinary = true;
  }

  floats(operation: FloatOperation, size: FloatSize, count: number, a: Node, b: Node): Node {
    this.usesFloats = true;
    const format = FORMATS[size];
    if (count !== 1 && this.exact) return this.lanesOneByOne(operation, size, a, b);
    if (count !== 1) return this.packedFloats(operation, size, a, b);
    const [x, y] = [this.scalarOf(size, a), this.scalarOf(size, b)];
    const result = this.scalarOperation(operation, size, x, y);
    result.ordinary = true;
    return new Node(TYPE.V128, format.replace, [a, result], 0n, [0]);
  }

  /** Exactness is a matter of each number. */
  private lanesOneByOne(operation: FloatOperation, size: FloatSize, a: Node, b: Node): Node {
    const { lanes, type, extract, replace } = FORMATS[size];
    let result = a;
    for (let n = 0; n < lanes; n++) {
      const lane = (v: Node) => new Node(type, extract, [v], 0n, [n]);
      const number = this.scalarOperation(operation, size, lane(a), lane(b));
      result = new Node(TYPE.V128, replace, [result, number], 0n, [n]);
    }
    return result;
  }

  private scalarOperation(operation: FloatOperation, size: FloatSize, x: Node, y: Node): Node {
    const { scalar, type, zero } = FORMATS[size];
    this.requireOrdinary(size, x);
    this.requireOrdinary(size, y);
    if (operation === "minimum" || operation === "maximum") {
      const wins = new Node(TYPE.I32, operation === "minimum" ? scalar.lt : scalar.gt, [x, y]);
      return new Node(type, OP.SELECT, [x, y, wins]);
    }
    const result = new Node(type, scalar[operation], [x, y]);
    const isZero = (v: Node) => new Node(TYPE.I32, scalar.eq, [v, zero]);
    const clear = this.clearlyNormal(size, result);
    if (operation === "divide") this.bailIf(this.not(this.either(clear, this.isQuotientOfZero(size, x, y))));
    else if (operation === "multiply") {
      const fromZero = this.either(isZero(x), isZero(y));
      this.bailIf(this.not(this.either(clear, fromZero)));
    } else this.bailIf(this.not(this.either(clear, isZero(result))));
    if (this.exact) this.bailIf(this.not(isExact(operation, size, x, y, result)));
    return result;
  }

  private isQuotientOfZero(size: FloatSize, x: Node, y: Node): Node {
    const { scalar, zero } = FORMATS[size];
    const isZero = (v: Node) => new Node(TYPE.I32, scalar.eq, [v, zero]);
    return this.both(isZero(x), this.not(isZero(y)));
  }

  private packedFloats(operation: FloatOperation, size: FloatSize, a: Node, b: Node): Node {
    const { packed } = FORMATS[size];
    this.requireAllOrdinary(size, a);
    this.requireAllOrdinary(size, b);
    let result: Node;
    if (operation === "minimum" || operation === "maximum") {
      // pmin(y, x) is x < y ? x : y.
      result = new Node(TYPE.V128, packed[operation], [b, a]);
    } else {
      result = new Node(TYPE.V128, packed[operation], [a, b]);
      let fine = this.allClearlyNormal(size, result);
      const zero = new Node(TYPE.V128, -1, []);
      const isZero = (v: Node) => new Node(TYPE.V128, packed.eq, [v, zero]);
      if (operation === "add" || operation === "subtract") fine = either(fine, isZero(result));
      if (operation === "multiply") fine = either(fine, either(isZero(a), isZero(b)));
      this.bailUnlessAll(size, fine);
    }
    result.ordinary = true;
    return result;
  }

  private bailUnlessAll(size: FloatSize, lanes: Node): void {
    this.bailIf(this.not(unary(TYPE.I32, FORMATS[size].allTrue, lanes)));
  }

  private allClearlyNormal(size: FloatSize, v: Node): Node {
    const { packed, splat, smallest, largest } = FORMATS[size];
    const magnitude = unary(TYPE.V128, packed.abs, v);
    const above = new Node(TYPE.V128, packed.gt, [magnitude, unary(TYPE.V128, splat, smallest)]);
    const finite = new Node(TYPE.V128, packed.le, [magnitude, unary(TYPE.V128, splat, largest)]);
    return new Node(TYPE.V128, VECTOR_OP.AND, [above, finite]);
  }

  private requireAllOrdinary(size: FloatSize, v: Node): void {
    if (v.ordinary) return;
    const { packed, splat, smallest, largest } = FORMATS[size];
    const magnitude = unary(TYPE.V128, packed.abs, v);
    const normal = new Node(TYPE.V128, packed.ge, [magnitude, unary(TYPE.V128, splat, smallest)]);
    const zero = new Node(TYPE.V128, packed.eq, [v, new Node(TYPE.V128, -1, [])]);
    const finite = new Node(TYPE.V128, packed.le, [magnitude, unary(TYPE.V128, splat, largest)]);
    this.bailUnlessAll(size, new Node(TYPE.V128, VECTOR_OP.AND, [either(normal, zero), finite]));
    v.ordinary = true;
  }

  floatFunction(f: FloatFunction, size: FloatSize, count: number, a: Node, b: Node): Node {
    if (f !== "squareRoot") throw new Untranslatable(f);
    this.usesFloats = true;
    const { packed, scalar, type, zero, replace } = FORMATS[size];
    // Whether roots are exact is not worth code: the evaluator tells.
    if (this.exact) this.bailIf(this.truth(true));
    if (count !== 1) {
      this.requireAllOrdinary(size, b);
      this.bailUnlessAll(size, new Node(TYPE.V128, packed.ge, [b, new Node(TYPE.V128, -1, [])]));
      const roots = unary(TYPE.V128, packed.squareRoot, b);
      roots.ordinary = true;
      return roots;
    }
    const x = this.scalarOf(size, b);
    this.requireOrdinary(size, x);
    this.bailIf(this.not(new Node(TYPE.I32, scalar.ge, [x, zero])));
    const root = unary(type, scalar.squareRoot, x);
    root.ordinary = true;
    return new Node(TYPE.V128, replace, [a, root], 0n, [0]);
  }

  addSubtract(): Node {
    throw new Untranslatable("addSubtract");
  }

  compareFloats(predicate: number, size: FloatSize, count: number, a: Node, b: Node): Node {
    this.usesFloats = true;
    const { packed } = FORMATS[size];
    if (count === 1) {
      this.requireOrdinary(size, this.scalarOf(size, a));
      this.requireOrdinary(size, this.scalarOf(size, b));
    } else {
      this.requireAllOrdinary(size, a);
      this.requireAllOrdinary(size, b);
    }
    const names = ["eq", "lt", "le"] as const;
    const name = names[predicate & 3];
    const positive = name
      ? new Node(TYPE.V128, packed[name], [a, b])
      : new Node(TYPE.V128, VECTOR_OP.XOR, [a, a]);
    const result = predicate < 4 ? positive : unary(TYPE.V128, VECTOR_OP.NOT, positive);
    return count === 1 ? this.withLane(a, size, 0, this.lane(result, size, 0)) : result;
  }

  orderFloats(
    size: FloatSize,
    _signalling: boolean,
    a: Node,
    b: Node,
  ): { unordered: Node; below: Node; equal: Node } {
    this.usesFloats = true;
    const { scalar } = FORMATS[size];
    const [x, y] = [this.asNumber(size, a), this.asNumber(size, b)];
    this.requireOrdinary(size, x);
    this.requireOrdinary(size, y);
    const compare = (op: number) => new Node(TYPE.I32, op, [x, y]);
    return { unordered: this.truth(false), below: compare(scalar.lt), equal: compare(scalar.eq) };
  }

  /** The number whose bits a scalar operand holds: lane 0 itself where it came from a vector. */
  private asNumber(size: FloatSize, bits: Node): Node {
    const extract = size === 64 ? VECTOR_OP.I64X2_EXTRACT : VECTOR_OP.I32X4_EXTRACT;
    const isLane = bits.op === extract && bits.tail[0] === 0;
    return isLane ? this.scalarOf(size, bits.inputs[0]!) : this.fromBits(size, bits);
  }

  convertLanes(conversion: LaneConversion, v: Node): Node {
    this.usesFloats = true;
    if (conversion === "int32ToFloat64") {
      const exact = unary(TYPE.V128, VECTOR_OP.F64X2_CONVERT_LOW_I32X4_S, v);
      exact.ordinary = true;
      return exact;
    }
    if (conversion === "int32ToFloat32") {
      if (this.exact) this.bailIf(this.truth(true));
      const rounded = unary(TYPE.V128, VECTOR_OP.F32X4_CONVERT_I32X4_S, v);
      rounded.ordinary = true;
      return rounded;
    }
    throw new Untranslatable(conversion);
  }

  convertFloat(from: FloatSize, to: FloatSize, v: Node): Node {
    this.usesFloats = true;
    const x = this.asNumber(from, v);
    this.requireOrdinary(from, x);
    const { type, scalar, zero } = FORMATS[to];
    const result = unary(type, to === 64 ? OP.F64_PROMOTE_F32 : OP.F32_DEMOTE_F64, x);
    if (to === 32) {
      const fromZero = new Node(TYPE.I32, FORMATS[from].scalar.eq, [x, FORMATS[from].zero]);
      const isZero = this.both(fromZero, new Node(TYPE.I32, scalar.eq, [result, zero]));
      this.bailIf(this.not(this.either(this.clearlyNormal(32, result), isZero)));
      if (this.exact)
        this.bailIf(new Node(TYPE.I32, OP.F64_NE, [unary(TYPE.F64, OP.F64_PROMOTE_F32, result), x]));
    }
    return this.bitsOf(to, result);
  }

  floatToInteger(from: FloatSize, to: 32 | 64, truncate: boolean, v: Node): Node {
    this.usesFloats = true;
    const x = this.asNumber(from, v);
    this.requireOrdinary(from, x);
    const { scalar, type } = FORMATS[from];
    const limit =
      from === 64
        ? floatConstant(TYPE.F64, to === 32 ? 0x41d0000000000000n : 0x43d0000000000000n)
        : floatConstant(TYPE.F32, to === 32 ? 0x4e800000n : 0x5e800000n);
    this.bailIf(this.not(new Node(TYPE.I32, scalar.lt, [unary(type, scalar.abs, x), limit])));
    const nearest = from === 64 ? OP.F64_NEAREST : OP.F32_NEAREST;
    const whole = truncate ? x : unary(type, nearest, x);
    const integer = unary(TYPE.I64, from === 64 ? OP.I64_TRUNC_SAT_F64_S : OP.I64_TRUNC_SAT_F32_S, whole);
    if (this.exact) this.bailIf(new Node(TYPE.I32, NOT_EQUAL[from], [this.toFloat(64, from, integer), x]));
    return to === 64 ? integer : as32(integer);
  }

  integerToFloat(from: 32 | 64, to: FloatSize, v: Node): Node {
    this.usesFloats = true;
    const result = this.toFloat(from, to, v);
    result.ordinary = true;
    if (this.exact && !(from === 32 && to === 64)) {
      const back = unary(TYPE.I64, to === 64 ? OP.I64_TRUNC_SAT_F64_S : OP.I64_TRUNC_SAT_F32_S, result);
      this.bailIf(compare64(OP.I64_NE, back, this.signed64(from, v)));
    }
    return this.bitsOf(to, result);
  }

  private toFloat(from: 32 | 64, to: FloatSize, v: Node): Node {
    const ops =
      from === 32
        ? { 32: OP.F32_CONVERT_I32_S, 64: OP.F64_CONVERT_I32_S }
        : { 32: OP.F32_CONVERT_I64_S, 64: OP.F64_CONVERT_I64_S };
    return unary(FORMATS[to].type, ops[to], from === 32 ? as32(v) : as64(v));
  }

  /** A lane that holds a number's bits is the number's lane. */
  override withLane(v: Node, size: 8 | 16 | 32 | 64, index: number, x: Node): Node {
    if (x.op === OP.I64_REINTERPRET_F64 && size === 64)
      return new Node(TYPE.V128, VECTOR_OP.F64X2_REPLACE, [v, x.inputs[0]!], 0n, [index]);
    if (x.op === OP.I32_REINTERPRET_F32 && size === 32)
      return new Node(TYPE.V128, VECTOR_OP.F32X4_REPLACE, [v, x.inputs[0]!], 0n, [index]);
    return super.withLane(v, size, index, x);
  }
}

const either = (a: Node, b: Node): Node => new Node(TYPE.V128, VECTOR_OP.OR, [a, b]);
