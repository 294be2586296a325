package acrl;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Small changes of a method, each of one instruction and with the same types on the stack. */
final class Points {
  /** A change that can be made: of which instruction of its method, and how. */
  record Point(int place, String kind) {}

  private Points() {}

  static List<Point> of(MethodNode method) {
    List<Point> points = new ArrayList<>();
    Set<AbstractInsnNode> unseen = Thrown.in(method);
    int place = 0;
    for (AbstractInsnNode x = method.instructions.getFirst(); x != null; x = x.getNext(), place++) {
      for (String kind : unseen.contains(x) ? List.<String>of() : kinds(x)) points.add(new Point(place, kind));
    }
    return points;
  }

  private static List<String> kinds(AbstractInsnNode x) {
    int op = x.getOpcode();
    if (x instanceof JumpInsnNode) {
      return bound(op) >= 0 ? List.of("negate", "boundary") : negated(op) >= 0 ? List.of("negate") : List.of();
    }
    if (operator(op) >= 0) return List.of("operator");
    if (op == IINC) return List.of("increment");
    if (op == INEG || op == LNEG || op == FNEG || op == DNEG) return List.of("minus");
    if (op >= ICONST_M1 && op <= SIPUSH) return List.of("constant");
    if (op == LDC) {
      Object c = ((LdcInsnNode) x).cst;
      return c instanceof String ? List.of("string") : c instanceof Number ? List.of("constant") : List.of();
    }
    if (op == ARETURN && before(x) == ACONST_NULL) return List.of(); // nothing else fits every type
    if (op >= IRETURN && op <= ARETURN) return List.of("return");
    boolean call = op == INVOKEVIRTUAL || op == INVOKESTATIC || op == INVOKEINTERFACE;
    return call && ((MethodInsnNode) x).desc.endsWith(")V") ? List.of("call") : List.of();
  }

  private static int negated(int op) {
    if (op >= IFEQ && op <= IF_ACMPNE) return ((op - IFEQ) ^ 1) + IFEQ;
    return op == IFNULL ? IFNONNULL : op == IFNONNULL ? IFNULL : -1;
  }

  private static int bound(int op) {
    switch (op) {
      case IFLT: return IFLE;
      case IFLE: return IFLT;
      case IFGT: return IFGE;
      case IFGE: return IFGT;
      case IF_ICMPLT: return IF_ICMPLE;
      case IF_ICMPLE: return IF_ICMPLT;
      case IF_ICMPGT: return IF_ICMPGE;
      case IF_ICMPGE: return IF_ICMPGT;
      default: return -1;
    }
  }

  /** The operator that takes one's place, in the order int long float double of each row of instructions. */
  private static int operator(int op) {
    if (op >= IADD && op <= DADD) return op + (ISUB - IADD);
    if (op >= ISUB && op <= DSUB) return op - (ISUB - IADD);
    if (op >= IMUL && op <= DMUL) return op + (IDIV - IMUL);
    if (op >= IDIV && op <= DDIV) return op - (IDIV - IMUL);
    if (op >= IREM && op <= DREM) return op - (IREM - IMUL);
    switch (op) {
      case IAND: case LAND: return op + (IOR - IAND);
      case IOR: case LOR: return op - (IOR - IAND);
      case IXOR: case LXOR: return op - (IXOR - IAND);
      case ISHL: case LSHL: return op + (ISHR - ISHL);
      case ISHR: case LSHR: return op - (ISHR - ISHL);
      case IUSHR: case LUSHR: return op - (IUSHR - ISHL);
      default: return -1;
    }
  }

  /** Makes the change in a copy of its method; the instruction stays where it was, or another is in its place. */
  static void change(MethodNode copy, Point point) {
    InsnList code = copy.instructions;
    AbstractInsnNode x = code.get(point.place());
    int op = x.getOpcode();
    switch (point.kind()) {
      case "negate": ((JumpInsnNode) x).setOpcode(negated(op)); break;
      case "boundary": ((JumpInsnNode) x).setOpcode(bound(op)); break;
      case "operator": code.set(x, new InsnNode(operator(op))); break;
      case "increment": ((IincInsnNode) x).incr *= -1; break;
      case "minus": code.set(x, new InsnNode(NOP)); break;
      case "constant": code.set(x, next(x)); break;
      case "string": code.set(x, new LdcInsnNode(((LdcInsnNode) x).cst.equals("") ? "A" : "")); break;
      case "return": code.insertBefore(x, other(x, Type.getReturnType(copy.desc))); break;
      default: code.insertBefore(x, drop((MethodInsnNode) x)); code.set(x, new InsnNode(NOP));
    }
  }

  private static AbstractInsnNode next(AbstractInsnNode x) {
    int op = x.getOpcode();
    if (op <= ICONST_5) return Code.push(op - ICONST_0 + 1);
    if (op == LCONST_0 || op == FCONST_0 || op == DCONST_0) return new InsnNode(op + 1);
    if (op == LCONST_1 || op == FCONST_1 || op == DCONST_1) return new InsnNode(op - 1);
    if (op == FCONST_2) return new InsnNode(FCONST_1);
    if (op != LDC) {
      int v = ((IntInsnNode) x).operand;
      return Code.push(v == Byte.MAX_VALUE || v == Short.MAX_VALUE ? v - 1 : v + 1); // of the same small type
    }
    Object c = ((LdcInsnNode) x).cst;
    if (c instanceof Integer) return new LdcInsnNode((Integer) c + ((Integer) c == Integer.MAX_VALUE ? -1 : 1));
    if (c instanceof Long) return new LdcInsnNode((Long) c + ((Long) c == Long.MAX_VALUE ? -1 : 1));
    return new LdcInsnNode(c instanceof Float ? (Object) ((Float) c + 1) : (Object) ((Double) c + 1));
  }

  /** The operation before one; -1 for none, or for what is no operation. */
  private static int before(AbstractInsnNode x) {
    return x.getPrevious() == null ? -1 : x.getPrevious().getOpcode();
  }

  /** Returns something else: nothing, or zero; one, or a letter, where that is what is returned already. */
  private static InsnList other(AbstractInsnNode x, Type type) {
    InsnList list = new InsnList();
    list.add(new InsnNode(type.getSize() == 2 ? POP2 : POP));
    int before = before(x);
    switch (x.getOpcode()) {
      case IRETURN: list.add(new InsnNode(before == ICONST_0 ? ICONST_1 : ICONST_0)); break;
      case LRETURN: list.add(new InsnNode(before == LCONST_0 ? LCONST_1 : LCONST_0)); break;
      case FRETURN: list.add(new InsnNode(before == FCONST_0 ? FCONST_1 : FCONST_0)); break;
      case DRETURN: list.add(new InsnNode(before == DCONST_0 ? DCONST_1 : DCONST_0)); break;
      default:
        boolean text = type.getDescriptor().equals("Ljava/lang/String;");
        boolean empty = before == LDC && "".equals(((LdcInsnNode) x.getPrevious()).cst);
        list.add(text ? new LdcInsnNode(empty ? "A" : "") : new InsnNode(ACONST_NULL));
    }
    return list;
  }

  private static InsnList drop(MethodInsnNode call) {
    InsnList list = new InsnList();
    Type[] types = Type.getArgumentTypes(call.desc);
    for (int k = types.length - 1; k >= 0; k--) list.add(new InsnNode(types[k].getSize() == 2 ? POP2 : POP));
    if (call.getOpcode() != INVOKESTATIC) list.add(new InsnNode(POP));
    return list;
  }
}
