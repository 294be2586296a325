package acrl;

import static org.objectweb.asm.Opcodes.*;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Rewrites classes of the program: checked arithmetic, steps, branches, looks at calls of the JDK. Adds no jumps. */
final class Instrument {
  private static final Map<Integer, Method> ARITHMETIC = new HashMap<>();
  /** By class, name and descriptor: number of a method's first branch, how many it has. */
  static final Map<String, int[]> BRANCHES = new HashMap<>();
  private static int nextBranch;

  static {
    try {
      for (Method m : Arithmetic.class.getDeclaredMethods()) {
        if (!Modifier.isPublic(m.getModifiers())) continue;
        ARITHMETIC.put(Opcodes.class.getField(m.getName().toUpperCase()).getInt(null), m); // named as they are
      }
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private final InsnList code;
  private final boolean branches;
  private final Set<LabelNode> passed = new HashSet<>();

  private Instrument(MethodNode method, boolean branches) {
    this.code = method.instructions;
    this.branches = branches;
  }

  static byte[] rewrite(byte[] bytes, boolean branches) {
    ClassNode c = new ClassNode();
    new ClassReader(bytes).accept(c, ClassReader.SKIP_DEBUG);
    for (MethodNode m : c.methods) rewrite(c.name, m, branches);
    ClassWriter w = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    c.accept(w);
    return w.toByteArray();
  }

  static void rewrite(String owner, MethodNode method, boolean branches) {
    if (method.instructions.size() == 0) return;
    int first = nextBranch;
    new Instrument(method, branches).rewrite(method.name.equals("<clinit>"));
    if (branches) {
      BRANCHES.put(owner.replace('/', '.') + "." + method.name + method.desc, new int[] {first, nextBranch - first});
    }
  }

  private void rewrite(boolean initialiser) {
    for (AbstractInsnNode x : code.toArray()) {
      int op = x.getOpcode();
      if (x instanceof LabelNode) passed.add((LabelNode) x);
      else if (x instanceof JumpInsnNode) jump((JumpInsnNode) x);
      else if (op == TABLESWITCH || op == LOOKUPSWITCH) choice(x);
      else if (op == IINC) increment((IincInsnNode) x);
      else if (op == I2B && x.getNext().getOpcode() == BASTORE) code.remove(x);
      else if (ARITHMETIC.containsKey(op)) arithmetic(x, ARITHMETIC.get(op));
      else if (op == NEWARRAY || op == ANEWARRAY) code.insertBefore(x, probe("room", "(I)I"));
      else if (op == BASTORE) code.insertBefore(x, Code.call(Numbers.class, "stored", "(I)B"));
      else if (op == MULTIANEWARRAY && ((MultiANewArrayInsnNode) x).dims > 1) rows(x);
      else if (x instanceof MethodInsnNode) Rules.apply(code, (MethodInsnNode) x);
      else if (x instanceof InvokeDynamicInsnNode) dynamic((InvokeDynamicInsnNode) x);
      else if (op == LDC && surrogate(((LdcInsnNode) x).cst)) Code.flag(code, x, Probe.UTF16);
      else if (initialiser && op == RETURN) code.insertBefore(x, probe("leaveInitialiser", "()V"));
    }
    code.insert(probe(initialiser ? "enterInitialiser" : "tick", "()V"));
  }

  private static AbstractInsnNode probe(String name, String descriptor) {
    return Code.call(Probe.class, name, descriptor);
  }

  private static boolean surrogate(Object constant) {
    return constant instanceof String && ((String) constant).chars().anyMatch(c -> c >= 0xD800 && c < 0xE000);
  }

  private void rows(AbstractInsnNode x) {
    code.insertBefore(x, Code.duplicate(2));
    code.insertBefore(x, probe("room", "(II)V"));
  }

  private void arithmetic(AbstractInsnNode x, Method m) {
    code.set(x, Code.call(Arithmetic.class, m.getName(), Type.getMethodDescriptor(m)));
  }

  private void increment(IincInsnNode x) {
    code.insertBefore(x, new VarInsnNode(ILOAD, x.var));
    code.insertBefore(x, Code.push(x.incr));
    code.insertBefore(x, Code.call(Arithmetic.class, "iadd", "(II)I"));
    code.set(x, new VarInsnNode(ISTORE, x.var));
  }

  private void jump(JumpInsnNode x) {
    int op = x.getOpcode();
    if (passed.contains(x.label)) code.insertBefore(x, probe("tick", "()V"));
    if (op == IF_ACMPEQ || op == IF_ACMPNE) {
      code.insertBefore(x, Code.duplicate(2));
      code.insertBefore(x, probe("identity", "(Ljava/lang/Object;Ljava/lang/Object;)V"));
    }
    if (!branches || op == GOTO || op == JSR) return;
    boolean two = op >= IF_ICMPEQ && op <= IF_ACMPNE;
    boolean object = op >= IF_ACMPEQ && op <= IF_ACMPNE || op == IFNULL || op == IFNONNULL;
    String type = object ? "Ljava/lang/Object;" : "I";
    code.insertBefore(x, Code.duplicate(two ? 2 : 1));
    code.insertBefore(x, Code.push(op));
    code.insertBefore(x, Code.push(nextBranch));
    String name = object ? two ? "same" : "none" : two ? "two" : "zero";
    code.insertBefore(x, probe(name, "(" + type + (two ? type : "") + "II)V"));
    nextBranch += 2;
  }

  private void choice(AbstractInsnNode x) {
    StringBuilder keys = new StringBuilder();
    List<LabelNode> labels;
    if (x instanceof TableSwitchInsnNode) {
      TableSwitchInsnNode table = (TableSwitchInsnNode) x;
      labels = table.labels;
      for (int v = table.min; v <= table.max && v >= table.min; v++) keys.append((char) (v >> 16)).append((char) v);
    } else {
      labels = ((LookupSwitchInsnNode) x).labels;
      for (int v : ((LookupSwitchInsnNode) x).keys) keys.append((char) (v >> 16)).append((char) v);
    }
    if (labels.stream().anyMatch(passed::contains)) code.insertBefore(x, probe("tick", "()V"));
    if (!branches || keys.length() > 2000) return;
    code.insertBefore(x, Code.duplicate(1));
    code.insertBefore(x, new LdcInsnNode(keys.toString()));
    code.insertBefore(x, Code.push(nextBranch));
    code.insertBefore(x, probe("choice", "(ILjava/lang/String;I)V"));
    nextBranch += keys.length() / 2 + 1;
  }

  /** Lambdas and method references, and strings joined by `+`. */
  private void dynamic(InvokeDynamicInsnNode x) {
    if (x.name.equals("makeConcatWithConstants")) {
      String there = Type.getInternalName(Shown.class);
      x.bsm = new Handle(H_INVOKESTATIC, there, "concatenate", x.bsm.getDesc(), false);
    }
    for (int k = 0; k < x.bsmArgs.length; k++) {
      if (x.bsmArgs[k] instanceof Handle) x.bsmArgs[k] = Rules.apply(code, x, (Handle) x.bsmArgs[k]);
    }
  }
}
