package acrl;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.BaseStream;

/** Results as plain data: null, Boolean, Long, BigInteger, Double, String, Bytes, List, Set and Map of these. */
final class Plain {
  static final int CHARACTERS = 4096; // of a result's text
  private static final int ITEMS = 1000, DEPTH = 8;
  private static final double RELATIVE = 1e-6, ABSOLUTE = 1e-9; // a test's, see values.py

  /** No plain data, or too much of it. */
  @SuppressWarnings("serial")
  static final class Unusable extends Error {
    Unusable(String why) {
      super(why, null, false, false);
    }
  }

  /** Python's bytes. */
  static final class Bytes {
    final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes && Arrays.equals(bytes, ((Bytes) other).bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  private final boolean arguments;
  private int left = CHARACTERS;

  private Plain(boolean arguments) {
    this.arguments = arguments;
  }

  /** A result as it is now. Runs the program's code where the value is an iterator or a collection of its own. */
  static Object of(Object value) {
    return new Plain(false).convert(value, 0);
  }

  /** The same of arguments, whose negative bytes are flagged: given as a list, they are above 127 in Python's. */
  static Object ofArguments(Object[] arguments) {
    return new Plain(true).convert(arguments, 0);
  }

  private void take(int characters) {
    if ((left -= characters) < 0) throw new Unusable("large");
  }

  private Object convert(Object o, int depth) {
    take(1);
    if (o == null || o instanceof Boolean) return o;
    if (o instanceof Integer || o instanceof Long || o instanceof Short || o instanceof Byte) {
      return ((Number) o).longValue();
    }
    if (o instanceof Double || o instanceof Float) return ((Number) o).doubleValue();
    if (o instanceof String || o instanceof Character) return text(o.toString());
    if (o instanceof BigInteger) {
      take(((BigInteger) o).bitLength() / 3);
      return Json.whole((BigInteger) o);
    }
    if (depth > DEPTH) throw new Unusable("deep");
    if (o instanceof byte[]) return bytes((byte[]) o);
    if (o.getClass().isArray()) return array(o, depth);
    if (o instanceof Map) return map((Map<?, ?>) o, depth);
    if (o instanceof Set) return set((Set<?>) o, depth);
    if (o instanceof Iterable) {
      if (o instanceof Collection) Hashing.iterated(o);
      return list(((Iterable<?>) o).iterator(), depth);
    }
    if (o instanceof Iterator) return list((Iterator<?>) o, depth);
    if (o instanceof Enumeration) return list(((Enumeration<?>) o).asIterator(), depth);
    if (o instanceof BaseStream) return list(((BaseStream<?, ?>) o).iterator(), depth);
    if (o instanceof Optional) return convert(((Optional<?>) o).orElse(null), depth + 1);
    if (o instanceof OptionalInt) return ((OptionalInt) o).isPresent() ? (long) ((OptionalInt) o).getAsInt() : null;
    if (o instanceof OptionalLong) return ((OptionalLong) o).isPresent() ? ((OptionalLong) o).getAsLong() : null;
    if (o instanceof OptionalDouble) {
      return ((OptionalDouble) o).isPresent() ? ((OptionalDouble) o).getAsDouble() : null;
    }
    if (o instanceof CharSequence) return text(o.toString());
    throw new Unusable(o.getClass().getName());
  }

  private String text(String s) {
    take(s.length());
    for (int k = 0; k < s.length(); k++) {
      char c = s.charAt(k);
      if (!Character.isSurrogate(c)) continue;
      Probe.flag(Probe.UTF16);
      if (k + 1 == s.length() || !Character.isSurrogatePair(c, s.charAt(++k))) throw new Unusable("surrogate");
    }
    return s;
  }

  private Bytes bytes(byte[] a) {
    take(a.length);
    for (byte b : a) {
      if (b < 0 && arguments) Probe.flag(Probe.NARROW);
    }
    return new Bytes(a);
  }

  private List<Object> array(Object a, int depth) {
    int n = Array.getLength(a);
    take(n);
    List<Object> list = new ArrayList<>(n);
    for (int k = 0; k < n; k++) list.add(convert(Array.get(a, k), depth + 1));
    return list;
  }

  private List<Object> list(Iterator<?> items, int depth) {
    List<Object> list = new ArrayList<>();
    while (items.hasNext()) {
      if (list.size() == ITEMS) throw new Unusable("long");
      list.add(convert(items.next(), depth + 1));
    }
    return list;
  }

  private Set<Object> set(Set<?> o, int depth) {
    Set<Object> set = new LinkedHashSet<>(list(o.iterator(), depth));
    for (Object item : set) hashable(item);
    return set;
  }

  private static Object hashable(Object o) {
    if (o instanceof Collection || o instanceof Map) throw new Unusable("unhashable");
    return o;
  }

  private Map<Object, Object> map(Map<?, ?> o, int depth) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Map.Entry<?, ?> e : o.entrySet()) {
      map.put(hashable(convert(e.getKey(), depth + 1)), convert(e.getValue(), depth + 1));
      if (map.size() > ITEMS) throw new Unusable("long");
    }
    return map;
  }

