package acrl;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Classes with all mutants of one method and its callees in them: a changed copy of a method for each, which the method
 * passes its calls on to while that mutant is active. So they are loaded once, not once for every mutant.
 */
final class Mutants {
  private static final int SEED = 7;
  private static final int FEW = 20; // of the method's class, below which mutants of other classes join them

  /** A mutant: its number among all of the function, and the change. */
  record Mutant(int number, Callees.Callee callee, Points.Point point) {}

  private final SortedMap<Integer, List<Mutant>> all = new TreeMap<>(); // by rank: the method, its class, others
  private int next; // number
  final List<Mutant> chosen = new ArrayList<>(); // Probe.active is a place in it

  /** At most `most` of them, those of the method itself first; of these, those in `only`, unless it is null. */
  Mutants(String owner, String method, int most, Set<Integer> only) {
    String internal = owner.replace('.', '/');
    Callees callees = new Callees();
    List<Callees.Callee> near = callees.of(internal, method, false);
    for (Callees.Callee c : near) add(c, Math.min(c.depth(), 1));
    if (next < FEW) { // a method that does little itself is tested by what it calls
      Set<MethodNode> known = near.stream().map(Callees.Callee::method).collect(Collectors.toSet());
      for (Callees.Callee c : callees.of(internal, method, true)) {
        if (!known.contains(c.method())) add(c, 1 + c.depth());
      }
    }
    List<Mutant> ranked = new ArrayList<>();
    for (List<Mutant> rank : all.values()) {
      Collections.shuffle(rank, new Random(SEED));
      ranked.addAll(rank);
    }
    for (Mutant m : ranked.subList(0, Math.min(most, ranked.size()))) {
      if (only == null || only.contains(m.number())) chosen.add(m);
    }
    chosen.sort((a, b) -> Integer.compare(a.number(), b.number())); // those of one method come together
  }

  private void add(Callees.Callee callee, int rank) {
    for (Points.Point p : Points.of(callee.method())) {
      all.computeIfAbsent(rank, r -> new ArrayList<>()).add(new Mutant(next++, callee, p));
    }
  }

  /** By name, each class that has mutants. */
  Map<String, byte[]> classes() {
    Map<Callees.Callee, int[]> ranges = new LinkedHashMap<>(); // of places in `chosen`
    for (int k = 0; k < chosen.size(); k++) {
      int place = k;
      ranges.computeIfAbsent(chosen.get(k).callee(), c -> new int[] {place, place})[1] = k;
    }
    Map<String, Map<String, List<MethodNode>>> replaced = new HashMap<>(); // by class, then by name and descriptor
    ranges.forEach((c, range) -> replaced.computeIfAbsent(c.owner().name.replace('/', '.'), n -> new HashMap<>())
        .put(c.method().name + c.method().desc, variants(c, range[0], range[1])));
    Map<String, byte[]> classes = new HashMap<>();
    replaced.forEach((name, methods) -> classes.put(name, bytes(name, methods)));
    return classes;
  }

  private static byte[] bytes(String name, Map<String, List<MethodNode>> replaced) {
    ClassReader reader = new ClassReader(Classes.plain(name));
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(new ClassVisitor(ASM9, writer) {
      @Override
      public MethodVisitor visitMethod(int access, String name, String desc, String signature, String[] exceptions) {
        List<MethodNode> variants = replaced.get(name + desc);
        if (variants == null) return super.visitMethod(access, name, desc, signature, exceptions);
        for (MethodNode v : variants) v.accept(cv);
        return null;
      }
    }, 0);
    return writer.toByteArray();
  }

  /** The method, which notes what places it reaches and passes calls on, and its changed copies. */
  private List<MethodNode> variants(Callees.Callee callee, int low, int high) {
    ClassNode c = callee.owner();
    MethodNode m = callee.method();
    List<MethodNode> variants = new ArrayList<>();
    for (int k = low; k <= high; k++) {
      MethodNode copy = copy(m, m.name + "$mutant" + k);
      Points.change(copy, chosen.get(k).point());
      Instrument.rewrite(c.name, copy, false);
      variants.add(copy);
    }
    MethodNode original = copy(m, m.name);
    original.access = m.access;
    AbstractInsnNode[] code = original.instructions.toArray();
    for (int k = low; k <= high; k++) {
      AbstractInsnNode x = code[chosen.get(k).point().place()];
      original.instructions.insertBefore(x, Code.push(k));
      original.instructions.insertBefore(x, Code.call(Probe.class, "reach", "(I)V"));
    }
    Instrument.rewrite(c.name, original, false);
    original.instructions.insert(dispatch(c, m, low, high));
    variants.add(original);
    return variants;
  }

  private static MethodNode copy(MethodNode m, String name) {
    int access = m.access & (ACC_STATIC | ACC_SYNCHRONIZED) | ACC_PRIVATE;
    MethodNode copy = new MethodNode(ASM9, access, name, m.desc, null, m.exceptions.toArray(new String[0]));
    m.accept(copy);
    return copy;
  }

  private static InsnList dispatch(ClassNode c, MethodNode m, int low, int high) {
    InsnList list = new InsnList();
    LabelNode itself = new LabelNode();
    LabelNode[] labels = new LabelNode[high - low + 1];
    for (int k = 0; k < labels.length; k++) labels[k] = new LabelNode();
    list.add(new FieldInsnNode(GETSTATIC, Type.getInternalName(Probe.class), "active", "I"));
    list.add(new TableSwitchInsnNode(low, high, itself, labels));
    for (int k = 0; k < labels.length; k++) {
      target(list, c, labels[k]);
      pass(list, c, m, m.name + "$mutant" + (low + k));
    }
    target(list, c, itself);
    return list;
  }

  private static void target(InsnList list, ClassNode c, LabelNode label) {
    list.add(label);
    if ((c.version & 0xFFFF) >= V1_6) list.add(new FrameNode(F_SAME, 0, null, 0, null));
  }

  private static void pass(InsnList list, ClassNode c, MethodNode m, String name) {
    boolean isStatic = (m.access & ACC_STATIC) != 0;
    int variable = 0;
    if (!isStatic) list.add(new VarInsnNode(ALOAD, variable++));
    for (Type t : Type.getArgumentTypes(m.desc)) {
      list.add(new VarInsnNode(t.getOpcode(ILOAD), variable));
      variable += t.getSize();
    }
    boolean inInterface = (c.access & ACC_INTERFACE) != 0;
    list.add(new MethodInsnNode(isStatic ? INVOKESTATIC : INVOKESPECIAL, c.name, name, m.desc, inInterface));
    list.add(new InsnNode(Type.getReturnType(m.desc).getOpcode(IRETURN)));
  }
}
