package acrl;

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Orders and numbers that hashing decides. */
public final class Hashing {
  private Hashing() {}

  /** Before something is iterated over. */
  public static void iterated(Object o) {
    if (o == null || !byHash(o.getClass())) return;
    int size = o instanceof Collection ? ((Collection<?>) o).size() : o instanceof Map ? ((Map<?, ?>) o).size() : 2;
    if (size > 1) Probe.flag(Probe.HASHITER);
  }

  private static boolean byHash(Class<?> c) {
    String name = c.getName();
    if (!name.startsWith("java.util.")) return false;
    return name.contains("Hash") && !name.contains("Linked")
        || name.startsWith("java.util.ImmutableCollections$Set")
        || name.startsWith("java.util.ImmutableCollections$Map");
  }

  public static void forEach(Iterable<Object> items, Consumer<Object> action) {
    iterated(items);
    items.forEach(action);
  }

  public static void forEach(Map<Object, Object> map, BiConsumer<Object, Object> action) {
    iterated(map);
    map.forEach(action);
  }

  /** The result of a comparison that is not only looked at for its sign. */
  public static void compared(int result) {
    if (result < -1 || result > 1) Probe.flag(Probe.ORDER);
  }
}
