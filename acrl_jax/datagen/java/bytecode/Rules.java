package acrl;

import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFLE;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.LDC;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** What is put before, after or instead of a call of the JDK, which is not instrumented itself. */
final class Rules {
  private static final Set<String> BUILDERS = Set.of("java/lang/StringBuilder", "java/lang/StringBuffer",
      "java/lang/Appendable", "java/io/Writer", "java/io/StringWriter", "java/io/PrintWriter");
  private static final Set<String> SHOWN = Set.of("java/lang/Object", "java/lang/Double", "java/lang/Float",
      "java/lang/Boolean", "java/lang/Number", "java/lang/Comparable", "java/math/BigDecimal");
  private static final Set<String> ITERATING = Set.of("iterator", "stream", "toArray", "elements", "spliterator");
  private static final Set<String> COPYING = Set.of("addAll", "putAll", "<init>", "copyOf");
  private static final Map<String, Method> INSTEAD = new HashMap<>();

  static {
    for (Class<?> c : new Class<?>[] {
      Text.class, Chars.class, Parse.class, Numbers.class, Shown.class, Large.class
    }) {
      for (Method m : c.getDeclaredMethods()) {
        int cut = m.getName().indexOf('_');
        if (cut < 0 || m.isSynthetic()) continue;
        INSTEAD.put(original(m.getName().substring(0, cut), m.getName().substring(cut + 1), m), m);
      }
    }
  }

  private Rules() {}

  /** The call that a method stands for: a static one of its parameters, or one of its first parameter. */
  private static String original(String owner, String name, Method m) {
    for (String prefix : new String[] {"java.lang.", "java.math.", "java.util.", "java.util.regex."}) {
      try {
        Class<?> c = Class.forName(prefix + owner);
        for (Method candidate : c.getMethods()) {
          String descriptor = Type.getMethodDescriptor(candidate);
          boolean virtual = !java.lang.reflect.Modifier.isStatic(candidate.getModifiers());
          if (candidate.getName().equals(name) && Type.getMethodDescriptor(m).equals(
              virtual ? "(" + Type.getDescriptor(c) + descriptor.substring(1) : descriptor)) {
            return Type.getInternalName(c) + "." + name + descriptor;
          }
        }
      } catch (ClassNotFoundException e) {
        continue;
      }
    }
    throw new AssertionError("the JDK has no " + m);
  }

  /** Bans, flags, replaces or watches one call. */
  static void apply(InsnList code, MethodInsnNode call) {
    String ban = Bans.of(call.owner, call.name, call.desc);
    if (ban != null) {
      code.insertBefore(call, new LdcInsnNode(ban));
      code.insertBefore(call, Code.call(Probe.class, "ban", "(Ljava/lang/String;)V"));
      return;
    }
    if (!call.owner.startsWith("java/") || flagged(code, call)) return;
    Method other = INSTEAD.get(call.owner + "." + call.name + call.desc);
    if (other != null && call.getOpcode() != INVOKESPECIAL && !constant(call)) {
      code.set(call, Code.call(other.getDeclaringClass(), other.getName(), Type.getMethodDescriptor(other)));
      return;
    }
    if (!forEach(code, call)) {
      before(code, call);
      after(code, call);
    }
  }

  /** Whether a pattern is a constant of the program's: what it does is documented in other words. */
  private static boolean constant(MethodInsnNode call) {
    if (call.desc.equals("(Ljava/lang/String;)Z")) return call.name.equals("matches") && literal(call.getPrevious());
    AbstractInsnNode by = call.getPrevious();
    return (call.name.equals("replaceAll") || call.name.equals("replaceFirst")) && literal(by)
        && literal(by.getPrevious());
  }

  private static boolean literal(AbstractInsnNode x) {
    return x != null && x.getOpcode() == LDC;
  }

  /** Calls that are flagged whatever they are given. */
  private static boolean flagged(InsnList code, MethodInsnNode call) {
    int flag = flag(call.owner, call.name, call.desc);
    if (flag == 0) return false;
    Code.flag(code, call, flag);
    return true;
  }

  private static int flag(String owner, String name, String desc) {
    if (name.equals("hashCode") || name.equals("deepHashCode")) return Probe.HASHCODE;
    if (owner.equals("java/util/Objects") && name.equals("hash")) return Probe.HASHCODE;
    if (name.equals("getDefault") || name.equals("defaultCharset")) return Probe.LOCALE;
    if (owner.equals("java/util/Random")) return Probe.NONDET; // seeded, but by Java's rule
    if (owner.startsWith("java/text/") && name.equals("format")) return Probe.FORMAT;
    boolean array = owner.equals("java/util/Arrays") && (name.equals("toString") || name.equals("deepToString"));
    if (array && !"([I) ([J) ([S) ([B)".contains(desc.substring(0, 4))) return Probe.FTOSTR;
    return 0;
  }