  /** Whether a test that expects one takes the other: as in values.py. */
  static boolean close(Object a, Object b) {
    if (a instanceof Double && b instanceof Double) {
      double x = (Double) a, y = (Double) b;
      if (x == y || x != x && y != y) return true;
      double gap = Math.abs(x - y);
      return gap <= Math.max(RELATIVE * Math.max(Math.abs(x), Math.abs(y)), ABSOLUTE) && gap < Double.POSITIVE_INFINITY;
    }
    if (a instanceof List && b instanceof List) {
      List<?> x = (List<?>) a, y = (List<?>) b;
      if (x.size() != y.size()) return false;
      for (int k = 0; k < x.size(); k++) {
        if (!close(x.get(k), y.get(k))) return false;
      }
      return true;
    }
    if (a instanceof Map && b instanceof Map) {
      Map<?, ?> x = (Map<?, ?>) a, y = (Map<?, ?>) b;
      if (!x.keySet().equals(y.keySet())) return false;
      for (Map.Entry<?, ?> e : x.entrySet()) {
        if (!close(e.getValue(), y.get(e.getKey()))) return false;
      }
      return true;
    }
    return a == null ? b == null : a.equals(b);
  }

  /** JSON: a set is {"s": [..]}, a map {"d": [[key, value], ..]}, bytes are {"b": [..]}. */
  static void write(StringBuilder b, Object o) {
    if (o instanceof String) {
      Json.write(b, (String) o);
    } else if (o instanceof List) {
      write(b, (List<?>) o);
    } else if (o instanceof Set) {
      write(b.append("{\"s\":"), (Set<?>) o);
      b.append('}');
    } else if (o instanceof Bytes) {
      b.append("{\"b\":[");
      for (byte x : ((Bytes) o).bytes) b.append(x & 0xFF).append(',');
      close(b).append('}');
    } else if (o instanceof Map) {
      b.append("{\"d\":[");
      for (Map.Entry<?, ?> e : ((Map<?, ?>) o).entrySet()) {
        write(b, Arrays.asList(e.getKey(), e.getValue()));
        b.append(',');
      }
      close(b).append('}');
    } else {
      b.append(o); // Python reads Java's null, true, 1.0E10, NaN and Infinity
    }
  }

  static void write(StringBuilder b, Collection<?> items) {
    b.append('[');
    for (Object item : items) {
      write(b, item);
      b.append(',');
    }
    close(b);
  }

  /** Ends an array that was written with a comma after every item. */
  static StringBuilder close(StringBuilder b) {
    int last = b.length() - 1;
    if (b.charAt(last) == ',') b.setLength(last);
    return b.append(']');
  }
}
