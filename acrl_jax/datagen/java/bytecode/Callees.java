package acrl;

import static org.objectweb.asm.Opcodes.ACC_INTERFACE;
import static org.objectweb.asm.Opcodes.ACC_STATIC;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Methods of the program that a method calls, as its code names them: methods that override them are not followed. */
final class Callees {
  private static final int DEPTH = 3;

  /** A method, of the class that declares it, and how many calls away it is. */
  record Callee(ClassNode owner, MethodNode method, int depth) {}

  private final Map<String, ClassNode> classes = new HashMap<>(); // by internal name
  private final Map<String, MethodNode> methods = new HashMap<>(); // by class, name and descriptor

  /** The method itself and what it calls, nearest first; in its own class alone, or everywhere. */
  List<Callee> of(String owner, String method, boolean everywhere) {
    List<Callee> found = new ArrayList<>();
    Deque<Callee> open = new ArrayDeque<>();
    Set<MethodNode> known = new LinkedHashSet<>();
    for (Callee next = find(owner, method, 0); next != null; next = open.poll()) {
      if (!known.add(next.method())) continue;
      found.add(next);
      if (next.depth() == DEPTH) continue;
      Set<AbstractInsnNode> unseen = Thrown.in(next.method());
      for (AbstractInsnNode x : next.method().instructions) {
        for (String[] call : unseen.contains(x) ? List.<String[]>of() : calls(x)) {
          Callee callee = everywhere || call[0].equals(owner) ? find(call[0], call[1], next.depth() + 1) : null;
          if (callee != null && (everywhere || callee.owner().name.equals(owner))) open.add(callee);
        }
      }
    }
    return found;
  }

  /** Class, and name with descriptor, of what an instruction may call. */
  private static List<String[]> calls(AbstractInsnNode x) {
    List<String[]> calls = new ArrayList<>();
    if (x instanceof MethodInsnNode) {
      MethodInsnNode call = (MethodInsnNode) x;
      calls.add(new String[] {call.owner, call.name + call.desc});
    } else if (x instanceof InvokeDynamicInsnNode) {
      for (Object argument : ((InvokeDynamicInsnNode) x).bsmArgs) { // the bodies of lambdas are methods
        if (!(argument instanceof Handle)) continue;
        Handle handle = (Handle) argument;
        calls.add(new String[] {handle.getOwner(), handle.getName() + handle.getDesc()});
      }
    }
    return calls;
  }

  /** A method of a class or of the nearest one above it; null where mutants of it cannot be made. */
  private Callee find(String owner, String method, int depth) {
    if (method.startsWith("<")) return null;
    for (ClassNode c = node(owner); c != null; c = node(c.superName)) {
      MethodNode m = methods.get(c.name + "." + method);
      if (m == null) continue;
      boolean inherited = (c.access & ACC_INTERFACE) != 0 && (m.access & ACC_STATIC) == 0;
      return m.instructions.size() == 0 || inherited ? null : new Callee(c, m, depth);
    }
    return null;
  }

  private ClassNode node(String name) {
    if (classes.containsKey(name)) return classes.get(name);
    String dotted = name.replace('/', '.');
    byte[] bytes = Classes.own(dotted) ? Classes.raw(dotted) : null;
    ClassNode c = bytes == null ? null : new ClassNode();
    if (c != null) {
      new ClassReader(bytes).accept(c, ClassReader.SKIP_DEBUG);
      for (MethodNode m : c.methods) methods.put(name + "." + m.name + m.desc, m);
    }
    classes.put(name, c);
    return c;
  }
}
