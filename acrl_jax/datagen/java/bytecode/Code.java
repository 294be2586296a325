package acrl;

import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.SIPUSH;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** Instructions that are put into a program. */
final class Code {
  private Code() {}

  static AbstractInsnNode call(Class<?> c, String name, String descriptor) {
    return new MethodInsnNode(INVOKESTATIC, Type.getInternalName(c), name, descriptor, false);
  }

  static AbstractInsnNode push(int v) {
    if (v >= -1 && v <= 5) return new InsnNode(ICONST_0 + v);
    if (v == (byte) v) return new IntInsnNode(BIPUSH, v);
    return v == (short) v ? new IntInsnNode(SIPUSH, v) : new LdcInsnNode(v);
  }

  static AbstractInsnNode duplicate(int size) {
    return new InsnNode(size == 2 ? DUP2 : DUP);
  }

  static void flag(InsnList code, AbstractInsnNode before, int flag) {
    code.insertBefore(before, push(flag));
    code.insertBefore(before, call(Probe.class, "flag", "(I)V"));
  }
}
