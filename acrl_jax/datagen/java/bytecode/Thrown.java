package acrl;

import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.NEW;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/** Code that only makes an exception and throws it: as a test takes any exception, no change of it can be killed. */
final class Thrown {
  private Thrown() {}

  /** The instructions of a method from the `new` of such exceptions on; jumps among them are of the arguments. */
  static Set<AbstractInsnNode> in(MethodNode method) {
    Set<AbstractInsnNode> throwing = Collections.newSetFromMap(new IdentityHashMap<>());
    for (AbstractInsnNode x : method.instructions) {
      if (x.getOpcode() != ATHROW) continue;
      AbstractInsnNode begin = begin(before(x));
      for (AbstractInsnNode y = begin; y != null && y != x; y = y.getNext()) throwing.add(y);
    }
    return throwing;
  }

  private static AbstractInsnNode before(AbstractInsnNode x) {
    do x = x.getPrevious(); while (x != null && x.getOpcode() < 0); // labels and frames
    return x;
  }

  /** The `new` of an object whose constructor is called here; null where it is none's. */
  private static AbstractInsnNode begin(AbstractInsnNode call) {
    String type = made(call);
    int open = 0;
    for (AbstractInsnNode x = call; type != null && x != null; x = x.getPrevious()) {
      if (type.equals(made(x))) open++;
      if (x.getOpcode() == NEW && ((TypeInsnNode) x).desc.equals(type) && --open == 0) return x;
    }
    return null;
  }

  private static String made(AbstractInsnNode x) {
    boolean constructor = x instanceof MethodInsnNode && ((MethodInsnNode) x).name.equals("<init>");
    return constructor ? ((MethodInsnNode) x).owner : null;
  }
}