  private static boolean forEach(InsnList code, MethodInsnNode call) {
    if (!call.name.equals("forEach")) return false;
    if (call.desc.equals("(Ljava/util/function/BiConsumer;)V")) {
      code.set(call, Code.call(Hashing.class, "forEach", "(Ljava/util/Map;Ljava/util/function/BiConsumer;)V"));
    } else if (call.desc.equals("(Ljava/util/function/Consumer;)V") && !call.owner.contains("stream")) {
      code.set(call, Code.call(Hashing.class, "forEach", "(Ljava/lang/Iterable;Ljava/util/function/Consumer;)V"));
    } else {
      return false;
    }
    return true;
  }

  /** Looks at the last argument, or at the object itself where there is none. */
  private static void before(InsnList code, MethodInsnNode call) {
    String owner = call.owner, name = call.name;
    Type[] types = Type.getArgumentTypes(call.desc);
    boolean alone = types.length == 0, util = owner.startsWith("java/util/");
    String last = alone ? "" : types[types.length - 1].getDescriptor();
    if (BUILDERS.contains(owner) && (name.equals("append") || name.equals("insert") || name.equals("print"))
        || name.equals("valueOf") && owner.equals("java/lang/String")
        || name.equals("toString") && call.getOpcode() == INVOKESTATIC) {
      if ("DFZ".contains(last)) look(code, call, Shown.class, "text", last);
      else if (text(last)) look(code, call, Shown.class, "text", "Ljava/lang/Object;");
    } else if (name.equals("toString") && alone && (SHOWN.contains(owner) || util)) {
      look(code, call, Shown.class, "text", "Ljava/lang/Object;");
    } else if (last.equals("[Ljava/lang/Object;") && (name.equals("format") || name.equals("printf")
        || name.equals("formatted"))) {
      look(code, call, Shown.class, "formatted", last);
    } else if (name.equals("join") && owner.equals("java/lang/String")) {
      look(code, call, Shown.class, "texts", last.startsWith("[") ? "[Ljava/lang/Object;" : last);
    } else if (name.equals("<init>") && last.equals("Ljava/lang/String;") && owner.startsWith("java/math/Big")) {
      look(code, call, Parse.class, owner.endsWith("Integer") ? "whole" : "real", last);
    } else if (alone && ITERATING.contains(name) && (util || owner.equals("java/lang/Iterable"))
        || util && COPYING.contains(name) && !owner.contains("Set") && copied(last)) {
      look(code, call, Hashing.class, "iterated", "Ljava/lang/Object;");
    }
  }

  private static boolean text(String type) {
    return type.equals("Ljava/lang/Object;") || type.equals("Ljava/lang/String;")
        || type.equals("Ljava/lang/CharSequence;");
  }

  private static boolean copied(String type) {
    return type.equals("Ljava/util/Collection;") || type.equals("Ljava/util/Map;");
  }

  private static void look(InsnList code, MethodInsnNode call, Class<?> c, String name, String type) {
    code.insertBefore(call, Code.duplicate(Type.getType(type).getSize()));
    code.insertBefore(call, Code.call(c, name, "(" + type + ")V"));
  }

  /** Looks at the result. */
  private static void after(InsnList code, MethodInsnNode call) {
    Class<?> c;
    String name, type;
    boolean math = call.owner.equals("java/lang/Math") || call.owner.equals("java/lang/StrictMath");
    if (math && call.desc.endsWith(")D")) {
      c = Numbers.class;
      name = "finite";
      type = "D";
    } else if (call.desc.endsWith(")I") && call.name.startsWith("compare") && !sign(call.getNext())) {
      c = Hashing.class;
      name = "compared";
      type = "I";
    } else {
      return;
    }
    InsnList look = new InsnList();
    look.add(Code.duplicate(Type.getType(type).getSize()));
    look.add(Code.call(c, name, "(" + type + ")V"));
    code.insert(call, look);
  }

  /** Whether only the sign of what is on the stack is looked at. */
  private static boolean sign(AbstractInsnNode next) {
    while (next != null && next.getOpcode() < 0) next = next.getNext();
    return next != null && next.getOpcode() >= IFEQ && next.getOpcode() <= IFLE;
  }

  /** The same for a method that is referred to, not called, before `user`: the one to refer to. */
  static Handle apply(InsnList code, AbstractInsnNode user, Handle handle) {
    String owner = handle.getOwner(), name = handle.getName();
    String ban = Bans.of(owner, name, handle.getDesc());
    if (ban != null) {
      code.insertBefore(user, new LdcInsnNode(ban));
      code.insertBefore(user, Code.call(Probe.class, "ban", "(Ljava/lang/String;)V"));
    }
    if (!owner.startsWith("java/")) return handle;
    int flag = flag(owner, name, handle.getDesc());
    boolean whole = owner.equals("java/lang/Integer") || owner.equals("java/lang/Long");
    if (!whole && (name.equals("toString") || name.equals("valueOf"))) flag |= Probe.FTOSTR;
    if (flag != 0) Code.flag(code, user, flag);
    Method other = INSTEAD.get(owner + "." + name + handle.getDesc());
    if (other == null) return handle;
    String there = Type.getInternalName(other.getDeclaringClass());
    return new Handle(H_INVOKESTATIC, there, other.getName(), Type.getMethodDescriptor(other), false);
  }
}
